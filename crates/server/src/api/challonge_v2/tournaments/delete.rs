//! `DELETE /v2.1/tournaments/{id}.json`.

use axum::http::StatusCode;

use crate::api::challonge_v2::{error::ApiError, output::Call, path::ApiPath};

pub(in crate::api::challonge_v2) async fn delete(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    call.core().delete_tournament(&call.actor, call.by(&tournament)).await?;
    Ok(StatusCode::NO_CONTENT)
}
