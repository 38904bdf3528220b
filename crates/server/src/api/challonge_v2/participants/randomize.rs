//! `PUT /v2.1/tournaments/{id}/participants/randomize.json`.

use axum::response::Response;
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::ParticipantList, error::ApiError, output::Call, path::ApiPath,
};

/// Shuffles the seeds of a tournament that has not started.
#[utoipa::path(
    method(put, post),
    path = "/tournaments/{tournament}/participants/randomize",
    operation_id = "challongeV2RandomizeParticipants",
    responses((status = 200, description = "All participants.", body = ParticipantList)),
    extensions(("x-also-by-post" = json!(true)), ("x-permissions" = json!([Permission::WriteParticipants as u32]))),
)]
pub(in crate::api::challonge_v2) async fn randomize(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
) -> Result<Response, ApiError> {
    let by = call.by(&tournament);
    let tournament = call.core().randomize_participants(&call.actor, by).await?;
    Ok(super::answer_many(&call, &tournament, |_| true))
}
