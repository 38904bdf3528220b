//! `/v1/tournaments/{t}/participants`.

mod input;

pub(super) mod add;
pub(super) mod all;
pub(super) mod check_in;
pub(super) mod one;

use axum::response::Response;
use tiltyard_core::tournaments::{ParticipantRow, Tournament};

use super::{
    call::Call,
    error::ApiError,
    resources::{self, MatchBox, ParticipantBox},
};

/// The participant's matches.
fn matches_of(tournament: &Tournament, id: i64) -> Vec<MatchBox> {
    let plays = |of: &tiltyard_bracket::Match| {
        of.entrants().filter_map(|it| tournament.participant(it)).any(|row| row.id == id)
    };
    tournament
        .listed_matches()
        .filter(|(_, of)| plays(of))
        .map(|(row, of)| resources::one_match(tournament, row, of))
        .collect()
}

/// The document of one participant.
fn document(
    tournament: &Tournament,
    id: i64,
    with_matches: bool,
) -> Result<ParticipantBox, ApiError> {
    let mut rows = tournament.participants.iter().zip(tournament.group_ids());
    let found = rows.find(|(row, _)| row.id == id);
    let (row, group) = found.ok_or(tiltyard_core::Error::NotFound("participant"))?;
    let matches = with_matches.then(|| matches_of(tournament, id));
    Ok(resources::participant(tournament, row, group, matches))
}

/// The answer with one participant.
fn answer(call: &Call, tournament: &Tournament, id: i64) -> Result<Response, ApiError> {
    call.one(&document(tournament, id, call.includes("include_matches"))?)
}

/// The answer with these participants.
fn answer_many(
    call: &Call,
    tournament: &Tournament,
    wanted: impl Fn(&ParticipantRow) -> bool,
) -> Result<Response, ApiError> {
    let rows = tournament.participants.iter().zip(tournament.group_ids());
    let documents: Vec<ParticipantBox> = rows
        .filter(|(row, _)| wanted(row))
        .map(|(row, group)| resources::participant(tournament, row, group, None))
        .collect();
    call.many("participants", &documents)
}
