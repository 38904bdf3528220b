//! How a store is opened.

use std::path::PathBuf;

use crate::{Migrations, StoreError};

/// What [`crate::Store::open`] needs to know.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Which database.
    pub target: Target,
    /// The schema's history.
    pub migrations: Migrations,
    /// A random number that tells this process from the other nodes on the same database, so
    /// that it does not hear its own messages twice.
    pub node: u64,
    /// Unix milliseconds, recorded beside the migrations that are applied.
    pub now_ms: i64,
}

/// Which database.
#[derive(Debug, Clone)]
pub enum Target {
    /// A file of this machine.
    Sqlite(SqliteOptions),
    /// A server.
    Postgres(PostgresOptions),
}

impl Target {
    /// From a URL as an operator writes it: `postgres://…` or `postgresql://…`, or
    /// `sqlite:PATH`, or the path of an SQLite file.
    pub fn parse(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(PostgresOptions::new(url)));
        }
        let path =
            url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")).unwrap_or(url);
        if path.is_empty() || path.contains("://") {
            return Err(StoreError::Configuration(
                "the database is postgres://… or the path of an SQLite file".to_owned(),
            ));
        }
        Ok(Self::Sqlite(SqliteOptions::new(path)))
    }
}

/// SQLite in a file.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// The database file; it and its directory are made if missing.
    pub path: PathBuf,
    /// Threads for [`crate::Store::scan`].
    pub readers: usize,
    /// What a power cut may cost.
    pub durability: Durability,
}

impl SqliteOptions {
    /// The defaults for this file: two readers, nothing lost.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), readers: 2, durability: Durability::Full }
    }
}

/// What a power cut may cost (SQLite's `synchronous`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Nothing that was answered.
    #[default]
    Full,
    /// The last moments before it; the file stays sound.
    Normal,
    /// Perhaps the file. For tests.
    Off,
}

/// PostgreSQL.
#[derive(Clone)]
pub struct PostgresOptions {
    /// `postgres://user:password@host:port/database?…`. `sslmode` is `disable`, `prefer`
    /// (default: encrypt where the server can, without checking who it is) or `require`,
    /// `verify-ca`, `verify-full` (all three: encrypt and check certificate and name);
    /// `sslrootcert` is a PEM file with the roots to trust.
    pub url: String,
    /// Connections, each with its thread, for writing transactions.
    pub writers: usize,
    /// Connections, each with its thread, for reading.
    pub readers: usize,
    /// A PEM file with the roots to trust instead of the built-in list of the web's.
    pub root_certificates: Option<PathBuf>,
}

impl PostgresOptions {
    /// The defaults for this server: 16 writers and 8 readers.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), writers: 16, readers: 8, root_certificates: None }
    }
}

/// Leaves the URL out: it may hold a password.
impl std::fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("writers", &self.writers)
            .field("readers", &self.readers)
            .field("root_certificates", &self.root_certificates)
            .finish_non_exhaustive()
    }
}
