//! `/v2.1/tournaments`.

pub(super) mod change_state;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod get;
mod input;
pub(super) mod list;
pub(super) mod undo;
pub(super) mod update;

use axum::{http::StatusCode, response::Response};
use tiltyard_core::tournaments::Tournament;

use super::{
    output::{Call, One},
    resources::{self, Included},
};

/// The document of one tournament with its matches and participants.
fn document<'a>(tournament: &'a Tournament, base: &'a str) -> impl serde::Serialize + use<'a> {
    let included: Vec<Included<'_>> = resources::matches(tournament, base)
        .map(Included::Match)
        .chain(resources::participants(tournament, base).map(Included::Participant))
        .collect();
    let matches = tournament.listed_matches().count();
    One {
        data: resources::tournament(&tournament.row, &tournament.options, matches, base),
        included,
    }
}

/// The answer with the tournament after a change.
fn answer(call: &Call, status: StatusCode, tournament: &Tournament) -> Response {
    call.respond(status, &document(tournament, call.base()))
}
