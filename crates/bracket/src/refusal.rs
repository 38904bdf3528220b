//! Why something was not done.

use thiserror::Error;

use crate::model::{
    Entrant, Identifier, MAX_ENTRANTS, MAX_SETS, MAX_SIDES, MAX_SIDES_IN_ALL, MIN_ENTRANTS,
    MatchKey, Seed,
};
use crate::settings::{MAX_CYCLES, MAX_IN_TABLE, MAX_ROUNDS};

/// Why a stage does not start or an operation is not applied; the stage is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Not enough entrants.
    #[error("a stage needs at least {MIN_ENTRANTS} entrants, not {given}")]
    TooFewEntrants {
        /// How many there are.
        given: u32,
    },
    /// Too many entrants.
    #[error("a stage has at most {MAX_ENTRANTS} entrants, not {given}")]
    TooManyEntrants {
        /// How many there are.
        given: u32,
    },
    /// The key names no match of this stage.
    #[error("this stage has no match {key}")]
    UnknownMatch {
        /// The key given.
        key: MatchKey,
    },
    /// The number names no entrant of this stage.
    #[error("this stage has no entrant {entrant}")]
    UnknownEntrant {
        /// The number given.
        entrant: Entrant,
    },
    /// The match is not needed as things stand.
    #[error("match {identifier} is not played: the grand final was decided without it")]
    NotNeeded {
        /// The match's letters.
        identifier: Identifier,
    },
    /// The match waits for other matches.
    #[error("match {identifier} is not open yet: a side is still to be decided")]
    NotOpen {
        /// The match's letters.
        identifier: Identifier,
    },
    /// The match is complete, and a live score would take its outcome back silently.
    #[error("match {identifier} is complete: report an outcome, or reopen it first")]
    AlreadyComplete {
        /// The match's letters.
        identifier: Identifier,
    },
    /// Only complete matches can be reopened.
    #[error("match {identifier} is not complete")]
    NotComplete {
        /// The match's letters.
        identifier: Identifier,
    },
    /// A side of the match is a bye, so there is nothing to report or to reopen.
    #[error("match {identifier} is decided by a bye")]
    DecidedByBye {
        /// The match's letters.
        identifier: Identifier,
    },
    /// The match would be forfeited again at once.
    #[error("entrant {entrant} of match {identifier} has withdrawn: reinstate them first")]
    Withdrawn {
        /// The match's letters.
        identifier: Identifier,
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
    /// The format is for a certain number of entrants, or an order names too many or too few.
    #[error("{expected} entrants are needed, not {given}")]
    WrongNumber {
        /// How many there are.
        given: u32,
        /// How many are needed.
        expected: u32,
    },
    /// Too many or too few sides.
    #[error("a match has 2 to {MAX_SIDES} sides, not {given}")]
    WrongSides {
        /// Sides given.
        given: u32,
    },
    /// Nobody or everybody would go on.
    #[error("from a match of {sides} sides 1 to {} can go on, not {given}", .sides - 1)]
    WrongAdvance {
        /// How many would go on.
        given: u32,
        /// Sides of a match.
        sides: u32,
    },
    /// So many go on that the rounds would hardly come to an end.
    #[error(
        "the matches would have {sides} sides together, at most {MAX_SIDES_IN_ALL} are possible: let fewer go on"
    )]
    TooManySides {
        /// Sides of all matches.
        sides: u64,
    },
    /// Everybody meets everybody once to three times.
    #[error("everybody meets everybody 1 to {MAX_CYCLES} times, not {given}")]
    WrongCycles {
        /// Cycles given.
        given: u32,
    },
    /// Too many rounds.
    #[error("a Swiss stage has at most {MAX_ROUNDS} rounds, not {given}")]
    WrongRounds {
        /// Rounds given.
        given: u32,
    },
    /// Everybody against everybody would be too many matches.
    #[error("a round robin has at most {MAX_IN_TABLE} entrants, not {given}: make groups of them")]
    TooManyForTable {
        /// How many there are.
        given: u32,
    },
    /// The format has no rounds to be added.
    #[error("the matches of this format follow from its start: no round can be added")]
    NoRounds,
    /// The format has no table whose ties could be broken.
    #[error("this format has no table, so it leaves no ties to be broken")]
    NoTable,
    /// Results of the round before are missing.
    #[error("round {round} is still being played: report its results first")]
    RoundUnderway {
        /// The round's number, from 1.
        round: u32,
    },
    /// All rounds that were planned are there.
    #[error("all {rounds} rounds are there")]
    AllRounds {
        /// How many were planned.
        rounds: u32,
    },
    /// Nobody stands on the seed, or they withdrew, or they stand twice in the round.
    #[error("seed {seed} cannot be in this round, or is in it twice")]
    NotPairable {
        /// The seed.
        seed: Seed,
    },
    /// Nothing was added that could be taken back.
    #[error("there is no added round to take back")]
    NothingAdded,
    /// A round of nobody.
    #[error("a round needs at least one pair or one entrant without an opponent")]
    EmptyRound,
    /// Somebody stands on two seeds.
    #[error("entrant {entrant} stands on a seed already")]
    SeatedTwice {
        /// Who.
        entrant: Entrant,
    },
    /// It is not said who forfeits.
    #[error("match {identifier}: say which side forfeits, 0 or 1, or both")]
    WhoForfeits {
        /// The match's letters.
        identifier: Identifier,
    },
    /// More than two sides are told apart by their places.
    #[error("match {identifier} needs a place, 1 or more, for each of its sides")]
    PlacesNeeded {
        /// The match's letters.
        identifier: Identifier,
    },
    /// Two sides are told apart by who won.
    #[error("match {identifier} has two sides: report the winner instead of places")]
    NoPlaces {
        /// The match's letters.
        identifier: Identifier,
    },
    /// The outcome of a match of many is another one than that of its places.
    #[error("match {identifier}: the outcome is not what the places come to")]
    OtherPlaces {
        /// The match's letters.
        identifier: Identifier,
    },
    /// The places do not say who goes on.
    #[error("match {identifier}: {advance} go on, but the last of them is level with the next one")]
    TieAtCut {
        /// The match's letters.
        identifier: Identifier,
        /// How many go on.
        advance: usize,
    },
    /// Late entrants come before the first report.
    #[error("this format takes no more entrants once a match has been reported")]
    TooLate,
    /// The stage was ended for good.
    #[error("the stage is finalized: resume it before changing anything")]
    Finalized,
    /// The stage was not ended.
    #[error("the stage is not finalized")]
    NotFinalized,
    /// Matches are left to be played.
    #[error("{left} matches are left to be played")]
    NotOver {
        /// How many.
        left: u32,
    },
}

/// Why a stored or exchanged stage cannot be rebuilt.
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
    /// The header describes no stage.
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
