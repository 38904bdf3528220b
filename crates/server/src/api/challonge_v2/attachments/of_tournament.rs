//! `/v2.1/tournaments/{id}/match_attachments.json`: the attachments of all matches.

use axum::{
    extract::Request,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::{
        AttachmentDocument, AttachmentInput, AttachmentList, AttachmentOfMatchInput, Paging,
    },
    error::ApiError,
    input::ListQuery,
    output::{Call, Many, Meta, PageLinks},
    path::ApiPath,
    resources,
};

/// Lists what is attached to a tournament's matches, oldest first.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}/match_attachments",
    operation_id = "challongeV2ListMatchAttachments",
    params(Paging),
    responses((status = 200, description = "A page of attachments.", body = AttachmentList)),
    extensions(("x-permissions" = json!([Permission::ReadAttachments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn list(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
    query: ListQuery,
) -> Result<Response, ApiError> {
    let page = query.page()?;
    let by = call.by(&tournament);
    let (tournament, listed) = call.core().tournament_attachments(&call.actor, by, page).await?;
    let base = call.base();
    let address = format!("{base}{}/match_attachments.json", below(&call, tournament.row.id));
    let document = Many::<_, ()> {
        data: listed
            .items
            .iter()
            .map(|row| resources::attachment(call.core(), &tournament, row, base))
            .collect(),
        included: Vec::new(),
        meta: Meta { count: listed.total },
        links: PageLinks::new(&address, &query, page, listed.total),
    };
    Ok(call.respond(StatusCode::OK, &document))
}

/// Where the tournament is for this request.
fn below(call: &Call, tournament: i64) -> String {
    format!("{}/tournaments/{tournament}", call.prefix)
}

/// Attaches a link, a file or words to the match that `match_id` names; for `multipart/form-data` in the
/// query.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/match_attachments",
    operation_id = "challongeV2CreateMatchAttachment",
    request_body = AttachmentOfMatchInput,
    responses((status = 201, description = "The new attachment.", body = AttachmentDocument)),
    extensions(("x-permissions" = json!([Permission::WriteAttachments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn create(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let by = call.by(&tournament);
    let (of, new) = super::input::new_of_any(&call, by.clone(), request).await?;
    let (tournament, row) = call.core().attach_to_match(&call.actor, by, of, new).await?;
    Ok(super::answer(&call, StatusCode::CREATED, &tournament, &row))
}

/// Shows an attachment.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}/match_attachments/{attachment}",
    operation_id = "challongeV2GetMatchAttachment",
    responses((status = 200, description = "The attachment.", body = AttachmentDocument)),
    extensions(("x-permissions" = json!([Permission::ReadAttachments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn get(
    call: Call,
    ApiPath((tournament, id)): ApiPath<(String, String)>,
) -> Result<Response, ApiError> {
    let (by, id) = (call.by(&tournament), super::id(&id)?);
    let (tournament, row) = call.core().match_attachment(&call.actor, by, None, id).await?;
    Ok(super::answer(&call, StatusCode::OK, &tournament, &row))
}

/// Changes an attachment. What is not sent stays as it is.
#[utoipa::path(
    put,
    path = "/tournaments/{tournament}/match_attachments/{attachment}",
    operation_id = "challongeV2UpdateMatchAttachment",
    request_body = AttachmentInput,
    responses((status = 200, description = "The attachment after the change.", body = AttachmentDocument)),
    extensions(("x-permissions" = json!([Permission::WriteAttachments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn update(
    call: Call,
    ApiPath((tournament, id)): ApiPath<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let (by, id) = (call.by(&tournament), super::id(&id)?);
    let changes = super::input::changes(&call, by.clone(), None, id, request).await?;
    let (tournament, row) =
        call.core().change_attachment(&call.actor, by, None, id, changes).await?;
    Ok(super::answer(&call, StatusCode::OK, &tournament, &row))
}

/// Removes an attachment.
#[utoipa::path(
    delete,
    path = "/tournaments/{tournament}/match_attachments/{attachment}",
    operation_id = "challongeV2DeleteMatchAttachment",
    responses((status = 204, description = "It is gone.")),
    extensions(("x-permissions" = json!([Permission::WriteAttachments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn delete(
    call: Call,
    ApiPath((tournament, id)): ApiPath<(String, String)>,
) -> Result<Response, ApiError> {
    let (by, id) = (call.by(&tournament), super::id(&id)?);
    call.core().remove_attachment(&call.actor, by, None, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
