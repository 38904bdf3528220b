//! What the store counts about itself.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Counters since the store was opened.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    reads: AtomicU64,
    commits: AtomicU64,
    transactions: AtomicU64,
    failures: AtomicU64,
    micros: AtomicU64,
}

/// How a store has worked since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Reading transactions begun.
    pub reads: u64,
    /// Commits to the database.
    pub commits: u64,
    /// Writing transactions in them: on SQLite, one commit holds all that were queued.
    pub transactions: u64,
    /// Commits, or groups of them, that failed by the database's fault.
    pub failures: u64,
    /// Time from the begin to the end of all commits, in microseconds.
    pub micros: u64,
}

impl Counters {
    pub(crate) fn committed(&self, transactions: usize, took: Duration) {
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.transactions.fetch_add(transactions as u64, Ordering::Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }

    pub(crate) fn began_reading(&self) {
        self.reads.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn failed(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Stats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Stats {
            reads: read(&self.reads),
            commits: read(&self.commits),
            transactions: read(&self.transactions),
            failures: read(&self.failures),
            micros: read(&self.micros),
        }
    }
}
