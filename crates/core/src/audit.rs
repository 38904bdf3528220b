//! Security events. Written in the transaction of what they tell of.

use tiltyard_store::{
    StoreError, Tx,
    repo::{audit, sequences},
};

use crate::{Actor, clock::Millis};

/// A security event to be written.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    /// What happened, as a dotted name (`session.begin`).
    pub event: &'static str,
    /// Whether it came to pass.
    pub ok: bool,
    /// Who did it.
    pub actor: &'a Actor,
    /// Whom it concerns.
    pub person: Option<i64>,
    /// Which application it concerns.
    pub application: Option<i64>,
    /// The client's address; empty for the command line.
    pub address: &'a str,
    /// Anything else worth knowing; never a secret.
    pub detail: String,
}

impl<'a> Event<'a> {
    /// An event that came to pass.
    pub const fn ok(event: &'static str, actor: &'a Actor, address: &'a str) -> Self {
        Self {
            event,
            ok: true,
            actor,
            person: None,
            application: None,
            address,
            detail: String::new(),
        }
    }

    /// The person it concerns.
    #[must_use]
    pub const fn person(mut self, person: i64) -> Self {
        self.person = Some(person);
        self
    }

    /// The application it concerns.
    #[must_use]
    pub const fn application(mut self, application: i64) -> Self {
        self.application = Some(application);
        self
    }

    /// Something else worth knowing.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Writes the event.
    pub fn write(self, tx: &mut Tx<'_>, now: Millis) -> Result<(), StoreError> {
        let id = tx.next_id(sequences::AUDIT)?;
        let row = audit::AuditRow {
            at: now,
            event: self.event.to_owned(),
            outcome: if self.ok { "ok" } else { "refused" }.to_owned(),
            actor: self.actor.describe(),
            person_id: self.person,
            application_id: self.application,
            address: self.address.to_owned(),
            detail: self.detail,
        };
        audit::insert(tx, id, &row)
    }
}
