//! The overview, and pages that ask before something is done.

use askama::Template;

use super::Head;
use crate::chrome::Chrome;

/// `/{slug}/manage`.
#[derive(Debug, Clone, Template)]
#[template(path = "organize/manage.html")]
pub struct ManagePage {
    /// Frame.
    pub chrome: Chrome,
    /// Which tournament.
    pub head: Head,
    /// The way from here to the end.
    pub steps: Vec<Step>,
    /// What is to be done next.
    pub next: Next,
    /// What else can be done.
    pub others: Vec<Deed>,
    /// Number of the latest entry of the journal, as a change asks whether it still is.
    pub seen: String,
}

/// A step of a tournament's life.
#[derive(Debug, Clone)]
pub struct Step {
    /// Such as `Add participants`.
    pub title: &'static str,
    /// Such as `12 so far`.
    pub detail: String,
    /// Where it is done.
    pub href: String,
    /// How far it is.
    pub progress: Progress,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Behind us.
    Done,
    /// It is what is to be done.
    Now,
    /// To come.
    Later,
}

impl Progress {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Done => "step-done",
            Self::Now => "step-now",
            Self::Later => "step-later",
        }
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Now => "now",
            Self::Later => "later",
        }
    }
}

/// What is to be done next.
#[derive(Debug, Clone)]
pub struct Next {
    /// Such as `Start the tournament`.
    pub title: String,
    /// What that does, in sentences.
    pub text: String,
    /// Why it does not go yet.
    pub refused: Option<String>,
    /// How.
    pub action: Action,
}

/// How something is done.
#[derive(Debug, Clone)]
pub enum Action {
    /// On another page.
    Go {
        /// Text of the link.
        label: String,
        /// Where.
        href: String,
    },
    /// By a button.
    Do {
        /// Text of the button.
        label: String,
        /// Where its form goes.
        href: String,
        /// Value of the field `verb`.
        verb: &'static str,
        /// What it is done to, for whoever hears the button alone; may be empty.
        about: String,
    },
    /// Not at all.
    Nothing,
}

/// Something else that can be done.
#[derive(Debug, Clone)]
pub struct Deed {
    /// Such as `Reset`.
    pub title: String,
    /// What that does.
    pub text: String,
    /// Why it does not go.
    pub refused: Option<String>,
    /// It throws something away.
    pub danger: bool,
    /// How.
    pub action: Action,
}

/// Asks before something is done.
#[derive(Debug, Clone, Template)]
#[template(path = "organize/confirm.html")]
pub struct ConfirmPage {
    /// Frame.
    pub chrome: Chrome,
    /// Which tournament.
    pub head: Head,
    /// The question.
    pub title: String,
    /// What it does.
    pub paragraphs: Vec<String>,
    /// What is lost by it, one a line.
    pub lost: Vec<String>,
    /// Where the form goes.
    pub action: String,
    /// Hidden fields.
    pub hidden: Vec<(String, String)>,
    /// A box that must be ticked, and whether it was not.
    pub tick: Option<(String, bool)>,
    /// Text of the button.
    pub button: String,
    /// Where one goes who does not mean it.
    pub back: String,
}
