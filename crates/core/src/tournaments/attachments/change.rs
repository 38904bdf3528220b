//! Changing an attachment.

use std::sync::Arc;

use serde_json::json;
use tiltyard_store::repo::attachments::{self, AttachmentRow};

use super::{accepting, link, read::belongs, something, words};
use crate::{
    Actor, Core, Patch, Problems,
    error::Result,
    permissions::{self, Permission},
    tournaments::{By, Tournament},
};

/// Changes to an attachment.
#[derive(Debug, Clone, Default)]
pub struct AttachmentChanges {
    /// Its link; without effect while it has a file, which goes before a link.
    pub url: Patch<String>,
    /// Its words.
    pub description: Patch<String>,
}

/// The change with its text checked; an empty text clears.
fn checked(
    patch: Patch<String>,
    check: impl FnOnce(Option<String>, &mut Problems) -> Option<String>,
    problems: &mut Problems,
) -> Patch<String> {
    match patch {
        Patch::Set(text) => check(Some(text), problems).map_or(Patch::Clear, Patch::Set),
        other => other,
    }
}

impl Core {
    /// Changes an attachment; of this match, where one is named. What is kept stays as it is.
    pub async fn change_attachment(
        &self,
        actor: &Actor,
        by: By,
        of: Option<i64>,
        id: i64,
        changes: AttachmentChanges,
    ) -> Result<(Arc<Tournament>, AttachmentRow)> {
        permissions::require(actor, Permission::WriteAttachments)?;
        let mut problems = Problems::default();
        let url = checked(changes.url, link, &mut problems);
        let description = checked(changes.description, words, &mut problems);
        problems.check()?;
        let asking = actor.clone();
        self.change_if_allowed(actor, by, move |draft| {
            let row = belongs(&draft.tournament, attachments::get(draft.tx, id)?, of);
            let own = row
                .as_ref()
                .is_ok_and(|row| row.person_id.is_some() && row.person_id == asking.person_id());
            permissions::to_attach(&asking, draft.facts, own)?;
            let mut row = row?;
            accepting(&draft.tournament)?;
            let before = row.clone();
            url.clone().apply(&mut row.url);
            if row.file.is_some() {
                row.url = None;
            }
            description.clone().apply(&mut row.description);
            something(&row)?;
            if row == before {
                return Ok(row);
            }
            row.updated_at = draft.now;
            attachments::update(draft.tx, &row)?;
            draft.only_progress();
            draft.event("attachment.changed", json!({"match": row.match_id, "attachment": row.id}));
            Ok(row)
        })
        .await
    }
}
