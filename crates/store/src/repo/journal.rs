//! The journal: what happened to a tournament, numbered under its lock.

use crate::{Read, StoreError, Tx, params, statements};

statements! {
    INSERT_ENTRY = "INSERT INTO journal (tournament_id, number, at, actor, event, body) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    ENTRIES_AFTER = "SELECT number, at, actor, event, body FROM journal \
        WHERE tournament_id = $1 AND number > $2 ORDER BY number LIMIT $3";
}

/// One entry of a tournament's journal.
#[derive(Debug, Clone)]
pub struct EntryRow {
    /// Its number, from 1, without gaps.
    pub number: i64,
    /// When it happened.
    pub at: i64,
    /// Who did it.
    pub actor: String,
    /// What happened, as a dotted name (`match.reported`).
    pub event: String,
    /// The particulars, as JSON.
    pub body: String,
}

/// Appends an entry.
pub fn insert(tx: &mut Tx<'_>, tournament: i64, entry: &EntryRow) -> Result<(), StoreError> {
    tx.run_one(
        &INSERT_ENTRY,
        params![
            tournament,
            entry.number,
            entry.at,
            entry.actor.as_str(),
            entry.event.as_str(),
            entry.body.as_str()
        ],
    )
}

/// Up to `limit` entries after `number`, in order.
pub fn after(
    db: &mut impl Read,
    tournament: i64,
    number: i64,
    limit: i64,
) -> Result<Vec<EntryRow>, StoreError> {
    db.all(&ENTRIES_AFTER, params![tournament, number, limit])?
        .iter()
        .map(|row| {
            Ok(EntryRow {
                number: row.int(0)?,
                at: row.int(1)?,
                actor: row.text(2)?,
                event: row.text(3)?,
                body: row.text(4)?,
            })
        })
        .collect()
}
