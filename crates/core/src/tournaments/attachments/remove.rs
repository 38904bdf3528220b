//! Removing an attachment.

use std::sync::Arc;

use serde_json::json;
use tiltyard_store::repo::attachments::{self, AttachmentRow};

use super::{AttachTo, access::may_attach, add::counted};
use crate::{
    Actor, Core, Error,
    error::Result,
    permissions::{self, Permission},
    tournaments::{By, Tournament},
};

impl Core {
    /// Removes an attachment; of this match, where one is named. Also where the tournament accepts
    /// no new ones. Returns it as it was.
    pub async fn remove_attachment(
        &self,
        actor: &Actor,
        by: By,
        of: Option<i64>,
        id: i64,
    ) -> Result<(Arc<Tournament>, AttachmentRow)> {
        permissions::require(actor, Permission::WriteAttachments)?;
        let asking = actor.clone();
        let (tournament, row) = self
            .change_if_allowed(actor, by, move |draft| {
                let to = AttachTo::Attachment { of, id };
                let row = may_attach(draft.tx, &asking, draft.facts, &draft.tournament, to)?;
                let row = row.ok_or(Error::NotFound("attachment"))?;
                attachments::delete(draft.tx, row.id)?;
                counted(draft, row.match_id, -1)?;
                draft.event(
                    "attachment.removed",
                    json!({"match": row.match_id, "attachment": row.id}),
                );
                Ok(row)
            })
            .await?;
        // After the row: whoever comes meanwhile finds both or neither.
        if let Some(file) = &row.file {
            self.remove_file(&file.key).await;
        }
        Ok((tournament, row))
    }
}
