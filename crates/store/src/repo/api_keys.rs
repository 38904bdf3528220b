//! Personal API keys, kept as their hashes.

use crate::{Read, Row, StoreError, Tx, params, statements};

statements! {
    API_KEY_BY_HASH = "SELECT id, person_id, name, hint, created_at, scopes, expires_at, \
        last_used_at, last_used_address FROM api_keys WHERE hash = $1";
    API_KEYS_OF_PERSON = "SELECT id, person_id, name, hint, created_at, scopes, expires_at, \
        last_used_at, last_used_address FROM api_keys WHERE person_id = $1 ORDER BY id";
    INSERT_API_KEY = "INSERT INTO api_keys \
        (id, hash, person_id, name, hint, created_at, scopes, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    NOTE_USE_OF_API_KEY = "UPDATE api_keys SET last_used_at = $2, last_used_address = $3 \
        WHERE id = $1";
    DELETE_API_KEYS_OF_PERSON = "DELETE FROM api_keys WHERE person_id = $1";
    DELETE_API_KEY = "DELETE FROM api_keys WHERE id = $1 AND person_id = $2";
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
    /// Its last characters, to tell keys apart.
    pub hint: String,
    /// When it was made.
    pub created_at: i64,
    /// What it may do, space-separated; everything that its owner may where there is nothing.
    pub scopes: Option<String>,
    /// When it stops working.
    pub expires_at: Option<i64>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<i64>,
    /// From where.
    pub last_used_address: Option<String>,
}

fn from_row(row: &Row) -> Result<ApiKeyRow, StoreError> {
    Ok(ApiKeyRow {
        id: row.int(0)?,
        person_id: row.int(1)?,
        name: row.text(2)?,
        hint: row.text(3)?,
        created_at: row.int(4)?,
        scopes: row.opt_text(5)?,
        expires_at: row.opt_int(6)?,
        last_used_at: row.opt_int(7)?,
        last_used_address: row.opt_text(8)?,
    })
}

/// The key with this hash.
pub fn by_hash(db: &mut impl Read, hash: [u8; 32]) -> Result<Option<ApiKeyRow>, StoreError> {
    db.opt(&API_KEY_BY_HASH, params![hash])?.as_ref().map(from_row).transpose()
}

/// A person's keys, oldest first.
pub fn of_person(db: &mut impl Read, person: i64) -> Result<Vec<ApiKeyRow>, StoreError> {
    db.all(&API_KEYS_OF_PERSON, params![person])?.iter().map(from_row).collect()
}

/// Adds a key.
pub fn insert(tx: &mut Tx<'_>, key: &ApiKeyRow, hash: [u8; 32]) -> Result<(), StoreError> {
    tx.run_one(
        &INSERT_API_KEY,
        params![
            key.id,
            hash,
            key.person_id,
            key.name.as_str(),
            key.hint.as_str(),
            key.created_at,
            key.scopes.as_deref(),
            key.expires_at
        ],
    )
}

/// Notes that the key was used.
pub fn note_use(tx: &mut Tx<'_>, id: i64, now: i64, address: &str) -> Result<(), StoreError> {
    tx.run(&NOTE_USE_OF_API_KEY, params![id, now, address])?;
    Ok(())
}

/// Removes a key of the person; whether there was one.
pub fn delete(tx: &mut Tx<'_>, id: i64, person: i64) -> Result<bool, StoreError> {
    Ok(tx.run(&DELETE_API_KEY, params![id, person])? > 0)
}

/// Removes all keys of the person; how many.
pub fn delete_of_person(tx: &mut Tx<'_>, person: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_API_KEYS_OF_PERSON, params![person])
}
