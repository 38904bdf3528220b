//! Reading what is attached.

use std::sync::Arc;

use tiltyard_store::repo::attachments::{self, AttachmentRow};

use crate::{
    Actor, Core, Error,
    error::Result,
    permissions::Permission,
    tournaments::{By, Listed, Page, Tournament},
};

impl Core {
    /// A match's attachments, oldest first.
    pub async fn match_attachments(
        &self,
        actor: &Actor,
        by: By,
        of: i64,
    ) -> Result<(Arc<Tournament>, Vec<AttachmentRow>)> {
        let tournament = self.tournament(actor, by, Permission::ReadAttachments).await?;
        tournament.match_by_id(of).ok_or(Error::NotFound("match"))?;
        let rows = self
            .0
            .store
            .read(move |rx| -> Result<_> { Ok(attachments::of_match(rx, of)?) })
            .await?;
        Ok((tournament, rows))
    }

    /// What is attached to a match, for its page: of a public tournament for everybody, of a private one for
    /// those who may read it; nothing for others.
    pub async fn page_attachments(
        &self,
        actor: &Actor,
        tournament: &Arc<Tournament>,
        of: i64,
    ) -> Result<Vec<AttachmentRow>> {
        tournament.match_by_id(of).ok_or(Error::NotFound("match"))?;
        if tournament.row.private {
            let by = By::Id(tournament.row.id);
            return match self.match_attachments(actor, by, of).await {
                Ok((_, rows)) => Ok(rows),
                Err(Error::NotFound(_) | Error::Unauthenticated(_) | Error::Forbidden(_)) => {
                    Ok(Vec::new())
                }
                Err(error) => Err(error),
            };
        }
        self.0.store.read(move |rx| -> Result<_> { Ok(attachments::of_match(rx, of)?) }).await
    }

    /// What is attached to all matches of a tournament, oldest first.
    pub async fn tournament_attachments(
        &self,
        actor: &Actor,
        by: By,
        page: Page,
    ) -> Result<(Arc<Tournament>, Listed<AttachmentRow>)> {
        let tournament = self.tournament(actor, by, Permission::ReadAttachments).await?;
        let id = tournament.row.id;
        let (items, total) = self
            .0
            .store
            .scan(move |rx| -> Result<_> {
                Ok(attachments::of_tournament(rx, id, i64::from(page.size), page.offset())?)
            })
            .await?;
        Ok((tournament, Listed { items, total: u64::try_from(total).unwrap_or_default() }))
    }

    /// One attachment; of this match, where one is named.
    pub async fn match_attachment(
        &self,
        actor: &Actor,
        by: By,
        of: Option<i64>,
        id: i64,
    ) -> Result<(Arc<Tournament>, AttachmentRow)> {
        let tournament = self.tournament(actor, by, Permission::ReadAttachments).await?;
        let row =
            self.0.store.read(move |rx| -> Result<_> { Ok(attachments::get(rx, id)?) }).await?;
        let row = belongs(&tournament, row, of)?;
        Ok((tournament, row))
    }
}

/// The attachment, if it is the tournament's, and this match's where one is named.
pub(super) fn belongs(
    tournament: &Tournament,
    row: Option<AttachmentRow>,
    of: Option<i64>,
) -> Result<AttachmentRow> {
    row.filter(|row| row.tournament_id == tournament.row.id)
        .filter(|row| of.is_none_or(|of| of == row.match_id))
        .ok_or(Error::NotFound("attachment"))
}
