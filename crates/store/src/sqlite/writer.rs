//! The writer thread: group commit.
//!
//! A durable commit costs a disk flush, whatever is in it. So jobs that are queued share one
//! transaction and are answered when it is committed. Where one of them fails after it has written,
//! all are rolled back and run again, each as a savepoint: copies of pages cost more than a rare
//! second run. With nobody queueing a job is committed at once.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use flume::{Receiver, RecvTimeoutError};
use rusqlite::Connection;

use super::checkpoint::Checkpoints;
use super::open::LOG_LIMIT;
use super::statement;
use crate::event::Subscribers;
use crate::job::Write;
use crate::session::{Conn, Published, Tx};
use crate::{Event, StoreError};

/// The most jobs in one commit.
const GROUP: usize = 512;

/// A group that took this long takes no more jobs: its first caller waits, and so do other
/// processes.
const LONG: Duration = Duration::from_millis(10);

/// How often to look for changes by other processes.
const WATCH: Duration = Duration::from_millis(200);

/// A job that ran, and what became of it.
type Done = (Box<dyn Write>, Result<(), StoreError>);

/// How a job went inside its group.
enum Attempt {
    /// It stands, or it wrote nothing.
    Over(Result<(), StoreError>),
    /// It failed and has written: the group is to be rolled back.
    Spoiled,
}

pub(super) struct Writer {
    connection: Connection,
    queue: Receiver<Box<dyn Write>>,
    subscribers: Subscribers,
    checkpoints: Arc<Checkpoints>,
    /// `PRAGMA data_version` when last looked at. It changes when *another* connection commits,
    /// so asking on this one leaves out exactly our own commits.
    version: i64,
    looked: Instant,
    /// The file of the log, and the length from which on this thread moves it itself.
    log: PathBuf,
    long: u64,
}

impl Writer {
    pub(super) fn new(
        connection: Connection,
        path: &Path,
        queue: Receiver<Box<dyn Write>>,
        subscribers: Subscribers,
        checkpoints: Arc<Checkpoints>,
    ) -> Result<Self, StoreError> {
        let version = data_version(&connection)?;
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        Ok(Self {
            connection,
            queue,
            subscribers,
            checkpoints,
            version,
            looked: Instant::now(),
            log: PathBuf::from(log),
            long: LOG_LIMIT,
        })
    }

    /// Works until the queue is empty and nobody can add to it.
    pub(super) fn run(mut self) {
        loop {
            match self.queue.recv_timeout(WATCH) {
                Ok(job) => {
                    if self.looked.elapsed() >= WATCH {
                        self.watch();
                    }
                    self.group(job, true);
                }
                Err(RecvTimeoutError::Timeout) => self.watch(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        // Leave a file that is whole without its log. Failing costs nothing but that.
        let _ = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);");
    }

    /// Tells subscribers when another process has written.
    fn watch(&mut self) {
        self.looked = Instant::now();
        match data_version(&self.connection) {
            Ok(version) if version == self.version => {}
            Ok(version) => {
                self.version = version;
                self.subscribers.send(Event::Everything);
            }
            Err(error) => tracing::warn!(%error, "cannot look for changes by other processes"),
        }
    }

    /// Runs a job, and those queued behind it if `more`, and commits them together.
    fn group(&mut self, first: Box<dyn Write>, more: bool) {
        if let Err(error) = statement::control(&self.connection, "BEGIN IMMEDIATE") {
            self.refuse(first, &error);
            return;
        }
        let started = Instant::now();
        let mut done: Vec<Done> = Vec::new();
        let mut published = Vec::new();
        let mut next = Some(first);
        while let Some(mut job) = next.take() {
            match self.attempt(&mut *job, &mut published) {
                Ok(Attempt::Over(outcome)) => done.push((job, outcome)),
                Ok(Attempt::Spoiled) => {
                    done.push((job, Ok(())));
                    self.roll_back();
                    self.again(done);
                    return;
                }
                Err(error) => {
                    // The engine gave the whole transaction up (disk full, I/O error).
                    done.push((job, Ok(())));
                    self.fail(done, &error);
                    return;
                }
            }
            if more && done.len() < GROUP && started.elapsed() < LONG {
                next = self.queue.try_recv().ok();
            }
        }
        self.commit(done, &published, started);
    }

    /// Runs the jobs of a group again of which one has to be taken back alone, and those queued
    /// behind them: each as a savepoint.
    fn again(&mut self, jobs: Vec<Done>) {
        let started = Instant::now();
        if let Err(error) = statement::control(&self.connection, "BEGIN IMMEDIATE") {
            self.fail(jobs, &error);
            return;
        }
        let mut done: Vec<Done> = Vec::with_capacity(jobs.len());
        let mut published = Vec::new();
        let mut jobs = jobs.into_iter().map(|(job, _)| job);
        let mut next = jobs.next();
        while let Some(mut job) = next.take() {
            match self.savepoint(&mut *job, &mut published) {
                Ok(outcome) => done.push((job, outcome)),
                Err(error) => {
                    done.extend(std::iter::once(job).chain(jobs).map(|job| (job, Ok(()))));
                    self.fail(done, &error);
                    return;
                }
            }
            next = jobs.next().or_else(|| {
                let more = done.len() < GROUP && started.elapsed() < LONG;
                if more { self.queue.try_recv().ok() } else { None }
            });
        }
        self.commit(done, &published, started);
    }

    /// Commits what jobs wrote, and answers them.
    fn commit(&mut self, done: Vec<Done>, published: &[Published], started: Instant) {
        match statement::control(&self.connection, "COMMIT") {
            Ok(()) => {
                self.subscribers.counters.committed(done.len(), started.elapsed());
                self.checkpoints.wrote();
                self.subscribers.topics(published);
                for (job, outcome) in done {
                    job.answer(outcome);
                }
                self.shorten();
            }
            // A deferred constraint shows only now, and not whose it is: each job on its own.
            Err(StoreError::ForeignKey { .. } | StoreError::Constraint { .. })
                if done.len() > 1 =>
            {
                self.roll_back();
                for (job, _) in done {
                    self.group(job, false);
                }
            }
            Err(error) => self.fail(done, &error),
        }
    }

    /// Moves the log into the file between two commits, if it has grown too long. It can start
    /// again only when all of it was moved, which never happens while this thread does not rest.
    /// Where a reader of an old state is what keeps it, trying at every commit helps nobody.
    fn shorten(&mut self) {
        let length = fs::metadata(&self.log).map_or(0, |log| log.len());
        if length > self.long {
            self.long = length + LOG_LIMIT / 4;
            self.checkpoints.catch_up(&self.connection);
        } else if length <= LOG_LIMIT {
            self.long = LOG_LIMIT;
        }
    }

    /// Runs one job inside the group, for which SQLite keeps no copies of the pages: most jobs
    /// succeed, and most of the others fail before they write. `Err` means that the group's
    /// transaction is lost.
    fn attempt(
        &self,
        job: &mut dyn Write,
        published: &mut Vec<Published>,
    ) -> Result<Attempt, StoreError> {
        let before = self.connection.total_changes();
        let mut tx = Tx::new(Conn::Sqlite(&self.connection));
        let ok = job.attempt(&mut tx);
        let (failed, topics) = tx.into_parts();
        self.check_open()?;
        if ok && !failed {
            published.extend(topics);
            return Ok(Attempt::Over(Ok(())));
        }
        if self.connection.total_changes() != before {
            return Ok(Attempt::Spoiled);
        }
        Ok(Attempt::Over(if ok { Err(StoreError::Aborted) } else { Ok(()) }))
    }

    /// The error of a transaction that SQLite ended by itself.
    fn check_open(&self) -> Result<(), StoreError> {
        if self.connection.is_autocommit() {
            return Err(StoreError::Unavailable("SQLite rolled the transaction back".to_owned()));
        }
        Ok(())
    }

    /// Runs one job so that it can be taken back alone.
    fn savepoint(
        &self,
        job: &mut dyn Write,
        published: &mut Vec<Published>,
    ) -> Result<Result<(), StoreError>, StoreError> {
        statement::control(&self.connection, "SAVEPOINT job")?;
        let mut tx = Tx::new(Conn::Sqlite(&self.connection));
        let ok = job.attempt(&mut tx);
        let (failed, topics) = tx.into_parts();
        self.check_open()?;
        if ok && !failed {
            statement::control(&self.connection, "RELEASE job")?;
            published.extend(topics);
            return Ok(Ok(()));
        }
        statement::control(&self.connection, "ROLLBACK TO job")?;
        statement::control(&self.connection, "RELEASE job")?;
        Ok(if ok { Err(StoreError::Aborted) } else { Ok(()) })
    }

    /// Rolls the group back and tells all of it.
    fn fail(&self, done: Vec<Done>, error: &StoreError) {
        self.roll_back();
        self.subscribers.counters.failed();
        tracing::error!(%error, jobs = done.len(), "a group commit failed");
        for (job, _) in done {
            job.answer(Err(error.clone()));
        }
    }

    /// Answers a job that could not begin, and those that queued while it tried: each would
    /// wait as long again.
    fn refuse(&self, job: Box<dyn Write>, error: &StoreError) {
        job.answer(Err(error.clone()));
        for job in self.queue.drain() {
            job.answer(Err(error.clone()));
        }
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit()
            && let Err(error) = statement::control(&self.connection, "ROLLBACK")
        {
            tracing::error!(%error, "cannot roll back");
        }
    }
}

fn data_version(connection: &Connection) -> Result<i64, StoreError> {
    connection
        .prepare_cached("PRAGMA data_version")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .map_err(|cause| statement::error("store::data_version", &cause))
}
