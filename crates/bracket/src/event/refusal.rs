//! Why something was not done to an event.

use thiserror::Error;

use super::{Entry, MAX_SEATS, MAX_TABLE_MATCHES, StageKey};
use crate::model::{Entrant, MAX_ENTRANTS, MIN_ENTRANTS, Seed};
use crate::race::{RaceRefusal, RaceRestoreError};
use crate::refusal::{Refusal, RestoreError};

/// Why an event is not made or an operation is not applied; the event is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EventRefusal {
    /// Not enough entrants.
    #[error("an event needs at least {MIN_ENTRANTS} entrants, not {given}")]
    TooFewEntrants {
        /// How many there are.
        given: u32,
    },
    /// Too many entrants.
    #[error("an event has at most {MAX_ENTRANTS} entrants, not {given}")]
    TooManyEntrants {
        /// How many there are.
        given: u32,
    },
    /// A design of nothing.
    #[error("an event needs at least one stage")]
    NoStages,
    /// More seats than an event has.
    #[error("all stages together have at most {MAX_SEATS} seats, not {given}")]
    TooManySeats {
        /// How many there are.
        given: usize,
    },
    /// More matches of round robins than an event has.
    #[error("all round robins together have at most {MAX_TABLE_MATCHES} matches, not {given}")]
    TooManyMatches {
        /// How many there are.
        given: u64,
    },
    /// The key names no stage of this event.
    #[error("this event has no stage {stage}")]
    UnknownStage {
        /// The key given.
        stage: StageKey,
    },
    /// The number names no entrant of this event.
    #[error("this event has no entrant {entrant}")]
    UnknownEntrant {
        /// The number given.
        entrant: Entrant,
    },
    /// A seat is for a seed that does not exist, or that has a seat already.
    #[error(
        "stage {stage} cannot have seed {seed}: there is no such seed, or it has a seat already"
    )]
    WrongSeed {
        /// The stage.
        stage: StageKey,
        /// The seed.
        seed: Seed,
    },
    /// A seed has no seat.
    #[error("seed {seed} has a seat in no stage")]
    SeedLeftOut {
        /// The seed.
        seed: Seed,
    },
    /// A seat is for somebody who cannot come from there.
    #[error("stage {stage} cannot have {entry}: no earlier stage gives it, or it is taken")]
    WrongEntry {
        /// The stage.
        stage: StageKey,
        /// The entry.
        entry: Entry,
    },
    /// A list does not name everybody concerned exactly once.
    #[error("the order must name everybody concerned exactly once")]
    WrongOrder,
    /// It started before.
    #[error("stage {stage} has started already")]
    Started {
        /// The stage.
        stage: StageKey,
    },
    /// It has to start first.
    #[error("stage {stage} has not started")]
    NotStarted {
        /// The stage.
        stage: StageKey,
    },
    /// Earlier stages have to decide who is in it.
    #[error("seed {seed} of stage {stage} is still to be decided by earlier stages")]
    NotDecided {
        /// The stage.
        stage: StageKey,
        /// The first seed that is open.
        seed: Seed,
    },
    /// The stage is no race.
    #[error("stage {stage} is not a race")]
    NoRace {
        /// The stage.
        stage: StageKey,
    },
    /// The stage is a race.
    #[error("stage {stage} is a race and has no matches")]
    NoMatches {
        /// The stage.
        stage: StageKey,
    },
    /// It concerns more than the stage.
    #[error("this has an operation of the event: a stage of an event cannot do it alone")]
    OfTheEvent,
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
    /// The stage refuses.
    #[error("stage {stage}: {refusal}")]
    Stage {
        /// The stage.
        stage: StageKey,
        /// Why.
        refusal: Refusal,
    },
    /// The race refuses.
    #[error("stage {stage}: {refusal}")]
    Race {
        /// The stage.
        stage: StageKey,
        /// Why.
        refusal: RaceRefusal,
    },
}

/// Why a stored or exchanged event cannot be rebuilt.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EventRestoreError {
    /// The text is not the documented JSON.
    #[error("not an event document: {0}")]
    Json(String),
    /// The document is something else.
    #[error("the document's format is {0:?}, not an event")]
    Format(String),
    /// Written by a newer version, or damaged.
    #[error("version {0} of the event data is not known")]
    Version(u32),
    /// The design or the event's own state cannot be.
    #[error("the event is not valid: {0}")]
    Event(#[from] EventRefusal),
    /// There are other stages than the design has.
    #[error("the design has {expected} stages, not {given}")]
    WrongStages {
        /// Stages given.
        given: usize,
        /// Stages of the design.
        expected: usize,
    },
    /// A stage is of another kind than its design.
    #[error("stage {0} is not what the design says")]
    OtherKind(StageKey),
    /// A stage holds others than its entries name.
    #[error("stage {0} holds others than those who get its seats")]
    OtherField(StageKey),
    /// A stage cannot be rebuilt.
    #[error("stage {stage}: {error}")]
    Stage {
        /// The stage.
        stage: StageKey,
        /// Why.
        error: RestoreError,
    },
    /// A race cannot be rebuilt.
    #[error("stage {stage}: {error}")]
    Race {
        /// The stage.
        stage: StageKey,
        /// Why.
        error: RaceRestoreError,
    },
}
