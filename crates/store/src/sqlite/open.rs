//! Connections with their settings.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::statement;
use crate::{Durability, SqliteOptions, StoreError};

/// How long to wait for another process that writes.
const BUSY: Duration = Duration::from_secs(10);

/// How many prepared statements a connection keeps: all there are.
const STATEMENTS: usize = 512;

/// The log is cut back to this size when it starts again after a burst.
pub(super) const LOG_LIMIT: u64 = 64 << 20;

/// The connection that writes; makes the file if there is none.
pub(super) fn writer(options: &SqliteOptions) -> Result<Connection, StoreError> {
    create(&options.path)?;
    let connection = connect(&options.path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let synchronous = match options.durability {
        Durability::Full => "FULL",
        Durability::Normal => "NORMAL",
        Durability::Off => "OFF",
    };
    write_ahead(&connection)?;
    batch(
        &connection,
        &format!(
            "PRAGMA synchronous = {synchronous};
             PRAGMA foreign_keys = ON;
             PRAGMA wal_autocheckpoint = 0;
             PRAGMA journal_size_limit = {LOG_LIMIT};
             PRAGMA cache_size = -65536;
             PRAGMA temp_store = MEMORY;"
        ),
    )?;
    Ok(connection)
}

/// The connection that moves the log into the file.
pub(super) fn checkpointer(options: &SqliteOptions) -> Result<Connection, StoreError> {
    let connection = connect(&options.path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let synchronous = if options.durability == Durability::Off { "OFF" } else { "FULL" };
    batch(
        &connection,
        &format!("PRAGMA synchronous = {synchronous}; PRAGMA wal_autocheckpoint = 0;"),
    )?;
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn reader(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    batch(&connection, "PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;")?;
    Ok(connection)
}

fn connect(path: &Path, access: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| statement::error("store::open", &error))?;
    connection.busy_timeout(BUSY).map_err(|error| statement::error("store::open", &error))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without this, SQLite's statistics (STAT4) make it plan a statement again at every binding.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(|error| statement::error("store::open", &error))?;
    Ok(connection)
}

/// Switches to the write-ahead log. SQLite answers "busy" at once, without the busy timeout,
/// when two connections do this to a new file at the same time.
fn write_ahead(connection: &Connection) -> Result<(), StoreError> {
    let started = Instant::now();
    loop {
        match connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0)) {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(mode) => {
                return Err(StoreError::Configuration(format!(
                    "SQLite cannot keep a write-ahead log on this file system (journal mode {mode})"
                )));
            }
            Err(error) => match statement::error("store::open", &error) {
                StoreError::Busy if started.elapsed() < BUSY => {
                    thread::sleep(Duration::from_millis(10));
                }
                error => return Err(error),
            },
        }
    }
}

fn batch(connection: &Connection, text: &str) -> Result<(), StoreError> {
    connection.execute_batch(text).map_err(|error| statement::error("store::open", &error))
}

/// Makes the file, readable by its owner alone; SQLite gives its log the same mode.
fn create(path: &Path) -> Result<(), StoreError> {
    let wrong = |error: std::io::Error| {
        StoreError::Configuration(format!("cannot make {}: {error}", path.display()))
    };
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        fs::create_dir_all(directory).map_err(wrong)?;
    }
    private_file(false).open(path).map(drop).map_err(wrong)
}

/// How files are made: for their owner alone. `new` refuses one that exists.
pub(super) fn private_file(new: bool) -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).create_new(new).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
