//! Moving the write-ahead log into the file, on its own thread: on the writer's it would stop
//! all commits for tens of milliseconds.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use super::statement;

/// How long after a write.
const DELAY: Duration = Duration::from_millis(50);

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

    /// Moves what can be moved without waiting for readers or the writer. When that was all of
    /// it, the next write starts the log again.
    pub(super) fn catch_up(&self, connection: &Connection) {
        let _one_at_a_time = self.working.lock().unwrap_or_else(PoisonError::into_inner);
        let result = connection
            .prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")
            .and_then(|mut statement| statement.query_row([], |_| Ok(())));
        if let Err(cause) = result {
            let error = statement::error("store::checkpoint", &cause);
            tracing::warn!(%error, "cannot move the write-ahead log into the file");
        }
    }
}
