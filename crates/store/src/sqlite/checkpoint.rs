//! Moving the write-ahead log into the file, on its own thread: on the writer's it would stop
//! all commits for tens of milliseconds.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use super::statement;

/// How long after a write.
const DELAY: Duration = Duration::from_millis(50);

/// From this many pages on (64 MiB) the writer itself moves the rest between two commits. The
/// log can start again only when all of it was moved, which a writer that never rests would
/// otherwise prevent for ever.
const LONG_LOG: i64 = 16_384;

#[derive(Default)]
struct State {
    dirty: bool,
    stop: bool,
}

/// The state shared by the writer and the thread.
#[derive(Default)]
pub(super) struct Checkpoints {
    state: Mutex<State>,
    changed: Condvar,
    /// Pages in the log when last looked at.
    pages: AtomicI64,
    /// Held while one of them works: SQLite refuses the second one.
    working: Mutex<()>,
}

impl Checkpoints {
    /// There is something to move.
    pub(super) fn wrote(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.dirty {
            state.dirty = true;
            self.changed.notify_all();
        }
    }

    pub(super) fn stop(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).stop = true;
        self.changed.notify_all();
    }

    /// Whether the log has grown too long.
    pub(super) fn behind(&self) -> bool {
        self.pages.load(Ordering::Relaxed) > LONG_LOG
    }

    /// Works until told to stop.
    pub(super) fn run(&self, connection: &Connection) {
        loop {
            let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let state = self
                .changed
                .wait_while(state, |state| !state.dirty && !state.stop)
                .unwrap_or_else(PoisonError::into_inner);
            let (mut state, _) = self
                .changed
                .wait_timeout_while(state, DELAY, |state| !state.stop)
                .unwrap_or_else(PoisonError::into_inner);
            if state.stop {
                return;
            }
            state.dirty = false;
            drop(state);
            self.catch_up(connection);
        }
    }

    /// Moves what can be moved without waiting for anybody.
    pub(super) fn catch_up(&self, connection: &Connection) {
        let _one_at_a_time = self.working.lock().unwrap_or_else(PoisonError::into_inner);
        let result = connection.prepare_cached("PRAGMA wal_checkpoint(PASSIVE)").and_then(
            |mut statement| {
                statement.query_row([], |row| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)))
            },
        );
        match result {
            // When everything was moved, the next write starts the log again.
            Ok((pages, moved)) => {
                self.pages.store(if moved >= pages { 0 } else { pages }, Ordering::Relaxed);
            }
            Err(cause) => {
                let error = statement::error("store::checkpoint", &cause);
                tracing::warn!(%error, "cannot move the write-ahead log into the file");
            }
        }
    }
}
