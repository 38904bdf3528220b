//! Token families: a grant's chain of refresh tokens, of which only the generation is kept.

use crate::{Read, Row, StoreError, Tx, params, statements};

statements! {
    FAMILY = "SELECT id, application_id, person_id, family, generation, rotated_at, created_at, expires_at, revoked_at, \
        application_epoch \
        FROM token_families WHERE id = $1";
    INSERT_FAMILY = "INSERT INTO token_families \
        (id, application_id, person_id, family, generation, rotated_at, created_at, expires_at, application_epoch) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    ROTATE_FAMILY = "UPDATE token_families SET generation = $2, rotated_at = $3, expires_at = $4 \
        WHERE id = $1 AND generation = $2 - 1 AND revoked_at IS NULL";
    REVOKE_FAMILY = "UPDATE token_families SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    LIVE_FAMILIES_OF_CONSENT = "SELECT id FROM token_families \
        WHERE person_id = $1 AND application_id = $2 AND revoked_at IS NULL";
    LAST_ROTATIONS_OF_PERSON = "SELECT application_id, MAX(rotated_at) FROM token_families \
        WHERE person_id = $1 GROUP BY application_id";
    LIVE_FAMILIES_OF_APPLICATION = "SELECT COUNT(*) FROM token_families \
        WHERE application_id = $1 AND revoked_at IS NULL AND expires_at > $2";
    REVOKE_FAMILIES_OF_APPLICATION = "UPDATE token_families SET revoked_at = $2 \
        WHERE application_id = $1 AND revoked_at IS NULL";
    REVOKE_FAMILIES_OF_PERSON = "UPDATE token_families SET revoked_at = $2 \
        WHERE person_id = $1 AND revoked_at IS NULL";
    REVOKE_ALL_FAMILIES = "UPDATE token_families SET revoked_at = $1 WHERE revoked_at IS NULL";
    DELETE_EXPIRED_FAMILIES = "DELETE FROM token_families WHERE id IN \
        (SELECT id FROM token_families WHERE expires_at < $1 ORDER BY expires_at LIMIT 500)";
}

/// A token family's row.
#[derive(Debug, Clone)]
pub struct FamilyRow {
    /// The family's id, which its refresh tokens carry.
    pub id: i64,
    /// Whose tokens they are.
    pub application_id: i64,
    /// For whom they act.
    pub person_id: i64,
    /// The protocol's record, as JSON (scopes, salt, bounds).
    pub family: String,
    /// The generation of the refresh token that is current.
    pub generation: i64,
    /// When that one was issued.
    pub rotated_at: i64,
    /// When the family began.
    pub created_at: i64,
    /// After this nothing of it works.
    pub expires_at: i64,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// The application's token epoch when the family began; it dies with the epoch.
    pub application_epoch: i64,
}

fn from_row(row: &Row) -> Result<FamilyRow, StoreError> {
    Ok(FamilyRow {
        id: row.int(0)?,
        application_id: row.int(1)?,
        person_id: row.int(2)?,
        family: row.text(3)?,
        generation: row.int(4)?,
        rotated_at: row.int(5)?,
        created_at: row.int(6)?,
        expires_at: row.int(7)?,
        revoked_at: row.opt_int(8)?,
        application_epoch: row.int(9)?,
    })
}

/// The family with this id.
pub fn get(db: &mut impl Read, id: i64) -> Result<Option<FamilyRow>, StoreError> {
    db.opt(&FAMILY, params![id])?.as_ref().map(from_row).transpose()
}

/// Adds a family.
pub fn insert(tx: &mut Tx<'_>, family: &FamilyRow) -> Result<(), StoreError> {
    tx.run_one(
        &INSERT_FAMILY,
        params![
            family.id,
            family.application_id,
            family.person_id,
            family.family.as_str(),
            family.generation,
            family.rotated_at,
            family.created_at,
            family.expires_at,
            family.application_epoch
        ],
    )
}

/// Moves the family on to `generation`; false if somebody else did, or it was revoked.
pub fn rotate(
    tx: &mut Tx<'_>,
    id: i64,
    generation: i64,
    now: i64,
    expires_at: i64,
) -> Result<bool, StoreError> {
    Ok(tx.run(&ROTATE_FAMILY, params![id, generation, now, expires_at])? == 1)
}

/// Revokes the family; false if it was before.
pub fn revoke(tx: &mut Tx<'_>, id: i64, now: i64) -> Result<bool, StoreError> {
    Ok(tx.run(&REVOKE_FAMILY, params![id, now])? == 1)
}

/// The ids of the families that the person's consent to the application keeps alive.
pub fn live_of_consent(
    db: &mut impl Read,
    person: i64,
    application: i64,
) -> Result<Vec<i64>, StoreError> {
    db.all(&LIVE_FAMILIES_OF_CONSENT, params![person, application])?
        .iter()
        .map(|row| row.int(0))
        .collect()
}

/// When each application last got tokens for the person, by application.
pub fn last_of_person(db: &mut impl Read, person: i64) -> Result<Vec<(i64, i64)>, StoreError> {
    db.all(&LAST_ROTATIONS_OF_PERSON, params![person])?
        .iter()
        .map(|row| Ok((row.int(0)?, row.int(1)?)))
        .collect()
}

/// How many families of the application are alive.
pub fn count_live(db: &mut impl Read, application: i64, now: i64) -> Result<i64, StoreError> {
    db.one(&LIVE_FAMILIES_OF_APPLICATION, params![application, now])?.int(0)
}

/// Revokes all of the application's families.
pub fn revoke_of_application(
    tx: &mut Tx<'_>,
    application: i64,
    now: i64,
) -> Result<u64, StoreError> {
    tx.run(&REVOKE_FAMILIES_OF_APPLICATION, params![application, now])
}

/// Revokes all of the person's families.
pub fn revoke_of_person(tx: &mut Tx<'_>, person: i64, now: i64) -> Result<u64, StoreError> {
    tx.run(&REVOKE_FAMILIES_OF_PERSON, params![person, now])
}

/// Revokes every family.
pub fn revoke_all(tx: &mut Tx<'_>, now: i64) -> Result<u64, StoreError> {
    tx.run(&REVOKE_ALL_FAMILIES, params![now])
}

/// Removes what expired, some hundred rows at a time.
pub fn delete_expired(tx: &mut Tx<'_>, before: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_EXPIRED_FAMILIES, params![before])
}
