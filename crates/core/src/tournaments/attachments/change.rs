//! Changing an attachment.

use std::sync::Arc;

use serde_json::json;
use tiltyard_store::repo::attachments::{self, AttachmentRow};

use super::{AttachTo, accepting, access::may_attach, link, something, within_bounds, words};
use crate::{
    Actor, Core, Error, Patch, Problems,
    error::Result,
    files::StoredFile,
    permissions::{self, Permission},
    tournaments::{By, Tournament, change::Draft},
};

/// Changes to an attachment.
#[derive(Debug, Clone, Default)]
pub struct AttachmentChanges {
    /// Its link; without effect while it has a file, which goes before a link.
    pub url: Patch<String>,
    /// Its words.
    pub description: Patch<String>,
    /// Its file, which goes before a link.
    pub file: Patch<StoredFile>,
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
        let file = changes.file.clone();
        match self.change(actor, by, AttachTo::Attachment { of, id }, changes).await {
            Ok((tournament, (row, replaced))) => {
                if let Some(key) = replaced {
                    self.remove_file(&key).await;
                }
                Ok((tournament, row))
            }
            Err(error) => {
                if let Patch::Set(file) = file {
                    self.give_up_file(&error, file).await;
                }
                Err(error)
            }
        }
    }

    /// The attachment after the change, and the key of the file that it no longer has.
    async fn change(
        &self,
        actor: &Actor,
        by: By,
        to: AttachTo,
        changes: AttachmentChanges,
    ) -> Result<(Arc<Tournament>, (AttachmentRow, Option<String>))> {
        permissions::require(actor, Permission::WriteAttachments)?;
        let mut problems = Problems::default();
        let url = checked(changes.url, link, &mut problems);
        let description = checked(changes.description, words, &mut problems);
        problems.check()?;
        let file = changes.file;
        let asking = actor.clone();
        let most = self.settings().attachments.tournament_bytes;
        self.change_if_allowed(actor, by, move |draft: &mut Draft<'_, '_>| {
            let row = may_attach(draft.tx, &asking, draft.facts, &draft.tournament, to)?;
            let mut row = row.ok_or(Error::NotFound("attachment"))?;
            accepting(&draft.tournament)?;
            let before = row.clone();
            url.clone().apply(&mut row.url);
            match &file {
                Patch::Keep => {}
                Patch::Clear => row.file = None,
                Patch::Set(file) => {
                    within_bounds(draft, most, Some(&file.0))?;
                    row.file = Some(file.0.clone());
                }
            }
            if row.file.is_some() {
                row.url = None;
            }
            description.clone().apply(&mut row.description);
            something(&row)?;
            if row == before {
                return Ok((row, None));
            }
            row.updated_at = draft.now;
            attachments::update(draft.tx, &row)?;
            draft.only_progress();
            draft.event("attachment.changed", json!({"match": row.match_id, "attachment": row.id}));
            let replaced = before.file.filter(|_| !file.is_keep()).map(|file| file.key);
            Ok((row, replaced))
        })
        .await
    }
}
