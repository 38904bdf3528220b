//! `/v2.1/tournaments/{id}/participants`.

pub(super) mod bulk_add;
pub(super) mod check_in;
pub(super) mod clear;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod get;
mod input;
pub(super) mod list;
pub(super) mod randomize;
pub(super) mod register;
pub(super) mod update;

use axum::{http::StatusCode, response::Response};
use tiltyard_core::tournaments::{By, Current, Tournament};

use super::{
    error::ApiError,
    output::{self, Call, Many, Meta, One, PageLinks},
    resources::{self, Included, ParticipantResource},
};
use crate::{api::challonge_v2::input::ListQuery, http::heavy};

/// The id in the path; anything else than a number names nobody.
fn id(text: &str) -> Result<i64, ApiError> {
    text.parse().map_err(|_| {
        ApiError::new(StatusCode::NOT_FOUND, "There is no such participant for this credential.")
    })
}

/// How a tournament is addressed for a change of this participant.
fn by(call: &Call, tournament: &str, id: i64) -> By {
    let base = call.base().to_owned();
    call.given(tournament, move |tournament| {
        let document = output::json(&resource(tournament, id, &base)?);
        Some(Current { tag: tag(tournament, id)?, document })
    })
}

/// The tag of a participant.
fn tag(tournament: &Tournament, id: i64) -> Option<String> {
    Some(output::tag_of(&resource(tournament, id, "")?))
}

fn resource<'a>(
    tournament: &'a Tournament,
    id: i64,
    base: &'a str,
) -> Option<ParticipantResource<'a>> {
    resources::participants_where(tournament, base, |row| row.id == id).next()
}

/// The answer with one participant after a change.
fn answer_one(call: &Call, tournament: &Tournament, id: i64) -> Result<Response, ApiError> {
    let (document, tag) = tagged(call, tournament, id)?;
    Ok(call.respond_changed(StatusCode::OK, &document, &tag))
}

/// The same as it is read.
fn answer_read(call: &Call, tournament: &Tournament, id: i64) -> Result<Response, ApiError> {
    let (document, tag) = tagged(call, tournament, id)?;
    Ok(call.respond_tagged(serde_json::to_vec(&document).unwrap_or_default(), &tag))
}

/// The document of a participant, with the profile of their account, and its tag.
fn tagged<'a>(
    call: &'a Call,
    tournament: &'a Tournament,
    id: i64,
) -> Result<(One<ParticipantResource<'a>, Included<'a>>, String), ApiError> {
    let tagged = resource(tournament, id, call.base()).zip(tag(tournament, id));
    let (data, tag) = tagged.ok_or(tiltyard_core::Error::NotFound("participant"))?;
    let row = tournament.participants.iter().filter(|row| row.id == id);
    let included = resources::profiles(row).map(Included::Profile).collect();
    Ok((One { data, included }, tag))
}

/// The answer with several participants, all on one page.
fn answer_many(call: &Call, tournament: &Tournament, wanted: impl Fn(i64) -> bool) -> Response {
    let base = call.base();
    let data: Vec<_> =
        resources::participants_where(tournament, base, |row| wanted(row.id)).collect();
    let rows = tournament.participants.iter().filter(|row| wanted(row.id));
    let count = data.len();
    let address = format!("{base}/v2.1/tournaments/{}/participants.json", tournament.row.id);
    let size = u32::try_from(count.max(1)).unwrap_or(u32::MAX);
    let page = tiltyard_core::tournaments::Page { number: 1, size };
    let document = Many {
        data,
        included: resources::profiles(rows).map(Included::Profile).collect(),
        meta: Meta { count: count as u64 },
        links: PageLinks::new(&address, &ListQuery::default(), page, count as u64),
    };
    heavy::draw(count, || call.respond(StatusCode::OK, &document))
}
