//! The attachment resource: the two names of time in camel case are the reference's
//! (reference/challonge §3.4); what is known of a file goes by the names of v1.

use serde::Serialize;
use tiltyard_core::tournaments::attachments::AttachmentRow;
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
    /// A link.
    url: Option<&'a str>,
    description: Option<&'a str>,
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
    row: &'a AttachmentRow,
    base: &str,
) -> AttachmentResource<'a> {
    let (tournament, of) = (row.tournament_id, row.match_id);
    AttachmentResource {
        id: row.id,
        kind: "match_attachment",
        attributes: Attributes {
            url: row.url.as_deref(),
            description: row.description.as_deref(),
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
