//! What whoever runs a tournament is shown before they do something.

use std::sync::Arc;

use tiltyard_bracket::{
    Operation,
    event::{Event, EventOperation},
};

use super::{
    By, State, Tournament, check_in,
    draw::refused,
    load,
    matches::{self, Report},
    rows::split,
};
use crate::{
    Actor, Core, Error,
    error::Result,
    permissions::{self, Access, Permission},
};

impl Core {
    /// The tournament, for whoever runs it.
    pub async fn tournament_to_run(&self, actor: &Actor, by: By) -> Result<Arc<Tournament>> {
        permissions::require(actor, Permission::WriteTournaments)?;
        let tournament = self.read_tournament(by).await?;
        let (row, asking) = (tournament.row.clone(), actor.clone());
        let facts = self.0.store.read(move |rx| load::facts(rx, &row, &asking)).await?;
        permissions::on_tournament(actor, facts, Access::Write, Permission::WriteTournaments)?;
        Ok(tournament)
    }
}

impl Tournament {
    /// Why it cannot start just now, if it has not.
    pub fn start_refused(&self) -> Option<Error> {
        if self.state.started() {
            return None;
        }
        let checked = || {
            check_in::settled(self)?;
            let entrants = self.entrants();
            if entrants < 2 {
                return Err(Error::conflict(
                    "the tournament needs at least 2 participants to start",
                ));
            }
            let design = self.stages()?.design(entrants);
            Event::new(design, entrants).map_err(|refusal| refused(&refusal))
        };
        checked().err()
    }

    /// How many play, or would if it started now.
    pub fn playing(&self) -> u32 {
        self.entrants()
    }

    /// Whether every match of the groups is complete, so that the final stage can be played.
    pub fn groups_are_played(&self) -> bool {
        self.state == State::GroupStagesUnderway && self.groups_are_over()
    }

    /// The ids of the matches whose results are lost when this one is reopened; a round of Swiss that
    /// rests on it and has not begun is paired anew besides.
    ///
    /// # Errors
    /// It cannot be reopened.
    pub fn reset_by_reopening(&self, id: i64) -> Result<Vec<i64>> {
        let (_, of) = self.match_by_id(id).ok_or(Error::NotFound("match"))?;
        self.reset_by(id, Operation::Reopen { key: of.key })
    }

    /// The ids of the matches whose results are lost by this report of a match: where it is decided
    /// already, and somebody else goes on now.
    ///
    /// # Errors
    /// It cannot be reported so.
    pub fn reset_by_report(&self, id: i64, report: &Report) -> Result<Vec<i64>> {
        self.reset_by(id, matches::reported(self, id, report)?)
    }

    /// The same, if it is decided for whoever was there: `absent` did not play it.
    ///
    /// # Errors
    /// It cannot be decided so.
    pub fn reset_by_forfeit(&self, id: i64, absent: &[i64]) -> Result<Vec<i64>> {
        self.reset_by(id, matches::forfeited(self, id, absent)?)
    }

    fn reset_by(&self, id: i64, operation: Operation) -> Result<Vec<i64>> {
        let (row, _) = self.match_by_id(id).ok_or(Error::NotFound("match"))?;
        let (stage, _) = split(row.match_key).ok_or(Error::NotFound("match"))?;
        if self.state == State::Complete {
            return Err(Error::conflict("the tournament is finalized; its results cannot change"));
        }
        let mut event = self.event.clone().ok_or(Error::NotFound("match"))?;
        if event.stage(stage).is_some_and(tiltyard_bracket::Stage::is_finalized) {
            event.apply(&EventOperation::Resume { stage }).map_err(|refusal| refused(&refusal))?;
        }
        let operation = EventOperation::Play { stage, operation };
        let changes = event.preview(&operation).map_err(|refusal| refused(&refusal))?;
        let reset = changes.stages.iter().flat_map(|(stage, change)| {
            let rows = change.matches.reset.iter().filter_map(|key| self.matches.get(*stage, *key));
            rows.map(|row| row.id)
        });
        Ok(reset.collect())
    }
}
