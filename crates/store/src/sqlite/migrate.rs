//! Migrations on SQLite: all in one transaction that excludes every other writer.

use rusqlite::Connection;

use super::statement;
use crate::migrate::{self, Applied};
use crate::{MigrationError, Migrations, StoreError};

const SEQUENCES: &str =
    "CREATE TABLE IF NOT EXISTS sequences (name TEXT PRIMARY KEY, next BIGINT NOT NULL)";

/// Brings the schema up to date.
pub(super) fn run(
    connection: &mut Connection,
    migrations: Migrations,
    now_ms: i64,
) -> Result<(), StoreError> {
    // Rebuilding a table drops the old one, which must not take referring rows along; the
    // setting cannot be changed inside the transaction. All references are checked below.
    batch(connection, "PRAGMA foreign_keys = OFF; BEGIN EXCLUSIVE;")?;
    let result = apply(connection, migrations, now_ms).and_then(|()| batch(connection, "COMMIT"));
    if result.is_err() && !connection.is_autocommit() {
        batch(connection, "ROLLBACK")?;
    }
    batch(connection, "PRAGMA foreign_keys = ON;")?;
    result
}

fn apply(connection: &Connection, migrations: Migrations, now_ms: i64) -> Result<(), StoreError> {
    batch(connection, migrate::BOOTSTRAP)?;
    batch(connection, SEQUENCES)?;
    let pending =
        migrate::pending(migrations, &applied(connection)?, |migration| migration.sqlite)?;
    for migration in &pending {
        tracing::info!(version = migration.version, name = migration.name, "migrating");
        let failed = |cause: rusqlite::Error| MigrationError::Failed {
            version: migration.version,
            name: migration.name,
            message: cause.to_string(),
        };
        connection.execute_batch(migration.sqlite).map_err(failed)?;
        let checksum = migrate::checksum(migration.sqlite);
        connection
            .execute(migrate::RECORD, (migration.version, migration.name, checksum, now_ms))
            .map_err(failed)?;
    }
    if let Some(last) = pending.last() {
        dangling(connection, last)?;
    }
    Ok(())
}

fn applied(connection: &Connection) -> Result<Vec<Applied>, StoreError> {
    let read = || {
        connection
            .prepare(migrate::APPLIED)?
            .query_map([], |row| {
                Ok(Applied { version: row.get(0)?, name: row.get(1)?, checksum: row.get(2)? })
            })?
            .collect::<Result<Vec<_>, rusqlite::Error>>()
    };
    read().map_err(|cause| statement::error("store::migrate", &cause))
}

/// Refuses a migration that left references to nothing.
fn dangling(connection: &Connection, last: &migrate::Migration) -> Result<(), StoreError> {
    let tables = || {
        connection
            .prepare("SELECT DISTINCT \"table\" FROM pragma_foreign_key_check")?
            .query_map([], |row| row.get::<_, String>(0))?
            .collect::<Result<Vec<_>, rusqlite::Error>>()
    };
    let tables = tables().map_err(|cause| statement::error("store::migrate", &cause))?;
    if tables.is_empty() {
        return Ok(());
    }
    Err(StoreError::Migration(MigrationError::Failed {
        version: last.version,
        name: last.name,
        message: format!("rows without what they refer to in {}", tables.join(", ")),
    }))
}

fn batch(connection: &Connection, text: &str) -> Result<(), StoreError> {
    connection.execute_batch(text).map_err(|cause| statement::error("store::migrate", &cause))
}
