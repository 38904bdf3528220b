//! Taking part: the page on which players register, check in and leave.

use askama::Template;

use crate::{
    chrome::{Chrome, Field},
    moment::Moment,
    tournament::State,
};

/// `/{slug}/join`.
#[derive(Debug, Clone, Template)]
#[template(path = "tournament/join.html")]
pub struct JoinPage {
    /// Frame.
    pub chrome: Chrome,
    /// First path segment of the tournament's page.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: State,
    /// What the visitor can do.
    pub standing: Standing,
    /// What is wrong as a whole.
    pub error: Option<String>,
}

/// What the visitor can do.
#[derive(Debug, Clone)]
pub enum Standing {
    /// They take part.
    In(Place),
    /// They may register.
    May {
        /// What is asked.
        questions: Vec<Question>,
        /// Places that are left; `None` where there is no limit.
        places: Option<u32>,
    },
    /// They have to sign in first.
    Stranger {
        /// Whether accounts can be made.
        signup_open: bool,
    },
    /// Nobody can register now, and why.
    Closed(String),
}

/// How somebody takes part.
#[derive(Debug, Clone)]
pub struct Place {
    /// Name.
    pub name: String,
    /// Seed; `None` where seeds are hidden.
    pub seed: Option<u32>,
    /// On the waiting list.
    pub waiting: bool,
    /// Has withdrawn, or was put aside.
    pub out: bool,
    /// The check-in, while it is open.
    pub here: Option<CheckIn>,
    /// What they answered, by label.
    pub answers: Vec<(String, String)>,
    /// What leaving does now, and the button's text; `None` where they cannot leave.
    pub leave: Option<(&'static str, &'static str)>,
}

/// A check-in that is open, for one of those who are to come.
#[derive(Debug, Clone)]
pub struct CheckIn {
    /// Whether they said that they are here.
    pub done: bool,
    /// How many did.
    pub here: usize,
    /// Of how many.
    pub of: usize,
    /// When play is to start, by which it ends at the latest.
    pub starts: Option<Moment>,
}

/// Something that the organizer asks.
#[derive(Debug, Clone)]
pub struct Question {
    /// Name of its field.
    pub name: String,
    /// For people.
    pub label: String,
    /// What an answer is.
    pub kind: QuestionKind,
    /// Must be answered.
    pub required: bool,
    /// The organizer alone sees the answer.
    pub private: bool,
    /// What was typed, and what is wrong with it.
    pub field: Field,
}

/// What an answer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuestionKind {
    /// Any text.
    Text,
    /// A number.
    Number,
    /// One of these.
    Choice(Vec<String>),
    /// Yes or no.
    Bool,
}

impl Question {
    /// What stands below the field.
    pub(crate) fn hint(&self) -> &'static str {
        match (self.required, self.private) {
            (true, true) => "Needed. The organizer alone sees it.",
            (true, false) => "Needed. Everybody sees it.",
            (false, true) => "The organizer alone sees it.",
            (false, false) => "",
        }
    }

    /// Yes and no, or what there is to choose from; nothing where one types.
    pub(crate) fn choices(&self) -> Vec<(&str, &str)> {
        match &self.kind {
            QuestionKind::Choice(choices) => {
                choices.iter().map(|choice| (choice.as_str(), choice.as_str())).collect()
            }
            QuestionKind::Bool => vec![("true", "Yes"), ("false", "No")],
            QuestionKind::Text | QuestionKind::Number => Vec::new(),
        }
    }
}
