//! What a person allowed an application.

use crate::{Read, Row, StoreError, Tx, params, statements};

statements! {
    CONSENT = "SELECT person_id, application_id, scopes, created_at, updated_at FROM consents \
        WHERE person_id = $1 AND application_id = $2";
    CONSENTS_OF_PERSON = "SELECT person_id, application_id, scopes, created_at, updated_at FROM consents \
        WHERE person_id = $1 ORDER BY updated_at DESC, application_id";
    SET_CONSENT = "INSERT INTO consents (person_id, application_id, scopes, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $4) ON CONFLICT (person_id, application_id) \
        DO UPDATE SET scopes = excluded.scopes, updated_at = excluded.updated_at";
    COUNT_CONSENTS = "SELECT COUNT(*) FROM consents WHERE application_id = $1";
    DELETE_CONSENTS_OF_PERSON = "DELETE FROM consents WHERE person_id = $1";
    DELETE_ALL_CONSENTS = "DELETE FROM consents";
    DELETE_CONSENT = "DELETE FROM consents WHERE person_id = $1 AND application_id = $2";
}

/// A person's consent to an application.
#[derive(Debug, Clone)]
pub struct ConsentRow {
    /// Who allowed it.
    pub person_id: i64,
    /// Whom it allows.
    pub application_id: i64,
    /// The scopes, space-separated.
    pub scopes: String,
    /// When it was first given.
    pub created_at: i64,
    /// When it was last widened or given again.
    pub updated_at: i64,
}

fn from_row(row: &Row) -> Result<ConsentRow, StoreError> {
    Ok(ConsentRow {
        person_id: row.int(0)?,
        application_id: row.int(1)?,
        scopes: row.text(2)?,
        created_at: row.int(3)?,
        updated_at: row.int(4)?,
    })
}

/// The person's consent to the application.
pub fn get(
    db: &mut impl Read,
    person: i64,
    application: i64,
) -> Result<Option<ConsentRow>, StoreError> {
    db.opt(&CONSENT, params![person, application])?.as_ref().map(from_row).transpose()
}

/// Everything the person consented to, latest first.
pub fn of_person(db: &mut impl Read, person: i64) -> Result<Vec<ConsentRow>, StoreError> {
    db.all(&CONSENTS_OF_PERSON, params![person])?.iter().map(from_row).collect()
}

/// How many people consented to the application.
pub fn count(db: &mut impl Read, application: i64) -> Result<i64, StoreError> {
    db.one(&COUNT_CONSENTS, params![application])?.int(0)
}

/// Gives or replaces the consent.
pub fn set(
    tx: &mut Tx<'_>,
    person: i64,
    application: i64,
    scopes: &str,
    now: i64,
) -> Result<(), StoreError> {
    tx.run_one(&SET_CONSENT, params![person, application, scopes, now])
}

/// Withdraws the consent; whether there was one.
pub fn delete(tx: &mut Tx<'_>, person: i64, application: i64) -> Result<bool, StoreError> {
    Ok(tx.run(&DELETE_CONSENT, params![person, application])? > 0)
}

/// Withdraws all consents of the person; how many.
pub fn delete_of_person(tx: &mut Tx<'_>, person: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_CONSENTS_OF_PERSON, params![person])
}

/// Withdraws every consent.
pub fn delete_all(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.run(&DELETE_ALL_CONSENTS, params![])
}
