//! The participant resource.

use serde::Serialize;
use tiltyard_core::tournaments::{
    ParticipantRow, Tournament,
    registration::{self, Answers},
};
use utoipa::ToSchema;

use super::{SelfLink, ToOne, as_text, profiles};
use crate::http::time::iso;

/// A participant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::Participant)]
pub(in crate::api::challonge_v2) struct ParticipantResource<'a> {
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String, pattern = "^[0-9]+$", examples("10000001"))]
    id: i64,
    #[serde(rename = "type")]
    #[schema(examples("participant"))]
    kind: &'static str,
    attributes: Attributes<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    relationships: Option<Relationships>,
    links: SelfLink,
}

/// What a participant who is linked to an account belongs to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::ParticipantRelationships)]
struct Relationships {
    /// The account's profile, which is included.
    profile: ToOne,
}

/// A participant's attributes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::ParticipantAttributes)]
struct Attributes<'a> {
    name: &'a str,
    seed: i64,
    group_id: Option<i64>,
    tournament_id: i64,
    username: Option<&'a str>,
    final_rank: Option<i64>,
    states: States,
    #[schema(format = DateTime)]
    checked_in_at: Option<String>,
    misc: Option<&'a str>,
    /// Answers to the tournament's `custom_fields` by key; null where there are none. Private ones are
    /// shown to organizers only.
    #[schema(value_type = Option<Object>, examples(json!({"team": "Red"})))]
    custom_field_response: Option<Answers>,
    timestamps: Timestamps,
}

/// Where a participant stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::ParticipantStates)]
struct States {
    /// False once withdrawn, and for those who did not check in in time.
    active: bool,
    checked_in: bool,
    /// Whether they wait for a place; then they are not drawn.
    on_waiting_list: bool,
}

/// When what happened to a participant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::ParticipantTimestamps)]
struct Timestamps {
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// The resource of a participant, with the group they play in.
pub(in crate::api::challonge_v2) fn participant<'a>(
    tournament: i64,
    row: &'a ParticipantRow,
    group_id: Option<i64>,
    base: &str,
) -> ParticipantResource<'a> {
    ParticipantResource {
        id: row.id,
        kind: "participant",
        attributes: Attributes {
            name: &row.name,
            seed: row.seed,
            group_id,
            tournament_id: tournament,
            username: row.username.as_deref(),
            final_rank: row.final_rank,
            states: States {
                active: row.active,
                checked_in: row.checked_in_at.is_some(),
                on_waiting_list: row.on_waiting_list,
            },
            checked_in_at: row.checked_in_at.map(iso),
            misc: row.misc.as_deref(),
            custom_field_response: registration::answers(row),
            timestamps: Timestamps {
                created_at: iso(row.created_at),
                updated_at: iso(row.updated_at),
            },
        },
        relationships: profiles::profile(row)
            .map(|profile| Relationships { profile: ToOne { data: Some(profile) } }),
        links: SelfLink {
            own: format!("{base}/v2.1/tournaments/{tournament}/participants/{}.json", row.id),
        },
    }
}

/// The resources of a tournament's participants, by seed.
pub(in crate::api::challonge_v2) fn participants<'a>(
    tournament: &'a Tournament,
    base: &'a str,
) -> impl Iterator<Item = ParticipantResource<'a>> {
    participants_where(tournament, base, |_| true)
}

/// The resources of some of a tournament's participants, by seed.
pub(in crate::api::challonge_v2) fn participants_where<'a>(
    tournament: &'a Tournament,
    base: &'a str,
    wanted: impl Fn(&ParticipantRow) -> bool,
) -> impl Iterator<Item = ParticipantResource<'a>> {
    let rows = tournament.participants.iter().zip(tournament.group_ids());
    rows.filter(move |(row, _)| wanted(row))
        .map(move |(row, group)| participant(tournament.row.id, row, group, base))
}
