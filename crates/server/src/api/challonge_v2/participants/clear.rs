//! `DELETE /v2.1/tournaments/{id}/participants/clear.json`.

use axum::http::StatusCode;
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{error::ApiError, output::Call, path::ApiPath};

/// Removes all participants of a tournament that has not started.
#[utoipa::path(
    method(delete, post),
    path = "/tournaments/{tournament}/participants/clear",
    operation_id = "challongeV2ClearParticipants",
    responses((status = 204, description = "It is gone.")),
    extensions(("x-also-by-post" = json!(true)), ("x-permissions" = json!([Permission::WriteParticipants as u32]))),
)]
pub(in crate::api::challonge_v2) async fn clear(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    call.core().clear_participants(&call.actor, call.by(&tournament)).await?;
    Ok(StatusCode::NO_CONTENT)
}
