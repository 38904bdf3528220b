//! `POST` and `DELETE /v2.1/tournaments/{id}/participants/register.json`: the caller joins, or
//! withdraws before the start.

use axum::{http::StatusCode, response::Response};

use crate::api::challonge_v2::{error::ApiError, output::Call, path::ApiPath};

pub(in crate::api::challonge_v2) async fn register(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
) -> Result<Response, ApiError> {
    let by = call.by(&tournament);
    let (tournament, id) = call.core().register_me(&call.actor, by).await?;
    super::answer_one(&call, &tournament, id)
}

pub(in crate::api::challonge_v2) async fn unregister(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    call.core().unregister_me(&call.actor, call.by(&tournament)).await?;
    Ok(StatusCode::NO_CONTENT)
}
