//! `/v2.1/tournaments`.

pub(super) mod change_state;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod events;
pub(super) mod get;
pub(in crate::api) mod input;
pub(super) mod list;
pub(super) mod undo;
pub(super) mod update;

use axum::{http::StatusCode, response::Response};
use serde::{Serialize, Serializer};
use tiltyard_core::tournaments::Tournament;

use super::{
    output::{self, Call},
    resources::{self, Included, TournamentResource},
};
use crate::http::heavy;

/// The document of one tournament with its matches and participants.
#[derive(Serialize)]
struct Whole<'a> {
    data: TournamentResource<'a>,
    #[serde(skip_serializing_if = "Everything::is_empty")]
    included: Everything<'a>,
}

/// The matches and participants, made into resources one after the other while they are written: in a
/// large tournament all of them at once would take many times what is written.
struct Everything<'a>(&'a Tournament, &'a str);

impl Everything<'_> {
    fn is_empty(&self) -> bool {
        self.0.participants.is_empty() && self.0.listed_matches().next().is_none()
    }
}

impl Serialize for Everything<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(tournament, base) = self;
        serializer.collect_seq(
            resources::matches(tournament, base)
                .map(Included::Match)
                .chain(resources::everybody(tournament, base)),
        )
    }
}

fn document<'a>(tournament: &'a Tournament, base: &'a str) -> Whole<'a> {
    Whole { data: resource(tournament, base), included: Everything(tournament, base) }
}

/// The resource alone.
pub(super) fn resource<'a>(tournament: &'a Tournament, base: &'a str) -> TournamentResource<'a> {
    let matches = tournament.listed_matches().count();
    resources::tournament(&tournament.row, &tournament.options, matches, base)
}

/// The answer with the tournament after a change.
fn answer(call: &Call, status: StatusCode, tournament: &Tournament) -> Response {
    let tag = output::tournament_tag(tournament, call.base_index);
    heavy::draw(tournament.participants.len(), || {
        call.respond_changed(status, &document(tournament, call.base()), &tag)
    })
}
