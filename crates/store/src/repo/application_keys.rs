//! The keys that name applications, kept as their hashes; at most one an application.

use crate::{Read, StoreError, Tx, params, statements};

statements! {
    APPLICATION_OF_KEY = "SELECT k.application_id, a.client_id FROM application_keys k \
        JOIN applications a ON a.id = k.application_id WHERE k.hash = $1";
    APPLICATION_KEY_HINT = "SELECT hint FROM application_keys WHERE application_id = $1";
    SET_APPLICATION_KEY = "INSERT INTO application_keys (application_id, hash, hint, created_at) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (application_id) \
        DO UPDATE SET hash = excluded.hash, hint = excluded.hint, created_at = excluded.created_at";
}

/// The id and the client identifier of the application that a key names.
pub fn application(
    db: &mut impl Read,
    hash: [u8; 32],
) -> Result<Option<(i64, String)>, StoreError> {
    let row = db.opt(&APPLICATION_OF_KEY, params![hash])?;
    row.map(|row| Ok((row.int(0)?, row.text(1)?))).transpose()
}

/// The last characters of the application's key.
pub fn hint(db: &mut impl Read, application: i64) -> Result<Option<String>, StoreError> {
    db.opt(&APPLICATION_KEY_HINT, params![application])?.map(|row| row.text(0)).transpose()
}

/// Gives the application a key in place of the one it may have.
pub fn set(
    tx: &mut Tx<'_>,
    application: i64,
    hash: [u8; 32],
    hint: &str,
    now: i64,
) -> Result<(), StoreError> {
    tx.run_one(&SET_APPLICATION_KEY, params![application, hash, hint, now])
}
