//! Removing participants: before the start they go, afterwards they withdraw.

use std::sync::Arc;

use serde_json::json;
use tiltyard_bracket::{
    Entrant,
    event::{EventOperation, StageKey},
};
use tiltyard_store::repo::participants;

use super::{journaled, only_before_start, renumber, replace};
use crate::{
    Actor, Core, Error,
    error::Result,
    permissions::Permission,
    tournaments::{By, State, Tournament},
};

impl Core {
    /// Removes a participant before the start; afterwards the participant withdraws and forfeits
    /// the matches that are left. True if the participant is gone, false if withdrawn.
    pub async fn remove_participant(
        &self,
        actor: &Actor,
        by: By,
        participant: i64,
    ) -> Result<(Arc<Tournament>, bool)> {
        self.change_tournament(actor, by, Permission::WriteParticipants, move |draft| {
            let mut rows = Vec::clone(&draft.tournament.participants);
            let index = rows
                .iter()
                .position(|row| row.id == participant)
                .ok_or(Error::NotFound("participant"))?;
            if draft.tournament.state == State::Pending {
                let row = rows.remove(index);
                participants::delete(draft.tx, row.id)?;
                renumber(draft, &mut rows, |_| true)?;
                draft.event("participant.removed", journaled(&row));
                replace(draft, rows);
                return Ok(true);
            }
            if draft.tournament.state == State::Complete {
                return Err(Error::conflict("the tournament is finalized"));
            }
            let row = &mut rows[index];
            if !row.active {
                return Ok(false);
            }
            let entrant = Entrant(u32::try_from(row.seed).map_err(Error::internal)?);
            row.active = false;
            row.updated_at = draft.now;
            participants::update(draft.tx, row)?;
            draft.undo.active.push((row.id, true));
            let body = journaled(row);
            replace(draft, rows);
            let stages: Vec<StageKey> =
                draft.tournament.stages_played().map(|(stage, _)| stage).collect();
            for stage in &stages {
                draft.resume(*stage)?;
            }
            draft.operate(EventOperation::Drop { entrant })?;
            draft.event("participant.withdrawn", body);
            for stage in stages {
                draft.settle_rounds(stage, None)?;
            }
            draft.settle_ties()?;
            Ok(false)
        })
        .await
    }

    /// Removes all participants before the start.
    pub async fn clear_participants(&self, actor: &Actor, by: By) -> Result<Arc<Tournament>> {
        let (tournament, ()) = self
            .change_tournament(actor, by, Permission::WriteParticipants, move |draft| {
                only_before_start(draft.tournament.state, "clearing the participants")?;
                let count = participants::delete_all(draft.tx, draft.tournament.row.id)?;
                draft.event("participants.cleared", json!({"count": count}));
                replace(draft, Vec::new());
                Ok(())
            })
            .await?;
        Ok(tournament)
    }
}
