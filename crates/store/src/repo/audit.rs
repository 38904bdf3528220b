//! Security events: who did what, from where, with what outcome; never a secret.

use crate::{Read, Row, StoreError, Tx, params, statements};

statements! {
    INSERT_AUDIT = "INSERT INTO audit (id, at, event, outcome, actor, person_id, application_id, address, detail) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    AUDIT_OF_PERSON = "SELECT id, at, event, outcome, actor, person_id, application_id, address, detail \
        FROM audit WHERE person_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    AUDIT_OF_APPLICATION = "SELECT id, at, event, outcome, actor, person_id, application_id, address, detail \
        FROM audit WHERE application_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    AUDIT_OF_EVENT = "SELECT id, at, event, outcome, actor, person_id, application_id, address, detail \
        FROM audit WHERE event = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    AUDIT = "SELECT id, at, event, outcome, actor, person_id, application_id, address, detail \
        FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2";
    DELETE_OLD_AUDIT = "DELETE FROM audit WHERE id IN \
        (SELECT id FROM audit WHERE at < $1 ORDER BY at LIMIT 500)";
}

/// A security event.
#[derive(Debug, Clone)]
pub struct AuditRow {
    /// When.
    pub at: i64,
    /// What happened, as a dotted name (`session.begin`).
    pub event: String,
    /// `ok` or `refused`.
    pub outcome: String,
    /// Who did it (`person 10000001`, `operator`, `anonymous`).
    pub actor: String,
    /// Whom it concerns.
    pub person_id: Option<i64>,
    /// Which application it concerns.
    pub application_id: Option<i64>,
    /// The client's address, empty for the command line.
    pub address: String,
    /// Anything else worth knowing.
    pub detail: String,
}

/// Adds a row.
pub fn insert(tx: &mut Tx<'_>, id: i64, row: &AuditRow) -> Result<(), StoreError> {
    tx.run_one(
        &INSERT_AUDIT,
        params![
            id,
            row.at,
            row.event.as_str(),
            row.outcome.as_str(),
            row.actor.as_str(),
            row.person_id,
            row.application_id,
            row.address.as_str(),
            row.detail.as_str()
        ],
    )
}

/// Which rows are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditFilter {
    /// All.
    All,
    /// Those that concern a person.
    Person(i64),
    /// Those that concern an application.
    Application(i64),
    /// Those of one event.
    Event(String),
}

/// The latest rows with a smaller id than `before`, with their ids, latest first.
pub fn before(
    db: &mut impl Read,
    filter: &AuditFilter,
    before: i64,
    most: i64,
) -> Result<Vec<(i64, AuditRow)>, StoreError> {
    let rows = match filter {
        AuditFilter::All => db.all(&AUDIT, params![before, most]),
        AuditFilter::Person(id) => db.all(&AUDIT_OF_PERSON, params![*id, before, most]),
        AuditFilter::Application(id) => db.all(&AUDIT_OF_APPLICATION, params![*id, before, most]),
        AuditFilter::Event(event) if super::is_no_text(event) => return Ok(Vec::new()),
        AuditFilter::Event(event) => db.all(&AUDIT_OF_EVENT, params![event.as_str(), before, most]),
    };
    rows?.iter().map(from_row).collect()
}

fn from_row(row: &Row) -> Result<(i64, AuditRow), StoreError> {
    let audit = AuditRow {
        at: row.int(1)?,
        event: row.text(2)?,
        outcome: row.text(3)?,
        actor: row.text(4)?,
        person_id: row.opt_int(5)?,
        application_id: row.opt_int(6)?,
        address: row.text(7)?,
        detail: row.text(8)?,
    };
    Ok((row.int(0)?, audit))
}

/// Removes rows older than that, some hundred at a time.
pub fn delete_old(tx: &mut Tx<'_>, before: i64) -> Result<u64, StoreError> {
    tx.run(&DELETE_OLD_AUDIT, params![before])
}
