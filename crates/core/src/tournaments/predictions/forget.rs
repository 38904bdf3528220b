//! Predictions go with the account of whoever made them.

use std::sync::Arc;

use tiltyard_store::{
    LockKey, Tx,
    repo::{
        journal::{self, EntryRow},
        predictions, tournaments,
    },
};

use super::{picks::Picks, read::stored, votes};
use crate::{Actor, clock::Millis, error::Result, live};

/// Removes all predictions of a person, and their votes; how many there were. `revision` is a new one
/// for each of the tournaments.
pub(crate) fn forget_person(
    tx: &mut Tx<'_>,
    actor: &Actor,
    person: i64,
    now: Millis,
    revision: i64,
) -> Result<usize> {
    let all = predictions::tournaments_of_person(tx, person)?;
    let mut removed = 0;
    for id in all {
        tx.lock(LockKey { space: "tournament", id })?;
        let Some(mut row) = tournaments::get(tx, id)? else { continue };
        let Some(prediction) = predictions::get(tx, id, person)? else { continue };
        let mut votes = votes::load(tx, &row)?;
        Arc::make_mut(&mut votes).recount(&stored(Some(&prediction))?, &Picks::default());
        votes.write(tx, id)?;
        predictions::delete(tx, id, person)?;
        row.journal_number += 1;
        row.votes_version = row.journal_number;
        row.updated_at = now;
        row.revision = revision;
        let entry = EntryRow {
            number: row.journal_number,
            at: now,
            actor: actor.describe(),
            event: "prediction.removed".to_owned(),
            body: "{}".to_owned(),
            step: Some(row.journal_number),
            operations: None,
            undo: None,
        };
        journal::insert(tx, id, &entry)?;
        tournaments::update(tx, &row)?;
        tx.publish(&live::topic(id));
        removed += 1;
    }
    Ok(removed)
}
