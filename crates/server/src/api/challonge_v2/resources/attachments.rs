//! The attachment resource: the two names of time in camel case are the reference's
//! (reference/challonge §3.4); what is known of a file goes by the names of v1.

use serde::Serialize;
use tiltyard_core::{
    Core,
    tournaments::{Tournament, attachments::AttachmentRow},
};
use utoipa::ToSchema;

use super::{Reference, SelfLink, ToOne, as_text};
use crate::http::time::iso;

/// What is attached to a match.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::Attachment)]
pub(in crate::api::challonge_v2) struct AttachmentResource<'a> {
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String, pattern = "^[0-9]+$", examples("10000001"))]
    id: i64,
    #[serde(rename = "type")]
    #[schema(examples("match_attachment"))]
    kind: &'static str,
    attributes: Attributes<'a>,
    relationships: OfMatch,
    links: SelfLink,
}

/// An attachment's attributes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::AttachmentAttributes)]
struct Attributes<'a> {
    /// The link, or where its file is fetched.
    url: Option<String>,
    description: Option<&'a str>,
    /// The name of its file, cleaned of what could do harm.
    original_file_name: Option<&'a str>,
    /// The same.
    asset_file_name: Option<&'a str>,
    /// What its file is, by its first bytes: a picture (PNG, JPEG, GIF, WebP), or
    /// `application/octet-stream`.
    asset_content_type: Option<&'a str>,
    /// The size of its file in bytes.
    asset_file_size: Option<i64>,
    /// Where its file is fetched, without a credential; of a private tournament for an hour or two.
    asset_url: Option<String>,
    match_id: i64,
    /// Who attached it.
    user_id: Option<i64>,
    timestamps: Timestamps,
}

/// When what happened to an attachment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::AttachmentTimestamps)]
#[serde(rename_all = "camelCase")]
struct Timestamps {
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// What it is attached to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::AttachmentRelationships)]
struct OfMatch {
    r#match: ToOne,
}

/// The resource of an attachment.
pub(in crate::api::challonge_v2) fn attachment<'a>(
    core: &Core,
    tournament: &Tournament,
    row: &'a AttachmentRow,
    base: &str,
) -> AttachmentResource<'a> {
    let of = row.match_id;
    let file = row.file.as_ref();
    let asset_url = core.attached_file_path(tournament, row).map(|path| format!("{base}{path}"));
    let url = asset_url.clone().or_else(|| row.url.clone());
    let tournament = tournament.row.id;
    AttachmentResource {
        id: row.id,
        kind: "match_attachment",
        attributes: Attributes {
            url,
            description: row.description.as_deref(),
            original_file_name: file.map(|file| file.name.as_str()),
            asset_file_name: file.map(|file| file.name.as_str()),
            asset_content_type: file.map(|file| file.content_type.as_str()),
            asset_file_size: file.map(|file| file.size),
            asset_url,
            match_id: of,
            user_id: row.person_id,
            timestamps: Timestamps {
                created_at: iso(row.created_at),
                updated_at: iso(row.updated_at),
            },
        },
        relationships: OfMatch {
            r#match: ToOne { data: Some(Reference { id: of, kind: "match" }) },
        },
        links: SelfLink {
            own: format!(
                "{base}/v2.1/tournaments/{tournament}/matches/{of}/attachments/{}.json",
                row.id
            ),
        },
    }
}
