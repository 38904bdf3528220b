//! Why something was not done.

use thiserror::Error;

use crate::model::{Entrant, MAX_ENTRANTS, MAX_SETS, MIN_ENTRANTS, MatchKey};

/// Why a bracket does not start or an operation is not applied; the bracket is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Not enough entrants.
    #[error("a bracket needs at least {MIN_ENTRANTS} entrants, not {given}")]
    TooFewEntrants {
        /// How many there are.
        given: u32,
    },
    /// Too many entrants.
    #[error("a bracket has at most {MAX_ENTRANTS} entrants, not {given}")]
    TooManyEntrants {
        /// How many there are.
        given: u32,
    },
    /// The key names no match of this bracket.
    #[error("this bracket has no match {key}")]
    UnknownMatch {
        /// The key given.
        key: MatchKey,
    },
    /// The number names no entrant of this bracket.
    #[error("this bracket has no entrant {entrant}")]
    UnknownEntrant {
        /// The number given.
        entrant: Entrant,
    },
    /// The match is not needed as things stand.
    #[error("match {identifier} is not played: the grand final was decided without it")]
    NotNeeded {
        /// The match's letters.
        identifier: String,
    },
    /// The match waits for other matches.
    #[error("match {identifier} is not open yet: a side is still to be decided")]
    NotOpen {
        /// The match's letters.
        identifier: String,
    },
    /// The match is complete, and a live score would take its outcome back silently.
    #[error("match {identifier} is complete: report an outcome, or reopen it first")]
    AlreadyComplete {
        /// The match's letters.
        identifier: String,
    },
    /// Only complete matches can be reopened.
    #[error("match {identifier} is not complete")]
    NotComplete {
        /// The match's letters.
        identifier: String,
    },
    /// A side of the match is a bye, so there is nothing to report or to reopen.
    #[error("match {identifier} is decided by a bye")]
    DecidedByBye {
        /// The match's letters.
        identifier: String,
    },
    /// The match would be forfeited again at once.
    #[error("entrant {entrant} of match {identifier} has withdrawn: reinstate them first")]
    Withdrawn {
        /// The match's letters.
        identifier: String,
        /// Who withdrew.
        entrant: Entrant,
    },
    /// Elimination needs a winner.
    #[error("a match in this format cannot end in a draw")]
    DrawNotAllowed,
    /// The winner's slot does not exist.
    #[error("the match has no slot {slot}")]
    UnknownSlot {
        /// The index given, from 0.
        slot: u8,
    },
    /// A set does not have one score per slot.
    #[error("set {set} has {given} scores, not {expected}")]
    WrongScoreCount {
        /// Which set, from 1.
        set: usize,
        /// Scores given.
        given: usize,
        /// Slots of the match.
        expected: usize,
    },
    /// Too many sets.
    #[error("a match has at most {MAX_SETS} sets, not {given}")]
    TooManySets {
        /// Sets given.
        given: usize,
    },
    /// The entrant withdrew before.
    #[error("entrant {entrant} has withdrawn already")]
    AlreadyWithdrawn {
        /// Who.
        entrant: Entrant,
    },
    /// The entrant has no match left to forfeit.
    #[error("entrant {entrant} has no match left to forfeit")]
    NoMatchLeft {
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

/// Why a stored or exchanged bracket cannot be rebuilt.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// The text is not the documented JSON.
    #[error("not a bracket document: {0}")]
    Json(String),
    /// The document is something else.
    #[error("the document's format is {0:?}, not a bracket")]
    Format(String),
    /// Written by a newer version, or damaged.
    #[error("version {0} of the bracket data is not known")]
    Version(u32),
    /// The header describes no bracket.
    #[error("the header is not valid: {0}")]
    Header(Refusal),
    /// A record names no match of this bracket.
    #[error("there is a record of match {0}, which does not exist")]
    UnknownMatch(MatchKey),
    /// Two records of one match.
    #[error("there are two records of match {0}")]
    DuplicateRecord(MatchKey),
    /// A record of a match that could not have been played, given the other records.
    #[error("there is a record of match {0}, which could not be played")]
    NotPlayable(MatchKey),
    /// A record's content would have been refused.
    #[error("the record of match {key} is not valid: {refusal}")]
    Record {
        /// The match.
        key: MatchKey,
        /// Why.
        refusal: Refusal,
    },
}
