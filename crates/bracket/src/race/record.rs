//! Storing a race and building it again.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::model::{MAX_ROUNDS, RaceMark, RaceSettings, RoundState};
use super::refusal::{RaceRefusal, RaceRestoreError};
use super::{Race, Round};
use crate::model::Entrant;

/// Version of the stored data of a race.
pub const VERSION: u32 = 1;

/// What is stored once per race. With the records it is the whole state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaceHeader {
    /// Version of header and records, [`VERSION`] when written now.
    pub version: u32,
    /// What was asked for at the start.
    pub settings: RaceSettings,
    /// Number of entrants, those who withdrew included.
    pub entrants: u32,
    /// Who withdrew, in ascending order when written now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withdrawn: Vec<Entrant>,
    /// States of the rounds that have started, the first one first; never pending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rounds: Vec<RoundState>,
    /// The race was ended before all rounds that might have been.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ended: bool,
}

/// What is stored of one entrant in one round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RaceRecord {
    /// From 1.
    pub round: u32,
    /// Who.
    pub entrant: Entrant,
    /// What was written down.
    #[serde(flatten)]
    pub mark: RaceMark,
}

impl Race {
    /// What is to be stored once; it changes only when [`super::RaceChanges::header`] says so.
    pub fn header(&self) -> RaceHeader {
        RaceHeader {
            version: VERSION,
            settings: self.settings.clone(),
            entrants: self.entrants,
            withdrawn: self.withdrawn().collect(),
            rounds: self.rounds.iter().map(Round::state).collect(),
            ended: self.ended,
        }
    }

    /// What is to be stored of an entrant in a round; `None` if there is no mark, and then a stored
    /// record is to be removed. It changes only when [`super::RaceChanges::marks`] says so.
    pub fn record(&self, round: u32, entrant: Entrant) -> Option<RaceRecord> {
        self.mark(round, entrant).map(|mark| RaceRecord { round, entrant, mark })
    }

    /// All marks, by rounds and then by entrants.
    pub fn marks(&self) -> impl Iterator<Item = RaceRecord> {
        (1..).zip(&self.rounds).flat_map(|(round, started)| {
            let marks = started.marks.iter();
            marks.map(move |(entrant, mark)| RaceRecord { round, entrant: *entrant, mark: *mark })
        })
    }

    /// Builds a race from what was stored of it; the order of the records does not matter.
    ///
    /// # Errors
    /// Data that no sequence of operations can have left behind is refused, never repaired.
    pub fn restore(
        header: RaceHeader,
        records: impl IntoIterator<Item = RaceRecord>,
    ) -> Result<Self, RaceRestoreError> {
        if header.version != VERSION {
            return Err(RaceRestoreError::Version(header.version));
        }
        let mut race =
            Self::start(header.settings, header.entrants).map_err(RaceRestoreError::Header)?;
        for entrant in header.withdrawn {
            race.check_entrant(entrant).map_err(RaceRestoreError::Header)?;
            if !race.withdrawn.insert(entrant) {
                let refusal = RaceRefusal::AlreadyWithdrawn { entrant };
                return Err(RaceRestoreError::Header(refusal));
            }
        }
        for (number, state) in (1..).zip(header.rounds) {
            if number > race.planned_rounds().unwrap_or(MAX_ROUNDS) {
                let refusal = RaceRefusal::UnknownRound { round: number };
                return Err(RaceRestoreError::Header(refusal));
            }
            match state {
                RoundState::Pending => return Err(RaceRestoreError::Pending(number)),
                RoundState::Underway => race.rounds.push(Round::default()),
                RoundState::Completed => {
                    race.rounds.push(Round { completed: true, ..Round::default() });
                }
            }
        }
        // Ending needs a completed round, and one that is still to come; rounds may be reopened
        // afterwards, but neither reset nor started.
        race.ended = header.ended;
        let complete = race.planned_rounds() == Some(race.started());
        if race.ended && (race.rounds.is_empty() || complete) {
            return Err(RaceRestoreError::Ended);
        }
        race.put_all(records)?;
        Ok(race)
    }

    fn put_all(
        &mut self,
        records: impl IntoIterator<Item = RaceRecord>,
    ) -> Result<(), RaceRestoreError> {
        let mut marks = vec![BTreeMap::new(); self.rounds.len()];
        for RaceRecord { round, entrant, mark } in records {
            let refused = |refusal| RaceRestoreError::Record { round, entrant, refusal };
            let place = (round as usize).checked_sub(1).and_then(|index| marks.get_mut(index));
            let Some(place) = place else {
                return Err(refused(match self.state(round) {
                    Some(_) => RaceRefusal::NotStarted { round },
                    None => RaceRefusal::UnknownRound { round },
                }));
            };
            self.check_entrant(entrant).map_err(refused)?;
            self.settings.check_mark(mark, self.entrants).map_err(refused)?;
            if place.insert(entrant, mark).is_some() {
                return Err(RaceRestoreError::DuplicateRecord { round, entrant });
            }
        }
        for (round, marks) in self.rounds.iter_mut().zip(marks) {
            round.marks = Arc::new(marks);
        }
        Ok(())
    }
}
