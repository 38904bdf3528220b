//! What ended before its access tokens expired. The list is short, every node keeps it in memory,
//! and a change of it reaches all of them by the store's events.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use arc_swap::ArcSwap;
use tiltyard_store::{
    Store, StoreError, Tx,
    repo::{
        revocations::{self, RevocationRow},
        sequences,
    },
};

use tokio::sync::Mutex;

use crate::{
    Core,
    clock::{DAY, Millis},
    error::Result,
    live,
};

/// How long revocations are kept beyond the last token that they end: a clock that is set back must
/// not bring one to life again.
pub(crate) const GRACE: Millis = DAY;

/// What a token can die with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The grant from which it came.
    Family(i64),
    /// Everything of this application before the epoch.
    Application(i64, i64),
    /// Everything that acts for this person from before the epoch.
    Person(i64, i64),
}

#[derive(Debug, Default)]
struct Table {
    families: HashSet<i64>,
    people: HashMap<i64, i64>,
    applications: HashMap<i64, i64>,
}

/// The revocations in force.
#[derive(Debug)]
pub(crate) struct Revocations {
    table: ArcSwap<Table>,
    /// One reading at a time, so that an older one never replaces a newer.
    reading: Mutex<()>,
}

async fn read(store: &Store, now: Millis) -> Result<Table> {
    let since = now - GRACE;
    let rows = store.read(move |rx| -> Result<_> { Ok(revocations::live(rx, since)?) }).await?;
    let mut table = Table::default();
    for row in rows {
        let Ok(subject) = row.subject.parse::<i64>() else { continue };
        let raise = |epochs: &mut HashMap<i64, i64>| {
            let epoch = epochs.entry(subject).or_default();
            *epoch = row.epoch.max(*epoch);
        };
        match row.kind.as_str() {
            "family" => drop(table.families.insert(subject)),
            "person" => raise(&mut table.people),
            "application" => raise(&mut table.applications),
            _ => {}
        }
    }
    Ok(table)
}

impl Revocations {
    /// Reads what is in force.
    pub(crate) async fn load(store: &Store, now: Millis) -> Result<Self> {
        Ok(Self { table: ArcSwap::from_pointee(read(store, now).await?), reading: Mutex::new(()) })
    }

    /// Whether a token of this application epoch, person (with epoch) and family is dead.
    pub(crate) fn hit(
        &self,
        application: (i64, i64),
        person: Option<(i64, i64)>,
        family: Option<i64>,
    ) -> bool {
        let table = self.table.load();
        let before = |epochs: &HashMap<i64, i64>, (id, epoch): (i64, i64)| {
            epochs.get(&id).is_some_and(|revoked| epoch < *revoked)
        };
        before(&table.applications, application)
            || person.is_some_and(|person| before(&table.people, person))
            || family.is_some_and(|family| table.families.contains(&family))
    }
}

/// Notes a revocation in the transaction that brings it about. Access tokens that it ends live at
/// most `longest`.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    subject: Subject,
    now: Millis,
    longest: Millis,
) -> Result<(), StoreError> {
    let (kind, id, epoch) = match subject {
        Subject::Family(id) => ("family", id, 0),
        Subject::Application(id, epoch) => ("application", id, epoch),
        Subject::Person(id, epoch) => ("person", id, epoch),
    };
    let row = RevocationRow { kind: kind.to_owned(), subject: id.to_string(), epoch };
    let number = tx.next_id(sequences::REVOCATION)?;
    revocations::insert(tx, number, &row, now + longest, now)?;
    tx.publish_now(live::REVOCATIONS)
}

impl Core {
    /// Reads the revocations again: at once after one of our own, and when another node's is told.
    pub(crate) async fn reload_revocations(&self) {
        let revocations = &self.0.revocations;
        let _one_at_a_time = revocations.reading.lock().await;
        match read(&self.0.store, self.now()).await {
            Ok(table) => {
                // Tokens of a person's applications are no longer good either: judged anew.
                let locked = table.people != revocations.table.load().people;
                revocations.table.store(Arc::new(table));
                if locked {
                    self.0.tokens.clear();
                }
            }
            Err(error) => tracing::error!(?error, "cannot read the revocations again"),
        }
    }
}
