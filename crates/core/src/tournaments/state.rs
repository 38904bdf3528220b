//! A tournament's states, by their names on the wire.

/// Where a tournament stands (reference/challonge, tournament states).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Being set up.
    Pending,
    /// Participants say that they are here.
    CheckingIn,
    /// Who is not here has been put aside.
    CheckedIn,
    /// The bracket is drawn, and people predict how it will be played.
    AcceptingPredictions,
    /// Groups are being played.
    GroupStagesUnderway,
    /// Groups are played, and the final stage has not started.
    GroupStagesFinalized,
    /// The final (or only) stage is being played.
    Underway,
    /// Every result is in and can still be changed.
    AwaitingReview,
    /// Finalized.
    Complete,
}

impl State {
    /// All states, in the order in which a tournament goes through them.
    pub const ALL: [Self; 9] = [
        Self::Pending,
        Self::CheckingIn,
        Self::CheckedIn,
        Self::AcceptingPredictions,
        Self::GroupStagesUnderway,
        Self::GroupStagesFinalized,
        Self::Underway,
        Self::AwaitingReview,
        Self::Complete,
    ];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::CheckingIn => "checking_in",
            Self::CheckedIn => "checked_in",
            Self::AcceptingPredictions => "accepting_predictions",
            Self::GroupStagesUnderway => "group_stages_underway",
            Self::GroupStagesFinalized => "group_stages_finalized",
            Self::Underway => "underway",
            Self::AwaitingReview => "awaiting_review",
            Self::Complete => "complete",
        }
    }

    /// The state with this wire name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == text)
    }

    /// Whether there is a bracket, so that who takes part is fixed.
    pub const fn started(self) -> bool {
        !matches!(self, Self::Pending | Self::CheckingIn | Self::CheckedIn)
    }
}
