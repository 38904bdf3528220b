//! Authorization codes, kept as their hashes.

use crate::{Read, StoreError, Tx, params, statements};

statements! {
    CODE = "SELECT application_id, person_id, code, expires_at, used_at, family_id \
        FROM authorization_codes WHERE hash = $1";
    INSERT_CODE = "INSERT INTO authorization_codes \
        (hash, application_id, person_id, code, expires_at) VALUES ($1, $2, $3, $4, $5)";
    USE_CODE = "UPDATE authorization_codes SET used_at = $2, family_id = $3 WHERE hash = $1 AND used_at IS NULL";
    DELETE_CODES_OF_CONSENT = "DELETE FROM authorization_codes WHERE person_id = $1 AND application_id = $2";
    DELETE_CODES_OF_PERSON = "DELETE FROM authorization_codes WHERE person_id = $1";
    DELETE_ALL_CODES = "DELETE FROM authorization_codes";
    DELETE_EXPIRED_CODES = "DELETE FROM authorization_codes WHERE hash IN \
        (SELECT hash FROM authorization_codes WHERE expires_at < $1 ORDER BY expires_at LIMIT 500)";
}

/// An authorization code's row.
#[derive(Debug, Clone)]
pub struct CodeRow {
    /// For which application.
    pub application_id: i64,
    /// By whom.
    pub person_id: i64,
    /// The protocol's record, as JSON.
    pub code: String,
    /// When it expires.
    pub expires_at: i64,
    /// When it was used or burnt.
    pub used_at: Option<i64>,
    /// The token family that it was exchanged for.
    pub family_id: Option<i64>,
}

/// The code with this hash.
pub fn get(db: &mut impl Read, hash: [u8; 32]) -> Result<Option<CodeRow>, StoreError> {
    db.opt(&CODE, params![hash])?
        .map(|row| {
            Ok(CodeRow {
                application_id: row.int(0)?,
                person_id: row.int(1)?,
                code: row.text(2)?,
                expires_at: row.int(3)?,
                used_at: row.opt_int(4)?,
                family_id: row.opt_int(5)?,
            })
        })
        .transpose()
}

/// Adds a code.
pub fn insert(tx: &mut Tx<'_>, hash: [u8; 32], code: &CodeRow) -> Result<(), StoreError> {
    tx.run_one(
        &INSERT_CODE,
        params![hash, code.application_id, code.person_id, code.code.as_str(), code.expires_at],
    )
}

/// Uses the code up; false if it was used before.
pub fn consume(
    tx: &mut Tx<'_>,
    hash: [u8; 32],
    now: i64,
    family: Option<i64>,
) -> Result<bool, StoreError> {
    Ok(tx.run(&USE_CODE, params![hash, now, family])? == 1)
}

/// Removes the codes that a consent had led to.
pub fn delete_of_consent(
    tx: &mut Tx<'_>,
    person: i64,
    application: i64,
) -> Result<u64, StoreError> {
    tx.run(&DELETE_CODES_OF_CONSENT, params![person, application])
}

/// Removes all codes that the person allowed. It waits for exchanges under way, and those that come
/// later find no code: what revokes the person's families afterwards misses none.
pub fn delete_of_person(tx: &mut Tx<'_>, person: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_CODES_OF_PERSON, params![person])
}

/// Removes every code.
pub fn delete_all(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.run(&DELETE_ALL_CODES, params![])
}

/// Removes what expired, some hundred rows at a time.
pub fn delete_expired(tx: &mut Tx<'_>, before: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_EXPIRED_CODES, params![before])
}
