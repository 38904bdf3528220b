//! Authorization requests that clients pushed (RFC 9126), kept under the hash of their `request_uri`.

use crate::{Read, StoreError, Tx, params, statements};

statements! {
    PUSHED_REQUEST = "SELECT application_id, parameters, expires_at, used_at \
        FROM pushed_requests WHERE hash = $1";
    INSERT_PUSHED_REQUEST = "INSERT INTO pushed_requests \
        (hash, application_id, parameters, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    KEEP_PUSHED_REQUEST = "UPDATE pushed_requests SET expires_at = $2 \
        WHERE hash = $1 AND used_at IS NULL AND expires_at < $2";
    USE_PUSHED_REQUEST = "UPDATE pushed_requests SET used_at = $2 WHERE hash = $1 AND used_at IS NULL";
    DELETE_EXPIRED_PUSHED_REQUESTS = "DELETE FROM pushed_requests WHERE hash IN \
        (SELECT hash FROM pushed_requests WHERE expires_at < $1 ORDER BY expires_at LIMIT 500)";
}

/// A pushed request's row.
#[derive(Debug, Clone)]
pub struct PushedRow {
    /// Whose request it is.
    pub application_id: i64,
    /// Its parameters, form-encoded, without the client's credentials.
    pub parameters: String,
    /// When it stops working.
    pub expires_at: i64,
    /// When it was answered.
    pub used_at: Option<i64>,
}

/// The request with this hash.
pub fn get(db: &mut impl Read, hash: [u8; 32]) -> Result<Option<PushedRow>, StoreError> {
    db.opt(&PUSHED_REQUEST, params![hash])?
        .map(|row| {
            Ok(PushedRow {
                application_id: row.int(0)?,
                parameters: row.text(1)?,
                expires_at: row.int(2)?,
                used_at: row.opt_int(3)?,
            })
        })
        .transpose()
}

/// Adds a request.
pub fn insert(
    tx: &mut Tx<'_>,
    hash: [u8; 32],
    request: &PushedRow,
    now: i64,
) -> Result<(), StoreError> {
    tx.run_one(
        &INSERT_PUSHED_REQUEST,
        params![hash, request.application_id, request.parameters.as_str(), now, request.expires_at],
    )
}

/// Lets it work until then, if that is longer.
pub fn keep(tx: &mut Tx<'_>, hash: [u8; 32], until: i64) -> Result<(), StoreError> {
    tx.run(&KEEP_PUSHED_REQUEST, params![hash, until])?;
    Ok(())
}

/// Uses the request up; false if it was before.
pub fn consume(tx: &mut Tx<'_>, hash: [u8; 32], now: i64) -> Result<bool, StoreError> {
    Ok(tx.run(&USE_PUSHED_REQUEST, params![hash, now])? == 1)
}

/// Removes some of what expired before then; how many.
pub fn delete_expired(tx: &mut Tx<'_>, before: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_EXPIRED_PUSHED_REQUESTS, params![before])
}
