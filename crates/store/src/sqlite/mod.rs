//! SQLite: one writer thread with group commit, readers on the callers' own threads.

mod backup;
mod checkpoint;
mod inline;
mod migrate;
mod open;
pub(crate) mod statement;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rusqlite::Connection;

use self::checkpoint::Checkpoints;
use crate::event::Subscribers;
use crate::job::{self, ReadJob, Write};
use crate::session::{Conn, Rx};
use crate::threads::Threads;
use crate::{Sql, SqliteOptions, StoreError, StoreOptions};

/// Takes ids from a sequence.
pub(crate) static NEXT_IDS: Sql = Sql {
    name: "store::sqlite::NEXT_IDS",
    text: "UPDATE sequences SET next = next + $2 WHERE name = $1 RETURNING next - $2",
};

/// The ways into the threads. Taking them away is what ends the threads: each finishes its
/// queue first.
struct Queues {
    writes: flume::Sender<Box<dyn Write>>,
    scans: flume::Sender<ReadJob>,
}

/// An open SQLite database.
pub(crate) struct Pool {
    path: PathBuf,
    queues: RwLock<Option<Queues>>,
    /// Names this store among those a thread has connections for, and tells whether it lives.
    inline: Arc<inline::Key>,
    checkpoints: Arc<Checkpoints>,
    threads: Threads,
    scanners: Threads,
}

impl Pool {
    pub(crate) fn open(
        target: &SqliteOptions,
        options: &StoreOptions,
        subscribers: &Subscribers,
    ) -> Result<Self, StoreError> {
        let mut connection = open::writer(target)?;
        migrate::run(&mut connection, options.migrations, options.now_ms)?;
        let (writes, write_queue) = flume::unbounded();
        let (scans, scan_queue) = flume::unbounded::<ReadJob>();
        let checkpoints = Arc::new(Checkpoints::default());
        let pool = Self {
            path: target.path.clone(),
            queues: RwLock::new(Some(Queues { writes, scans })),
            inline: Arc::default(),
            checkpoints: Arc::clone(&checkpoints),
            threads: Threads::default(),
            scanners: Threads::default(),
        };
        let writer = writer::Writer::new(
            connection,
            &target.path,
            write_queue,
            subscribers.clone(),
            Arc::clone(&checkpoints),
        )?;
        pool.threads.spawn("store-writer", move || writer.run())?;
        let checkpointer = open::checkpointer(target)?;
        pool.threads.spawn("store-checkpoint", move || checkpoints.run(&checkpointer))?;
        for number in 0..target.readers.max(1) {
            let connection = open::reader(&target.path)?;
            let queue = scan_queue.clone();
            pool.scanners.spawn(&format!("store-scan-{number}"), move || {
                for job in queue {
                    // The answer is in the job, and so is an error.
                    snapshot(&connection, job);
                }
            })?;
        }
        Ok(pool)
    }

    /// Queues a write; after the close the job is dropped, which is an answer too.
    pub(crate) fn write(&self, job: Box<dyn Write>) {
        if let Some(queues) = &*self.queues.read().unwrap_or_else(PoisonError::into_inner) {
            drop(queues.writes.send(job));
        }
    }

    /// Queues a long read.
    pub(crate) fn scan(&self, job: ReadJob) {
        if let Some(queues) = &*self.queues.read().unwrap_or_else(PoisonError::into_inner) {
            drop(queues.scans.send(job));
        }
    }

    /// Reads on the calling thread.
    pub(crate) fn read_inline<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: FnOnce(&mut Rx<'_>) -> Result<T, E>,
    {
        if self.queues.read().unwrap_or_else(PoisonError::into_inner).is_none() {
            return Err(E::from(StoreError::Closed));
        }
        let connection = match inline::take(&self.inline) {
            Some(connection) => connection,
            None => open::reader(&self.path)?,
        };
        let result = snapshot(&connection, |rx| job::guarded(closure, rx));
        inline::put(&self.inline, connection);
        result
    }

    pub(crate) fn backup(&self, to: &Path) -> Result<(), StoreError> {
        backup::run(&self.path, to)
    }

    pub(crate) fn close(&self) {
        if self.queues.write().unwrap_or_else(PoisonError::into_inner).take().is_none() {
            return;
        }
        self.scanners.join();
        self.checkpoints.stop();
        self.threads.join();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.close();
    }
}

/// Runs a closure over one state of the database.
fn snapshot<T>(connection: &Connection, closure: impl FnOnce(&mut Rx<'_>) -> T) -> T {
    // BEGIN only sets a flag; whatever is wrong with the database shows at the first statement.
    let begun = statement::control(connection, "BEGIN").is_ok();
    let result = closure(&mut Rx::new(Conn::Sqlite(connection)));
    if begun && statement::control(connection, "COMMIT").is_err() && !connection.is_autocommit() {
        let _ = statement::control(connection, "ROLLBACK");
    }
    result
}

/// Prepares statements on an own connection; what SQLite says against them.
#[cfg(feature = "testing")]
pub(crate) fn prepare(path: &Path, statements: &[&'static Sql]) -> Vec<StoreError> {
    let connection = match open::reader(path) {
        Ok(connection) => connection,
        Err(error) => return vec![error],
    };
    statements
        .iter()
        .filter_map(|sql| {
            let prepared = connection.prepare(sql.text);
            prepared.err().map(|cause| statement::error(sql.name, &cause))
        })
        .collect()
}
