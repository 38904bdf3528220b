//! The participant resource.

use serde::Serialize;
use tiltyard_core::tournaments::{ParticipantRow, Tournament};

use super::{SelfLink, as_text};
use crate::http::time::iso;

/// A participant.
#[derive(Debug, Serialize)]
pub(in crate::api::challonge_v2) struct ParticipantResource<'a> {
    #[serde(serialize_with = "as_text")]
    id: i64,
    #[serde(rename = "type")]
    kind: &'static str,
    attributes: Attributes<'a>,
    links: SelfLink,
}

#[derive(Debug, Serialize)]
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

#[derive(Debug, Serialize)]
struct States {
    active: bool,
}

#[derive(Debug, Serialize)]
struct Timestamps {
    created_at: String,
    updated_at: String,
}

fn participant<'a>(
    tournament: i64,
    row: &'a ParticipantRow,
    base: &str,
) -> ParticipantResource<'a> {
    ParticipantResource {
        id: row.id,
        kind: "participant",
        attributes: Attributes {
            name: &row.name,
            seed: row.seed,
            group_id: None,
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
    tournament.participants.iter().map(move |row| participant(tournament.row.id, row, base))
}
