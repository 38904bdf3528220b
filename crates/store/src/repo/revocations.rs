//! What ended before its access tokens expired; every node keeps this small list in memory.

use crate::{Read, Row, StoreError, Tx, params, statements};

statements! {
    LIVE_REVOCATIONS = "SELECT id, kind, subject, epoch FROM revocations WHERE until > $1";
    LATER_REVOCATIONS = "SELECT id, kind, subject, epoch FROM revocations WHERE id > $2 AND until > $1";
    INSERT_REVOCATION = "INSERT INTO revocations (id, kind, subject, epoch, until, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    DELETE_EXPIRED_REVOCATIONS = "DELETE FROM revocations WHERE id IN \
        (SELECT id FROM revocations WHERE until <= $1 ORDER BY until LIMIT 500)";
}

/// One revocation.
#[derive(Debug, Clone)]
pub struct RevocationRow {
    /// `family`, `person`, `application` or `token`.
    pub kind: String,
    /// What is revoked: an id, or the name (`jti`) of a token.
    pub subject: String,
    /// Tokens of an earlier epoch are dead (persons and applications).
    pub epoch: i64,
}

fn from_row(row: &Row) -> Result<(i64, RevocationRow), StoreError> {
    let (kind, subject) = (row.text(1)?, row.text(2)?);
    Ok((row.int(0)?, RevocationRow { kind, subject, epoch: row.int(3)? }))
}

/// The revocations that can still matter, with their ids.
pub fn live(db: &mut impl Read, now: i64) -> Result<Vec<(i64, RevocationRow)>, StoreError> {
    db.all(&LIVE_REVOCATIONS, params![now])?.iter().map(from_row).collect()
}

/// Those of them with a greater id.
pub fn live_after(
    db: &mut impl Read,
    now: i64,
    id: i64,
) -> Result<Vec<(i64, RevocationRow)>, StoreError> {
    db.all(&LATER_REVOCATIONS, params![now, id])?.iter().map(from_row).collect()
}

/// Adds a revocation that matters until `until`.
pub fn insert(
    tx: &mut Tx<'_>,
    id: i64,
    revocation: &RevocationRow,
    until: i64,
    now: i64,
) -> Result<(), StoreError> {
    tx.run_one(
        &INSERT_REVOCATION,
        params![
            id,
            revocation.kind.as_str(),
            revocation.subject.as_str(),
            revocation.epoch,
            until,
            now
        ],
    )
}

/// Removes what no token can be affected by any more, some hundred rows at a time.
pub fn delete_expired(tx: &mut Tx<'_>, now: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_EXPIRED_REVOCATIONS, params![now])
}
