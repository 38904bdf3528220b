//! `POST /v2.1/tournaments/{id}/matches/{match}/attachments.json`.

use axum::{extract::Request, http::StatusCode, response::Response};
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::{AttachmentDocument, AttachmentInput},
    error::ApiError,
    matches,
    output::Call,
    path::ApiPath,
};

/// Attaches a link, a file or words to a match. The tournament must accept attachments
/// (`match_options.accept_attachments`). Files are best sent as `multipart/form-data`: the field `asset`,
/// and the other attributes beside it.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/matches/{match}/attachments",
    operation_id = "challongeV2CreateAttachment",
    request_body = AttachmentInput,
    responses((status = 201, description = "The new attachment.", body = AttachmentDocument)),
    extensions(("x-permissions" = json!([Permission::WriteAttachments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn create(
    call: Call,
    ApiPath((tournament, of)): ApiPath<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let (by, of) = (call.by(&tournament), matches::id(&of)?);
    let new = super::input::new(&call, by.clone(), of, request).await?;
    let (tournament, row) = call.core().attach_to_match(&call.actor, by, of, new).await?;
    Ok(super::answer(&call, StatusCode::CREATED, &tournament, &row))
}
