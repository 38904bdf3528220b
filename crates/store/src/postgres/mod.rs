//! PostgreSQL: pools of threads, each with its own connection.
//!
//! Closures are synchronous, so a connection belongs to a thread, which drives it by a small
//! runtime of its own; that also lets BEGIN travel together with the first statement.

mod bus;
mod connector;
mod failure;
mod migrate;
mod session;
mod tls;
mod value;
mod worker;

use std::sync::{Arc, PoisonError, RwLock};
use std::thread;

use self::connector::Connector;
pub(crate) use self::session::Session;
use crate::event::Subscribers;
use crate::job::{ReadJob, Write};
use crate::threads::Threads;
use crate::{PostgresOptions, Sql, StoreError, StoreOptions};

/// Takes ids from a sequence.
pub(crate) static NEXT_IDS: Sql = Sql {
    name: "store::postgres::NEXT_IDS",
    text: "SELECT nextval(CAST(CAST($1 AS TEXT) AS REGCLASS)) \
        FROM generate_series(1, CAST($2 AS BIGINT))",
};

/// Locks a number until the end of the transaction.
pub(crate) static LOCK: Sql =
    Sql { name: "store::postgres::LOCK", text: "SELECT pg_advisory_xact_lock($1)" };

/// Locks a number together with others who do so, against [`LOCK`].
pub(crate) static LOCK_SHARED: Sql =
    Sql { name: "store::postgres::LOCK_SHARED", text: "SELECT pg_advisory_xact_lock_shared($1)" };

/// Tells listeners at the commit.
static NOTIFY: Sql =
    Sql { name: "store::postgres::NOTIFY", text: "SELECT pg_notify('tiltyard', $1)" };

/// A read, and whether it wants to see one state of the database.
struct ReadRequest {
    job: ReadJob,
    snapshot: bool,
}

/// The ways into the threads. Taking them away is what ends the threads: each finishes its
/// queue first.
struct Queues {
    writes: flume::Sender<Box<dyn Write>>,
    reads: flume::Sender<ReadRequest>,
    /// Kept until the writers are done, which have topics for it to the last.
    bus: bus::Sender,
}

/// An open PostgreSQL database.
pub(crate) struct Pool {
    queues: RwLock<Option<Queues>>,
    workers: Threads,
    bus: Threads,
}

impl Pool {
    pub(crate) fn open(
        target: &PostgresOptions,
        options: &StoreOptions,
        subscribers: &Subscribers,
    ) -> Result<Self, StoreError> {
        let connector = Arc::new(Connector::new(target)?);
        // Whoever opens a store may be inside a runtime, where a second one must not block.
        thread::scope(|scope| {
            scope
                .spawn(|| migrate::run(&connector, options.migrations, options.now_ms))
                .join()
                .unwrap_or_else(|_| Err(StoreError::Panicked("migration".to_owned())))
        })?;
        let node = bus::node_name(options.node);
        let (writes, write_queue) = flume::unbounded::<Box<dyn Write>>();
        let (reads, read_queue) = flume::unbounded::<ReadRequest>();
        let threads = Threads::default();
        let bus_thread = Threads::default();
        let bus =
            bus::start(&bus_thread, Arc::clone(&connector), node.clone(), subscribers.clone())?;
        for number in 0..target.writers.max(1) {
            let session = Session::new(Arc::clone(&connector), node.clone(), false)?;
            let queue = write_queue.clone();
            let worker = worker::Writer {
                session,
                bus: bus.clone(),
                subscribers: subscribers.clone(),
                number: number as u64,
            };
            threads.spawn(&format!("store-write-{number}"), move || worker.run(&queue))?;
        }
        for number in 0..target.readers.max(1) {
            let session = Session::new(Arc::clone(&connector), node.clone(), true)?;
            let queue = read_queue.clone();
            threads
                .spawn(&format!("store-read-{number}"), move || worker::read(session, &queue))?;
        }
        Ok(Self {
            queues: RwLock::new(Some(Queues { writes, reads, bus })),
            workers: threads,
            bus: bus_thread,
        })
    }

    /// Queues a write; after the close the job is dropped, which is an answer too.
    pub(crate) fn write(&self, job: Box<dyn Write>) {
        if let Some(queues) = &*self.queues.read().unwrap_or_else(PoisonError::into_inner) {
            drop(queues.writes.send(job));
        }
    }

    /// Queues a short read.
    pub(crate) fn read(&self, job: ReadJob) {
        self.request(ReadRequest { job, snapshot: false });
    }

    /// Queues a read over one state of the database.
    pub(crate) fn scan(&self, job: ReadJob) {
        self.request(ReadRequest { job, snapshot: true });
    }

    fn request(&self, request: ReadRequest) {
        if let Some(queues) = &*self.queues.read().unwrap_or_else(PoisonError::into_inner) {
            drop(queues.reads.send(request));
        }
    }

    pub(crate) fn close(&self) {
        let taken = self.queues.write().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Queues { writes, reads, bus }) = taken else { return };
        drop((writes, reads));
        self.workers.join();
        drop(bus);
        self.bus.join();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.close();
    }
}

/// Prepares statements on an own connection; what PostgreSQL says against them, and columns
/// that could not be read.
#[cfg(feature = "testing")]
pub(crate) fn prepare(url: &str, statements: &[&'static Sql]) -> Vec<StoreError> {
    let connect = || {
        let connector = Arc::new(Connector::new(&PostgresOptions::new(url))?);
        Session::new(connector, Arc::from("test"), true)
    };
    match connect() {
        Ok(mut session) => statements.iter().filter_map(|sql| session.check(sql).err()).collect(),
        Err(error) => vec![error],
    }
}
