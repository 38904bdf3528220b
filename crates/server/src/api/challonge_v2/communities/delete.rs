//! `DELETE /v2.1/communities/{community}.json`.

use axum::http::StatusCode;
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{error::ApiError, origin::CallOrigin, output::Call};

/// Removes a community, for its owners. Its tournaments stay with those who made them.
#[utoipa::path(
    delete,
    path = "/communities/{community}",
    operation_id = "challongeV2DeleteCommunity",
    responses((status = 204, description = "The community is gone.")),
    extensions(("x-permissions" = json!([Permission::WriteCommunities as u32]))),
)]
pub(in crate::api::challonge_v2) async fn delete(
    call: Call,
    CallOrigin(origin): CallOrigin,
) -> Result<StatusCode, ApiError> {
    call.core().delete_community(&call.actor, call.named_community(), origin).await?;
    Ok(StatusCode::NO_CONTENT)
}
