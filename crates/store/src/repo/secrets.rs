//! Client secrets, kept as their hashes; two may live side by side during a rotation.

use super::applications::TOPIC;
use crate::{Row, StoreError, Tx, params, statements};

statements! {
    INSERT_SECRET = "INSERT INTO application_secrets (id, application_id, hash, created_at, expires_at) \
        VALUES ($1, $2, $3, $4, NULL)";
    EXPIRE_SECRETS = "UPDATE application_secrets SET expires_at = $2 \
        WHERE application_id = $1 AND (expires_at IS NULL OR expires_at > $2)";
    DELETE_EXPIRED_SECRETS = "DELETE FROM application_secrets \
        WHERE application_id = $1 AND expires_at IS NOT NULL AND expires_at <= $2";
}

/// A stored client secret.
#[derive(Debug, Clone)]
pub struct SecretRow {
    /// SHA-256 of the secret.
    pub hash: Vec<u8>,
    /// When it stops working; `None` while it is the current one.
    pub expires_at: Option<i64>,
    /// When it was made.
    pub created_at: i64,
}

/// The secret whose columns begin at `at`, if there is one.
pub(super) fn from_row(row: &Row, at: usize) -> Result<Option<SecretRow>, StoreError> {
    let Some(hash) = row.opt_blob(at)? else { return Ok(None) };
    Ok(Some(SecretRow { hash, expires_at: row.opt_int(at + 1)?, created_at: row.int(at + 2)? }))
}

/// Adds a secret that does not expire.
pub fn insert(
    tx: &mut Tx<'_>,
    id: i64,
    application: i64,
    hash: [u8; 32],
    now: i64,
) -> Result<(), StoreError> {
    tx.run_one(&INSERT_SECRET, params![id, application, hash, now])?;
    tx.publish_now(TOPIC)
}

/// Lets the application's present secrets work until `until` at most.
pub fn expire_all(tx: &mut Tx<'_>, application: i64, until: i64) -> Result<u64, StoreError> {
    tx.publish_now(TOPIC)?;
    tx.run(&EXPIRE_SECRETS, params![application, until])
}

/// Removes the application's expired secrets.
pub fn delete_expired(tx: &mut Tx<'_>, application: i64, now: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_EXPIRED_SECRETS, params![application, now])
}
