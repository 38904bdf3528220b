//! Security events, for those whom they concern: a person, an application's owner, operators.

use tiltyard_store::repo::{
    applications,
    audit::{self, AuditFilter},
};

use crate::{
    Actor, Core, Error, accounts::login_key, applications::may_manage, clock::Millis, error::Result,
};

/// Entries of one page.
const PAGE: i64 = 50;

/// Which events are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The actor's own.
    Mine,
    /// Those of an application, by its client identifier, for whoever manages it.
    Application(String),
    /// All, for operators.
    All,
    /// Those of a person by user name, e-mail address or id, for operators.
    Person(String),
    /// Those of a kind, for operators.
    Event(String),
}

/// A security event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number; later ones are larger.
    pub id: i64,
    /// When.
    pub at: Millis,
    /// What, as a dotted name.
    pub event: String,
    /// Whether it came to pass.
    pub ok: bool,
    /// Who did it (`person 10000001`, `operator`).
    pub actor: String,
    /// From where; empty for the command line.
    pub address: String,
    /// Whom it concerns.
    pub person: Option<i64>,
    /// The application it concerns, by name while it exists.
    pub application: Option<String>,
    /// Anything else.
    pub detail: String,
}

/// A page of events, latest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The events.
    pub entries: Vec<Entry>,
    /// What to ask for next, if there is more.
    pub older: Option<i64>,
}

impl Core {
    /// The events that are wanted and older than number `before`.
    pub async fn security_log(
        &self,
        actor: &Actor,
        wanted: Wanted,
        before: Option<i64>,
    ) -> Result<Page> {
        let filter = match wanted {
            Wanted::Mine => AuditFilter::Person(crate::accounts::signed_in(actor)?),
            Wanted::Application(client_id) => {
                let row = self.0.store.read(move |rx| -> Result<_> {
                    Ok(applications::by_client_id(rx, &client_id)?)
                });
                let row = row.await?.filter(|row| may_manage(actor, row.owner_id));
                AuditFilter::Application(row.ok_or(Error::NotFound("application"))?.id)
            }
            _ if !actor.is_operator() => {
                return Err(Error::Forbidden("only operators see this".to_owned()));
            }
            Wanted::All => AuditFilter::All,
            Wanted::Event(event) => AuditFilter::Event(event),
            Wanted::Person(login) => {
                // Deleted accounts have an id only.
                let id = login_key(&login).parse().ok();
                let found = self.account(actor, &login).await.map(|account| account.person.id);
                match (found, id) {
                    (Ok(id), _) | (Err(Error::NotFound(_)), Some(id)) => AuditFilter::Person(id),
                    (Err(error), _) => return Err(error),
                }
            }
        };
        let before = before.unwrap_or(i64::MAX);
        self.0
            .store
            .scan(move |rx| -> Result<Page> {
                let rows = audit::before(rx, &filter, before, PAGE + 1)?;
                let more = rows.len() > usize::try_from(PAGE).unwrap_or_default();
                let mut entries = Vec::with_capacity(rows.len());
                for (id, row) in rows.into_iter().take(usize::try_from(PAGE).unwrap_or_default()) {
                    let application = match row.application_id {
                        Some(id) => Some(
                            applications::get(rx, id)?
                                .map_or_else(|| format!("application {id}"), |row| row.name),
                        ),
                        None => None,
                    };
                    entries.push(Entry {
                        id,
                        at: row.at,
                        event: row.event,
                        ok: row.outcome == "ok",
                        actor: row.actor,
                        address: row.address,
                        person: row.person_id,
                        application,
                        detail: row.detail,
                    });
                }
                let older = entries.last().filter(|_| more).map(|entry| entry.id);
                Ok(Page { entries, older })
            })
            .await
    }
}
