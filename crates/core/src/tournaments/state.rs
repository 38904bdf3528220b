//! A tournament's states, by their names on the wire.

/// Where a tournament stands (reference/challonge, tournament states).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Being set up.
    Pending,
    /// Being played.
    Underway,
    /// Every result is in and can still be changed.
    AwaitingReview,
    /// Finalized.
    Complete,
}

impl State {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Underway => "underway",
            Self::AwaitingReview => "awaiting_review",
            Self::Complete => "complete",
        }
    }

    /// The state with this wire name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pending, Self::Underway, Self::AwaitingReview, Self::Complete]
            .into_iter()
            .find(|state| state.name() == text)
    }

    /// Whether there is a bracket.
    pub const fn started(self) -> bool {
        !matches!(self, Self::Pending)
    }
}
