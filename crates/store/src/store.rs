//! The store: one handle over both engines.

use std::path::Path;
use std::sync::{Arc, mpsc};

use tokio::sync::{broadcast, oneshot};

use crate::event::Subscribers;
use crate::job::{self, Reply};
use crate::session::{Rx, Tx};
use crate::{
    Changes, Engine, Event, Read, Sql, Stats, StoreError, StoreOptions, Target, postgres, sqlite,
};

static INTEGRITY: Sql = Sql { name: "integrity", text: "PRAGMA integrity_check(10)" };
static PING: Sql = Sql { name: "store::ping", text: "SELECT 1" };

/// A database with its threads. Clones share them; the last one to go closes the store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    backend: Backend,
    subscribers: Subscribers,
}

enum Backend {
    Sqlite(sqlite::Pool),
    Postgres(postgres::Pool),
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("engine", &self.engine()).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the database, makes it if it is an SQLite file that does not exist, brings its
    /// schema up to date and starts the threads.
    ///
    /// Blocks until the schema is ready; two processes that open the same database at once wait
    /// for each other.
    #[expect(clippy::needless_pass_by_value, reason = "options are made for one call")]
    pub fn open(options: StoreOptions) -> Result<Self, StoreError> {
        let subscribers = Subscribers::new();
        let backend = match &options.target {
            Target::Sqlite(target) => {
                Backend::Sqlite(sqlite::Pool::open(target, &options, &subscribers)?)
            }
            Target::Postgres(target) => {
                Backend::Postgres(postgres::Pool::open(target, &options, &subscribers)?)
            }
        };
        Ok(Self { inner: Arc::new(Inner { backend, subscribers }) })
    }

    /// Runs a writing transaction and returns when it is committed.
    ///
    /// The closure may run more than once (PostgreSQL asks for that when transactions collide),
    /// so it has no effect but through `tx`. `Err` and panics roll back all it did. On SQLite it
    /// runs on the one writer thread, inside a commit shared with others: it does no waiting of
    /// its own. Dropping the future does not stop a transaction that was handed over.
    pub async fn write<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let job = job::write(closure, Reply::Task(sender));
        match &self.inner.backend {
            Backend::Sqlite(pool) => pool.write(job),
            Backend::Postgres(pool) => pool.write(job),
        }
        receiver.await.unwrap_or_else(|_| Err(E::from(StoreError::Closed)))
    }

    /// [`Self::write`] for threads that may wait: the command line, tests.
    pub fn write_blocking<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (sender, receiver) = mpsc::sync_channel(1);
        let job = job::write(closure, Reply::Thread(sender));
        match &self.inner.backend {
            Backend::Sqlite(pool) => pool.write(job),
            Backend::Postgres(pool) => pool.write(job),
        }
        receiver.recv().unwrap_or_else(|_| Err(E::from(StoreError::Closed)))
    }

    /// Runs a short reading transaction: a few rows by index, some microseconds each.
    ///
    /// On SQLite the closure runs inline, on a connection of the calling thread, and sees one
    /// state of the database. On PostgreSQL it runs on a reader thread without a transaction
    /// around it, so each statement sees what was committed before it began.
    pub async fn read<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Rx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.inner.subscribers.counters.began_reading();
        match &self.inner.backend {
            Backend::Sqlite(pool) => pool.read_inline(closure),
            Backend::Postgres(pool) => {
                let (sender, receiver) = oneshot::channel();
                pool.read(job::read(closure, Reply::Task(sender)));
                receiver.await.unwrap_or_else(|_| Err(E::from(StoreError::Closed)))
            }
        }
    }

    /// Runs a reading transaction that may take long (a list, an export, a search), on a reader
    /// thread. It sees one state of the database on both engines.
    pub async fn scan<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Rx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.inner.subscribers.counters.began_reading();
        let (sender, receiver) = oneshot::channel();
        let job = job::read(closure, Reply::Task(sender));
        match &self.inner.backend {
            Backend::Sqlite(pool) => pool.scan(job),
            Backend::Postgres(pool) => pool.scan(job),
        }
        receiver.await.unwrap_or_else(|_| Err(E::from(StoreError::Closed)))
    }

    /// A reading transaction of any length for threads that may wait. It sees one state of the
    /// database on both engines.
    pub fn read_blocking<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Rx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.inner.subscribers.counters.began_reading();
        match &self.inner.backend {
            Backend::Sqlite(pool) => pool.read_inline(closure),
            Backend::Postgres(pool) => {
                let (sender, receiver) = mpsc::sync_channel(1);
                pool.scan(job::read(closure, Reply::Thread(sender)));
                receiver.recv().unwrap_or_else(|_| Err(E::from(StoreError::Closed)))
            }
        }
    }

    /// What is committed from now on, here and elsewhere. Events of this process come before
    /// its writer's call returns, those of others within about 250 ms on SQLite and about 20 ms
    /// on PostgreSQL.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.inner.subscribers.subscribe()
    }

    /// How it has worked so far.
    pub fn stats(&self) -> Stats {
        self.inner.subscribers.counters.read()
    }

    /// Counts how often the topic is told from now on.
    pub fn changes(&self, topic: &'static str) -> Changes {
        self.inner.subscribers.changes(topic)
    }

    /// Which engine it is.
    pub fn engine(&self) -> Engine {
        match self.inner.backend {
            Backend::Sqlite(_) => Engine::Sqlite,
            Backend::Postgres(_) => Engine::Postgres,
        }
    }

    /// Whether the database answers. Has no timeout of its own.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read(|rx| rx.one(&PING, &[]).map(|_| ())).await
    }

    /// Copies an SQLite database to a new file while it is in use. Blocks; writers go on.
    /// The copy is of one moment. An existing file is never overwritten.
    ///
    /// PostgreSQL is [`StoreError::Unsupported`]: it has its own tools.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        match &self.inner.backend {
            Backend::Sqlite(pool) => pool.backup(to),
            Backend::Postgres(_) => {
                Err(StoreError::Unsupported("back PostgreSQL up by pg_dump or its base backups"))
            }
        }
    }

    /// What is wrong with the database file, page by page; nothing for a whole one. Reads all of it,
    /// and blocks meanwhile. PostgreSQL looks after its own files: it has nothing to tell here.
    pub fn integrity(&self) -> Result<Vec<String>, StoreError> {
        if self.engine() == Engine::Postgres {
            return Ok(Vec::new());
        }
        let rows = self.read_blocking(|rx| rx.all(&INTEGRITY, &[]))?;
        let mut problems = rows.iter().map(|row| row.text(0)).collect::<Result<Vec<_>, _>>()?;
        problems.retain(|problem| problem != "ok");
        Ok(problems)
    }

    /// Finishes what was handed over, refuses what comes later with [`StoreError::Closed`],
    /// and stops the threads. Dropping the last clone does the same.
    pub fn close(&self) {
        match &self.inner.backend {
            Backend::Sqlite(pool) => pool.close(),
            Backend::Postgres(pool) => pool.close(),
        }
    }
}
