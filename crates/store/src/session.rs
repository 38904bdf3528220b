//! What a closure gets: a reading or a writing transaction, the same over both engines.

use std::sync::Arc;

use crate::sql::Insert;
use crate::{LockKey, Row, Sequence, Sql, StoreError, Value, postgres, sqlite};

/// Which database is behind the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// SQLite, inside the process.
    Sqlite,
    /// PostgreSQL, or what speaks its protocol well.
    Postgres,
}

/// Reading statements, in reading and writing transactions alike.
pub trait Read {
    /// All rows.
    fn all(&mut self, sql: &Sql, params: &[Value]) -> Result<Vec<Row>, StoreError>;

    /// Calls `row` with one row after the other, without keeping them; an error of it ends the
    /// reading. For results that may be large.
    fn each(
        &mut self,
        sql: &Sql,
        params: &[Value],
        row: &mut dyn FnMut(Row) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;

    /// Which engine this is, for the rare statement that needs to know.
    fn engine(&self) -> Engine;

    /// At most one row; more are [`StoreError::RowCount`].
    fn opt(&mut self, sql: &Sql, params: &[Value]) -> Result<Option<Row>, StoreError> {
        let mut rows = self.all(sql, params)?;
        match rows.len() {
            0 | 1 => Ok(rows.pop()),
            got => Err(row_count(sql, got as u64)),
        }
    }

    /// Exactly one row; otherwise [`StoreError::RowCount`].
    fn one(&mut self, sql: &Sql, params: &[Value]) -> Result<Row, StoreError> {
        self.opt(sql, params)?.ok_or_else(|| row_count(sql, 0))
    }
}

const fn row_count(sql: &Sql, got: u64) -> StoreError {
    StoreError::RowCount { statement: sql.name, expected: 1, got }
}

/// The connection a transaction runs on.
pub(crate) enum Conn<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a mut postgres::Session),
}

/// What both kinds of transaction share.
struct Session<'a> {
    conn: Conn<'a>,
    /// A statement failed, so nothing more is accepted.
    failed: bool,
}

impl Session<'_> {
    /// Runs one statement unless an earlier one failed, and remembers whether this one did.
    fn guard<T>(
        &mut self,
        statement: impl FnOnce(&mut Conn<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if self.failed {
            return Err(StoreError::Aborted);
        }
        let result = statement(&mut self.conn);
        // What we refuse ourselves (a column of another type) leaves the engine unharmed.
        self.failed = result.as_ref().is_err_and(|error| {
            !matches!(
                error,
                StoreError::Decode { .. }
                    | StoreError::RowCount { .. }
                    | StoreError::Parameters { .. }
            )
        });
        result
    }

    fn all(&mut self, sql: &Sql, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.guard(|conn| match conn {
            Conn::Sqlite(conn) => {
                let mut rows = Vec::new();
                sqlite::statement::each(conn, sql, params, &mut |row| {
                    rows.push(row);
                    Ok(())
                })?;
                Ok(rows)
            }
            Conn::Postgres(session) => session.all(sql, params),
        })
    }

    fn each(
        &mut self,
        sql: &Sql,
        params: &[Value],
        row: &mut dyn FnMut(Row) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        // The callback's own error must not count as the engine's.
        let mut stopped = None;
        let result = self.guard(|conn| {
            let mut callback = |next| match row(next) {
                Ok(()) => true,
                Err(error) => {
                    stopped = Some(error);
                    false
                }
            };
            match conn {
                Conn::Sqlite(conn) => {
                    sqlite::statement::each_while(conn, sql, params, &mut callback)
                }
                Conn::Postgres(session) => session.each_while(sql, params, &mut callback),
            }
        });
        stopped.map_or(result, Err)
    }

    const fn engine(&self) -> Engine {
        match self.conn {
            Conn::Sqlite(_) => Engine::Sqlite,
            Conn::Postgres(_) => Engine::Postgres,
        }
    }
}

/// A reading transaction.
pub struct Rx<'a> {
    session: Session<'a>,
}

impl<'a> Rx<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { session: Session { conn, failed: false } }
    }
}

impl Read for Rx<'_> {
    fn all(&mut self, sql: &Sql, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.session.all(sql, params)
    }

    fn each(
        &mut self,
        sql: &Sql,
        params: &[Value],
        row: &mut dyn FnMut(Row) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.session.each(sql, params, row)
    }

    fn engine(&self) -> Engine {
        self.session.engine()
    }
}

/// A writing transaction. It commits when its closure returns `Ok`, and leaves nothing behind
/// when the closure returns `Err` or panics.
///
/// After a statement failed, every further one is refused with [`StoreError::Aborted`], and so
/// is the commit: on PostgreSQL the transaction is lost at that point, and both engines behave
/// alike. Let the error through, or avoid it (`ON CONFLICT DO NOTHING`).
pub struct Tx<'a> {
    session: Session<'a>,
    topics: Vec<Published>,
}

impl<'a> Tx<'a> {
    pub(crate) const fn new(conn: Conn<'a>) -> Self {
        Self { session: Session { conn, failed: false }, topics: Vec::new() }
    }

    /// Whether a statement failed, and the topics to publish.
    pub(crate) fn into_parts(self) -> (bool, Vec<Published>) {
        (self.session.failed, self.topics)
    }

    /// Runs a statement and gives the number of rows it inserted, changed or deleted.
    pub fn run(&mut self, sql: &Sql, params: &[Value]) -> Result<u64, StoreError> {
        self.session.guard(|conn| match conn {
            Conn::Sqlite(conn) => sqlite::statement::run(conn, sql, params),
            Conn::Postgres(session) => session.run(sql, params),
        })
    }

    /// Runs a statement that must affect exactly one row; otherwise [`StoreError::RowCount`].
    pub fn run_one(&mut self, sql: &Sql, params: &[Value]) -> Result<(), StoreError> {
        match self.run(sql, params)? {
            1 => Ok(()),
            got => Err(row_count(sql, got)),
        }
    }

    /// Inserts many rows by a statement of the form `INSERT … VALUES ($1, …, $n)` with exactly
    /// one tuple and nothing after it. Each row holds the `n` parameters.
    pub fn insert_many(&mut self, sql: &Sql, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
        let insert = Insert::parse(sql)?;
        if rows.iter().any(|row| row.len() != insert.width) {
            return Err(StoreError::Parameters {
                statement: sql.name,
                message: format!("every row needs {} values", insert.width),
            });
        }
        self.session.guard(|conn| match conn {
            Conn::Sqlite(conn) => sqlite::statement::run_many(conn, sql, &rows),
            Conn::Postgres(session) => session.insert_many(sql, &insert, rows),
        })
    }

    /// The next `n` ids of a sequence, ascending. On PostgreSQL ids given to a transaction that
    /// fails are lost, so there are gaps; nothing may depend on there being none.
    pub fn next_ids(&mut self, sequence: Sequence, n: u32) -> Result<Vec<i64>, StoreError> {
        if n == 0 {
            return Ok(Vec::new());
        }
        match self.engine() {
            Engine::Sqlite => {
                let first = self
                    .opt(&sqlite::NEXT_IDS, crate::params![sequence.0, n])?
                    .ok_or_else(|| StoreError::Statement {
                        statement: sqlite::NEXT_IDS.name,
                        code: String::new(),
                        message: format!("no sequence {}", sequence.0),
                    })?
                    .int(0)?;
                Ok((first..first + i64::from(n)).collect())
            }
            Engine::Postgres => {
                let name = format!("seq_{}", sequence.0);
                let rows = self.all(&postgres::NEXT_IDS, crate::params![name, n])?;
                let mut ids = rows.iter().map(|row| row.int(0)).collect::<Result<Vec<_>, _>>()?;
                ids.sort_unstable();
                Ok(ids)
            }
        }
    }

    /// Waits until no other transaction holds this lock and holds it until the end. Lock before
    /// reading what the transaction decides on, and several keys always in the same order.
    /// SQLite has one writer, so there is nothing to do there.
    pub fn lock(&mut self, key: LockKey) -> Result<(), StoreError> {
        match self.engine() {
            Engine::Sqlite => Ok(()),
            Engine::Postgres => self.all(&postgres::LOCK, crate::params![key.number()]).map(|_| ()),
        }
    }

    /// Like [`Self::lock`], but side by side with others who lock it so: only who takes the whole
    /// lock has to wait, and is waited for.
    pub fn lock_shared(&mut self, key: LockKey) -> Result<(), StoreError> {
        match self.engine() {
            Engine::Sqlite => Ok(()),
            Engine::Postgres => {
                self.all(&postgres::LOCK_SHARED, crate::params![key.number()]).map(|_| ())
            }
        }
    }

    /// Tells subscribers of all nodes, after the commit, that something about `topic` changed.
    ///
    /// Other nodes hear of it by a NOTIFY outside the transaction that joins all topics of about
    /// 10 ms: inside, PostgreSQL would take a lock of the whole database from the NOTIFY to the
    /// end of the COMMIT, so that no two such transactions commit at the same time. The price is
    /// that a node which dies within those milliseconds says nothing; whoever needs certainty
    /// reads the journal, or uses [`Self::publish_now`].
    pub fn publish(&mut self, topic: &str) {
        self.note(topic, false);
    }

    /// Like [`Self::publish`], but told to other nodes by the commit itself. For rare changes
    /// that must not be missed, such as revocations.
    pub fn publish_now(&mut self, topic: &str) -> Result<(), StoreError> {
        self.session.guard(|conn| match conn {
            Conn::Sqlite(_) => Ok(()),
            Conn::Postgres(session) => session.notify_in_transaction(topic),
        })?;
        self.note(topic, true);
        Ok(())
    }

    fn note(&mut self, topic: &str, told: bool) {
        if let Some(known) = self.topics.iter_mut().find(|known| &*known.topic == topic) {
            known.told |= told;
        } else {
            self.topics.push(Published { topic: Arc::from(topic), told });
        }
    }
}

/// A topic published by a transaction.
pub(crate) struct Published {
    pub(crate) topic: Arc<str>,
    /// Whether other nodes hear of it by the transaction itself.
    pub(crate) told: bool,
}

impl Read for Tx<'_> {
    fn all(&mut self, sql: &Sql, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.session.all(sql, params)
    }

    fn each(
        &mut self,
        sql: &Sql,
        params: &[Value],
        row: &mut dyn FnMut(Row) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.session.each(sql, params, row)
    }

    fn engine(&self) -> Engine {
        self.session.engine()
    }
}
