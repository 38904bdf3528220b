//! Errors, plain messages, and secrets shown once.

use askama::Template;

use crate::chrome::{Chrome, Link};

/// An error page.
#[derive(Debug, Clone, Template)]
#[template(path = "message/error.html")]
pub struct ErrorPage {
    /// Frame.
    pub chrome: Chrome,
    /// HTTP status.
    pub status: u16,
    /// What is wrong, a few words.
    pub title: String,
    /// What is wrong, a sentence or two.
    pub detail: String,
    /// What the reader can do about it.
    pub hint: Option<String>,
    /// Where to go from here.
    pub links: Vec<Link>,
    /// Id to quote to the operator.
    pub request_id: Option<String>,
}

/// A message with an optional way on.
#[derive(Debug, Clone, Template)]
#[template(path = "message/message.html")]
pub struct MessagePage {
    /// Frame.
    pub chrome: Chrome,
    /// Heading.
    pub title: String,
    /// Paragraphs.
    pub paragraphs: Vec<String>,
    /// Ways on, the first as a button.
    pub links: Vec<Link>,
}

/// Secrets shown once: after an application was made or its secret rotated, after a key was made.
#[derive(Debug, Clone, Template)]
#[template(path = "message/secret.html")]
pub struct SecretPage {
    /// Frame.
    pub chrome: Chrome,
    /// Heading, such as `Scoreboard is ready`.
    pub title: String,
    /// What is shown below.
    pub lede: String,
    /// The values.
    pub values: Vec<SecretValue>,
    /// A request to try them with; see [`crate::curl`].
    pub example: Option<String>,
    /// Where to go from here.
    pub done: Link,
}

/// A value to copy.
#[derive(Debug, Clone)]
pub struct SecretValue {
    /// What it is, such as `Client secret`.
    pub label: String,
    /// The value.
    pub value: String,
    /// Whether it is shown only now.
    pub once: bool,
}
