//! `PUT /v2.1/tournaments/{id}/matches/{match}/attachments/{attachment}.json`.

use axum::{extract::Request, http::StatusCode, response::Response};
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::{AttachmentDocument, AttachmentInput},
    error::ApiError,
    matches,
    output::Call,
    path::ApiPath,
};

/// Changes an attachment. What is not sent stays as it is; `asset` can be sent as `multipart/form-data`,
/// as for a new one.
#[utoipa::path(
    put,
    path = "/tournaments/{tournament}/matches/{match}/attachments/{attachment}",
    operation_id = "challongeV2UpdateAttachment",
    request_body = AttachmentInput,
    responses((status = 200, description = "The attachment after the change.", body = AttachmentDocument)),
    extensions(("x-permissions" = json!([Permission::WriteAttachments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn update(
    call: Call,
    ApiPath((tournament, of, id)): ApiPath<(String, String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let (by, of, id) = (call.by(&tournament), matches::id(&of)?, super::id(&id)?);
    let changes = super::input::changes(&call, by.clone(), Some(of), id, request).await?;
    let (tournament, row) =
        call.core().change_attachment(&call.actor, by, Some(of), id, changes).await?;
    Ok(super::answer(&call, StatusCode::OK, &tournament, &row))
}
