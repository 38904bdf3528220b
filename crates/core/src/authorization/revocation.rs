//! What ended before its access tokens expired. The list is short, every node keeps it in memory,
//! and a change of it reaches all of them by the store's events.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
    sync::{Arc, PoisonError, RwLock},
};

use arc_swap::ArcSwap;
use tiltyard_oauth::token_text;
use tiltyard_store::{
    Store, StoreError, Tx,
    repo::{
        applications,
        revocations::{self, RevocationRow},
        sequences,
    },
};

use tokio::sync::Mutex;

use crate::{
    Core,
    clock::{DAY, Millis, SECOND},
    error::Result,
    live,
};

/// How long revocations are kept beyond the last token that they end: a clock that is set back must
/// not bring one to life again.
pub(crate) const GRACE: Millis = DAY;

/// What a token can die with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The grant from which it came.
    Family(i64),
    /// Everything of this application before the epoch.
    Application(i64, i64),
    /// Everything that acts for this person from before the epoch.
    Person(i64, i64),
    /// It alone, by its name (`jti`).
    Token(String),
}

/// A token's name in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TokenName(u128);

impl TokenName {
    /// Of the claim `jti`.
    pub(crate) fn of(jti: &str) -> Self {
        let hash = token_text::hash(jti);
        Self(hash.first_chunk().map_or(0, |bytes| u128::from_be_bytes(*bytes)))
    }
}

/// What a token could die with, as it was when the token was checked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ties {
    /// Its application and that one's epoch.
    pub(crate) application: (i64, i64),
    /// Its person and that one's epoch.
    pub(crate) person: Option<(i64, i64)>,
    /// Its family.
    pub(crate) family: Option<i64>,
    /// Its own name.
    pub(crate) token: TokenName,
}

/// A set that grows often and is read at every request.
#[derive(Debug)]
struct Set<T>(RwLock<HashSet<T>>);

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

// Every holder of these locks leaves the set whole, so a poisoned one is still good.
impl<T: Eq + Hash> Set<T> {
    fn has(&self, item: &T) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(item)
    }

    fn add(&self, items: impl IntoIterator<Item = T>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).extend(items);
    }

    fn replace(&self, items: HashSet<T>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = items;
    }
}

/// Epochs below which everything is dead, by id.
#[derive(Debug, Default, Clone)]
struct Epochs {
    people: HashMap<i64, i64>,
    applications: HashMap<i64, i64>,
}

/// How far the list was read.
#[derive(Debug, Default)]
struct Progress {
    /// The greatest id that was seen.
    newest: i64,
    /// When all of it was read.
    whole_at: Millis,
}

/// The revocations in force.
#[derive(Debug, Default)]
pub(crate) struct Revocations {
    epochs: ArcSwap<Epochs>,
    families: Set<i64>,
    tokens: Set<TokenName>,
    /// One reading at a time, so that an older one never replaces a newer.
    progress: Mutex<Progress>,
}

/// What rows come to.
#[derive(Debug, Default)]
struct Read {
    epochs: Epochs,
    families: HashSet<i64>,
    tokens: HashSet<TokenName>,
    newest: i64,
}

impl Read {
    fn of(rows: Vec<(i64, RevocationRow)>) -> Self {
        let mut read = Self::default();
        for (id, row) in rows {
            read.newest = read.newest.max(id);
            if row.kind == "token" {
                read.tokens.insert(TokenName::of(&row.subject));
                continue;
            }
            let Ok(subject) = row.subject.parse::<i64>() else { continue };
            let raise = |epochs: &mut HashMap<i64, i64>| {
                let epoch = epochs.entry(subject).or_default();
                *epoch = row.epoch.max(*epoch);
            };
            match row.kind.as_str() {
                "family" => drop(read.families.insert(subject)),
                "person" => raise(&mut read.epochs.people),
                "application" => raise(&mut read.epochs.applications),
                _ => {}
            }
        }
        read
    }
}

/// Ids are given before the commit, so a smaller one may appear after a greater: so many are read
/// again.
const MARGIN: i64 = 256;

/// All of the list is read at least so often, while there is news.
const WHOLE: Millis = 30 * SECOND;

impl Revocations {
    /// Reads what is in force.
    pub(crate) async fn load(store: &Store, now: Millis) -> Result<Self> {
        let revocations = Self::default();
        revocations.read_all(store, now).await?;
        Ok(revocations)
    }

    /// The epochs of people, to notice a change.
    fn people(&self) -> HashMap<i64, i64> {
        self.epochs.load().people.clone()
    }

    /// Whether a token with these ties is dead.
    pub(crate) fn hit(&self, ties: &Ties) -> bool {
        let epochs = self.epochs.load();
        let before = |epochs: &HashMap<i64, i64>, (id, epoch): (i64, i64)| {
            epochs.get(&id).is_some_and(|revoked| epoch < *revoked)
        };
        before(&epochs.applications, ties.application)
            || ties.person.is_some_and(|person| before(&epochs.people, person))
            || ties.family.is_some_and(|family| self.families.has(&family))
            || self.tokens.has(&ties.token)
    }

    /// Puts one of our own into force at once, after its commit.
    pub(crate) fn add(&self, subject: &Subject) {
        match subject {
            Subject::Family(id) => self.families.add([*id]),
            Subject::Token(jti) => self.tokens.add([TokenName::of(jti)]),
            // Rare, and read again with the news.
            Subject::Application(..) | Subject::Person(..) => {}
        }
    }

    async fn read_all(&self, store: &Store, now: Millis) -> Result<()> {
        let mut progress = self.progress.lock().await;
        let since = now - GRACE;
        let rows = store.scan(move |rx| -> Result<_> { Ok(revocations::live(rx, since)?) }).await?;
        let read = Read::of(rows);
        self.epochs.store(Arc::new(read.epochs));
        self.families.replace(read.families);
        self.tokens.replace(read.tokens);
        *progress = Progress { newest: read.newest, whole_at: now };
        Ok(())
    }

    async fn read_news(&self, store: &Store, now: Millis) -> Result<()> {
        let mut progress = self.progress.lock().await;
        if !(0..WHOLE).contains(&(now - progress.whole_at)) {
            drop(progress);
            return self.read_all(store, now).await;
        }
        let (after, since) = (progress.newest - MARGIN, now - GRACE);
        let rows = store
            .read(move |rx| -> Result<_> { Ok(revocations::live_after(rx, since, after)?) })
            .await?;
        let read = Read::of(rows);
        let mut epochs = Epochs::clone(&self.epochs.load());
        let raise = |known: &mut HashMap<i64, i64>, read: HashMap<i64, i64>| {
            for (id, epoch) in read {
                let known = known.entry(id).or_default();
                *known = epoch.max(*known);
            }
        };
        raise(&mut epochs.people, read.epochs.people);
        raise(&mut epochs.applications, read.epochs.applications);
        self.epochs.store(Arc::new(epochs));
        self.families.add(read.families);
        self.tokens.add(read.tokens);
        progress.newest = progress.newest.max(read.newest);
        Ok(())
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
        Subject::Family(id) => ("family", id.to_string(), 0),
        Subject::Application(id, epoch) => ("application", id.to_string(), epoch),
        Subject::Person(id, epoch) => {
            // Applications of somebody who is locked are no longer known as good either.
            tx.publish_now(applications::TOPIC)?;
            ("person", id.to_string(), epoch)
        }
        Subject::Token(jti) => ("token", jti, 0),
    };
    let row = RevocationRow { kind: kind.to_owned(), subject: id, epoch };
    let number = tx.next_id(sequences::REVOCATION)?;
    revocations::insert(tx, number, &row, now + longest, now)?;
    tx.publish_now(live::REVOCATIONS)
}

impl Core {
    /// Reads what is new among the revocations: at once after one of our own, and when another
    /// node's is told.
    pub(crate) async fn reload_revocations(&self) {
        let people = self.0.revocations.people();
        self.after_reading(&people, self.0.revocations.read_news(&self.0.store, self.now()).await);
    }

    /// Reads all revocations, because news may have been missed.
    pub(crate) async fn reload_all_revocations(&self) {
        let people = self.0.revocations.people();
        self.after_reading(&people, self.0.revocations.read_all(&self.0.store, self.now()).await);
    }

    fn after_reading(&self, before: &HashMap<i64, i64>, read: Result<()>) {
        if let Err(error) = read
            && !error.is_the_end()
        {
            tracing::error!(?error, "cannot read the revocations again");
        }
        // Tokens of a person's applications are no longer good either: judged anew.
        if *before != self.0.revocations.people() {
            self.0.tokens.clear();
        }
    }
}
