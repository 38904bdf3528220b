//! Authorization requests that wait for a person's decision.

use crate::{Read, StoreError, Tx, params, statements};

statements! {
    REQUEST = "SELECT session_id, application_id, parameters, expires_at, decided_at \
        FROM authorization_requests WHERE hash = $1";
    INSERT_REQUEST = "INSERT INTO authorization_requests \
        (hash, session_id, application_id, parameters, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
    DECIDE_REQUEST = "UPDATE authorization_requests SET decided_at = $2 WHERE hash = $1 AND decided_at IS NULL";
    OPEN_REQUESTS_OF_SESSION = "SELECT hash FROM authorization_requests \
        WHERE session_id = $1 AND decided_at IS NULL AND expires_at > $2 ORDER BY created_at DESC, hash";
    DELETE_REQUEST = "DELETE FROM authorization_requests WHERE hash = $1";
    DELETE_EXPIRED_REQUESTS = "DELETE FROM authorization_requests WHERE hash IN \
        (SELECT hash FROM authorization_requests WHERE expires_at < $1 ORDER BY expires_at LIMIT 500)";
}

/// A request whose consent page was shown.
#[derive(Debug, Clone)]
pub struct RequestRow {
    /// The session that saw the page.
    pub session_id: i64,
    /// Which application asks.
    pub application_id: i64,
    /// The request's parameters, form-encoded, as they came.
    pub parameters: String,
    /// When the page is too old.
    pub expires_at: i64,
    /// When it was decided.
    pub decided_at: Option<i64>,
}

/// The request with this hash.
pub fn get(db: &mut impl Read, hash: [u8; 32]) -> Result<Option<RequestRow>, StoreError> {
    db.opt(&REQUEST, params![hash])?
        .map(|row| {
            Ok(RequestRow {
                session_id: row.int(0)?,
                application_id: row.int(1)?,
                parameters: row.text(2)?,
                expires_at: row.int(3)?,
                decided_at: row.opt_int(4)?,
            })
        })
        .transpose()
}

/// Adds a request.
pub fn insert(
    tx: &mut Tx<'_>,
    hash: [u8; 32],
    request: &RequestRow,
    now: i64,
) -> Result<(), StoreError> {
    tx.run_one(
        &INSERT_REQUEST,
        params![
            hash,
            request.session_id,
            request.application_id,
            request.parameters.as_str(),
            now,
            request.expires_at
        ],
    )
}

/// Marks the request decided; false if it was before.
pub fn decide(tx: &mut Tx<'_>, hash: [u8; 32], now: i64) -> Result<bool, StoreError> {
    Ok(tx.run(&DECIDE_REQUEST, params![hash, now])? == 1)
}

/// Closes the session's oldest undecided requests, so that at most `keep` stay open.
pub fn close_oldest(
    tx: &mut Tx<'_>,
    session: i64,
    keep: usize,
    now: i64,
) -> Result<(), StoreError> {
    for row in tx.all(&OPEN_REQUESTS_OF_SESSION, params![session, now])?.iter().skip(keep) {
        tx.run(&DELETE_REQUEST, params![row.blob(0)?])?;
    }
    Ok(())
}

/// Removes what expired, some hundred rows at a time.
pub fn delete_expired(tx: &mut Tx<'_>, before: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_EXPIRED_REQUESTS, params![before])
}
