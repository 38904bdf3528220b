//! What subscribers hear.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::broadcast;

use crate::session::Published;
use crate::stats::Counters;

/// How many events a slow subscriber may be behind before it is told that it missed some.
const CAPACITY: usize = 4096;

/// Something changed, and the change is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A transaction, here or on another node, published this topic.
    Topic(Arc<str>),
    /// Another process changed the database, or messages may have been missed: whatever is
    /// cached is to be read again. A subscriber that lags behind (`RecvError::Lagged`) has to
    /// do the same.
    Everything,
}

/// How often a topic was told, for caches of what it is about: an entry that was read from the
/// database after the count was taken is right for as long as the count stays.
#[derive(Debug, Clone)]
pub struct Changes(Arc<AtomicU64>);

impl Changes {
    /// The count. It goes up before the writer's call returns, and with every
    /// [`Event::Everything`].
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}

/// A topic and how often it was told.
type Counter = (&'static str, Arc<AtomicU64>);

/// The subscribers in this process, and what the writers count.
#[derive(Clone)]
pub(crate) struct Subscribers {
    sender: broadcast::Sender<Event>,
    changes: Arc<RwLock<Vec<Counter>>>,
    pub(crate) counters: Arc<Counters>,
}

impl Subscribers {
    pub(crate) fn new() -> Self {
        Self {
            sender: broadcast::Sender::new(CAPACITY),
            changes: Arc::default(),
            counters: Arc::default(),
        }
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.sender.subscribe()
    }

    pub(crate) fn changes(&self, topic: &'static str) -> Changes {
        let counter = Arc::new(AtomicU64::new(0));
        let mut changes = self.changes.write().unwrap_or_else(PoisonError::into_inner);
        changes.push((topic, Arc::clone(&counter)));
        Changes(counter)
    }

    pub(crate) fn send(&self, event: Event) {
        let changes = self.changes.read().unwrap_or_else(PoisonError::into_inner);
        for (topic, counter) in changes.iter() {
            if !matches!(&event, Event::Topic(told) if **told != **topic) {
                counter.fetch_add(1, Ordering::AcqRel);
            }
        }
        drop(changes);
        // An error only says that nobody listens.
        let _ = self.sender.send(event);
    }

    pub(crate) fn topics(&self, published: &[Published]) {
        for topic in published {
            self.send(Event::Topic(Arc::clone(&topic.topic)));
        }
    }
}
