//! What a use case can answer instead of a result. Every dialect turns these into its own form.

use std::fmt;

use tiltyard_store::StoreError;

use crate::limits::TooMany;
use crate::permissions::Permission;
use crate::tournaments::Current;

/// One thing wrong with the input: the field at fault and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Dotted path of the field (`match_options.consolation_matches_target_rank`); empty for the whole.
    pub field: String,
    /// What is wrong and what would be right, as a sentence without the field's name in front.
    pub message: String,
}

/// Collected problems of one input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Notes a problem with a field.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(Problem { field: field.into(), message: message.into() });
    }

    /// The problems so far.
    pub fn list(&self) -> &[Problem] {
        &self.0
    }

    /// Fails with the problems, if there are any.
    pub fn check(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self)) }
    }
}

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody, or nobody any more: sign in or send a valid credential.
    #[error("{0}")]
    Unauthenticated(String),
    /// Known, but the credential's scopes do not open this.
    #[error("this credential lacks the scope {}; ask the person for it and try again", .0.scope())]
    LacksScope(Permission),
    /// Known, but not allowed.
    #[error("{0}")]
    Forbidden(String),
    /// It does not exist, or not for this actor.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The input is wrong, field by field.
    #[error("{}", list(.0))]
    Invalid(Problems),
    /// The input is right, but not in the present state of things.
    #[error("{0}")]
    Conflict(String),
    /// It is not as it was when the caller read it; nothing was changed.
    #[error("it has changed since it was read; nothing was written")]
    Stale(Box<Current>),
    /// Too much at once; try again soon.
    #[error("{0}")]
    Busy(&'static str),
    /// A limit was reached; try again after its seconds.
    #[error("{0}")]
    TooMany(TooMany),
    /// Our fault. The text is for the log only.
    #[error("internal error")]
    Internal(Internal),
    /// The database's fault.
    #[error("the database is unavailable or refused the write")]
    Store(#[from] StoreError),
}

/// What went wrong inside; without `Display`, so that it cannot reach a client by accident.
#[derive(Debug)]
pub struct Internal(String);

fn list(problems: &Problems) -> String {
    let mut text = String::new();
    for problem in &problems.0 {
        if !text.is_empty() {
            text.push_str("; ");
        }
        if !problem.field.is_empty() {
            text.push_str(&problem.field);
            text.push(' ');
        }
        text.push_str(&problem.message);
    }
    text
}

impl Error {
    /// An error that is ours, with its text for the log.
    pub fn internal(text: impl fmt::Display) -> Self {
        Self::Internal(Internal(text.to_string()))
    }

    /// The server is ending: what the background wanted of the store is wanted no more.
    pub(crate) fn is_the_end(&self) -> bool {
        matches!(self, Self::Store(StoreError::Closed))
    }

    /// What happened, with what is for the log and the operator only.
    pub fn for_operator(&self) -> String {
        match self {
            Self::Internal(Internal(text)) => text.clone(),
            Self::Store(error) => error.to_string(),
            other => other.to_string(),
        }
    }

    /// Whether the database cannot be used just now (gone, full, busy): nothing was changed, and the
    /// same request may well succeed a little later.
    pub const fn is_unavailable(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_transient())
    }

    /// One problem with one field.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut problems = Problems::default();
        problems.add(field, message);
        Self::Invalid(problems)
    }

    /// The state of things does not allow it.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict(message.into())
    }
}

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;
