//! `/v1/tournaments/{t}/matches/{m}/attachments.json` (reference/challonge §6.1).

use axum::response::Response;
use tiltyard_core::{
    Patch,
    files::StoredFile,
    permissions::Permission,
    tournaments::{
        By, Tournament,
        attachments::{AttachTo, AttachmentChanges, AttachmentRow, NewAttachment},
    },
};

use super::{
    call::{self, Call, Names},
    document::AttachmentInput,
    error::ApiError,
    resources::{self, AttachmentBox},
};
use crate::api::{challonge_v2::input::Attributes, upload};

/// What is attached to a match, as the dialect shows it.
pub(super) async fn of_match(call: &Call, by: By, of: i64) -> Result<Vec<AttachmentBox>, ApiError> {
    let (tournament, rows) = call.core().match_attachments(&call.actor, by, of).await?;
    Ok(rows.iter().map(|row| document(call, &tournament, row)).collect())
}

fn document(call: &Call, tournament: &Tournament, row: &AttachmentRow) -> AttachmentBox {
    resources::attachment(call.core(), tournament, row, call.base())
}

/// The attributes of the request, and its file, stored.
async fn read(
    call: &Call,
    by: By,
    to: AttachTo,
) -> Result<(Attributes, Patch<StoredFile>), ApiError> {
    let parameters = call.parameters(&[Permission::WriteAttachments])?;
    let attributes = |map| Attributes::of(map, String::new());
    let wrapper = "match_attachment";
    if let Some(file) = call.file() {
        let mut parameters = parameters.clone();
        let upload = call.core().begin_upload(&call.actor, by, to).await?;
        let file = file.store(upload, &mut parameters).await?;
        return Ok((attributes(parameters.attributes(wrapper)), Patch::Set(file)));
    }
    let mut sent = attributes(parameters.attributes(wrapper));
    // A form whose field was left empty brings no file.
    let asset = sent.take("asset").filter(|asset| asset != "");
    let inline = upload::inline(asset)?;
    let file = upload::store(call.core(), &call.actor, by, to, inline).await?;
    Ok((sent, file))
}

/// Fails with what is wrong, and takes the file back then.
async fn checked(call: &Call, sent: Attributes, file: &Patch<StoredFile>) -> Result<(), ApiError> {
    let checked = sent.problems.check();
    if let (Err(_), Patch::Set(file)) = (&checked, file) {
        call.core().discard_file(file.clone()).await;
    }
    Ok(checked?)
}

/// The ids in the path: the match's and the attachment's.
fn ids(of: &str, id: &str) -> Result<(i64, i64), ApiError> {
    Ok((call::id(of, "match")?, call::id(id, "attachment")?))
}

/// Lists what is attached to a match.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}/matches/{match}/attachments",
    operation_id = "challongeV1ListAttachments",
    responses((status = 200, description = "All of them, oldest first.", body = Vec<AttachmentBox>)),
    extensions(("x-permissions" = json!([Permission::ReadAttachments as u32]))),
)]
pub(super) async fn list(
    call: Call,
    Names([tournament, of]): Names<2>,
) -> Result<Response, ApiError> {
    let of = call::id(&of, "match")?;
    let documents = of_match(&call, call::by(&tournament), of).await?;
    call.many("match_attachments", &documents)
}

/// Attaches a file, a link or words to a match. The tournament must accept attachments. A file is best
/// sent as `multipart/form-data`; it goes before a link.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/matches/{match}/attachments",
    operation_id = "challongeV1CreateAttachment",
    request_body = AttachmentInput,
    responses((status = 200, description = "The new attachment.", body = AttachmentBox)),
    extensions(("x-permissions" = json!([Permission::WriteAttachments as u32]))),
)]
pub(super) async fn create(
    call: Call,
    Names([tournament, of]): Names<2>,
) -> Result<Response, ApiError> {
    let (by, of) = (call::by(&tournament), call::id(&of, "match")?);
    let (mut sent, file) = read(&call, by.clone(), AttachTo::Match(of)).await?;
    let (url, description) = (sent.text("url"), sent.text("description"));
    checked(&call, sent, &file).await?;
    let new = NewAttachment { url, description, file: file.into_option() };
    let (tournament, row) = call.core().attach_to_match(&call.actor, by, of, new).await?;
    call.one(&document(&call, &tournament, &row))
}

/// Shows an attachment.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}/matches/{match}/attachments/{attachment}",
    operation_id = "challongeV1GetAttachment",
    responses((status = 200, description = "The attachment.", body = AttachmentBox)),
    extensions(("x-permissions" = json!([Permission::ReadAttachments as u32]))),
)]
pub(super) async fn show(
    call: Call,
    Names([tournament, of, id]): Names<3>,
) -> Result<Response, ApiError> {
    let (of, id) = ids(&of, &id)?;
    let by = call::by(&tournament);
    let (tournament, row) = call.core().match_attachment(&call.actor, by, Some(of), id).await?;
    call.one(&document(&call, &tournament, &row))
}

/// Changes an attachment. What is not sent stays as it is; an empty text takes away.
#[utoipa::path(
    put,
    path = "/tournaments/{tournament}/matches/{match}/attachments/{attachment}",
    operation_id = "challongeV1UpdateAttachment",
    request_body = AttachmentInput,
    responses((status = 200, description = "The attachment after the change.", body = AttachmentBox)),
    extensions(("x-permissions" = json!([Permission::WriteAttachments as u32]))),
)]
pub(super) async fn update(
    call: Call,
    Names([tournament, of, id]): Names<3>,
) -> Result<Response, ApiError> {
    let (of, id) = ids(&of, &id)?;
    let by = call::by(&tournament);
    let to = AttachTo::Attachment { of: Some(of), id };
    let (mut sent, file) = read(&call, by.clone(), to).await?;
    let (url, description) = (sent.nullable_text("url"), sent.nullable_text("description"));
    checked(&call, sent, &file).await?;
    let changes = AttachmentChanges { url, description, file };
    let changed = call.core().change_attachment(&call.actor, by, Some(of), id, changes).await?;
    let (tournament, row) = changed;
    call.one(&document(&call, &tournament, &row))
}

/// Removes an attachment.
#[utoipa::path(
    delete,
    path = "/tournaments/{tournament}/matches/{match}/attachments/{attachment}",
    operation_id = "challongeV1DeleteAttachment",
    responses((status = 200, description = "The attachment, which is gone.", body = AttachmentBox)),
    extensions(("x-permissions" = json!([Permission::WriteAttachments as u32]))),
)]
pub(super) async fn delete(
    call: Call,
    Names([tournament, of, id]): Names<3>,
) -> Result<Response, ApiError> {
    let (of, id) = ids(&of, &id)?;
    let by = call::by(&tournament);
    let (tournament, row) = call.core().remove_attachment(&call.actor, by, Some(of), id).await?;
    call.one(&document(&call, &tournament, &row))
}
