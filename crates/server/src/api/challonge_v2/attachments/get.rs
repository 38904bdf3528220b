//! `GET /v2.1/tournaments/{id}/matches/{match}/attachments/{attachment}.json`.

use axum::{http::StatusCode, response::Response};
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::AttachmentDocument, error::ApiError, matches, output::Call, path::ApiPath,
};

/// Shows an attachment.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}/matches/{match}/attachments/{attachment}",
    operation_id = "challongeV2GetAttachment",
    responses((status = 200, description = "The attachment.", body = AttachmentDocument)),
    extensions(("x-permissions" = json!([Permission::ReadAttachments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn get(
    call: Call,
    ApiPath((tournament, of, id)): ApiPath<(String, String, String)>,
) -> Result<Response, ApiError> {
    let (by, of, id) = (call.by(&tournament), matches::id(&of)?, super::id(&id)?);
    let (tournament, row) = call.core().match_attachment(&call.actor, by, Some(of), id).await?;
    Ok(super::answer(&call, StatusCode::OK, &tournament, &row))
}
