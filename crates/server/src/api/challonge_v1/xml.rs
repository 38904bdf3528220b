//! XML as Rails writes and reads it (reference/challonge §6.3): dashed names, `type` where a text
//! is no text, `nil` where there is nothing.

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;
