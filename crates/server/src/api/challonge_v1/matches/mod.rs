//! `/v1/tournaments/{t}/matches`.

pub(super) mod change;
pub(super) mod list;
pub(super) mod show;
pub(super) mod update;

use axum::response::Response;
use tiltyard_core::tournaments::Tournament;

use super::{call::Call, error::ApiError, resources};

/// The answer with one match.
fn answer(call: &Call, tournament: &Tournament, id: i64) -> Result<Response, ApiError> {
    let found = tournament.match_by_id(id);
    let (row, of) = found.ok_or(tiltyard_core::Error::NotFound("match"))?;
    call.one(&resources::one_match(tournament, row, of))
}
