//! What can happen to an event, and what it does.

use serde::{Deserialize, Serialize};

use super::{ContestDocument, EventState, StageKey};
use crate::model::Entrant;
use crate::operation::{Changes, Operation, Undo};
use crate::race::{RaceChanges, RaceHeader, RaceMark, RaceOperation};

/// Something that happens to an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event_operation", rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventOperation {
    /// Says who is on each seed of the event: all entrants, best first. Matches of which a side
    /// changes lose what was reported. Who came late keeps the seat that they have, wherever they
    /// are named.
    Seed {
        /// Every entrant once.
        order: Vec<Entrant>,
    },
    /// Puts those who are in a stage into another order. It holds as long as the same entrants are
    /// in it.
    Arrange {
        /// The stage.
        stage: StageKey,
        /// Everybody in it once, best seed first; nobody takes the order back.
        order: Vec<Entrant>,
    },
    /// Starts a stage with those who are in it by now. Who withdrew is left out, and those behind
    /// move up.
    Start {
        /// The stage.
        stage: StageKey,
    },
    /// Something happens in a stage of matches: a report, a round, a tie-break. What concerns
    /// entrants as such, or the stage as a whole, has an operation of its own here.
    Play {
        /// The stage.
        stage: StageKey,
        /// What.
        operation: Operation,
    },
    /// Something happens in a race. Entrants are those of the event.
    Race {
        /// The stage.
        stage: StageKey,
        /// What.
        operation: RaceOperation,
    },
    /// Withdraws an entrant from the whole event.
    Drop {
        /// Who withdraws.
        entrant: Entrant,
    },
    /// Takes a withdrawal back. Stages that started without them stay without them.
    Reinstate {
        /// Who returns.
        entrant: Entrant,
    },
    /// Adds an entrant to a stage that has started, under the next number.
    AddLate {
        /// The stage.
        stage: StageKey,
    },
    /// Says the order among those who are level in a stage, or level for its wild cards: whoever is
    /// named earlier is ahead.
    Settle {
        /// The stage.
        stage: StageKey,
        /// The order; empty takes it back.
        order: Vec<Entrant>,
    },
    /// Ends a stage: from now on nothing in it changes, but for changes of earlier stages.
    Finalize {
        /// The stage.
        stage: StageKey,
    },
    /// Takes the end of a stage back.
    Resume {
        /// The stage.
        stage: StageKey,
    },
    /// Takes the start of a stage back, and of all that it feeds.
    Reset {
        /// The stage.
        stage: StageKey,
    },
}

/// What differs in one stage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StageChange {
    /// Its matches.
    pub matches: Changes,
    /// Its race.
    pub race: RaceChanges,
    /// Other entrants stand on its seeds than before.
    pub field: bool,
    /// It has started.
    pub started: bool,
    /// It has not started any more.
    pub stopped: bool,
}

/// What an operation did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EventChanges {
    /// Stages in which something differs, in ascending order.
    pub stages: Vec<(StageKey, StageChange)>,
    /// The event's own state differs and is to be stored again.
    pub state: bool,
    /// What takes the operation back.
    pub undo: EventUndo,
}

/// Takes an operation back (see [`super::Event::undo`]): what was stored before.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EventUndo {
    /// The event's own state, if it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Box<EventState>>,
    /// Stages that differ.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<(StageKey, ContestUndo)>,
}

/// Takes back what happened to one stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContestUndo {
    /// It had not started.
    NotStarted,
    /// Its matches differ.
    Matches(Undo),
    /// Its race differs: the header if that does, and marks as they were.
    Race {
        /// The header of before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        header: Option<RaceHeader>,
        /// By round and entrant.
        marks: Vec<(u32, Entrant, Option<RaceMark>)>,
    },
    /// It was another one, all of it.
    Whole(Box<ContestDocument>),
}
