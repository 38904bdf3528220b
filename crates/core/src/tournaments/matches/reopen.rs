//! Taking a result back.

use std::sync::Arc;

use serde_json::json;
use tiltyard_bracket::Operation;

use super::{key, playable, refused};
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
                let key = key(draft, id)?;
                playable(draft)?;
                draft.resume()?;
                let changes = playable(draft)?
                    .apply(&Operation::Reopen { key })
                    .map_err(|refusal| refused(&refusal))?;
                if let Some(row) = Arc::make_mut(&mut draft.tournament.matches).get_mut(key.index())
                {
                    row.underway_at = None;
                }
                draft.write_matches(&changes)?;
                let reset: Vec<i64> = changes
                    .reset
                    .iter()
                    .filter_map(|key| draft.tournament.match_row(*key))
                    .map(|row| row.id)
                    .collect();
                draft.event("match.reopened", json!({"match": id, "reset": reset}));
                draft.settle_rounds(Some(key))?;
                draft.store_header()
            })
            .await?;
        Ok(tournament)
    }
}
