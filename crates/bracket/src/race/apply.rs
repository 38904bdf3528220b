//! Operations: what they would change, and doing it.

use std::sync::Arc;

use super::model::{
    MAX_RACE_ENTRANTS, MAX_ROUNDS, RaceChanges, RaceMark, RaceOperation, RaceSettings, RoundChange,
    RoundState,
};
use super::refusal::RaceRefusal;
use super::{Race, Round};
use crate::model::Entrant;

impl Race {
    /// Applies an operation. A mark costs O(log n) of n entrants.
    ///
    /// # Errors
    /// The refusal says why; the race is unchanged.
    pub fn apply(&mut self, operation: &RaceOperation) -> Result<RaceChanges, RaceRefusal> {
        let changes = self.preview(operation)?;
        self.perform(*operation);
        Ok(changes)
    }

    /// What [`Race::apply`] would return, without doing it.
    ///
    /// # Errors
    /// As for [`Race::apply`].
    pub fn preview(&self, operation: &RaceOperation) -> Result<RaceChanges, RaceRefusal> {
        use RoundState::{Completed, Pending, Underway};
        match *operation {
            RaceOperation::StartRound { round } => {
                self.check_start(round)?;
                Ok(turn(round, Pending, Underway))
            }
            RaceOperation::Mark { round, entrant, mark } => self.preview_mark(round, entrant, mark),
            RaceOperation::FinishRound { round } => {
                self.underway(round)?;
                Ok(turn(round, Underway, Completed))
            }
            RaceOperation::ReopenRound { round } => {
                if !self.started_round(round)?.completed {
                    return Err(RaceRefusal::NotCompleted { round });
                }
                Ok(turn(round, Completed, Underway))
            }
            RaceOperation::ResetRound { round } => self.preview_reset(round),
            RaceOperation::Add => {
                if self.is_over() {
                    return Err(RaceRefusal::Over);
                }
                let given = self.entrants.saturating_add(1);
                if given > MAX_RACE_ENTRANTS {
                    return Err(RaceRefusal::TooManyEntrants { given });
                }
                Ok(concern(Entrant(given)))
            }
            RaceOperation::Withdraw { entrant } => {
                self.check_entrant(entrant)?;
                if self.withdrawn.contains(&entrant) {
                    return Err(RaceRefusal::AlreadyWithdrawn { entrant });
                }
                Ok(concern(entrant))
            }
            RaceOperation::Reinstate { entrant } => {
                self.check_entrant(entrant)?;
                if !self.withdrawn.contains(&entrant) {
                    return Err(RaceRefusal::NotWithdrawn { entrant });
                }
                Ok(concern(entrant))
            }
            RaceOperation::End => self.check_end().map(|()| header()),
            RaceOperation::Resume if self.ended => Ok(header()),
            RaceOperation::Resume => Err(RaceRefusal::NotEnded),
        }
    }

    /// Adds an entrant and says who they are: [`RaceOperation::Add`].
    ///
    /// # Errors
    /// A race that is over or full takes nobody.
    pub fn add(&mut self) -> Result<Entrant, RaceRefusal> {
        self.apply(&RaceOperation::Add)?;
        Ok(Entrant(self.entrants))
    }

    pub(super) fn check_start(&self, round: u32) -> Result<(), RaceRefusal> {
        let (started, most) = (self.started(), self.planned_rounds().unwrap_or(MAX_ROUNDS));
        if round == 0 || (self.planned_rounds().is_some() && round > most) {
            return Err(RaceRefusal::UnknownRound { round });
        }
        if round <= started {
            return Err(RaceRefusal::AlreadyStarted { round });
        }
        if self.ended {
            return Err(RaceRefusal::Ended);
        }
        if round > most {
            return Err(RaceRefusal::TooManyRounds { given: round });
        }
        if round > started + 1 {
            return Err(RaceRefusal::OutOfOrder { round, first: started + 1 });
        }
        match self.settings {
            RaceSettings::GrandPrix { .. } => self.check_none_underway(),
            RaceSettings::TimeTrial { .. } | RaceSettings::Leaderboard { .. } => Ok(()),
        }
    }

    fn check_none_underway(&self) -> Result<(), RaceRefusal> {
        let mut rounds = (1..).zip(&self.rounds);
        match rounds.find(|(_, round)| !round.completed) {
            Some((round, _)) => Err(RaceRefusal::StillUnderway { round }),
            None => Ok(()),
        }
    }

    fn check_end(&self) -> Result<(), RaceRefusal> {
        if self.is_over() {
            return Err(RaceRefusal::AlreadyOver);
        }
        if self.ended {
            return Err(RaceRefusal::Ended);
        }
        self.check_none_underway()?;
        if self.rounds.is_empty() { Err(RaceRefusal::NothingCompleted) } else { Ok(()) }
    }

    fn preview_mark(
        &self,
        round: u32,
        entrant: Entrant,
        mark: Option<RaceMark>,
    ) -> Result<RaceChanges, RaceRefusal> {
        let present = self.underway(round)?.marks.get(&entrant);
        self.check_entrant(entrant)?;
        if let Some(mark) = mark {
            self.settings.check_mark(mark, self.entrants)?;
            if present.is_none() && self.withdrawn.contains(&entrant) {
                return Err(RaceRefusal::Withdrawn { entrant });
            }
        }
        let differs = present != mark.as_ref();
        let marks = Some((round, entrant)).filter(|_| differs).into_iter().collect();
        Ok(RaceChanges { marks, ..RaceChanges::default() })
    }

    fn preview_reset(&self, round: u32) -> Result<RaceChanges, RaceRefusal> {
        let reset = self.started_round(round)?;
        if self.ended {
            return Err(RaceRefusal::Ended);
        }
        let later = self.started();
        if round < later {
            return Err(RaceRefusal::LaterStarted { round, later });
        }
        let from = reset.state();
        let marks = reset.marks.keys().map(|entrant| (round, *entrant)).collect();
        Ok(RaceChanges { marks, ..turn(round, from, RoundState::Pending) })
    }

    fn started_round(&self, round: u32) -> Result<&Round, RaceRefusal> {
        self.round(round).ok_or_else(|| match self.state(round) {
            Some(_) => RaceRefusal::NotStarted { round },
            None => RaceRefusal::UnknownRound { round },
        })
    }

    fn underway(&self, round: u32) -> Result<&Round, RaceRefusal> {
        match self.started_round(round)? {
            completed if completed.completed => Err(RaceRefusal::AlreadyCompleted { round }),
            underway => Ok(underway),
        }
    }

    /// Does what [`Race::preview`] has allowed.
    fn perform(&mut self, operation: RaceOperation) {
        match operation {
            RaceOperation::StartRound { .. } => self.rounds.push(Round::default()),
            RaceOperation::Mark { round, entrant, mark } => self.put(round, entrant, mark),
            RaceOperation::FinishRound { round } => self.complete(round, true),
            RaceOperation::ReopenRound { round } => self.complete(round, false),
            RaceOperation::ResetRound { .. } => drop(self.rounds.pop()),
            RaceOperation::Add => self.entrants = self.entrants.saturating_add(1),
            RaceOperation::Withdraw { entrant } => drop(self.withdrawn.insert(entrant)),
            RaceOperation::Reinstate { entrant } => drop(self.withdrawn.remove(&entrant)),
            RaceOperation::End => self.ended = true,
            RaceOperation::Resume => self.ended = false,
        }
    }

    fn put(&mut self, round: u32, entrant: Entrant, mark: Option<RaceMark>) {
        let Some(round) = self.round_mut(round) else { return };
        let marks = Arc::make_mut(&mut round.marks);
        match mark {
            Some(mark) => marks.insert(entrant, mark),
            None => marks.remove(&entrant),
        };
    }

    fn complete(&mut self, round: u32, completed: bool) {
        if let Some(round) = self.round_mut(round) {
            round.completed = completed;
        }
    }
}

fn header() -> RaceChanges {
    RaceChanges { header: true, ..RaceChanges::default() }
}

fn turn(round: u32, from: RoundState, to: RoundState) -> RaceChanges {
    RaceChanges { rounds: vec![RoundChange { round, from, to }], ..header() }
}

fn concern(entrant: Entrant) -> RaceChanges {
    RaceChanges { entrants: vec![entrant], ..header() }
}
