//! `DELETE /v2.1/tournaments/{id}.json`.

use axum::http::StatusCode;
use tiltyard_core::tournaments::By;

use crate::api::challonge_v2::{error::ApiError, output::Call, path::ApiPath};

pub(in crate::api::challonge_v2) async fn delete(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    call.core().delete_tournament(&call.actor, By::parse(&tournament)).await?;
    Ok(StatusCode::NO_CONTENT)
}
