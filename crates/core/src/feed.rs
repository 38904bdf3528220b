//! Following what happens to a tournament, entry by entry, without gaps.
//!
//! News of a tournament make the node read the new entries of its journal once, whatever the number of
//! those who follow: they lie in a ring from which everybody takes them at their own pace. Nothing is
//! kept for anybody in particular. Who has fallen out of the ring is told so and comes again with the
//! number of the last entry they have; what is older than the ring is read for whoever asks.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tiltyard_store::repo::journal::{self, ToldRow};
use tokio::sync::watch;

use crate::{Core, Error, clock::Millis, error::Result};

/// Most entries in a ring.
const RING: usize = 1_024;
/// Most bytes of their bodies.
const RING_BYTES: usize = 1024 * 1024;
/// Entries read at a time.
const BATCH: i64 = 200;

/// Something that happened to a tournament.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its number in the tournament's journal, from 1, without gaps.
    pub number: i64,
    /// When it happened.
    pub at: Millis,
    /// Through what it came: `person` (on our pages), `key` (a personal one), `application`, `operator`
    /// or `server`. Never who it was.
    pub through: &'static str,
    /// What happened, as a dotted name (`match.reported`).
    pub event: String,
    /// The particulars, as JSON: ids, names as they stand on the bracket, results.
    pub body: String,
}

impl From<ToldRow> for Told {
    fn from(row: ToldRow) -> Self {
        Self {
            number: row.number,
            at: row.at,
            through: through(&row.actor),
            event: row.event,
            body: row.body,
        }
    }
}

/// Of [`crate::Actor::describe`] what everybody may know.
fn through(actor: &str) -> &'static str {
    if actor.contains("application ") {
        "application"
    } else if actor.contains(" by key ") {
        "key"
    } else if actor.starts_with("person ") {
        "person"
    } else if actor == "operator" {
        "operator"
    } else {
        "server"
    }
}

/// The next thing for somebody who follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// It happened.
    Told(Arc<Told>),
    /// The tournament is deleted; nothing comes after.
    Gone,
    /// More happened than is kept for whoever is slow: come again with the last number.
    Behind,
}

/// Up to which entry a tournament is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Head {
    number: i64,
    gone: bool,
}

#[derive(Debug, Default)]
struct Ring {
    entries: VecDeque<Arc<Told>>,
    bytes: usize,
    /// Number of the last entry that is known; `None` until it was asked for.
    end: Option<i64>,
}

/// One tournament's entries.
#[derive(Debug, Default)]
struct Feed {
    ring: Mutex<Ring>,
    head: watch::Sender<Head>,
}

impl Feed {
    fn ring(&self) -> MutexGuard<'_, Ring> {
        // The ring is left whole by every holder of the lock.
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says from where on entries are kept, if that is not known yet.
    fn begin(&self, number: i64) {
        // What is known here, which may be less than what whoever begins has read.
        let number = *self.ring().end.get_or_insert(number);
        self.tell(Head { number, gone: false });
    }

    /// Adds what comes next; what is known already, or would leave a gap, is left out.
    fn push(&self, entries: Vec<Arc<Told>>) {
        let mut ring = self.ring();
        for entry in entries {
            if ring.end.is_none_or(|end| entry.number != end + 1) {
                continue;
            }
            ring.end = Some(entry.number);
            ring.bytes += entry.body.len();
            ring.entries.push_back(entry);
            while ring.entries.len() > RING || ring.bytes > RING_BYTES {
                let Some(oldest) = ring.entries.pop_front() else { break };
                ring.bytes -= oldest.body.len();
            }
        }
        let number = ring.end.unwrap_or_default();
        drop(ring);
        self.tell(Head { number, gone: false });
    }

    fn tell(&self, head: Head) {
        self.head.send_if_modified(|now| {
            let news = head.gone && !now.gone || head.number > now.number;
            if news {
                *now = Head { number: head.number.max(now.number), gone: head.gone || now.gone };
            }
            news
        });
    }

    /// The entries from this number on, if the ring has them.
    fn from(&self, number: i64) -> Option<VecDeque<Arc<Told>>> {
        let ring = self.ring();
        let first = ring.entries.front()?.number;
        let skip = usize::try_from(number.checked_sub(first)?).ok()?;
        let limit = usize::try_from(BATCH).unwrap_or(usize::MAX);
        let found: VecDeque<_> = ring.entries.iter().skip(skip).take(limit).cloned().collect();
        (!found.is_empty()).then_some(found)
    }
}

/// The tournaments that are followed.
#[derive(Debug, Default)]
pub(crate) struct Feeds(Mutex<HashMap<i64, Arc<Feed>>>);

impl Feeds {
    fn followed(&self) -> MutexGuard<'_, HashMap<i64, Arc<Feed>>> {
        // The map is left whole by every holder of the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place among those who follow a tournament. One that nobody followed any more begins anew.
    fn join(&self, tournament: i64) -> (Arc<Feed>, watch::Receiver<Head>) {
        let mut followed = self.followed();
        let feed = followed.entry(tournament).or_default();
        if feed.head.receiver_count() == 0 {
            *feed = Arc::default();
        }
        (Arc::clone(feed), feed.head.subscribe())
    }

    fn get(&self, tournament: i64) -> Option<Arc<Feed>> {
        let mut followed = self.followed();
        let feed = followed.get(&tournament)?;
        if feed.head.receiver_count() == 0 {
            followed.remove(&tournament);
            return None;
        }
        Some(Arc::clone(feed))
    }

    /// Those that somebody follows.
    pub(crate) fn all(&self) -> Vec<i64> {
        let mut followed = self.followed();
        followed.retain(|_, feed| feed.head.receiver_count() > 0);
        followed.keys().copied().collect()
    }
}

/// Somebody who follows a tournament.
pub struct Following {
    core: Core,
    tournament: i64,
    feed: Arc<Feed>,
    head: watch::Receiver<Head>,
    /// The number that comes next.
    next: i64,
    /// Whether they were up to date once.
    caught_up: bool,
    waiting: VecDeque<Arc<Told>>,
}

impl Following {
    /// What comes next; waits for it. Nothing is lost where the future is dropped.
    pub async fn next(&mut self) -> Result<News> {
        loop {
            if let Some(entry) = self.waiting.pop_front() {
                self.next = entry.number + 1;
                return Ok(News::Told(entry));
            }
            let head = *self.head.borrow_and_update();
            if head.number >= self.next {
                if let Some(entries) = self.feed.from(self.next) {
                    self.waiting = entries;
                    continue;
                }
                if self.caught_up {
                    return Ok(News::Behind);
                }
                let entries = self.core.read_told(self.tournament, self.next - 1).await?;
                if !entries.is_empty() {
                    self.waiting = entries.into();
                    continue;
                }
            }
            if head.gone {
                return Ok(News::Gone);
            }
            self.caught_up = true;
            if self.head.changed().await.is_err() {
                return Ok(News::Gone);
            }
        }
    }

    /// Tells the node how far the tournament is, as whoever reads it for another reason knows: should
    /// news have been lost on their way between nodes, they are read now.
    pub async fn known_to_be_at(&self, number: i64) -> Result<()> {
        if self.head.borrow().number < number {
            self.core.read_news(self.tournament).await?;
        }
        Ok(())
    }
}

impl Core {
    /// Follows a tournament from after the entry of this number, or from now on. Who may, is to be
    /// asked before.
    pub async fn follow_tournament(
        &self,
        tournament: i64,
        after: Option<i64>,
    ) -> Result<Following> {
        // Joined before reading where it stands, so that nothing falls between.
        let (feed, head) = self.0.feeds.join(tournament);
        let position = self.position(tournament).await?;
        if position.gone {
            return Err(Error::NotFound("tournament"));
        }
        let now = position.journal_number;
        feed.begin(now);
        let after = after.unwrap_or(now).clamp(0, now);
        Ok(Following {
            core: self.clone(),
            tournament,
            feed,
            head,
            next: after + 1,
            caught_up: false,
            waiting: VecDeque::new(),
        })
    }

    /// Some entries after this number.
    async fn read_told(&self, tournament: i64, after: i64) -> Result<Vec<Arc<Told>>> {
        let rows = self
            .0
            .store
            .read(move |rx| -> Result<_> { Ok(journal::told(rx, tournament, after, BATCH)?) })
            .await?;
        Ok(rows.into_iter().map(|row| Arc::new(Told::from(row))).collect())
    }

    /// Reads what is new of a tournament that is followed, once for all who do.
    pub(crate) async fn read_news(&self, tournament: i64) -> Result<()> {
        let Some(feed) = self.0.feeds.get(tournament) else { return Ok(()) };
        loop {
            // Not begun: whoever joined has not read yet where it stands, and reads what is new then.
            let Some(end) = feed.ring().end else { return Ok(()) };
            let entries = self.read_told(tournament, end).await?;
            let full = entries.len() >= usize::try_from(BATCH).unwrap_or(usize::MAX);
            if entries.is_empty() {
                if self.position(tournament).await?.gone {
                    feed.tell(Head { number: 0, gone: true });
                }
                return Ok(());
            }
            feed.push(entries);
            if !full {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: i64, size: usize) -> Arc<Told> {
        let (event, body) = ("match.reported".to_owned(), "x".repeat(size));
        Arc::new(Told { number, at: 0, through: "person", event, body })
    }

    fn numbers(feed: &Feed, from: i64) -> Option<Vec<i64>> {
        Some(feed.from(from)?.iter().map(|entry| entry.number).collect())
    }

    #[test]
    fn a_ring_has_no_gaps_and_a_bound() {
        let feed = Feed::default();
        feed.begin(7);
        feed.push(vec![entry(8, 1), entry(9, 1)]);
        feed.push(vec![entry(8, 1), entry(9, 1), entry(10, 1), entry(12, 1)]);
        assert_eq!(numbers(&feed, 8), Some(vec![8, 9, 10]));
        assert_eq!(numbers(&feed, 10), Some(vec![10]));
        assert_eq!((numbers(&feed, 7), numbers(&feed, 11)), (None, None));
        assert_eq!(feed.head.borrow().number, 10);
        feed.push((11..=2_000).map(|number| entry(number, 1)).collect());
        assert_eq!(numbers(&feed, 976), None);
        assert_eq!(numbers(&feed, 977).map(|found| found.len()), Some(200));
        // Large bodies make room for themselves.
        feed.push(vec![entry(2_001, RING_BYTES - 10)]);
        assert_eq!(numbers(&feed, 1_990), None);
        assert_eq!(numbers(&feed, 1_991).map(|found| found.len()), Some(11));
    }

    #[test]
    fn nobody_is_named() {
        for (actor, kind) in [
            ("person 5", "person"),
            ("person 5 by key 7", "key"),
            ("person 5 through application 7", "application"),
            ("application 7", "application"),
            ("operator", "operator"),
            ("anonymous", "server"),
        ] {
            assert_eq!(through(actor), kind);
        }
    }
}
