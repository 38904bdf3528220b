//! Browser sessions; the cookie's token is kept as its hash only.

use crate::{Read, Row, StoreError, Tx, params, statements};

statements! {
    SESSION_BY_HASH = "SELECT id, person_id, user_agent, address, created_at, last_seen_at \
        FROM sessions WHERE hash = $1";
    SESSIONS_OF_PERSON = "SELECT id, person_id, user_agent, address, created_at, last_seen_at \
        FROM sessions WHERE person_id = $1 ORDER BY last_seen_at DESC, id DESC";
    INSERT_SESSION = "INSERT INTO sessions \
        (id, hash, person_id, user_agent, address, created_at, last_seen_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $6)";
    TOUCH_SESSION = "UPDATE sessions SET last_seen_at = $2 WHERE id = $1 AND last_seen_at < $2";
    DELETE_SESSION = "DELETE FROM sessions WHERE id = $1 AND person_id = $2";
    DELETE_OTHER_SESSIONS = "DELETE FROM sessions WHERE person_id = $1 AND id <> $2";
    DELETE_ALL_SESSIONS = "DELETE FROM sessions";
    ADDRESSES_OF_PERSON = "SELECT address FROM sessions WHERE person_id = $1 AND last_seen_at > $2 \
        ORDER BY last_seen_at DESC LIMIT 100";
    DELETE_OLD_SESSIONS = "DELETE FROM sessions WHERE id IN \
        (SELECT id FROM sessions WHERE last_seen_at < $1 ORDER BY last_seen_at LIMIT 500)";
}

/// A browser session.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// Id, for the list on the account page.
    pub id: i64,
    /// Whose session it is.
    pub person_id: i64,
    /// The browser's own description.
    pub user_agent: String,
    /// The address from which it was begun.
    pub address: String,
    /// When the person signed in (`auth_time`).
    pub created_at: i64,
    /// When it was last used, to the minute.
    pub last_seen_at: i64,
}

fn from_row(row: &Row) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        id: row.int(0)?,
        person_id: row.int(1)?,
        user_agent: row.text(2)?,
        address: row.text(3)?,
        created_at: row.int(4)?,
        last_seen_at: row.int(5)?,
    })
}

/// The session with this token hash.
pub fn by_hash(db: &mut impl Read, hash: [u8; 32]) -> Result<Option<SessionRow>, StoreError> {
    db.opt(&SESSION_BY_HASH, params![hash])?.as_ref().map(from_row).transpose()
}

/// A person's sessions, latest first.
pub fn of_person(db: &mut impl Read, person: i64) -> Result<Vec<SessionRow>, StoreError> {
    db.all(&SESSIONS_OF_PERSON, params![person])?.iter().map(from_row).collect()
}

/// Adds a session.
pub fn insert(tx: &mut Tx<'_>, session: &SessionRow, hash: [u8; 32]) -> Result<(), StoreError> {
    tx.run_one(
        &INSERT_SESSION,
        params![
            session.id,
            hash,
            session.person_id,
            session.user_agent.as_str(),
            session.address.as_str(),
            session.created_at
        ],
    )
}

/// Notes that the session was used.
pub fn touch(tx: &mut Tx<'_>, id: i64, now: i64) -> Result<(), StoreError> {
    tx.run(&TOUCH_SESSION, params![id, now]).map(drop)
}

/// Ends a session of the person; whether there was one.
pub fn delete(tx: &mut Tx<'_>, id: i64, person: i64) -> Result<bool, StoreError> {
    Ok(tx.run(&DELETE_SESSION, params![id, person])? > 0)
}

/// Ends all of the person's sessions but one (0 for none kept).
pub fn delete_others(tx: &mut Tx<'_>, person: i64, keep: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_OTHER_SESSIONS, params![person, keep])
}

/// The addresses of the person's sessions that were used since then.
pub fn addresses(db: &mut impl Read, person: i64, since: i64) -> Result<Vec<String>, StoreError> {
    db.all(&ADDRESSES_OF_PERSON, params![person, since])?.iter().map(|row| row.text(0)).collect()
}

/// Ends every session.
pub fn delete_all(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.run(&DELETE_ALL_SESSIONS, params![])
}

/// Removes sessions last seen before then, some hundred rows at a time. One that is too old is not
/// used any more either, so this finds all that are over.
pub fn delete_old(tx: &mut Tx<'_>, seen_before: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_OLD_SESSIONS, params![seen_before])
}
