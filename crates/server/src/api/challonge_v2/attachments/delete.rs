//! `DELETE /v2.1/tournaments/{id}/matches/{match}/attachments/{attachment}.json`.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{error::ApiError, matches, output::Call, path::ApiPath};

/// Removes an attachment.
#[utoipa::path(
    delete,
    path = "/tournaments/{tournament}/matches/{match}/attachments/{attachment}",
    operation_id = "challongeV2DeleteAttachment",
    responses((status = 204, description = "It is gone.")),
    extensions(("x-permissions" = json!([Permission::WriteAttachments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn delete(
    call: Call,
    ApiPath((tournament, of, id)): ApiPath<(String, String, String)>,
) -> Result<Response, ApiError> {
    let (by, of, id) = (call.by(&tournament), matches::id(&of)?, super::id(&id)?);
    call.core().remove_attachment(&call.actor, by, Some(of), id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
