//! Participants: adding, seeding, changing, removing.

mod add;
mod randomize;
mod register;
mod remove;
mod update;

pub use add::NewParticipant;
pub use update::ParticipantChanges;

use std::{collections::HashMap, sync::Arc};

use serde_json::{Value as Json, json};
use tiltyard_store::repo::participants::{self, ParticipantRow};

use super::{Options, State, Tournament, change::Draft};
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
    if others.iter().any(|(field, text)| *field == "email" && text.is_some_and(is_no_address)) {
        problems.add(format!("{prefix}email"), "must be an e-mail address such as ada@example.org");
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

/// Whether a text is no e-mail address.
fn is_no_address(text: &str) -> bool {
    let text = text.trim();
    let parts = text.rsplit_once('@');
    !text.is_empty() && parts.is_none_or(|(local, host)| local.is_empty() || host.is_empty())
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
    if state == State::AcceptingPredictions {
        Err(Error::conflict(format!(
            "{what} is not possible while predictions are open: who takes part is fixed; reset the \
             tournament first"
        )))
    } else if state.started() {
        Err(Error::conflict(format!(
            "{what} is possible before the tournament starts only; reset it first"
        )))
    } else {
        Ok(())
    }
}

/// Where a participant stands: those who play, then those who did not check in, then the waiting list.
const fn section(row: &ParticipantRow) -> u8 {
    if row.on_waiting_list {
        2
    } else if row.active {
        0
    } else {
        1
    }
}

/// How many play, or would.
pub(super) fn playing(rows: &[ParticipantRow]) -> usize {
    rows.iter().filter(|row| section(row) == 0).count()
}

/// Puts those who play first and the waiting list last, each in their order.
pub(super) fn arrange(rows: &mut [ParticipantRow]) {
    rows.sort_by_key(section);
}

/// How many more may play.
pub(super) fn places_left(options: &Options, rows: &[ParticipantRow]) -> usize {
    let cap = options.registration_options.signup_cap;
    let cap = cap.map_or(PARTICIPANTS_MAX, |cap| PARTICIPANTS_MAX.min(cap as usize));
    cap.saturating_sub(playing(rows))
}

impl Tournament {
    /// How many places are left, where there is a limit.
    pub fn places_left(&self) -> Option<u32> {
        self.options.registration_options.signup_cap?;
        u32::try_from(places_left(&self.options, &self.participants)).ok()
    }
}

/// Moves people of the waiting list up to free places, in the order in which they came; once the
/// check-in is processed, those who are here. The rows are for the caller to arrange and to write.
pub(super) fn move_up_in(draft: &mut Draft<'_, '_>, rows: &mut [ParticipantRow]) {
    let here = draft.tournament.state == State::CheckedIn;
    let free = places_left(&draft.tournament.options, rows);
    let waiting =
        rows.iter_mut().filter(|row| row.on_waiting_list && (!here || row.checked_in_at.is_some()));
    let mut moved = Vec::new();
    for row in waiting.take(free) {
        row.on_waiting_list = false;
        moved.push(row.id);
    }
    if !moved.is_empty() {
        draft.event("participants.moved_up", json!({"participants": moved}));
    }
}

/// The same after a change that may have made room, before the start.
pub(super) fn move_up(draft: &mut Draft<'_, '_>) -> Result<()> {
    let waits = draft.tournament.participants.iter().any(|row| row.on_waiting_list);
    if draft.tournament.state.started() || !waits {
        return Ok(());
    }
    let mut rows = Vec::clone(&draft.tournament.participants);
    move_up_in(draft, &mut rows);
    arrange(&mut rows);
    settle(draft, rows)
}

/// Numbers the seeds from 1 without gaps, in the order in which the rows stand, and writes whatever
/// is new or differs from what the draft has. Rows that are gone are for the caller to delete.
pub(super) fn settle(draft: &mut Draft<'_, '_>, mut rows: Vec<ParticipantRow>) -> Result<()> {
    let before = Arc::clone(&draft.tournament.participants);
    let known: HashMap<i64, &ParticipantRow> = before.iter().map(|row| (row.id, row)).collect();
    let mut new = Vec::new();
    for (index, row) in rows.iter_mut().enumerate() {
        row.seed = i64::try_from(index + 1).map_err(Error::internal)?;
        match known.get(&row.id) {
            None => new.push(row.clone()),
            Some(stored) if *stored == row => {}
            Some(_) => {
                row.updated_at = draft.now;
                participants::update(draft.tx, row)?;
            }
        }
    }
    if !new.is_empty() {
        participants::insert(draft.tx, draft.tournament.row.id, &new)?;
    }
    draft.tournament.row.participants_count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    draft.tournament.participants = Arc::new(rows);
    Ok(())
}

/// A participant in the journal.
fn journaled(row: &ParticipantRow) -> Json {
    json!({"id": row.id, "name": row.name, "seed": row.seed})
}
