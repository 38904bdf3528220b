//! What subscribers hear.

use std::sync::Arc;

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

/// The subscribers in this process, and what the writers count.
#[derive(Clone)]
pub(crate) struct Subscribers {
    sender: broadcast::Sender<Event>,
    pub(crate) counters: Arc<Counters>,
}

impl Subscribers {
    pub(crate) fn new() -> Self {
        Self { sender: broadcast::Sender::new(CAPACITY), counters: Arc::default() }
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.sender.subscribe()
    }

    pub(crate) fn send(&self, event: Event) {
        // An error only says that nobody listens.
        let _ = self.sender.send(event);
    }

    pub(crate) fn topics(&self, published: &[Published]) {
        for topic in published {
            self.send(Event::Topic(Arc::clone(&topic.topic)));
        }
    }
}
