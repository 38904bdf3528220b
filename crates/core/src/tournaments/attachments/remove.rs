//! Removing an attachment.

use serde_json::json;
use tiltyard_store::repo::attachments;

use super::{add::counted, read::belongs};
use crate::{
    Actor, Core,
    error::Result,
    permissions::{self, Permission},
    tournaments::By,
};

impl Core {
    /// Removes an attachment; of this match, where one is named. Also where the tournament accepts
    /// no new ones.
    pub async fn remove_attachment(
        &self,
        actor: &Actor,
        by: By,
        of: Option<i64>,
        id: i64,
    ) -> Result<()> {
        permissions::require(actor, Permission::WriteAttachments)?;
        let asking = actor.clone();
        self.change_if_allowed(actor, by, move |draft| {
            let row = belongs(&draft.tournament, attachments::get(draft.tx, id)?, of);
            let own = row
                .as_ref()
                .is_ok_and(|row| row.person_id.is_some() && row.person_id == asking.person_id());
            permissions::to_attach(&asking, draft.facts, own)?;
            let row = row?;
            attachments::delete(draft.tx, row.id)?;
            counted(draft, row.match_id, -1)?;
            draft.event("attachment.removed", json!({"match": row.match_id, "attachment": row.id}));
            Ok(())
        })
        .await?;
        Ok(())
    }
}
