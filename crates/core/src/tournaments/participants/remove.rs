//! Removing participants: before the start they go, afterwards they withdraw.

use std::sync::Arc;

use serde_json::json;
use tiltyard_bracket::{
    Entrant,
    event::{EventOperation, StageKey},
};
use tiltyard_store::repo::participants;

use super::{arrange, journaled, move_up_in, only_before_start, settle};
use crate::{
    Actor, Core, Error,
    error::Result,
    permissions::Permission,
    tournaments::{By, State, Tournament, change::Draft},
};

impl Core {
    /// Removes a participant before the start, and somebody of the waiting list moves up; afterwards the participant withdraws and forfeits
    /// the matches that are left. True if the participant is gone, false if withdrawn.
    pub async fn remove_participant(
        &self,
        actor: &Actor,
        by: By,
        participant: i64,
    ) -> Result<(Arc<Tournament>, bool)> {
        self.change_tournament(actor, by, Permission::WriteParticipants, move |draft| {
            let index = draft
                .tournament
                .participants
                .iter()
                .position(|row| row.id == participant)
                .ok_or(Error::NotFound("participant"))?;
            leave(draft, index)
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
                settle(draft, Vec::new())
            })
            .await?;
        Ok(tournament)
    }
}

/// Lets the participant in this place go: before the start, and from the waiting list at any time,
/// they are gone (true); otherwise they withdraw.
pub(super) fn leave(draft: &mut Draft<'_, '_>, index: usize) -> Result<bool> {
    let state = draft.tournament.state;
    let mut rows = Vec::clone(&draft.tournament.participants);
    let row = rows.get_mut(index).ok_or(Error::NotFound("participant"))?;
    if !state.started() || row.on_waiting_list {
        let row = rows.remove(index);
        participants::delete(draft.tx, row.id)?;
        draft.event("participant.removed", journaled(&row));
        if !state.started() {
            move_up_in(draft, &mut rows);
            arrange(&mut rows);
        }
        settle(draft, rows)?;
        return Ok(true);
    }
    if state == State::AcceptingPredictions {
        return Err(Error::conflict(
            "nobody leaves while predictions are open: who takes part is fixed; withdraw once the \
             tournament has started, or reset it first",
        ));
    }
    if state == State::Complete {
        return Err(Error::conflict("the tournament is finalized"));
    }
    if !row.active {
        return Ok(false);
    }
    let entrant = Entrant(u32::try_from(row.seed).map_err(Error::internal)?);
    row.active = false;
    draft.undo.active.push((row.id, true));
    let body = journaled(row);
    settle(draft, rows)?;
    let stages: Vec<StageKey> = draft.tournament.stages_played().map(|(stage, _)| stage).collect();
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
}
