//! Races: everybody against everybody, in rounds, by times, places or scores.
//!
//! A [`Race`] is a value like a bracket: operations change it or are refused with a reason, header
//! and records are the whole state, and everything else follows from them. Three kinds:
//!
//! - **Time trial**: rounds are attempts; the best time, the sum of times or the last time counts.
//! - **Grand prix**: each round gives points by place; a single race is a grand prix of one round.
//! - **Leaderboard**: scores; the sum, the best or the last counts.
//!
//! # Rounds
//! Rounds are numbered from 1 and start in order, in a grand prix each after the one before is
//! completed. A race with `rounds: 0` has as many as are started, until [`RaceOperation::End`].
//! A completed round can be reopened at any time, also amid later ones, and keeps its marks.
//! Rounds underway count as they stand, so standings are live.
//!
//! # Ranks
//! Ranks are by competition ("1224"): who is equal shares the better place, and its points. In a
//! round come those with a number, then those who finished without one, who did not finish, who did
//! not start (also those without a mark, once the round is completed), and who was disqualified.
//! An explicit rank or explicit points of a mark replace the computed ones of that mark and of no
//! other. Only those who finished, or were given a rank, get points by place.
//!
//! # Standings
//! - Grand prix: more points; then more first places, more second places and so on, in all rounds;
//!   then the most points in one round. A round missed is worth 0 points.
//! - Time trial: the lower time, then the next best attempts. By sums, whoever finished more rounds
//!   is ahead of whoever finished fewer.
//! - Leaderboard: the better score, without tie-breaks. By sums with the lowest first, whoever
//!   has more scores is ahead.
//! - A time trial or leaderboard of one round stands as that round does, explicit ranks included.
//!
//! Who has no number yet is behind all who have one.

mod apply;
mod model;
mod record;
mod refusal;
mod results;
mod standings;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use model::{
    Aggregate, DEFAULT_POINTS, MAX_NUMBER, MAX_PLACES, MAX_RACE_ENTRANTS, MAX_ROUNDS, RaceChanges,
    RaceMark, RaceOperation, RaceResult, RaceSettings, RoundChange, RoundState, ScoreOrder,
};
pub use record::{RaceHeader, RaceRecord, VERSION};
pub use refusal::{RaceRefusal, RaceRestoreError};
pub use results::RoundResult;
pub use standings::{RaceStanding, RaceValue};

use crate::model::Entrant;

/// A started race.
///
/// Cloning shares the marks of a round until one of the copies changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Race {
    settings: RaceSettings,
    entrants: u32,
    withdrawn: BTreeSet<Entrant>,
    /// Those that have started; all others are pending.
    rounds: Vec<Round>,
    ended: bool,
}

/// A round that has started.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Round {
    completed: bool,
    marks: Arc<BTreeMap<Entrant, RaceMark>>,
}

impl Round {
    fn state(&self) -> RoundState {
        if self.completed { RoundState::Completed } else { RoundState::Underway }
    }
}

impl Race {
    /// Starts a race with entrants 1 to `entrants`. No round has started yet.
    ///
    /// # Errors
    /// Settings that are not valid, and more than [`MAX_RACE_ENTRANTS`] entrants. A race may start
    /// with nobody: entrants can be added.
    pub fn start(settings: RaceSettings, entrants: u32) -> Result<Self, RaceRefusal> {
        settings.check()?;
        if entrants > MAX_RACE_ENTRANTS {
            return Err(RaceRefusal::TooManyEntrants { given: entrants });
        }
        let (withdrawn, rounds) = (BTreeSet::new(), Vec::new());
        Ok(Self { settings, entrants, withdrawn, rounds, ended: false })
    }

    /// What was asked for at the start.
    pub fn settings(&self) -> &RaceSettings {
        &self.settings
    }

    /// Number of entrants, those who withdrew included.
    pub fn entrants(&self) -> u32 {
        self.entrants
    }

    /// Who withdrew, in ascending order.
    pub fn withdrawn(&self) -> impl Iterator<Item = Entrant> {
        self.withdrawn.iter().copied()
    }

    /// How many rounds are planned; `None` while any number may follow.
    pub fn planned_rounds(&self) -> Option<u32> {
        Some(self.settings.rounds()).filter(|rounds| *rounds > 0)
    }

    /// How many rounds there are: those planned, or else those started. Numbers are from 1.
    pub fn rounds(&self) -> u32 {
        self.planned_rounds().unwrap_or_else(|| self.started())
    }

    /// How many rounds have started, completed ones included.
    pub fn started(&self) -> u32 {
        u32::try_from(self.rounds.len()).unwrap_or(u32::MAX)
    }

    /// How many rounds are completed.
    pub fn completed(&self) -> u32 {
        let completed = self.rounds.iter().filter(|round| round.completed).count();
        u32::try_from(completed).unwrap_or(u32::MAX)
    }

    /// How far a round is; `None` if there is no such round.
    pub fn state(&self, round: u32) -> Option<RoundState> {
        match self.round(round) {
            Some(round) => Some(round.state()),
            None if round >= 1 && round <= self.rounds() => Some(RoundState::Pending),
            None => None,
        }
    }

    /// What an entrant has in a round.
    pub fn mark(&self, round: u32, entrant: Entrant) -> Option<RaceMark> {
        self.round(round)?.marks.get(&entrant).copied()
    }

    /// The round that can be started now.
    pub fn next_round(&self) -> Option<u32> {
        let next = self.started().saturating_add(1);
        self.check_start(next).ok().map(|()| next)
    }

    /// The race was ended by [`RaceOperation::End`].
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Nothing more is to come: every round is completed, and no more are planned.
    pub fn is_over(&self) -> bool {
        let last = self.ended || self.planned_rounds() == Some(self.started());
        last && self.rounds.iter().all(|round| round.completed)
    }

    /// A round that has started.
    fn round(&self, round: u32) -> Option<&Round> {
        self.rounds.get((round as usize).checked_sub(1)?)
    }

    fn round_mut(&mut self, round: u32) -> Option<&mut Round> {
        self.rounds.get_mut((round as usize).checked_sub(1)?)
    }

    /// All entrants, in ascending order.
    fn all(&self) -> impl Iterator<Item = Entrant> + use<> {
        (1..=self.entrants).map(Entrant)
    }

    fn check_entrant(&self, entrant: Entrant) -> Result<(), RaceRefusal> {
        let known = entrant.0 >= 1 && entrant.0 <= self.entrants;
        if known { Ok(()) } else { Err(RaceRefusal::UnknownEntrant { entrant }) }
    }
}
