//! What is attached to a match.

use serde::Serialize;
use tiltyard_core::{
    Core,
    tournaments::{Tournament, attachments::AttachmentRow},
};
use utoipa::ToSchema;

use super::DateTime;

/// An attachment under its name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge_v1::AttachmentDocument)]
pub(in crate::api::challonge_v1) struct AttachmentBox {
    match_attachment: Fields,
}

/// An attachment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge_v1::Attachment)]
struct Fields {
    id: i64,
    match_id: i64,
    /// Who attached it.
    user_id: Option<i64>,
    description: Option<String>,
    /// A link; null beside a file.
    url: Option<String>,
    /// The name of its file, cleaned of what could do harm.
    original_file_name: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime,
    #[schema(value_type = String, format = DateTime)]
    updated_at: DateTime,
    /// The same.
    asset_file_name: Option<String>,
    /// What its file is, by its first bytes: a picture (PNG, JPEG, GIF, WebP), or
    /// `application/octet-stream`.
    asset_content_type: Option<String>,
    /// In bytes.
    asset_file_size: Option<i64>,
    /// Where its file is fetched, without a credential; of a private tournament for an hour or two.
    asset_url: Option<String>,
}

/// One attachment of a match of the tournament.
pub(in crate::api::challonge_v1) fn attachment(
    core: &Core,
    tournament: &Tournament,
    row: &AttachmentRow,
    base: &str,
) -> AttachmentBox {
    let file = row.file.as_ref();
    let name = file.map(|file| file.name.clone());
    let address = core.attached_file_path(tournament, row);
    AttachmentBox {
        match_attachment: Fields {
            id: row.id,
            match_id: row.match_id,
            user_id: row.person_id,
            description: row.description.clone(),
            url: row.url.clone(),
            original_file_name: name.clone(),
            created_at: DateTime::new(row.created_at),
            updated_at: DateTime::new(row.updated_at),
            asset_file_name: name,
            asset_content_type: file.map(|file| file.content_type.clone()),
            asset_file_size: file.map(|file| file.size),
            asset_url: address.map(|path| format!("{base}{path}")),
        },
    }
}
