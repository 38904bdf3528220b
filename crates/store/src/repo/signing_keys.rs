//! Signing and token keys, sealed under the installation's secret key.

use crate::{Read, Row, StoreError, Tx, params, statements};

statements! {
    ALL_KEYS = "SELECT kid, purpose, algorithm, sealed, public_jwk, created_at, signs_from, accepted_until \
        FROM signing_keys ORDER BY created_at, kid";
    INSERT_KEY = "INSERT INTO signing_keys \
        (kid, purpose, algorithm, sealed, public_jwk, created_at, signs_from, accepted_until) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    RETIRE_KEYS = "UPDATE signing_keys SET accepted_until = $1 \
        WHERE purpose = $2 AND kid <> $3 AND (accepted_until IS NULL OR accepted_until > $1)";
    DELETE_KEYS = "DELETE FROM signing_keys WHERE accepted_until IS NOT NULL AND accepted_until <= $1";
}

/// One key as it is kept.
#[derive(Debug, Clone)]
pub struct SigningKeyRow {
    /// Key id: the RFC 7638 thumbprint for asymmetric keys.
    pub kid: String,
    /// What the key is for (`access` or `refresh`).
    pub purpose: String,
    /// JOSE algorithm, or `HS256` for keys that never leave the server.
    pub algorithm: String,
    /// The private part, sealed (nonce, ciphertext, tag).
    pub sealed: Vec<u8>,
    /// The public part, for asymmetric keys.
    pub public_jwk: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// From when on it signs: it is published before.
    pub signs_from: i64,
    /// Until when what it signed is accepted; `None` while it is in use.
    pub accepted_until: Option<i64>,
}

fn from_row(row: &Row) -> Result<SigningKeyRow, StoreError> {
    Ok(SigningKeyRow {
        kid: row.text(0)?,
        purpose: row.text(1)?,
        algorithm: row.text(2)?,
        sealed: row.blob(3)?,
        public_jwk: row.opt_text(4)?,
        created_at: row.int(5)?,
        signs_from: row.int(6)?,
        accepted_until: row.opt_int(7)?,
    })
}

/// Every key, oldest first.
pub fn all(db: &mut impl Read) -> Result<Vec<SigningKeyRow>, StoreError> {
    db.all(&ALL_KEYS, params![])?.iter().map(from_row).collect()
}

/// Adds a key.
pub fn insert(tx: &mut Tx<'_>, key: &SigningKeyRow) -> Result<(), StoreError> {
    tx.run_one(
        &INSERT_KEY,
        params![
            key.kid.as_str(),
            key.purpose.as_str(),
            key.algorithm.as_str(),
            key.sealed.as_slice(),
            key.public_jwk.as_deref(),
            key.created_at,
            key.signs_from,
            key.accepted_until
        ],
    )
}

/// Lets every key of the purpose but `keep` be accepted until `until` only.
pub fn retire_others(
    tx: &mut Tx<'_>,
    purpose: &str,
    keep: &str,
    until: i64,
) -> Result<u64, StoreError> {
    tx.run(&RETIRE_KEYS, params![until, purpose, keep])
}

/// Removes the keys that nothing can be signed with any more.
pub fn delete_expired(tx: &mut Tx<'_>, now: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_KEYS, params![now])
}
