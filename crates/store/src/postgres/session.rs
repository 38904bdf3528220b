//! One connection and its transaction, owned by one thread.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, pin_mut};
use tokio::runtime::{self, Runtime};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Statement};

use super::connector::Connector;
use super::failure::{self, Failure, Kind};
use super::{NOTIFY, bus, value};
use crate::sql::Insert;
use crate::{Row, Sql, StoreError, Value};

/// How many rows one INSERT holds, largest first. A count is made up of these, so that few
/// different statements are prepared.
const CHUNKS: [usize; 5] = [256, 64, 16, 4, 1];

/// From this many rows on they go as a stream.
const STREAMED: usize = 512;

/// How long one statement may take; a server that hangs must not hold everybody for ever.
const PATIENCE: Duration = Duration::from_secs(30);

/// PostgreSQL numbers parameters by 16 bits.
const MOST_PARAMETERS: usize = 65_535;

type Params<'a> = [&'a (dyn ToSql + Sync)];

/// Where the transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transaction {
    /// Each statement on its own.
    None,
    /// To be begun, by this text, together with its first statement.
    Pending(&'static str),
    /// Begun.
    Open,
    /// Gone with its connection.
    Lost,
}

struct Live {
    client: Client,
    /// By the text's address and length, which is all there is to compare in a `&'static str`,
    /// and the number of rows of an INSERT.
    statements: HashMap<(usize, usize, usize), Statement>,
}

/// How a transaction ended.
pub(super) enum Ended {
    Committed,
    Again,
    Failed(StoreError),
}

/// A connection with its own small runtime; it is opened at the first use and opened again
/// when it broke.
pub(crate) struct Session {
    runtime: Runtime,
    connector: Arc<Connector>,
    node: Arc<str>,
    read_only: bool,
    live: Option<Live>,
    transaction: Transaction,
    /// Something happened that a new run of the same transaction would mend.
    again: bool,
}

enum Want {
    Rows,
    Count,
}

enum Output {
    Rows(Vec<tokio_postgres::Row>),
    Count(u64),
}

impl Want {
    async fn run(
        &self,
        client: &Client,
        statement: &Statement,
        params: &Params<'_>,
    ) -> Result<Output, tokio_postgres::Error> {
        match self {
            Self::Rows => client.query(statement, params).await.map(Output::Rows),
            Self::Count => client.execute(statement, params).await.map(Output::Count),
        }
    }
}

impl Session {
    pub(super) fn new(
        connector: Arc<Connector>,
        node: Arc<str>,
        read_only: bool,
    ) -> Result<Self, StoreError> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| StoreError::Unavailable(format!("no runtime: {error}")))?;
        Ok(Self {
            runtime,
            connector,
            node,
            read_only,
            live: None,
            transaction: Transaction::None,
            again: false,
        })
    }

    /// Begins a transaction, or none: then each statement stands for itself.
    pub(super) const fn begin(&mut self, text: Option<&'static str>) {
        self.again = false;
        self.transaction = match text {
            Some(text) => Transaction::Pending(text),
            None => Transaction::None,
        };
    }

    /// Whether a new run of the same transaction may do better.
    pub(super) const fn again(&self) -> bool {
        self.again
    }

    /// Commits, if anything was begun.
    pub(super) fn commit(&mut self) -> Ended {
        match std::mem::replace(&mut self.transaction, Transaction::None) {
            Transaction::None | Transaction::Pending(_) => return Ended::Committed,
            Transaction::Lost => return Ended::Again,
            Transaction::Open => {}
        }
        let Some(live) = &self.live else { return Ended::Again };
        let commit = live.client.batch_execute("COMMIT");
        let committed =
            self.runtime.block_on(async { tokio::time::timeout(PATIENCE, commit).await });
        let error = match committed {
            Ok(Ok(())) => return Ended::Committed,
            Ok(Err(error)) => error,
            Err(_) => {
                self.live = None;
                return Ended::Failed(StoreError::CommitUnknown);
            }
        };
        let Failure { kind, error } = failure::of("store::commit", &error);
        match kind {
            Kind::Plain => Ended::Failed(error),
            Kind::Collision | Kind::Stale => Ended::Again,
            Kind::Lost => {
                self.live = None;
                Ended::Failed(StoreError::CommitUnknown)
            }
        }
    }

    /// Rolls back, if anything was begun.
    pub(super) fn roll_back(&mut self) {
        let was = std::mem::replace(&mut self.transaction, Transaction::None);
        if was == Transaction::Open
            && let Some(live) = &self.live
            && !self.runtime.block_on(async {
                let rollback = live.client.batch_execute("ROLLBACK");
                tokio::time::timeout(PATIENCE, rollback).await.is_ok_and(|done| done.is_ok())
            })
        {
            // Closing the connection rolls back as well.
            self.live = None;
        }
    }

    pub(crate) fn all(&mut self, sql: &Sql, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let records =
            match self.statement(sql.name, (sql.text, 1), sql.text, params, &Want::Rows)? {
                Output::Rows(records) => records,
                Output::Count(_) => Vec::new(),
            };
        records.iter().map(|record| value::row(sql.name, record)).collect()
    }

    pub(crate) fn run(&mut self, sql: &Sql, params: &[Value]) -> Result<u64, StoreError> {
        match self.statement(sql.name, (sql.text, 1), sql.text, params, &Want::Count)? {
            Output::Count(count) => Ok(count),
            Output::Rows(_) => Ok(0),
        }
    }

    /// Gives row after row to `row` until that says `false`.
    pub(crate) fn each_while(
        &mut self,
        sql: &Sql,
        params: &[Value],
        row: &mut dyn FnMut(Row) -> bool,
    ) -> Result<(), StoreError> {
        let mut started = false;
        self.with_retry(sql.name, |session| {
            if started {
                // Rows were given away already; they cannot be taken back.
                return Err(Failure { kind: Kind::Plain, error: StoreError::Contended });
            }
            session.stream(sql, params, &mut |next| {
                started = true;
                row(next)
            })
        })
    }

    fn stream(
        &mut self,
        sql: &Sql,
        params: &[Value],
        row: &mut dyn FnMut(Row) -> bool,
    ) -> Result<(), Failure> {
        let Self { runtime, transaction, live: Some(live), .. } = self else {
            return Err(not_connected());
        };
        let failed = |error| failure::of(sql.name, &error);
        runtime.block_on(async {
            let statement = live.prepared((sql.text, 1), sql.text).await.map_err(failed)?;
            check_width(sql.name, &statement, params.len())?;
            if let Transaction::Pending(begin) = *transaction {
                live.client.batch_execute(begin).await.map_err(failed)?;
                *transaction = Transaction::Open;
            }
            let params = params.iter().map(|value| value as &dyn ToSql);
            let records = live.client.query_raw(&statement, params).await.map_err(failed)?;
            pin_mut!(records);
            while let Some(record) = records.next().await {
                let next = value::row(sql.name, &record.map_err(failed)?)
                    .map_err(|error| Failure { kind: Kind::Plain, error })?;
                if !row(next) {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Inserts rows in as few statements as there are chunks; many go as one stream.
    pub(crate) fn insert_many(
        &mut self,
        sql: &Sql,
        insert: &Insert,
        rows: Vec<Vec<Value>>,
    ) -> Result<(), StoreError> {
        if rows.len() >= STREAMED
            && let Some(text) = insert.copy()
        {
            return self.with_retry(sql.name, |session| session.copy(sql, &text, &rows));
        }
        let mut rows = rows.into_iter();
        while rows.len() > 0 {
            let fits =
                |size: usize| size <= rows.len() && size * insert.width.max(1) <= MOST_PARAMETERS;
            let size = CHUNKS.into_iter().find(|size| fits(*size)).unwrap_or(1);
            let params: Vec<Value> = rows.by_ref().take(size).flatten().collect();
            let text = insert.text(size);
            self.statement(sql.name, (sql.text, size), &text, &params, &Want::Count)?;
        }
        Ok(())
    }

    /// Sends rows as a COPY, which spares the server a parameter at a time.
    fn copy(&mut self, sql: &Sql, text: &str, rows: &[Vec<Value>]) -> Result<(), Failure> {
        let Self { runtime, transaction, live: Some(live), .. } = self else {
            return Err(not_connected());
        };
        let failed = |error| failure::of(sql.name, &error);
        let work = async {
            // The columns' types are those of the statement's parameters.
            let statement = live.prepared((sql.text, 1), sql.text).await.map_err(failed)?;
            if let Transaction::Pending(begin) = *transaction {
                live.client.batch_execute(begin).await.map_err(failed)?;
                *transaction = Transaction::Open;
            }
            let sink = live.client.copy_in(text).await.map_err(failed)?;
            let writer = BinaryCopyInWriter::new(sink, statement.params());
            pin_mut!(writer);
            for row in rows {
                check_width(sql.name, &statement, row.len())?;
                let values = row.iter().map(|value| value as &(dyn ToSql + Sync));
                writer.as_mut().write_raw(values).await.map_err(failed)?;
            }
            writer.finish().await.map(drop).map_err(failed)
        };
        let result = runtime.block_on(async { tokio::time::timeout(PATIENCE, work).await });
        result.unwrap_or_else(|_| Err(self.give_up(sql.name)))
    }

    /// Tells other nodes of a topic at the commit.
    pub(crate) fn notify_in_transaction(&mut self, topic: &str) -> Result<(), StoreError> {
        let payload = bus::payload(&self.node, &[topic]);
        self.all(&NOTIFY, &[Value::Text(payload)]).map(drop)
    }

    fn statement(
        &mut self,
        name: &'static str,
        key: (&'static str, usize),
        text: &str,
        params: &[Value],
        want: &Want,
    ) -> Result<Output, StoreError> {
        let params: Vec<&(dyn ToSql + Sync)> =
            params.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        self.with_retry(name, |session| session.execute(name, key, text, &params, want))
    }

    /// Runs a statement on a connection that is open; if it broke, or a prepared statement no
    /// longer fits, before anything of this transaction was seen, once more on a new one.
    fn with_retry<T>(
        &mut self,
        name: &'static str,
        mut run: impl FnMut(&mut Self) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let before = self.transaction;
        let mut tries = 0;
        loop {
            tries += 1;
            self.connect(name)?;
            let Failure { kind, error } = match run(self) {
                Ok(output) => return Ok(output),
                Err(failure) => failure,
            };
            match kind {
                Kind::Plain => return Err(error),
                Kind::Collision => {
                    self.again = true;
                    return Err(error);
                }
                Kind::Lost => self.live = None,
                Kind::Stale => {
                    if let Some(live) = &mut self.live {
                        live.statements.clear();
                    }
                }
            }
            let first = !matches!(before, Transaction::Open | Transaction::Lost);
            if first && tries == 1 {
                self.roll_back();
                self.transaction = before;
                continue;
            }
            if kind == Kind::Lost && before == Transaction::Open {
                self.transaction = Transaction::Lost;
            }
            self.again = true;
            return Err(error);
        }
    }

    fn execute(
        &mut self,
        name: &'static str,
        key: (&'static str, usize),
        text: &str,
        params: &Params<'_>,
        want: &Want,
    ) -> Result<Output, Failure> {
        let Self { runtime, transaction, live: Some(live), .. } = self else {
            return Err(not_connected());
        };
        let failed = |error| failure::of(name, &error);
        let work = async {
            let statement = live.prepared(key, text).await.map_err(failed)?;
            check_width(name, &statement, params.len())?;
            let Transaction::Pending(begin) = *transaction else {
                return want.run(&live.client, &statement, params).await.map_err(failed);
            };
            // Both are sent before the answer to either is there. `biased` keeps their order.
            let (begun, output) = tokio::join!(
                biased;
                live.client.batch_execute(begin),
                want.run(&live.client, &statement, params),
            );
            if let Err(error) = begun {
                // The statement may have run outside of any transaction. A server that is
                // there never refuses BEGIN, so the connection is as good as lost.
                return Err(Failure { kind: Kind::Lost, ..failed(error) });
            }
            *transaction = Transaction::Open;
            output.map_err(failed)
        };
        let result = runtime.block_on(async { tokio::time::timeout(PATIENCE, work).await });
        result.unwrap_or_else(|_| Err(self.give_up(name)))
    }

    /// Leaves a connection on which nothing moves any more; its transaction is lost, and is not tried
    /// again: the next one would wait as long.
    fn give_up(&mut self, name: &'static str) -> Failure {
        tracing::error!(statement = name, "PostgreSQL did not answer in time");
        self.live = None;
        if self.transaction != Transaction::None {
            self.transaction = Transaction::Lost;
        }
        let text = "PostgreSQL did not answer in time".to_owned();
        Failure { kind: Kind::Plain, error: StoreError::Unavailable(text) }
    }

    fn connect(&mut self, name: &'static str) -> Result<(), StoreError> {
        if self.transaction == Transaction::Lost {
            return Err(StoreError::Aborted);
        }
        if self.live.as_ref().is_some_and(|live| !live.client.is_closed()) {
            return Ok(());
        }
        if self.transaction == Transaction::Open {
            // It broke between two statements.
            self.transaction = Transaction::Lost;
            self.again = true;
            self.live = None;
            return Err(StoreError::Unavailable("PostgreSQL: the connection broke".to_owned()));
        }
        let connector = &self.connector;
        let read_only = self.read_only;
        let client = self.runtime.block_on(async {
            let (client, driver) = connector.connect().await?;
            tokio::spawn(async move {
                // Its errors reach whoever waits for an answer.
                let _ = driver.await;
            });
            if read_only {
                client
                    .batch_execute("SET default_transaction_read_only = on")
                    .await
                    .map_err(|error| failure::of(name, &error).error)?;
            }
            Ok::<_, StoreError>(client)
        })?;
        self.live = Some(Live { client, statements: HashMap::new() });
        Ok(())
    }
}

#[cfg(feature = "testing")]
impl Session {
    /// Prepares a statement and looks at the types of its columns.
    pub(super) fn check(&mut self, sql: &Sql) -> Result<(), StoreError> {
        self.connect(sql.name)?;
        let Some(live) = &mut self.live else { return Ok(()) };
        let statement = self
            .runtime
            .block_on(live.prepared((sql.text, 1), sql.text))
            .map_err(|error| failure::of(sql.name, &error).error)?;
        let unreadable =
            statement.columns().iter().position(|column| !value::is_readable(column.type_()));
        unreadable.map_or(Ok(()), |column| {
            Err(StoreError::Decode {
                statement: sql.name,
                column,
                expected: "BIGINT, BOOLEAN, TEXT or BYTEA",
                found: statement.columns()[column].type_().to_string(),
            })
        })
    }
}

impl Live {
    async fn prepared(
        &mut self,
        key: (&'static str, usize),
        text: &str,
    ) -> Result<Statement, tokio_postgres::Error> {
        let key = (key.0.as_ptr().addr(), key.0.len(), key.1);
        if let Some(statement) = self.statements.get(&key) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(text).await?;
        self.statements.insert(key, statement.clone());
        Ok(statement)
    }
}

fn check_width(name: &'static str, statement: &Statement, given: usize) -> Result<(), Failure> {
    let wanted = statement.params().len();
    if wanted == given {
        return Ok(());
    }
    let message = format!("{wanted} expected, {given} given");
    Err(Failure { kind: Kind::Plain, error: StoreError::Parameters { statement: name, message } })
}

fn not_connected() -> Failure {
    Failure {
        kind: Kind::Lost,
        error: StoreError::Unavailable("PostgreSQL: not connected".to_owned()),
    }
}
