//! The journal: what happened to a tournament, numbered under its lock.

use crate::{Read, Row, StoreError, Tx, params, statements};

statements! {
    TOLD_AFTER = "SELECT number, at, actor, event, body FROM journal \
        WHERE tournament_id = $1 AND number > $2 ORDER BY number LIMIT $3";
    TOLD_BEFORE = "SELECT number, at, actor, event, \
        CASE WHEN CAST(OCTET_LENGTH(body) AS BIGINT) > $4 THEN 'null' ELSE body END FROM journal \
        WHERE tournament_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3";
    INSERT_ENTRY = "INSERT INTO journal (tournament_id, number, at, actor, event, body, step, operations, undo) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    ENTRIES_AFTER = "SELECT number, at, actor, event, body, step, operations, undo FROM journal \
        WHERE tournament_id = $1 AND number > $2 ORDER BY number LIMIT $3";
    ENTRIES_BEFORE = "SELECT number, at, actor, event, body, step, operations, undo FROM journal \
        WHERE tournament_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3";
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
    /// Number of the first entry of the same change; unknown of entries of earlier versions.
    pub step: Option<i64>,
    /// What the engine was told, as JSON.
    pub operations: Option<String>,
    /// What takes the entry back, as JSON.
    pub undo: Option<String>,
}

fn from_row(row: &Row) -> Result<EntryRow, StoreError> {
    Ok(EntryRow {
        number: row.int(0)?,
        at: row.int(1)?,
        actor: row.text(2)?,
        event: row.text(3)?,
        body: row.text(4)?,
        step: row.opt_int(5)?,
        operations: row.opt_text(6)?,
        undo: row.opt_text(7)?,
    })
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
            entry.body.as_str(),
            entry.step,
            entry.operations.as_deref(),
            entry.undo.as_deref()
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
    db.all(&ENTRIES_AFTER, params![tournament, number, limit])?.iter().map(from_row).collect()
}

/// Up to `limit` entries before `number`, the latest first.
pub fn before(
    db: &mut impl Read,
    tournament: i64,
    number: i64,
    limit: i64,
) -> Result<Vec<EntryRow>, StoreError> {
    db.all(&ENTRIES_BEFORE, params![tournament, number, limit])?.iter().map(from_row).collect()
}

/// What is told of an entry to those who follow the tournament.
#[derive(Debug, Clone)]
pub struct ToldRow {
    /// Its number.
    pub number: i64,
    /// When it happened.
    pub at: i64,
    /// Who did it.
    pub actor: String,
    /// What happened, as a dotted name.
    pub event: String,
    /// The particulars, as JSON.
    pub body: String,
}

fn told_from_row(row: &Row) -> Result<ToldRow, StoreError> {
    Ok(ToldRow {
        number: row.int(0)?,
        at: row.int(1)?,
        actor: row.text(2)?,
        event: row.text(3)?,
        body: row.text(4)?,
    })
}

/// Up to `limit` entries after `number`, in order, as they are told.
pub fn told(
    db: &mut impl Read,
    tournament: i64,
    number: i64,
    limit: i64,
) -> Result<Vec<ToldRow>, StoreError> {
    db.all(&TOLD_AFTER, params![tournament, number, limit])?.iter().map(told_from_row).collect()
}

/// Up to `limit` entries before `number`, the latest first, as they are told; particulars of more than
/// `longest` bytes are `null`, and not read.
pub fn told_before(
    db: &mut impl Read,
    tournament: i64,
    number: i64,
    limit: i64,
    longest: i64,
) -> Result<Vec<ToldRow>, StoreError> {
    let rows = db.all(&TOLD_BEFORE, params![tournament, number, limit, longest])?;
    rows.iter().map(told_from_row).collect()
}
