//! `/docs/embed`: where embeds are tried.

use askama::Template;

use crate::chrome::Chrome;

/// An embed beside its controls, and the messages that go to and fro.
#[derive(Debug, Clone, Template)]
#[template(path = "embed/playground.html")]
pub struct PlaygroundPage {
    /// Frame.
    pub chrome: Chrome,
    /// The address that was asked for; empty if none.
    pub slug: String,
    /// Whether there is such a tournament.
    pub found: bool,
    /// Address of this installation, without a trailing slash.
    pub base: String,
}
