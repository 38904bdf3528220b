//! `DELETE /v2.1/tournaments/{id}/participants/{participant}.json`: 204 where the participant is
//! gone, 200 with the resource where it withdrew.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::ParticipantDocument, error::ApiError, output::Call, path::ApiPath,
};

/// Removes a participant; once the tournament runs, the participant withdraws.
#[utoipa::path(
    delete,
    path = "/tournaments/{tournament}/participants/{participant}",
    operation_id = "challongeV2DeleteParticipant",
    responses((status = 200, description = "The participant withdrew and stays listed.", body = ParticipantDocument),
        (status = 204, description = "It is gone.")),
    extensions(("x-permissions" = json!([Permission::WriteParticipants as u32]))),
)]
pub(in crate::api::challonge_v2) async fn delete(
    call: Call,
    ApiPath((tournament, participant)): ApiPath<(String, String)>,
) -> Result<Response, ApiError> {
    let id = super::id(&participant)?;
    let by = super::by(&call, &tournament, id);
    let (tournament, gone) = call.core().remove_participant(&call.actor, by, id).await?;
    if gone {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    super::answer_one(&call, &tournament, id)
}
