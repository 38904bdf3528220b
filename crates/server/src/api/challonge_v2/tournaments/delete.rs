//! `DELETE /v2.1/tournaments/{id}.json`.

use axum::http::StatusCode;
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{error::ApiError, output::Call, path::ApiPath};

/// Deletes a tournament with all that belongs to it.
#[utoipa::path(
    delete,
    path = "/tournaments/{tournament}",
    operation_id = "challongeV2DeleteTournament",
    responses((status = 204, description = "It is gone.")),
    extensions(("x-permissions" = json!([Permission::DeleteTournaments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn delete(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    call.core().delete_tournament(&call.actor, call.by(&tournament)).await?;
    Ok(StatusCode::NO_CONTENT)
}
