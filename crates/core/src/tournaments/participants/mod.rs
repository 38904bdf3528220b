//! Participants: adding, seeding, changing, removing.

mod add;
mod randomize;
mod register;
mod remove;
mod update;

pub use add::NewParticipant;
pub use update::ParticipantChanges;

use std::sync::Arc;

use serde_json::{Value as Json, json};
use tiltyard_store::repo::participants::{self, ParticipantRow};

use super::{State, change::Draft};
use crate::{Error, Problems, error::Result, text};

/// Longest name in characters.
const NAME_MAX: usize = 120;
/// Longest `misc` in characters (reference/challonge §6.1).
const MISC_MAX: usize = 255;
/// Most participants of a tournament.
const PARTICIPANTS_MAX: usize = tiltyard_bracket::MAX_ENTRANTS as usize;

/// Checks the texts of a participant.
fn check_texts(
    prefix: &str,
    name: Option<&str>,
    misc: Option<&str>,
    others: [(&str, Option<&str>); 2],
    problems: &mut Problems,
) {
    if let Some(name) = name {
        if text::is_blank(name) {
            problems.add(format!("{prefix}name"), "can't be blank");
        } else if name.chars().count() > NAME_MAX {
            problems.add(
                format!("{prefix}name"),
                format!("is too long (maximum is {NAME_MAX} characters)"),
            );
        } else if text::has_forbidden(name) {
            problems.add(format!("{prefix}name"), text::FORBIDDEN);
        }
    }
    if misc.is_some_and(|misc| misc.chars().count() > MISC_MAX) {
        problems.add(
            format!("{prefix}misc"),
            format!("is too long (maximum is {MISC_MAX} characters)"),
        );
    }
    for (field, text) in others {
        if text.is_some_and(|text| text.chars().count() > 254) {
            problems.add(format!("{prefix}{field}"), "is too long (maximum is 254 characters)");
        }
    }
    let texts = [("misc", misc), others[0], others[1]];
    for (field, text) in texts {
        if text.is_some_and(|text| text.contains('\0')) {
            problems.add(format!("{prefix}{field}"), "must not contain the character U+0000");
        }
    }
}

/// Whether a name is taken, without regard to case.
fn check_names_differ(all: &[ParticipantRow], index: usize, field: &str, problems: &mut Problems) {
    let Some(own) = all.get(index) else { return };
    let name = own.name.to_lowercase();
    let taken =
        all.iter().enumerate().any(|(at, other)| at != index && other.name.to_lowercase() == name);
    if taken {
        problems.add(field, "has already been taken");
    }
}

/// Fails once there is a bracket.
fn only_before_start(state: State, what: &str) -> Result<()> {
    if state == State::Pending {
        Ok(())
    } else {
        Err(Error::conflict(format!(
            "{what} is possible before the tournament starts only; reset it first"
        )))
    }
}

/// Numbers the seeds from 1 without gaps, in the order in which the rows stand, and writes the rows
/// of which the seed differs. Rows below `new` are in the store already.
fn renumber(
    draft: &mut Draft<'_, '_>,
    rows: &mut [ParticipantRow],
    stored: impl Fn(&ParticipantRow) -> bool,
) -> Result<()> {
    for (index, row) in rows.iter_mut().enumerate() {
        let seed = i64::try_from(index + 1).map_err(Error::internal)?;
        if row.seed != seed {
            row.seed = seed;
            row.updated_at = draft.now;
            if stored(row) {
                participants::update(draft.tx, row)?;
            }
        }
    }
    Ok(())
}

/// Puts changed rows into the draft.
fn replace(draft: &mut Draft<'_, '_>, rows: Vec<ParticipantRow>) {
    draft.tournament.row.participants_count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    draft.tournament.participants = Arc::new(rows);
}

/// A participant in the journal.
fn journaled(row: &ParticipantRow) -> Json {
    json!({"id": row.id, "name": row.name, "seed": row.seed})
}
