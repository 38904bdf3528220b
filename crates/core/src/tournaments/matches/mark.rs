//! Marking a match as being played.

use std::sync::Arc;

use serde_json::json;
use tiltyard_bracket::MatchState;
use tiltyard_store::repo::matches;

use super::{check_playable, place};
use crate::{
    Actor, Core, Error,
    error::Result,
    permissions::Permission,
    tournaments::{By, Tournament},
};

impl Core {
    /// Marks an open match as being played, or takes the mark away.
    pub async fn mark_match(
        &self,
        actor: &Actor,
        by: By,
        id: i64,
        underway: bool,
    ) -> Result<Arc<Tournament>> {
        let (tournament, ()) = self
            .change_tournament(actor, by, Permission::WriteMatches, move |draft| {
                let (stage, key) = place(draft, id)?;
                check_playable(draft)?;
                let state = draft.tournament.match_by_id(id).map(|(_, m)| m.state);
                if state != Some(MatchState::Open) {
                    return Err(Error::conflict("only an open match can be marked as underway"));
                }
                let now = draft.now;
                let Some(row) = draft.tournament.matches.get_mut(stage, key) else {
                    return Err(Error::NotFound("match"));
                };
                if row.underway_at.is_some() == underway {
                    return Ok(());
                }
                draft.undo.before(row);
                row.underway_at = underway.then_some(now);
                row.updated_at = now;
                matches::update(draft.tx, row)?;
                draft.only_progress();
                let event =
                    if underway { "match.marked_underway" } else { "match.unmarked_underway" };
                draft.event(event, json!({"match": id}));
                Ok(())
            })
            .await?;
        Ok(tournament)
    }
}
