//! The group resource. The reference has groups without names and with participants of their own;
//! here they have names, and everybody keeps their id through both stages.

use serde::Serialize;
use tiltyard_core::tournaments::{Group, Tournament};
use utoipa::ToSchema;

use super::as_text;

/// A group of the group stage.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::Group)]
pub(in crate::api::challonge_v2) struct GroupResource<'a> {
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String, pattern = "^[0-9]+$", examples("10000001"))]
    id: i64,
    #[serde(rename = "type")]
    #[schema(examples("group"))]
    kind: &'static str,
    attributes: Attributes<'a>,
}

/// A group's attributes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::GroupAttributes)]
struct Attributes<'a> {
    #[schema(examples("Group A"))]
    name: &'a str,
    tournament_id: i64,
    /// Whether everything in it is played.
    complete: bool,
    /// Everybody in it, the best first as far as it is decided.
    standings: Vec<Standing>,
}

/// Where somebody stands in a group.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::Standing)]
struct Standing {
    participant_id: i64,
    /// The place; null while it is open.
    rank: Option<u32>,
}

/// The resource of a group.
pub(in crate::api::challonge_v2) fn group<'a>(
    tournament: &Tournament,
    group: &Group<'a>,
) -> GroupResource<'a> {
    // A table has its order while it is played, too.
    let table = group.stage.settings().format.is_table();
    let ranks = match group.stage.standings() {
        Ok(standings) if table => standings.ranks().into_iter().map(Some).collect(),
        _ => group.stage.ranks(),
    };
    let mut standings: Vec<Standing> = group
        .stage
        .field()
        .zip(ranks)
        .filter_map(|(content, rank)| {
            let participant = tournament.participant(content.entrant()?)?;
            Some(Standing { participant_id: participant.id, rank })
        })
        .collect();
    standings.sort_by_key(|standing| standing.rank.unwrap_or(u32::MAX));
    GroupResource {
        id: group.id,
        kind: "group",
        attributes: Attributes {
            name: group.name,
            tournament_id: tournament.row.id,
            complete: group.stage.is_over(),
            standings,
        },
    }
}
