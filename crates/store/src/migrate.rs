//! Bringing a schema up to date: forward only, all or nothing, one opener at a time.
//!
//! This module decides what is to be done; the engines' modules do it under their lock.

use aws_lc_rs::digest;

use crate::MigrationError;

/// A step of the schema's history.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Its number; ascending.
    pub version: i64,
    /// What it does, in a word or two.
    pub name: &'static str,
    /// Its statements for SQLite.
    pub sqlite: &'static str,
    /// Its statements for PostgreSQL.
    pub postgres: &'static str,
}

/// A schema's history, oldest first.
#[derive(Debug, Clone, Copy)]
pub struct Migrations(
    /// The steps.
    pub &'static [Migration],
);

/// A migration as the database remembers it.
pub(crate) struct Applied {
    pub(crate) version: i64,
    pub(crate) name: String,
    pub(crate) checksum: String,
}

/// The table both engines remember applied migrations in.
pub(crate) const BOOTSTRAP: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (\
    version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)";

/// Reads it.
pub(crate) const APPLIED: &str =
    "SELECT version, name, checksum FROM schema_migrations ORDER BY version";

/// Adds to it.
pub(crate) const RECORD: &str =
    "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)";

/// SHA-256 of a text in hexadecimal, without carriage returns: a checkout on Windows is the
/// same migration.
pub(crate) fn checksum(text: &str) -> String {
    use std::fmt::Write as _;
    let text = text.replace('\r', "");
    digest::digest(&digest::SHA256, text.as_bytes()).as_ref().iter().fold(
        String::with_capacity(64),
        |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        },
    )
}

/// Which migrations are still to be applied, or why the database cannot be used.
/// `text` picks the engine's statements.
pub(crate) fn pending(
    migrations: Migrations,
    applied: &[Applied],
    text: fn(&Migration) -> &'static str,
) -> Result<Vec<&'static Migration>, MigrationError> {
    for pair in migrations.0.windows(2) {
        if pair[0].version >= pair[1].version {
            return Err(MigrationError::Order { version: pair[1].version });
        }
    }
    let known = migrations.0.last().map_or(0, |last| last.version);
    for row in applied {
        match migrations.0.iter().find(|migration| migration.version == row.version) {
            Some(migration) if checksum(text(migration)) != row.checksum => {
                return Err(MigrationError::Changed { version: row.version, name: migration.name });
            }
            Some(_) => {}
            None if row.version > known => {
                return Err(MigrationError::Newer { found: row.version, known });
            }
            None => {
                return Err(MigrationError::Unknown {
                    version: row.version,
                    name: row.name.clone(),
                });
            }
        }
    }
    let newest = applied.iter().map(|row| row.version).max().unwrap_or(0);
    migrations
        .0
        .iter()
        .filter(|migration| !applied.iter().any(|row| row.version == migration.version))
        .map(|migration| {
            // One slipped in below what is applied already was never tested in that order.
            if migration.version < newest {
                Err(MigrationError::Order { version: migration.version })
            } else {
                Ok(migration)
            }
        })
        .collect()
}
