//! An event: a graph of stages.
//!
//! Any stage can feed any later one: the first places of groups go into a final, the losers of a
//! round into another bracket, the best thirds of all groups into the last free seats. A
//! [`Design`] says which, and an [`Event`] plays it.
//!
//! # Seats
//! A stage that has started always holds whom its [`Entry`]s name. If an earlier result changes
//! later on, whoever that moves is moved: matches of which a side changes lose what was reported,
//! and all others stay as they are. A stage feeds others when everything in it is played: to reopen
//! one of its matches, or to add one, empties the seats that come from it until it is played again.
//! To report another result straight away moves only whom that moves.
//!
//! # Who withdrew
//! Somebody who drops forfeits the matches left in the stages that have started, and those that open
//! again later. Into stages that start later those behind them move up, unless another stage fed by
//! the same ones has started already: then they keep their seat and forfeit, so that nobody else
//! gets two seats or none. Who withdrew before their first stage started has no final place.
//!
//! # Ties
//! Where a tie leaves open who goes on ([`Event::ties`]), the seats stay undecided until tie-break
//! matches are played or [`EventOperation::Settle`] says the order.

mod apply;
mod design;
mod links;
mod operation;
mod places;
mod ranks;
mod record;
mod refusal;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use design::{Design, Entry, Kind, MAX_SEATS, MAX_TABLE_MATCHES, StageDesign, StageKey};
use links::Links;
pub use operation::{ContestUndo, EventChanges, EventOperation, EventUndo, StageChange};
pub use places::Tie;
pub use record::{ContestDocument, EventState, StageState, VERSION};
pub use refusal::{EventRefusal, EventRestoreError};

use crate::model::{Content, Entrant, MAX_ENTRANTS, MIN_ENTRANTS, Seed};
use crate::race::Race;
use crate::stage::Stage;

/// What goes on in a stage that has started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contest {
    /// Matches.
    Matches(Stage),
    /// A race. Its entrants are the numbers of the seeds; `field` says who stands on them.
    Race {
        /// The race.
        race: Race,
        /// By seed.
        field: Vec<Content>,
    },
}

impl Contest {
    /// Who stands on each seed.
    pub fn field(&self) -> Vec<Content> {
        match self {
            Self::Matches(stage) => stage.field().collect(),
            Self::Race { field, .. } => field.clone(),
        }
    }

    /// The seed on which an entrant stands.
    pub fn seed_of(&self, entrant: Entrant) -> Option<Seed> {
        match self {
            Self::Matches(stage) => stage.seed_of(entrant),
            Self::Race { field, .. } => {
                let place = field.iter().position(|content| content.entrant() == Some(entrant))?;
                Some(Seed(u32::try_from(place + 1).ok()?))
            }
        }
    }

    /// Everything is played, and nobody is still to come.
    pub fn is_over(&self) -> bool {
        match self {
            Self::Matches(stage) => {
                stage.is_over() && stage.field().all(|content| content != Content::Undecided)
            }
            Self::Race { race, field } => race.is_over() && !field.contains(&Content::Undecided),
        }
    }

    /// Final place by seed, `None` while it is undecided.
    pub fn ranks(&self) -> Vec<Option<u32>> {
        match self {
            Self::Matches(stage) => stage.ranks(),
            Self::Race { race, .. } => race.ranks(),
        }
    }

    /// Worst final place still possible by seed.
    pub fn guaranteed_ranks(&self) -> Vec<u32> {
        match self {
            Self::Matches(stage) => stage.guaranteed_ranks(),
            Self::Race { race, .. } => race.guaranteed_ranks(),
        }
    }
}

/// One stage of an event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Running {
    /// `None` before its start.
    contest: Option<Contest>,
    state: StageState,
}

/// A started event. Cloning shares what the copies do not change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    design: Arc<Design>,
    links: Arc<Links>,
    entrants: u32,
    /// By seed of the event; left out while every seed holds the entrant of its number.
    order: Option<Arc<[Entrant]>>,
    /// First one first.
    withdrawn: Vec<Entrant>,
    /// By key.
    running: Vec<Running>,
}

impl Event {
    /// An event of entrants 1 to `entrants`, in seeding order, of which no stage has started.
    ///
    /// # Errors
    /// A design that cannot be played by so many.
    pub fn new(design: Design, entrants: u32) -> Result<Self, EventRefusal> {
        if entrants < MIN_ENTRANTS {
            return Err(EventRefusal::TooFewEntrants { given: entrants });
        }
        if entrants > MAX_ENTRANTS {
            return Err(EventRefusal::TooManyEntrants { given: entrants });
        }
        design.check(entrants)?;
        let links = Arc::new(Links::of(&design));
        let running = vec![Running::default(); design.stages.len()];
        let design = Arc::new(design);
        Ok(Self { design, links, entrants, order: None, withdrawn: Vec::new(), running })
    }

    /// What was asked for at the start.
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// Number of entrants, late ones and those who withdrew included.
    pub fn entrants(&self) -> u32 {
        self.entrants
    }

    /// Who withdrew, first one first.
    pub fn withdrawn(&self) -> &[Entrant] {
        &self.withdrawn
    }

    /// All stages, in the order of the design.
    pub fn keys(&self) -> impl Iterator<Item = StageKey> + use<> {
        (0..u32::try_from(self.running.len()).unwrap_or(u32::MAX)).map(StageKey)
    }

    /// What goes on in a stage; `None` before its start.
    pub fn contest(&self, key: StageKey) -> Option<&Contest> {
        self.running.get(key.index())?.contest.as_ref()
    }

    /// The matches of a stage that has started.
    pub fn stage(&self, key: StageKey) -> Option<&Stage> {
        match self.contest(key)? {
            Contest::Matches(stage) => Some(stage),
            Contest::Race { .. } => None,
        }
    }

    /// The race of a stage that has started.
    pub fn race(&self, key: StageKey) -> Option<&Race> {
        match self.contest(key)? {
            Contest::Race { race, .. } => Some(race),
            Contest::Matches(_) => None,
        }
    }

    /// The stage as it is or, before its start, as it would be: with those who are known by now.
    ///
    /// # Errors
    /// A race has no matches, and the settings may not go with the number of seats.
    pub fn outlook(&self, key: StageKey) -> Result<Stage, EventRefusal> {
        match self.contest(key) {
            Some(Contest::Matches(stage)) => Ok(stage.clone()),
            Some(Contest::Race { .. }) => Err(EventRefusal::NoMatches { stage: key }),
            None => match self.build(key)? {
                Contest::Matches(stage) => Ok(stage),
                Contest::Race { .. } => Err(EventRefusal::NoMatches { stage: key }),
            },
        }
    }

    /// Every stage is over.
    pub fn is_over(&self) -> bool {
        self.running.iter().all(|one| one.contest.as_ref().is_some_and(Contest::is_over))
    }

    /// Who is on a seed of the event.
    fn on_seed(&self, seed: Seed) -> Content {
        let entrant = match &self.order {
            None => (1..=self.entrants).contains(&seed.0).then_some(Entrant(seed.0)),
            Some(order) => order.get(seed.index()).copied(),
        };
        entrant.map_or(Content::Bye, Content::Entrant)
    }

    fn known(&self, key: StageKey) -> Result<&Running, EventRefusal> {
        self.running.get(key.index()).ok_or(EventRefusal::UnknownStage { stage: key })
    }

    fn check_entrant(&self, entrant: Entrant) -> Result<(), EventRefusal> {
        if (1..=self.entrants).contains(&entrant.0) {
            Ok(())
        } else {
            Err(EventRefusal::UnknownEntrant { entrant })
        }
    }

    /// Position by entrant in a list, for ordering.
    fn positions(list: &[Entrant]) -> BTreeMap<Entrant, usize> {
        list.iter().copied().zip(0..).collect()
    }
}
