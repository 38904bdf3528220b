//! The participant resource.

use serde::Serialize;
use tiltyard_core::tournaments::{ParticipantRow, Tournament};
use utoipa::ToSchema;

use super::{SelfLink, as_text};
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
    links: SelfLink,
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
    misc: Option<&'a str>,
    timestamps: Timestamps,
}

/// Where a participant stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::ParticipantStates)]
struct States {
    active: bool,
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

fn participant<'a>(
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
            states: States { active: row.active },
            misc: row.misc.as_deref(),
            timestamps: Timestamps {
                created_at: iso(row.created_at),
                updated_at: iso(row.updated_at),
            },
        },
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
    let rows = tournament.participants.iter().zip(tournament.group_ids());
    rows.map(move |(row, group)| participant(tournament.row.id, row, group, base))
}
