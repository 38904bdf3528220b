//! `/v2.1/tournaments/{id}/matches`.

pub(super) mod bulk_update;
pub(super) mod change_state;
pub(super) mod get;
pub(super) mod list;
pub(in crate::api) mod scores_csv;
pub(super) mod update;

use std::sync::Arc;

use axum::{http::StatusCode, response::Response};
use tiltyard_core::{
    Error,
    permissions::Permission,
    tournaments::{By, Current, Tournament},
};

use super::{
    error::ApiError,
    output::{self, Call, One},
    resources::{self, Included, MatchResource},
};

/// The id in the path; anything else than a number names no match.
pub(super) fn id(text: &str) -> Result<i64, ApiError> {
    text.parse().map_err(|_| {
        ApiError::new(StatusCode::NOT_FOUND, "There is no such match for this credential.")
    })
}

/// What became of a change of this match; one that its state does not allow is shown as it is.
async fn allowed(
    call: &Call,
    tournament: &str,
    id: i64,
    held: Permission,
    changed: Result<Arc<Tournament>, Error>,
) -> Result<Arc<Tournament>, ApiError> {
    let shown =
        |tournament: &Tournament| Some(output::json(&document(tournament, id, call.base())?.data));
    call.allowed(tournament, held, None, shown, changed).await
}

/// How a tournament is addressed for a change of this match.
fn by(call: &Call, tournament: &str, id: i64) -> By {
    let base = call.base().to_owned();
    call.given(tournament, move |tournament| {
        let document = output::json(&document(tournament, id, &base)?.data);
        Some(Current { tag: tag(tournament, id)?, document })
    })
}

/// The tag of a match: of all that is shown of it and of its players.
fn tag(tournament: &Tournament, id: i64) -> Option<String> {
    Some(output::tag_of(&document(tournament, id, "")?))
}

/// The answer with one match and those who play it, as it is read.
fn answer(call: &Call, tournament: &Tournament, id: i64) -> Result<Response, ApiError> {
    let (document, tag) = tagged(call, tournament, id)?;
    let body = serde_json::to_vec(&document).unwrap_or_default();
    Ok(call.respond_tagged(body, &tag))
}

/// The same after a change.
fn changed(call: &Call, tournament: &Tournament, id: i64) -> Result<Response, ApiError> {
    let (document, tag) = tagged(call, tournament, id)?;
    Ok(call.respond_changed(StatusCode::OK, &document, &tag))
}

type Document<'a> = One<MatchResource<'a>, Included<'a>>;

fn tagged<'a>(
    call: &'a Call,
    tournament: &'a Tournament,
    id: i64,
) -> Result<(Document<'a>, String), ApiError> {
    let document = document(tournament, id, call.base());
    let tagged = document.zip(tag(tournament, id));
    Ok(tagged.ok_or(tiltyard_core::Error::NotFound("match"))?)
}

/// The document of a match, if it is there.
fn document<'a>(tournament: &'a Tournament, id: i64, base: &'a str) -> Option<Document<'a>> {
    let (row, of_bracket) = tournament.match_by_id(id)?;
    let players: Vec<i64> = of_bracket
        .slots
        .iter()
        .filter_map(|slot| slot.content.entrant())
        .filter_map(|entrant| tournament.participant(entrant))
        .map(|participant| participant.id)
        .collect();
    let rows = tournament.participants.iter().filter(|row| players.contains(&row.id));
    let included = resources::participants_where(tournament, base, |row| players.contains(&row.id))
        .map(Included::Participant)
        .chain(resources::profiles(rows).map(Included::Profile))
        .collect();
    let data = resources::one_match(tournament, row, of_bracket, base);
    Some(One { data, included })
}
