//! `GET /v2.1/tournaments/{id}/participants/{participant}.json`.

use axum::response::Response;
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::ParticipantDocument, error::ApiError, output::Call, path::ApiPath,
};

/// Shows a participant.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}/participants/{participant}",
    operation_id = "challongeV2GetParticipant",
    responses((status = 200, description = "The participant.", body = ParticipantDocument),
        (status = 304, description = "The client has it already: the tag in `If-None-Match` is current.")),
    extensions(("x-permissions" = json!([Permission::ReadParticipants as u32]))),
)]
pub(in crate::api::challonge_v2) async fn get(
    call: Call,
    ApiPath((tournament, participant)): ApiPath<(String, String)>,
) -> Result<Response, ApiError> {
    let by = call.by(&tournament);
    let tournament = call.core().tournament(&call.actor, by, Permission::ReadParticipants).await?;
    super::answer_read(&call, &tournament, super::id(&participant)?)
}
