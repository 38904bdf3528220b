//! `DELETE /v2.1/tournaments/{id}/participants/clear.json`.

use axum::http::StatusCode;

use crate::api::challonge_v2::{error::ApiError, output::Call, path::ApiPath};

pub(in crate::api::challonge_v2) async fn clear(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    call.core().clear_participants(&call.actor, call.by(&tournament)).await?;
    Ok(StatusCode::NO_CONTENT)
}
