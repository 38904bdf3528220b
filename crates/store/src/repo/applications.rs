//! Applications: OAuth clients with an owner. What the protocol needs is one JSON document,
//! `client`; the columns are what is looked up or bumped.

use super::{
    people::{self, PersonRow},
    secrets::{self, SecretRow},
};
use crate::{Read, Row, StoreError, Tx, params, statements};

statements! {
    APPLICATION = "SELECT id, client_id, owner_id, name, client, token_epoch, created_at, updated_at \
        FROM applications WHERE id = $1";
    APPLICATION_BY_CLIENT_ID = "SELECT id, client_id, owner_id, name, client, token_epoch, created_at, updated_at \
        FROM applications WHERE client_id = $1";
    APPLICATION_WITH_OWNER_AND_SECRETS = "SELECT \
        a.id, a.client_id, a.owner_id, a.name, a.client, a.token_epoch, a.created_at, a.updated_at, \
        p.id, p.uuid, p.username, p.email, p.password, p.operator, p.token_epoch, p.locked_at, p.created_at, p.updated_at, \
        s.hash, s.expires_at, s.created_at \
        FROM applications a JOIN people p ON p.id = a.owner_id \
        LEFT JOIN application_secrets s ON s.application_id = a.id WHERE a.client_id = $1 ORDER BY s.id";
    APPLICATIONS_OF_OWNER = "SELECT id, client_id, owner_id, name, client, token_epoch, created_at, updated_at \
        FROM applications WHERE owner_id = $1 ORDER BY id";
    ALL_APPLICATIONS = "SELECT id, client_id, owner_id, name, client, token_epoch, created_at, updated_at \
        FROM applications ORDER BY id";
    APPLICATIONS_WITH_CORS = "SELECT client FROM applications WHERE client LIKE '%\"cors\"%' ORDER BY id LIMIT $1";
    APPLICATION_NAMES = "SELECT id, name FROM applications WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, \
        $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
        $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, \
        $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, \
        $41, $42, $43, $44, $45, $46, $47, $48, $49, $50)";
    INSERT_APPLICATION = "INSERT INTO applications \
        (id, client_id, owner_id, name, client, token_epoch, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, 0, $6, $6)";
    UPDATE_APPLICATION = "UPDATE applications SET name = $2, client = $3, updated_at = $4 WHERE id = $1";
    BUMP_APPLICATION_EPOCH = "UPDATE applications SET token_epoch = token_epoch + 1 \
        WHERE id = $1 RETURNING token_epoch";
    ADVANCE_APPLICATION_EPOCHS = "UPDATE applications SET token_epoch = \
        CASE WHEN token_epoch < $1 THEN $1 ELSE token_epoch + 1 END";
    APPLICATIONS_MENTIONING = "SELECT client FROM applications WHERE client LIKE $1";
    DELETE_APPLICATION = "DELETE FROM applications WHERE id = $1";
}

/// Published by every change of an application, its secrets or its owner's lock, so that nobody who
/// changes them can forget the caches.
pub const TOPIC: &str = "applications";

/// An application's row.
#[derive(Debug, Clone)]
pub struct ApplicationRow {
    /// Numeric id.
    pub id: i64,
    /// The OAuth client identifier.
    pub client_id: String,
    /// The person who owns it.
    pub owner_id: i64,
    /// Its name, as people see it.
    pub name: String,
    /// The protocol's client record, as JSON.
    pub client: String,
    /// Tokens of an earlier epoch are dead.
    pub token_epoch: i64,
    /// When it was registered.
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
}

fn from_row(row: &Row) -> Result<ApplicationRow, StoreError> {
    Ok(ApplicationRow {
        id: row.int(0)?,
        client_id: row.text(1)?,
        owner_id: row.int(2)?,
        name: row.text(3)?,
        client: row.text(4)?,
        token_epoch: row.int(5)?,
        created_at: row.int(6)?,
        updated_at: row.int(7)?,
    })
}

/// The application with this id.
pub fn get(db: &mut impl Read, id: i64) -> Result<Option<ApplicationRow>, StoreError> {
    db.opt(&APPLICATION, params![id])?.as_ref().map(from_row).transpose()
}

/// The application with this client identifier.
pub fn by_client_id(
    db: &mut impl Read,
    client_id: &str,
) -> Result<Option<ApplicationRow>, StoreError> {
    if super::is_no_text(client_id) {
        return Ok(None);
    }
    db.opt(&APPLICATION_BY_CLIENT_ID, params![client_id])?.as_ref().map(from_row).transpose()
}

/// The application with this client identifier, its owner and its secrets, oldest first: all that
/// a token request asks about, in one statement.
pub fn with_owner_and_secrets(
    db: &mut impl Read,
    client_id: &str,
) -> Result<Option<(ApplicationRow, PersonRow, Vec<SecretRow>)>, StoreError> {
    if super::is_no_text(client_id) {
        return Ok(None);
    }
    let rows = db.all(&APPLICATION_WITH_OWNER_AND_SECRETS, params![client_id])?;
    let Some(first) = rows.first() else { return Ok(None) };
    let secrets = rows.iter().filter_map(|row| secrets::from_row(row, 18).transpose());
    let secrets = secrets.collect::<Result<_, _>>()?;
    Ok(Some((from_row(first)?, people::from_row(first, 8)?, secrets)))
}

/// A person's applications, oldest first.
pub fn of_owner(db: &mut impl Read, owner: i64) -> Result<Vec<ApplicationRow>, StoreError> {
    db.all(&APPLICATIONS_OF_OWNER, params![owner])?.iter().map(from_row).collect()
}

/// The names of the applications with these ids, in any order; at most [`people::MANY`] count.
pub fn names_by_id(db: &mut impl Read, ids: &[i64]) -> Result<Vec<(i64, String)>, StoreError> {
    let rows = db.all(&APPLICATION_NAMES, &people::many_ids(ids))?;
    rows.iter().map(|row| Ok((row.int(0)?, row.text(1)?))).collect()
}

/// Every application, oldest first (the operator's list).
pub fn all(db: &mut impl Read) -> Result<Vec<ApplicationRow>, StoreError> {
    db.all(&ALL_APPLICATIONS, params![])?.iter().map(from_row).collect()
}

/// The client records of the oldest applications that may have the switch for browsers of other
/// sites; some of these may turn out not to have it.
pub fn with_cors(db: &mut impl Read, limit: i64) -> Result<Vec<String>, StoreError> {
    db.all(&APPLICATIONS_WITH_CORS, params![limit])?.iter().map(|row| row.text(0)).collect()
}

/// The client records that have the word in them as a text of its own; whether it means what is
/// looked for is for the caller to see.
pub fn mentioning(db: &mut impl Read, word: &str) -> Result<Vec<String>, StoreError> {
    let pattern = format!("%\"{word}\"%");
    db.all(&APPLICATIONS_MENTIONING, params![pattern])?.iter().map(|row| row.text(0)).collect()
}

/// Adds an application.
pub fn insert(tx: &mut Tx<'_>, application: &ApplicationRow) -> Result<(), StoreError> {
    tx.run_one(
        &INSERT_APPLICATION,
        params![
            application.id,
            application.client_id.as_str(),
            application.owner_id,
            application.name.as_str(),
            application.client.as_str(),
            application.created_at
        ],
    )?;
    tx.publish_now(TOPIC)
}

/// Replaces name and client record.
pub fn update(
    tx: &mut Tx<'_>,
    id: i64,
    name: &str,
    client: &str,
    now: i64,
) -> Result<(), StoreError> {
    tx.run_one(&UPDATE_APPLICATION, params![id, name, client, now])?;
    tx.publish_now(TOPIC)
}

/// Starts a new token epoch for the application and returns it.
pub fn bump_epoch(tx: &mut Tx<'_>, id: i64) -> Result<i64, StoreError> {
    tx.publish_now(TOPIC)?;
    tx.one(&BUMP_APPLICATION_EPOCH, params![id])?.int(0)
}

/// Removes the application with its secrets, consents, codes and families.
pub fn delete(tx: &mut Tx<'_>, id: i64) -> Result<(), StoreError> {
    tx.run_one(&DELETE_APPLICATION, params![id])?;
    tx.publish_now(TOPIC)
}

/// Raises every application's token epoch, to at least this one: all tokens so far are dead.
pub fn advance_epochs(tx: &mut Tx<'_>, least: i64) -> Result<u64, StoreError> {
    tx.run(&ADVANCE_APPLICATION_EPOCHS, params![least])
}
