//! Matches: the engine's record of each, and what the platform knows besides.

use crate::{Read, Row, StoreError, Tx, Value, params, statements};

statements! {
    MATCHES = "SELECT id, match_key, record, location, scheduled_at, started_at, underway_at, completed_at, \
        created_at, updated_at, attachments FROM matches WHERE tournament_id = $1 ORDER BY match_key";
    INSERT_MATCH = "INSERT INTO matches \
        (id, tournament_id, match_key, record, location, scheduled_at, started_at, underway_at, completed_at, \
        created_at, updated_at, attachments) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    UPDATE_MATCH = "UPDATE matches SET record = $2, location = $3, scheduled_at = $4, started_at = $5, \
        underway_at = $6, completed_at = $7, updated_at = $8, attachments = $9 WHERE id = $1";
    DELETE_RANGE = "DELETE FROM matches WHERE tournament_id = $1 AND match_key >= $2 AND match_key < $3";
    DELETE_MATCHES = "DELETE FROM matches WHERE tournament_id = $1";
}

/// A match's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchRow {
    /// Numeric id.
    pub id: i64,
    /// The engine's key of the match within its stage, and above 2^32 the stage's.
    pub match_key: i64,
    /// The engine's record, as JSON; `None` while nothing was reported.
    pub record: Option<String>,
    /// Where it is played.
    pub location: Option<String>,
    /// For when it is set.
    pub scheduled_at: Option<i64>,
    /// When both sides were known.
    pub started_at: Option<i64>,
    /// When it was marked as being played.
    pub underway_at: Option<i64>,
    /// When its result was reported.
    pub completed_at: Option<i64>,
    /// When it was made.
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
    /// How many attachments it has.
    pub attachments: i64,
}

fn from_row(row: &Row) -> Result<MatchRow, StoreError> {
    Ok(MatchRow {
        id: row.int(0)?,
        match_key: row.int(1)?,
        record: row.opt_text(2)?,
        location: row.opt_text(3)?,
        scheduled_at: row.opt_int(4)?,
        started_at: row.opt_int(5)?,
        underway_at: row.opt_int(6)?,
        completed_at: row.opt_int(7)?,
        created_at: row.int(8)?,
        updated_at: row.int(9)?,
        attachments: row.int(10)?,
    })
}

/// The tournament's matches by key.
pub fn of_tournament(db: &mut impl Read, tournament: i64) -> Result<Vec<MatchRow>, StoreError> {
    db.all(&MATCHES, params![tournament])?.iter().map(from_row).collect()
}

/// Adds matches.
pub fn insert(tx: &mut Tx<'_>, tournament: i64, matches: &[MatchRow]) -> Result<(), StoreError> {
    let rows = matches
        .iter()
        .map(|m| -> Vec<Value> {
            vec![
                m.id.into(),
                tournament.into(),
                m.match_key.into(),
                m.record.as_deref().into(),
                m.location.as_deref().into(),
                m.scheduled_at.into(),
                m.started_at.into(),
                m.underway_at.into(),
                m.completed_at.into(),
                m.created_at.into(),
                m.updated_at.into(),
                m.attachments.into(),
            ]
        })
        .collect();
    tx.insert_many(&INSERT_MATCH, rows)
}

/// Writes everything that can change.
pub fn update(tx: &mut Tx<'_>, m: &MatchRow) -> Result<(), StoreError> {
    tx.run_one(
        &UPDATE_MATCH,
        params![
            m.id,
            m.record.as_deref(),
            m.location.as_deref(),
            m.scheduled_at,
            m.started_at,
            m.underway_at,
            m.completed_at,
            m.updated_at,
            m.attachments
        ],
    )
}

/// Removes the matches of a tournament with keys from `from` to below `to`.
pub fn delete_range(
    tx: &mut Tx<'_>,
    tournament: i64,
    from: i64,
    to: i64,
) -> Result<u64, StoreError> {
    tx.run(&DELETE_RANGE, params![tournament, from, to])
}

/// Removes all matches of a tournament.
pub fn delete_all(tx: &mut Tx<'_>, tournament: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_MATCHES, params![tournament])
}
