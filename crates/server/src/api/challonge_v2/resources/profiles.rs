//! The profile: what everybody may know of the account that a participant is linked to.

use std::collections::HashSet;

use serde::Serialize;
use tiltyard_core::tournaments::ParticipantRow;
use utoipa::ToSchema;

use super::{Reference, as_text};

/// The profile of an account that participants are linked to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::Profile)]
pub(in crate::api::challonge_v2) struct ProfileResource<'a> {
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String, pattern = "^[0-9]+$", examples("10000001"))]
    id: i64,
    #[serde(rename = "type")]
    #[schema(examples("profile"))]
    kind: &'static str,
    attributes: Attributes<'a>,
}

/// A profile's attributes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::ProfileAttributes)]
struct Attributes<'a> {
    username: &'a str,
    /// The account's picture; accounts have none here.
    image_url: Option<&'a str>,
}

/// The participant's profile, if they are linked to an account.
pub(super) fn profile(row: &ParticipantRow) -> Option<Reference> {
    let id = row.person_id.filter(|_| row.username.is_some())?;
    Some(Reference { id, kind: "profile" })
}

/// The profiles of these participants, each once.
pub(in crate::api::challonge_v2) fn profiles<'a>(
    rows: impl IntoIterator<Item = &'a ParticipantRow>,
) -> impl Iterator<Item = ProfileResource<'a>> {
    let mut seen = HashSet::new();
    rows.into_iter().filter_map(move |row| {
        let Reference { id, kind } = profile(row)?;
        let attributes = Attributes { username: row.username.as_deref()?, image_url: None };
        seen.insert(id).then_some(ProfileResource { id, kind, attributes })
    })
}
