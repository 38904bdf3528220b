//! The attributes of an attachment in a request: JSON, or a form with a file.

use axum::extract::Request;
use tiltyard_core::{
    Patch,
    files::StoredFile,
    permissions::{self, Permission},
    tournaments::{
        By,
        attachments::{AttachTo, AttachmentChanges, NewAttachment},
    },
};

use crate::api::{
    challonge_v2::{
        error::ApiError,
        input::{self, Attributes},
        output::Call,
    },
    upload,
};

/// A file in a request, or null in its place.
type Asset = Patch<StoredFile>;

/// A new attachment of a match.
pub(super) async fn new(
    call: &Call,
    by: By,
    of: i64,
    request: Request,
) -> Result<NewAttachment, ApiError> {
    let (mut sent, file) = read(call, by, AttachTo::Match(of), request).await?;
    let new = NewAttachment {
        url: sent.text("url"),
        description: sent.text("description"),
        file: file.into_option(),
    };
    checked(call, sent, new.file.as_ref()).await?;
    Ok(new)
}

/// A new attachment of the match that the attribute `match_id` names, or in a form the query: it has
/// to be known before the file comes.
pub(super) async fn new_of_any(
    call: &Call,
    by: By,
    request: Request,
) -> Result<(i64, NewAttachment), ApiError> {
    const MISSING: &str = "must be the id of the match that it is attached to";
    if upload::boundary(request.headers()).is_some() {
        let query = request.uri().query().unwrap_or_default();
        let of = form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "match_id")
            .and_then(|(_, value)| value.parse().ok());
        permissions::require(&call.actor, Permission::WriteAttachments)?;
        let of = of.ok_or_else(|| tiltyard_core::Error::invalid("match_id", MISSING))?;
        return Ok((of, new(call, by, of, request).await?));
    }
    let mut sent = input::attributes(call, &[Permission::WriteAttachments], request).await?;
    let of = sent.int("match_id");
    if of.is_none() {
        sent.refuse("match_id", MISSING);
    }
    let (url, description) = (sent.text("url"), sent.text("description"));
    let inline = upload::inline(sent.take("asset"))?;
    sent.check()?;
    let of = of.unwrap_or_default();
    let file = upload::store(call.core(), &call.actor, by, AttachTo::Match(of), inline).await?;
    let file = file.into_option();
    Ok((of, NewAttachment { url, description, file }))
}

/// Changes to an attachment.
pub(super) async fn changes(
    call: &Call,
    by: By,
    of: Option<i64>,
    id: i64,
    request: Request,
) -> Result<AttachmentChanges, ApiError> {
    let (mut sent, file) = read(call, by, AttachTo::Attachment { of, id }, request).await?;
    let changes = AttachmentChanges {
        url: sent.nullable_text("url"),
        description: sent.nullable_text("description"),
        file,
    };
    let file = match &changes.file {
        Patch::Set(file) => Some(file),
        Patch::Keep | Patch::Clear => None,
    };
    checked(call, sent, file).await?;
    Ok(changes)
}

/// Fails with what is wrong, and takes the file back then.
async fn checked(call: &Call, sent: Attributes, file: Option<&StoredFile>) -> Result<(), ApiError> {
    let checked = sent.check();
    if checked.is_err()
        && let Some(file) = file
    {
        call.core().discard_file(file.clone()).await;
    }
    checked
}

/// The attributes of the request, and its file, stored.
async fn read(
    call: &Call,
    by: By,
    to: AttachTo,
    request: Request,
) -> Result<(Attributes, Asset), ApiError> {
    if let Some(boundary) = upload::boundary(request.headers()) {
        let core = call.core();
        let upload = core.begin_upload(&call.actor, by, to).await?;
        let form = upload::form(core, upload, boundary, request.into_body()).await?;
        let file = form.file.map_or(Patch::Keep, Patch::Set);
        return Ok((Attributes::of_texts(form.texts), file));
    }
    let mut sent = input::attributes(call, &[Permission::WriteAttachments], request).await?;
    let inline = upload::inline(sent.take("asset"))?;
    let file = upload::store(call.core(), &call.actor, by, to, inline).await?;
    Ok((sent, file))
}
