//! `PUT /v2.1/tournaments/{id}/matches/{match}/attachments/{attachment}.json`.

use axum::{extract::Request, http::StatusCode, response::Response};
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::{AttachmentDocument, AttachmentInput},
    error::ApiError,
    input, matches,
    output::Call,
    path::ApiPath,
};

/// Changes an attachment. What is not sent stays as it is.
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
    let sent = input::attributes(&call, &[Permission::WriteAttachments], request).await?;
    let changes = super::input::changes(sent)?;
    let (by, of, id) = (call.by(&tournament), matches::id(&of)?, super::id(&id)?);
    let (_, row) = call.core().change_attachment(&call.actor, by, Some(of), id, changes).await?;
    Ok(super::answer(&call, StatusCode::OK, &row))
}
