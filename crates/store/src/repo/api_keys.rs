//! Personal API keys, kept as their hashes.

use crate::{Read, StoreError, Tx, params, statements};

statements! {
    API_KEY_BY_HASH = "SELECT id, person_id, name, created_at FROM api_keys WHERE hash = $1";
    INSERT_API_KEY = "INSERT INTO api_keys (id, hash, person_id, name, created_at) VALUES ($1, $2, $3, $4, $5)";
}

/// A personal key.
#[derive(Debug, Clone)]
pub struct ApiKeyRow {
    /// Id.
    pub id: i64,
    /// For whom it acts.
    pub person_id: i64,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created_at: i64,
}

/// The key with this hash.
pub fn by_hash(db: &mut impl Read, hash: [u8; 32]) -> Result<Option<ApiKeyRow>, StoreError> {
    db.opt(&API_KEY_BY_HASH, params![hash])?
        .map(|row| {
            Ok(ApiKeyRow {
                id: row.int(0)?,
                person_id: row.int(1)?,
                name: row.text(2)?,
                created_at: row.int(3)?,
            })
        })
        .transpose()
}

/// Adds a key.
pub fn insert(tx: &mut Tx<'_>, key: &ApiKeyRow, hash: [u8; 32]) -> Result<(), StoreError> {
    tx.run_one(
        &INSERT_API_KEY,
        params![key.id, hash, key.person_id, key.name.as_str(), key.created_at],
    )
}
