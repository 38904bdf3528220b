//! Matches: reporting, forfeits, reopening, marking as underway.

mod forfeit;
mod mark;
mod reopen;
mod report;
mod update;

pub(super) use forfeit::operation as forfeited;
pub use report::{Report, Side};
pub(super) use report::{operation as reported, plays};
pub use update::MatchChanges;

use tiltyard_bracket::{MatchKey, event::StageKey};

use super::{State, change::Draft, rows::split};
use crate::{Error, error::Result};

/// Where the match with this id is, if it is part of what is played.
fn place(draft: &Draft<'_, '_>, id: i64) -> Result<(StageKey, MatchKey)> {
    let found = draft.tournament.match_by_id(id);
    found.and_then(|(row, _)| split(row.match_key)).ok_or(Error::NotFound("match"))
}

/// Refuses a tournament whose matches cannot change.
fn check_playable(draft: &Draft<'_, '_>) -> Result<()> {
    if draft.tournament.state == State::Complete {
        return Err(Error::conflict("the tournament is finalized; its results cannot change"));
    }
    if draft.tournament.state == State::AcceptingPredictions {
        return Err(Error::conflict(
            "predictions are open; start the tournament before its matches",
        ));
    }
    Ok(())
}
