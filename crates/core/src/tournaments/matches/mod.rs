//! Matches: reporting, reopening, marking as underway.

mod mark;
mod reopen;
mod report;

pub use report::{Report, Side};

use tiltyard_bracket::{MatchKey, Refusal, Stage};

use super::{State, change::Draft};
use crate::{Error, error::Result};

/// The key of the match with this id, if it is part of the bracket now.
fn key(draft: &Draft<'_, '_>, id: i64) -> Result<MatchKey> {
    draft
        .tournament
        .match_by_id(id)
        .map(|(_, of_bracket)| of_bracket.key)
        .ok_or(Error::NotFound("match"))
}

/// The bracket of a tournament whose matches can change.
fn playable<'a>(draft: &'a mut Draft<'_, '_>) -> Result<&'a mut Stage> {
    if draft.tournament.state == State::Complete {
        return Err(Error::conflict("the tournament is finalized; its results cannot change"));
    }
    draft
        .tournament
        .bracket
        .as_mut()
        .ok_or_else(|| Error::internal("a tournament with matches has no bracket"))
}

fn refused(refusal: &Refusal) -> Error {
    Error::conflict(refusal.to_string())
}
