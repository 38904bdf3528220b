//! Why something was not done to a race.

use thiserror::Error;

use super::model::{MAX_NUMBER, MAX_PLACES, MAX_RACE_ENTRANTS, MAX_ROUNDS};
use crate::model::Entrant;

/// Why a race does not start or an operation is not applied; the race is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RaceRefusal {
    /// Too many entrants.
    #[error("a race has at most {MAX_RACE_ENTRANTS} entrants, not {given}")]
    TooManyEntrants {
        /// How many there would be.
        given: u32,
    },
    /// Too many rounds.
    #[error("a race has at most {MAX_ROUNDS} rounds, not {given}")]
    TooManyRounds {
        /// How many there would be.
        given: u32,
    },
    /// The table of points is too long.
    #[error("at most {MAX_PLACES} places get points, not {given}")]
    TooManyPlaces {
        /// Its length.
        given: usize,
    },
    /// `best_of` is 0.
    #[error("at least one round has to count, not the best 0")]
    NoRoundCounts,
    /// No such round.
    #[error("this race has no round {round}")]
    UnknownRound {
        /// The number given.
        round: u32,
    },
    /// No such entrant.
    #[error("this race has no entrant {entrant}")]
    UnknownEntrant {
        /// The number given.
        entrant: Entrant,
    },
    /// Rounds start in order.
    #[error("round {first} has to start before round {round}")]
    OutOfOrder {
        /// The number given.
        round: u32,
        /// The round that is next.
        first: u32,
    },
    /// In a grand prix a round starts when those before are completed.
    #[error("round {round} is still underway: finish it first")]
    StillUnderway {
        /// The first round that is not completed.
        round: u32,
    },
    /// The round has started before.
    #[error("round {round} has started already")]
    AlreadyStarted {
        /// The number given.
        round: u32,
    },
    /// The round has not started.
    #[error("round {round} has not started")]
    NotStarted {
        /// The number given.
        round: u32,
    },
    /// A completed round is closed.
    #[error("round {round} is completed: reopen it first")]
    AlreadyCompleted {
        /// The number given.
        round: u32,
    },
    /// Only a completed round can be reopened.
    #[error("round {round} is not completed")]
    NotCompleted {
        /// The number given.
        round: u32,
    },
    /// Only the last round that has started can be reset.
    #[error("round {later} has started after round {round}: reset that one first")]
    LaterStarted {
        /// The number given.
        round: u32,
        /// The last one that has started.
        later: u32,
    },
    /// The race was ended.
    #[error("the race has been ended: resume it first")]
    Ended,
    /// Nothing is left to be ended.
    #[error("the race is over already")]
    AlreadyOver,
    /// There is nothing to be decided by.
    #[error("no round is completed: a race cannot end without one")]
    NothingCompleted,
    /// Only an ended race can be resumed.
    #[error("the race has not been ended")]
    NotEnded,
    /// The race is over, so nobody can enter.
    #[error("the race is over: reopen a round, or resume it, before somebody enters")]
    Over,
    /// A time below zero.
    #[error("a time is not negative, as {given} is")]
    NegativeTime {
        /// The number given.
        given: i64,
    },
    /// A time, a score or points beyond [`MAX_NUMBER`].
    #[error("the number {given} is out of range: {MAX_NUMBER} is the greatest")]
    NumberOutOfRange {
        /// The number given.
        given: i64,
    },
    /// An explicit rank that nobody can have.
    #[error("the rank {given} is out of range: there are {entrants} entrants")]
    RankOutOfRange {
        /// The rank given.
        given: u32,
        /// The last rank there is.
        entrants: u32,
    },
    /// A time on a leaderboard.
    #[error("a leaderboard takes scores, not times")]
    ScoresOnly,
    /// A score in a race against the clock.
    #[error("this race takes times, not scores")]
    TimesOnly,
    /// A finish without a number where the number decides.
    #[error("whoever finishes needs a time or score in this race")]
    NumberMissing,
    /// The entrant withdrew, so they get no new mark.
    #[error("entrant {entrant} has withdrawn: reinstate them first")]
    Withdrawn {
        /// Who.
        entrant: Entrant,
    },
    /// The entrant withdrew before.
    #[error("entrant {entrant} has withdrawn already")]
    AlreadyWithdrawn {
        /// Who.
        entrant: Entrant,
    },
    /// The entrant did not withdraw.
    #[error("entrant {entrant} has not withdrawn")]
    NotWithdrawn {
        /// Who.
        entrant: Entrant,
    },
}

/// Why a stored race cannot be rebuilt.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RaceRestoreError {
    /// Written by a newer version, or damaged.
    #[error("version {0} of the race data is not known")]
    Version(u32),
    /// The header describes no race.
    #[error("the header is not valid: {0}")]
    Header(RaceRefusal),
    /// A round that has not started stands among those that have.
    #[error("the header lists round {0} among those started, as pending")]
    Pending(u32),
    /// The race was ended, which could not have been.
    #[error("the header says that the race was ended, which this one cannot be")]
    Ended,
    /// Two records of one entrant in one round.
    #[error("there are two records of entrant {entrant} in round {round}")]
    DuplicateRecord {
        /// The round.
        round: u32,
        /// Who.
        entrant: Entrant,
    },
    /// A record's content would have been refused.
    #[error("the record of entrant {entrant} in round {round} is not valid: {refusal}")]
    Record {
        /// The round.
        round: u32,
        /// Who.
        entrant: Entrant,
        /// Why.
        refusal: RaceRefusal,
    },
}
