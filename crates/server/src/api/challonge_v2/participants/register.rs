//! `POST` and `DELETE /v2.1/tournaments/{id}/participants/register.json`: the caller joins, or
//! withdraws before the start.

use axum::{http::StatusCode, response::Response};
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::ParticipantDocument, error::ApiError, output::Call, path::ApiPath,
};

/// Registers the caller for a tournament.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/participants/register",
    operation_id = "challongeV2Register",
    responses((status = 200, description = "The caller as a participant.", body = ParticipantDocument)),
    extensions(("x-permissions" = json!([Permission::RegisterMe as u32]))),
)]
pub(in crate::api::challonge_v2) async fn register(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
) -> Result<Response, ApiError> {
    let by = call.by(&tournament);
    let (tournament, id) = call.core().register_me(&call.actor, by).await?;
    super::answer_one(&call, &tournament, id)
}

/// Withdraws the caller before the start.
#[utoipa::path(
    delete,
    path = "/tournaments/{tournament}/participants/register",
    operation_id = "challongeV2Unregister",
    responses((status = 204, description = "The caller is not registered any more.")),
    extensions(("x-permissions" = json!([Permission::RegisterMe as u32]))),
)]
pub(in crate::api::challonge_v2) async fn unregister(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    call.core().unregister_me(&call.actor, call.by(&tournament)).await?;
    Ok(StatusCode::NO_CONTENT)
}
