//! `/v2.1/tournaments/{id}/matches`.

pub(super) mod bulk_update;
pub(super) mod change_state;
pub(super) mod get;
pub(super) mod list;
pub(super) mod update;

use axum::{http::StatusCode, response::Response};
use tiltyard_core::tournaments::Tournament;

use super::{
    error::ApiError,
    output::{Call, One},
    resources::{self, Included},
};

/// The id in the path; anything else than a number names no match.
pub(super) fn id(text: &str) -> Result<i64, ApiError> {
    text.parse().map_err(|_| {
        ApiError::new(StatusCode::NOT_FOUND, "There is no such match for this credential.")
    })
}

/// The answer with one match and those who play it.
fn answer(call: &Call, tournament: &Tournament, id: i64) -> Result<Response, ApiError> {
    let base = call.base();
    let (row, of_bracket) =
        tournament.match_by_id(id).ok_or(tiltyard_core::Error::NotFound("match"))?;
    let players: Vec<i64> = of_bracket
        .slots
        .iter()
        .filter_map(|slot| slot.content.entrant())
        .filter_map(|entrant| tournament.participant(entrant))
        .map(|participant| participant.id)
        .collect();
    let included = tournament
        .participants
        .iter()
        .zip(resources::participants(tournament, base))
        .filter(|(row, _)| players.contains(&row.id))
        .map(|(_, resource)| Included::Participant(resource))
        .collect();
    let data = resources::one_match(tournament, row, of_bracket, base);
    Ok(call.respond(StatusCode::OK, &One { data, included }))
}
