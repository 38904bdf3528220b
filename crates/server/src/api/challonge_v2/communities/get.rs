//! `GET /v2.1/communities/{community}.json`.

use axum::{http::StatusCode, response::Response};
use tiltyard_core::permissions::Permission;

use super::document::CommunityDocument;
use crate::api::challonge_v2::{error::ApiError, output::Call};

/// Shows a community to whoever belongs to it.
#[utoipa::path(
    get,
    path = "/communities/{community}",
    operation_id = "challongeV2GetCommunity",
    responses((status = 200, description = "The community.", body = CommunityDocument)),
    extensions(("x-permissions" = json!([Permission::ReadCommunities as u32]))),
)]
pub(in crate::api::challonge_v2) async fn get(call: Call) -> Result<Response, ApiError> {
    let community = call.core().community(&call.actor, call.named_community()).await?;
    Ok(super::answer(&call, StatusCode::OK, &community))
}
