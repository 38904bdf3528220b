//! Taking a result back.

use std::sync::Arc;

use serde_json::json;
use tiltyard_bracket::{Operation, event::EventOperation};
use tiltyard_store::repo::matches;

use super::{check_playable, place};
use crate::{
    Actor, Core,
    error::Result,
    permissions::Permission,
    tournaments::{By, Tournament},
};

impl Core {
    /// Reopens a complete match; every match that depends on it is reset.
    pub async fn reopen_match(&self, actor: &Actor, by: By, id: i64) -> Result<Arc<Tournament>> {
        let (tournament, ()) = self
            .change_tournament(actor, by, Permission::WriteMatches, move |draft| {
                let (stage, key) = place(draft, id)?;
                check_playable(draft)?;
                draft.resume(stage)?;
                let operation = Operation::Reopen { key };
                let changes = draft.operate(EventOperation::Play { stage, operation })?;
                if let Some(row) = draft.tournament.matches.get_mut(stage, key)
                    && row.underway_at.is_some()
                {
                    row.underway_at = None;
                    matches::update(draft.tx, row)?;
                }
                let reset = draft.reset_by(&changes);
                let identifier =
                    draft.tournament.match_by_id(id).map(|(_, of)| of.identifier.to_string());
                let body = json!({"match": id, "identifier": identifier, "reset": reset});
                draft.event("match.reopened", body);
                draft.settle_rounds(stage, Some(key))?;
                draft.settle_ties()
            })
            .await?;
        Ok(tournament)
    }
}
