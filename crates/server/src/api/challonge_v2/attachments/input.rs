//! The attributes of an attachment in a request.

use tiltyard_core::tournaments::attachments::{AttachmentChanges, NewAttachment};

use crate::api::challonge_v2::{error::ApiError, input::Attributes};

/// A new attachment.
pub(super) fn new(mut sent: Attributes) -> Result<NewAttachment, ApiError> {
    let new = NewAttachment { url: sent.text("url"), description: sent.text("description") };
    sent.check()?;
    Ok(new)
}

/// Changes to an attachment.
pub(super) fn changes(mut sent: Attributes) -> Result<AttachmentChanges, ApiError> {
    let changes = AttachmentChanges {
        url: sent.nullable_text("url"),
        description: sent.nullable_text("description"),
    };
    sent.check()?;
    Ok(changes)
}
