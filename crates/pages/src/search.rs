//! What was looked for and found.

use askama::Template;

use crate::{chrome::Chrome, communities::CommunityCard, home::TournamentCard};

/// `/search?q=`. The form by GET has the field `q`.
#[derive(Debug, Clone, Template)]
#[template(path = "search.html")]
pub struct SearchPage {
    /// Frame.
    pub chrome: Chrome,
    /// What was looked for, as it was typed.
    pub text: String,
    /// Tournaments, the best first.
    pub tournaments: Vec<TournamentCard>,
    /// Communities, the best first.
    pub communities: Vec<CommunityCard>,
    /// There may be more.
    pub more: bool,
}
