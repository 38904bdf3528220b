//! Attaching something to a match.

use std::sync::Arc;

use serde_json::json;
use tiltyard_store::repo::{
    attachments::{self, AttachmentRow},
    matches, sequences,
};

use super::{
    AttachTo, NewAttachment, accepting, access::may_attach, link, something, within_bounds,
    within_number, words,
};
use crate::{
    Actor, Core, Error, Problems,
    error::Result,
    permissions::{self, Permission},
    tournaments::{By, Tournament, change::Draft},
};

impl Core {
    /// Attaches a link, a file or words to a match.
    pub async fn attach_to_match(
        &self,
        actor: &Actor,
        by: By,
        of: i64,
        new: NewAttachment,
    ) -> Result<(Arc<Tournament>, AttachmentRow)> {
        let file = new.file.clone();
        let added = self.attach(actor, by, of, new).await;
        if let (Err(error), Some(file)) = (&added, file) {
            self.give_up_file(error, file).await;
        }
        added
    }

    async fn attach(
        &self,
        actor: &Actor,
        by: By,
        of: i64,
        new: NewAttachment,
    ) -> Result<(Arc<Tournament>, AttachmentRow)> {
        permissions::require(actor, Permission::WriteAttachments)?;
        let mut problems = Problems::default();
        let url = link(new.url, &mut problems).filter(|_| new.file.is_none());
        let description = words(new.description, &mut problems);
        problems.check()?;
        let file = new.file.map(|file| file.0);
        let asking = actor.clone();
        let settings = &self.settings().attachments;
        let (most, bytes) = (settings.per_match, settings.tournament_bytes);
        self.change_if_allowed(actor, by, move |draft| {
            let to = AttachTo::Match(of);
            may_attach(draft.tx, &asking, draft.facts, &draft.tournament, to)?;
            let mut row = AttachmentRow {
                id: 0,
                tournament_id: draft.tournament.row.id,
                match_id: of,
                person_id: asking.person_id(),
                url: url.clone(),
                description: description.clone(),
                file: file.clone(),
                created_at: draft.now,
                updated_at: draft.now,
            };
            accepting(&draft.tournament)?;
            something(&row)?;
            within_bounds(draft, bytes, row.file.as_ref())?;
            row.id = draft.tx.next_id(sequences::ATTACHMENT)?;
            attachments::insert(draft.tx, &row)?;
            let count = counted(draft, of, 1)?;
            within_number(count, most)?;
            draft.event("attachment.added", json!({"match": of, "attachment": row.id}));
            Ok(row)
        })
        .await
    }
}

/// Brings the number that a match has up to date, and says it.
pub(super) fn counted(draft: &mut Draft<'_, '_>, of: i64, change: i64) -> Result<i64> {
    let row = draft.tournament.matches.find_mut(of).ok_or(Error::NotFound("match"))?;
    row.attachments += change;
    row.updated_at = draft.now;
    matches::update(draft.tx, row)?;
    let count = row.attachments;
    draft.only_progress();
    Ok(count)
}
