//! People: accounts with a numeric id and a UUID.

use crate::{Read, Row, StoreError, Tx, Value, params, statements};

statements! {
    PERSON = "SELECT id, uuid, username, email, password, operator, token_epoch, locked_at, created_at, updated_at \
        FROM people WHERE id = $1";
    PERSON_BY_LOGIN = "SELECT id, uuid, username, email, password, operator, token_epoch, locked_at, created_at, updated_at \
        FROM people WHERE username_key = $1 OR email_key = $1";
    PERSON_BY_UUID = "SELECT id, uuid, username, email, password, operator, token_epoch, locked_at, created_at, updated_at \
        FROM people WHERE uuid = $1";
    PEOPLE_BY_UUID = "SELECT uuid, username FROM people WHERE uuid IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, \
        $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
        $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, \
        $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, \
        $41, $42, $43, $44, $45, $46, $47, $48, $49, $50)";
    PEOPLE_BY_USERNAME = "SELECT uuid, username FROM people WHERE username_key IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, \
        $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
        $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, \
        $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, \
        $41, $42, $43, $44, $45, $46, $47, $48, $49, $50)";
    IDS_BY_USERNAME = "SELECT id, username_key, username FROM people WHERE username_key IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, \
        $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
        $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, \
        $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, \
        $41, $42, $43, $44, $45, $46, $47, $48, $49, $50)";
    NAMES_BY_ID = "SELECT id, username FROM people WHERE password <> '' AND id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, \
        $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
        $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, \
        $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, \
        $41, $42, $43, $44, $45, $46, $47, $48, $49, $50)";
    INSERT_PERSON = "INSERT INTO people \
        (id, uuid, username, username_key, email, email_key, password, operator, token_epoch, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $9)";
    SET_PASSWORD = "UPDATE people SET password = $2, updated_at = $3 WHERE id = $1";
    REPLACE_PASSWORD = "UPDATE people SET password = $3 WHERE id = $1 AND password = $2";
    BUMP_PERSON_EPOCH = "UPDATE people SET token_epoch = token_epoch + 1, updated_at = $2 WHERE id = $1 \
        RETURNING token_epoch";
    ADVANCE_PERSON_EPOCHS = "UPDATE people SET token_epoch = \
        CASE WHEN token_epoch < $1 THEN $1 ELSE token_epoch + 1 END";
    LOCK_PERSON = "UPDATE people SET locked_at = $2, updated_at = $3 WHERE id = $1";
    ERASE_PERSON = "UPDATE people SET username = $2, username_key = $2, email = $2, email_key = $2, \
        password = '', operator = FALSE, locked_at = $3, updated_at = $3 WHERE id = $1";
    PEOPLE = "SELECT id, uuid, username, email, password, operator, token_epoch, locked_at, created_at, updated_at \
        FROM people WHERE id > $1 ORDER BY id LIMIT 500";
    ANY_PERSON = "SELECT id FROM people LIMIT 1";
    ANY_OPERATOR = "SELECT id FROM people WHERE operator = TRUE LIMIT 1";
}

/// A person's row.
#[derive(Debug, Clone)]
pub struct PersonRow {
    /// Numeric id, as the API dialects show it.
    pub id: i64,
    /// The stable subject identifier (`sub`).
    pub uuid: String,
    /// Name for signing in and for showing.
    pub username: String,
    /// E-mail address as entered.
    pub email: String,
    /// Password hash in PHC form.
    pub password: String,
    /// Whether the person operates this installation.
    pub operator: bool,
    /// Tokens of an earlier epoch are dead.
    pub token_epoch: i64,
    /// Since when the account is locked.
    pub locked_at: Option<i64>,
    /// When the account was made.
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
}

/// The person whose columns begin at `at`.
pub(super) fn from_row(row: &Row, at: usize) -> Result<PersonRow, StoreError> {
    Ok(PersonRow {
        id: row.int(at)?,
        uuid: row.text(at + 1)?,
        username: row.text(at + 2)?,
        email: row.text(at + 3)?,
        password: row.text(at + 4)?,
        operator: row.bool(at + 5)?,
        token_epoch: row.int(at + 6)?,
        locked_at: row.opt_int(at + 7)?,
        created_at: row.int(at + 8)?,
        updated_at: row.int(at + 9)?,
    })
}

fn one(row: Option<Row>) -> Result<Option<PersonRow>, StoreError> {
    row.map(|row| from_row(&row, 0)).transpose()
}

/// The person with this id.
pub fn get(db: &mut impl Read, id: i64) -> Result<Option<PersonRow>, StoreError> {
    one(db.opt(&PERSON, params![id])?)
}

/// The person with this subject identifier.
pub fn by_uuid(db: &mut impl Read, uuid: &str) -> Result<Option<PersonRow>, StoreError> {
    one(db.opt(&PERSON_BY_UUID, params![uuid])?)
}

/// The person who signs in under this user name or e-mail address (lower-cased by the caller).
pub fn by_login(db: &mut impl Read, login_key: &str) -> Result<Option<PersonRow>, StoreError> {
    if super::is_no_text(login_key) {
        return Ok(None);
    }
    one(db.opt(&PERSON_BY_LOGIN, params![login_key])?)
}

/// Most names that are looked up at once.
pub const MANY: usize = 50;

/// As many parameters as the statements have, the rest of them empty; at most [`MANY`] count.
fn many(texts: &[String]) -> Vec<Value> {
    let texts = texts.iter().map(String::as_str).filter(|text| !super::is_no_text(text));
    texts.chain(std::iter::repeat("")).take(MANY).map(Value::from).collect()
}

/// The same of ids; at most [`MANY`] count.
pub(super) fn many_ids(ids: &[i64]) -> Vec<Value> {
    ids.iter().copied().chain(std::iter::repeat(0)).take(MANY).map(Value::from).collect()
}

/// The user names of the people with these ids, without deleted accounts, in any order; at most [`MANY`]
/// count.
pub fn names_by_id(db: &mut impl Read, ids: &[i64]) -> Result<Vec<(i64, String)>, StoreError> {
    let rows = db.all(&NAMES_BY_ID, &many_ids(ids))?;
    rows.iter().map(|row| Ok((row.int(0)?, row.text(1)?))).collect()
}

fn names(rows: &[Row]) -> Result<Vec<(String, String)>, StoreError> {
    rows.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
}

/// Subject identifier and user name of the people with these subject identifiers, in any order.
pub fn names_by_uuid(
    db: &mut impl Read,
    uuids: &[String],
) -> Result<Vec<(String, String)>, StoreError> {
    names(&db.all(&PEOPLE_BY_UUID, &many(uuids))?)
}

/// The same of the people with these user names (lower-cased by the caller).
pub fn names_by_username(
    db: &mut impl Read,
    usernames: &[String],
) -> Result<Vec<(String, String)>, StoreError> {
    names(&db.all(&PEOPLE_BY_USERNAME, &many(usernames))?)
}

/// The people with these user names (lower-cased by the caller): id, the name as it was asked for, and
/// as they write it, in any order; at most [`MANY`] count.
pub fn ids_by_username(
    db: &mut impl Read,
    usernames: &[String],
) -> Result<Vec<(i64, String, String)>, StoreError> {
    let rows = db.all(&IDS_BY_USERNAME, &many(usernames))?;
    rows.iter().map(|row| Ok((row.int(0)?, row.text(1)?, row.text(2)?))).collect()
}

/// Whether anybody has an account yet.
pub fn any(db: &mut impl Read) -> Result<bool, StoreError> {
    Ok(db.opt(&ANY_PERSON, params![])?.is_some())
}

/// Whether anybody operates the installation yet.
pub fn any_operator(db: &mut impl Read) -> Result<bool, StoreError> {
    Ok(db.opt(&ANY_OPERATOR, params![])?.is_some())
}

/// What [`by_login`] finds a person by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundBy {
    /// The user name and the e-mail address.
    UsernameAndEmail,
    /// The user name alone: another person is found by the address.
    Username,
}

/// Adds a person; what people are found by is unique without regard to case.
pub fn insert(tx: &mut Tx<'_>, person: &PersonRow, by: FoundBy) -> Result<(), StoreError> {
    // No user name is an e-mail address, so that the one stands for the other without a clash.
    let email_key = match by {
        FoundBy::UsernameAndEmail => person.email.to_lowercase(),
        FoundBy::Username => person.username.to_lowercase(),
    };
    tx.run_one(
        &INSERT_PERSON,
        params![
            person.id,
            person.uuid.as_str(),
            person.username.as_str(),
            person.username.to_lowercase(),
            person.email.as_str(),
            email_key,
            person.password.as_str(),
            person.operator,
            person.created_at
        ],
    )
}

/// Replaces the password hash.
pub fn set_password(tx: &mut Tx<'_>, id: i64, password: &str, now: i64) -> Result<(), StoreError> {
    tx.run_one(&SET_PASSWORD, params![id, password, now])
}

/// Replaces the password hash by another of the same password, if it is still that one; says
/// whether it was.
pub fn replace_password(
    tx: &mut Tx<'_>,
    id: i64,
    before: &str,
    password: &str,
) -> Result<bool, StoreError> {
    Ok(tx.run(&REPLACE_PASSWORD, params![id, before, password])? == 1)
}

/// Raises the person's token epoch: every token so far is dead. Gives the new one.
pub fn bump_epoch(tx: &mut Tx<'_>, id: i64, now: i64) -> Result<i64, StoreError> {
    tx.one(&BUMP_PERSON_EPOCH, params![id, now])?.int(0)
}

/// Raises everybody's token epoch, to at least this one: all tokens so far are dead.
pub fn advance_epochs(tx: &mut Tx<'_>, least: i64) -> Result<u64, StoreError> {
    tx.run(&ADVANCE_PERSON_EPOCHS, params![least])
}

/// Locks the account since then, or unlocks it.
pub fn set_locked(
    tx: &mut Tx<'_>,
    id: i64,
    locked_at: Option<i64>,
    now: i64,
) -> Result<(), StoreError> {
    tx.run_one(&LOCK_PERSON, params![id, locked_at, now])
}

/// Takes everything personal out of the row. It stays, so that what the person made still has an
/// owner; the name left in its place can be nobody's user name.
pub fn erase(tx: &mut Tx<'_>, id: i64, name: &str, now: i64) -> Result<(), StoreError> {
    tx.run_one(&ERASE_PERSON, params![id, name, now])
}

/// Up to 500 people after this id, oldest first.
pub fn after(db: &mut impl Read, id: i64) -> Result<Vec<PersonRow>, StoreError> {
    db.all(&PEOPLE, params![id])?.iter().map(|row| from_row(row, 0)).collect()
}
