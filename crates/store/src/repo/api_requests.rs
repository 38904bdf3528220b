//! Requests of programs, counted for quotas by whom they belong to and by period.

use crate::{Read, StoreError, Tx, params, statements};

statements! {
    REQUESTS = "SELECT requests FROM api_requests WHERE holder = $1 AND id = $2 AND started_at = $3";
    ADD_REQUESTS = "INSERT INTO api_requests (holder, id, started_at, requests, updated_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (holder, id, started_at) DO UPDATE SET \
        requests = api_requests.requests + excluded.requests, updated_at = excluded.updated_at \
        RETURNING requests";
    DELETE_OLD_REQUESTS = "DELETE FROM api_requests WHERE (holder, id, started_at) IN \
        (SELECT holder, id, started_at FROM api_requests WHERE updated_at < $1 ORDER BY updated_at LIMIT 500)";
}

/// How many there were in the period that began then.
pub fn get(db: &mut impl Read, holder: &str, id: i64, started_at: i64) -> Result<i64, StoreError> {
    let found = db.opt(&REQUESTS, params![holder, id, started_at])?;
    found.map_or(Ok(0), |row| row.int(0))
}

/// Adds so many at a time; how many there are now.
pub fn add(
    tx: &mut Tx<'_>,
    holder: &str,
    id: i64,
    started_at: i64,
    (requests, now): (i64, i64),
) -> Result<i64, StoreError> {
    tx.one(&ADD_REQUESTS, params![holder, id, started_at, requests, now])?.int(0)
}

/// Removes what was last counted before then, some hundred rows at a time.
pub fn delete_old(tx: &mut Tx<'_>, before: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_OLD_REQUESTS, params![before])
}
