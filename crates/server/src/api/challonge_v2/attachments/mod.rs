//! `/v2.1/tournaments/{id}/matches/{match}/attachments`, and the same without the match in the
//! path, as the reference has it below communities (reference/challonge §2).

pub(super) mod create;
pub(super) mod delete;
pub(super) mod get;
mod input;
pub(super) mod list;
pub(super) mod of_tournament;
pub(super) mod update;

use axum::{http::StatusCode, response::Response};
use tiltyard_core::tournaments::{Tournament, attachments::AttachmentRow};

use super::{
    error::ApiError,
    output::{Call, One},
    resources,
};

/// The id in the path; anything else than a number names no attachment.
fn id(text: &str) -> Result<i64, ApiError> {
    text.parse().map_err(|_| {
        ApiError::new(StatusCode::NOT_FOUND, "There is no such attachment for this credential.")
    })
}

/// The answer with one attachment.
fn answer(
    call: &Call,
    status: StatusCode,
    tournament: &Tournament,
    row: &AttachmentRow,
) -> Response {
    let data = resources::attachment(call.core(), tournament, row, call.base());
    call.respond(status, &One::<_, ()> { data, included: Vec::new() })
}
