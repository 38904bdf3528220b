//! Who may attach what to what, and beginning a file for it.

use std::sync::Arc;

use tiltyard_store::{
    Read,
    repo::attachments::{self, AttachmentRow},
};

use super::{accepting, read::belongs, within_number};
use crate::{
    Actor, Core, Error,
    error::Result,
    files::{StoredFile, Upload},
    permissions::{self, Permission, TournamentFacts},
    tournaments::{By, Tournament, load, matches::plays},
};

/// What a file is sent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachTo {
    /// A new attachment of this match.
    Match(i64),
    /// An attachment that is there; of this match, where one is named.
    Attachment {
        /// The match.
        of: Option<i64>,
        /// The attachment.
        id: i64,
    },
}

/// Fails unless the actor may attach to the match, or may change the attachment, which is returned.
pub(super) fn may_attach(
    db: &mut impl Read,
    actor: &Actor,
    facts: TournamentFacts,
    tournament: &Tournament,
    to: AttachTo,
) -> Result<Option<AttachmentRow>> {
    let person = actor.person_id();
    match to {
        AttachTo::Match(of) => {
            permissions::to_attach(actor, facts, plays(tournament, of, person))?;
            tournament.match_by_id(of).ok_or(Error::NotFound("match"))?;
            Ok(None)
        }
        AttachTo::Attachment { of, id } => {
            let row = belongs(tournament, attachments::get(db, id)?, of);
            let own = row.as_ref().is_ok_and(|row| person.is_some() && row.person_id == person);
            permissions::to_attach(actor, facts, own)?;
            Ok(Some(row?))
        }
    }
}

impl Core {
    /// Begins the file of an attachment, for whoever may attach it. It counts once it is finished and
    /// [attached](Core::attach_to_match), where all of this is asked again.
    pub async fn begin_upload(&self, actor: &Actor, by: By, to: AttachTo) -> Result<Upload> {
        permissions::require(actor, Permission::WriteAttachments)?;
        let (inner, asking) = (Arc::clone(&self.0), actor.clone());
        self.0
            .store
            .scan(move |rx| -> Result<()> {
                let tournament = load::read(rx, &inner, &by)?;
                let facts = load::facts(rx, &tournament.row, &asking)?;
                may_attach(rx, &asking, facts, &tournament, to)?;
                accepting(&tournament)?;
                // Asked again when it is attached; a file that cannot be is not worth its way.
                let of = match to {
                    AttachTo::Match(of) => tournament.match_by_id(of),
                    AttachTo::Attachment { .. } => None,
                };
                let most = inner.settings.attachments.per_match;
                of.map_or(Ok(()), |(row, _)| within_number(row.attachments + 1, most))
            })
            .await?;
        self.begin_file(actor.person_id(), self.settings().attachments.file_bytes).await
    }

    /// Takes back the file of an attachment that failed. Where the database failed nobody knows whether
    /// there is a row after all, and maintenance finds out.
    pub(super) async fn give_up_file(&self, error: &Error, file: StoredFile) {
        if !matches!(error, Error::Store(_)) {
            self.discard_file(file).await;
        }
    }

    /// Takes back a file that was not attached after all.
    pub async fn discard_file(&self, file: StoredFile) {
        self.remove_file(&file.0.key).await;
    }
}
