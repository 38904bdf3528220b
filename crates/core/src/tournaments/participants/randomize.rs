//! Drawing the seeds by lot.

use std::sync::Arc;

use serde_json::json;

use super::{journaled, only_before_start, playing, settle};
use crate::{
    Actor, Core,
    error::Result,
    permissions::Permission,
    tournaments::{By, Tournament},
};

impl Core {
    /// Draws the seeds by lot, before the start. The waiting list keeps its order.
    pub async fn randomize_participants(&self, actor: &Actor, by: By) -> Result<Arc<Tournament>> {
        let seed = self.random::<32>()?;
        let (tournament, ()) = self
            .change_tournament(actor, by, Permission::WriteParticipants, move |draft| {
                only_before_start(draft.tournament.state, "drawing lots")?;
                let mut rows = Vec::clone(&draft.tournament.participants);
                // Sorting by a keyed hash of the id is a uniform shuffle that can be run again.
                let playing = playing(&rows);
                let (drawn, _) = rows.split_at_mut(playing);
                drawn.sort_by_cached_key(|row| {
                    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &seed);
                    aws_lc_rs::hmac::sign(&key, &row.id.to_be_bytes()).as_ref().to_vec()
                });
                settle(draft, rows)?;
                let rows = &draft.tournament.participants;
                let body: Vec<_> = rows.iter().map(journaled).collect();
                draft.event("participants.randomized", json!({"participants": body}));
                Ok(())
            })
            .await?;
        Ok(tournament)
    }
}
