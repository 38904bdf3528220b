//! Security events: who did what, from where, with what outcome; never a secret.

use crate::{StoreError, Tx, params, statements};

statements! {
    INSERT_AUDIT = "INSERT INTO audit (id, at, event, outcome, actor, person_id, application_id, address, detail) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
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
