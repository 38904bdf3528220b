//! Attaching something to a match.

use std::sync::Arc;

use serde_json::json;
use tiltyard_store::repo::{
    attachments::{self, AttachmentRow},
    matches, sequences,
};

use super::{NewAttachment, accepting, link, something, words};
use crate::{
    Actor, Core, Error, Problems,
    error::Result,
    permissions::{self, Permission},
    tournaments::{By, Tournament, change::Draft, matches::plays},
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
        permissions::require(actor, Permission::WriteAttachments)?;
        let mut problems = Problems::default();
        let url = link(new.url, &mut problems);
        let description = words(new.description, &mut problems);
        problems.check()?;
        let asking = actor.clone();
        let most = i64::from(self.settings().attachments.per_match);
        self.change_if_allowed(actor, by, move |draft| {
            let person = asking.person_id();
            permissions::to_attach(&asking, draft.facts, plays(&draft.tournament, of, person))?;
            let mut row = AttachmentRow {
                id: 0,
                tournament_id: draft.tournament.row.id,
                match_id: of,
                person_id: person,
                url: url.clone(),
                description: description.clone(),
                file: None,
                created_at: draft.now,
                updated_at: draft.now,
            };
            draft.tournament.match_by_id(of).ok_or(Error::NotFound("match"))?;
            accepting(&draft.tournament)?;
            something(&row)?;
            row.id = draft.tx.next_id(sequences::ATTACHMENT)?;
            attachments::insert(draft.tx, &row)?;
            let count = counted(draft, of, 1)?;
            if count > most {
                return Err(Error::conflict(format!(
                    "a match has at most {most} attachments; remove one first"
                )));
            }
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
