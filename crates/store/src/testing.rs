//! Fresh databases for tests (feature `testing`).
//!
//! One story runs on both engines:
//!
//! ```text
//! #[rstest]
//! fn a_story(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
//!     let database = TestDatabase::new(engine);
//!     let store = database.open();
//!     // …
//! }
//! ```

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use tempfile::TempDir;
use tokio::runtime;
use tokio_postgres::NoTls;

use crate::migrations::MIGRATIONS;
use crate::{
    Durability, Engine, Migrations, PostgresOptions, Sql, SqliteOptions, Store, StoreError,
    StoreOptions, Target, postgres, sqlite,
};

/// The variable with the URL of a PostgreSQL user who may create databases.
pub const POSTGRES: &str = "TILTYARD_TEST_POSTGRES";

/// When test databases are opened, in Unix milliseconds: 2026-01-01.
pub const NOW_MS: i64 = 1_767_225_600_000;

/// An empty database of its own, removed when dropped. Drop its stores first.
#[derive(Debug)]
pub struct TestDatabase {
    place: Place,
}

#[derive(Debug)]
enum Place {
    Sqlite(TempDir),
    Postgres { admin: String, name: String },
}

impl TestDatabase {
    /// On this engine.
    pub fn new(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::sqlite(),
            Engine::Postgres => Self::postgres(),
        }
    }

    /// In a file of a temporary directory.
    ///
    /// # Panics
    /// If the directory cannot be made.
    pub fn sqlite() -> Self {
        match tempfile::tempdir() {
            Ok(directory) => Self { place: Place::Sqlite(directory) },
            Err(error) => panic!("no temporary directory: {error}"),
        }
    }

    /// On the server named by [`POSTGRES`].
    ///
    /// # Panics
    /// If the variable is missing or the database cannot be made.
    pub fn postgres() -> Self {
        static DATABASES: AtomicU64 = AtomicU64::new(0);
        let Ok(admin) = std::env::var(POSTGRES) else {
            panic!("{POSTGRES} is not set: run the tests by cargo xtask test");
        };
        let number = DATABASES.fetch_add(1, Ordering::Relaxed);
        let name = format!("tiltyard_test_{}_{number}", std::process::id());
        // One of the same name can only be left over from a process that was killed.
        administer(&admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        administer(&admin, &format!("CREATE DATABASE {name}"));
        Self { place: Place::Postgres { admin, name } }
    }

    /// One on each engine.
    pub fn both() -> [Self; 2] {
        [Self::sqlite(), Self::postgres()]
    }

    /// Which engine it is on.
    pub const fn engine(&self) -> Engine {
        match self.place {
            Place::Sqlite(_) => Engine::Sqlite,
            Place::Postgres { .. } => Engine::Postgres,
        }
    }

    /// Where it is, as [`Target::parse`] and the command line take it.
    pub fn url(&self) -> String {
        match &self.place {
            Place::Sqlite(directory) => {
                directory.path().join("tiltyard.db").to_string_lossy().into_owned()
            }
            Place::Postgres { admin, name } => with_database(admin, name),
        }
    }

    /// How to open it: with this crate's schema, few threads, and no waiting for the disk.
    pub fn options(&self) -> StoreOptions {
        self.options_with(MIGRATIONS)
    }

    /// How to open it with another schema.
    pub fn options_with(&self, migrations: Migrations) -> StoreOptions {
        let target = match self.place {
            Place::Sqlite(_) => Target::Sqlite(SqliteOptions {
                durability: Durability::Off,
                ..SqliteOptions::new(self.url())
            }),
            Place::Postgres { .. } => Target::Postgres(PostgresOptions {
                writers: 8,
                readers: 4,
                ..PostgresOptions::new(self.url())
            }),
        };
        StoreOptions { target, migrations, node: u64::from(std::process::id()), now_ms: NOW_MS }
    }

    /// Opens it by [`Self::options`].
    ///
    /// # Panics
    /// If it cannot be opened.
    pub fn open(&self) -> Store {
        match Store::open(self.options()) {
            Ok(store) => store,
            Err(error) => panic!("cannot open the test database: {error}"),
        }
    }

    /// Prepares statements on the database, which holds the schema they are for, and gives the
    /// complaints of the engine: the test that proves each text on both engines.
    pub fn prepare(&self, statements: &[&'static Sql]) -> Vec<StoreError> {
        match &self.place {
            Place::Sqlite(_) => sqlite::prepare(self.url().as_ref(), statements),
            Place::Postgres { .. } => {
                let url = self.url();
                on_own_thread(|| postgres::prepare(&url, statements))
            }
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Place::Postgres { admin, name } = &self.place
            && !thread::panicking()
        {
            administer(admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// The URL with another database in it.
fn with_database(url: &str, name: &str) -> String {
    let (base, query) =
        url.split_once('?').map_or((url, None), |(base, query)| (base, Some(query)));
    let start = base.find("://").map_or(0, |at| at + 3);
    let server = base[start..].find('/').map_or(base, |at| &base[..start + at]);
    match query {
        Some(query) => format!("{server}/{name}?{query}"),
        None => format!("{server}/{name}"),
    }
}

/// Runs a command of the administrator. Several databases cannot be made from the same template
/// at the same moment, so it is tried again for a while.
fn administer(url: &str, command: &str) {
    on_own_thread(|| {
        let result = runtime::Builder::new_current_thread().enable_all().build().map(|runtime| {
            runtime.block_on(async {
                let (client, driver) = tokio_postgres::connect(url, NoTls).await?;
                tokio::spawn(driver);
                client.batch_execute(command).await
            })
        });
        match result {
            Ok(Ok(())) => {}
            Ok(Err(error)) => panic!("{command}: {error} {:?}", error.as_db_error()),
            Err(error) => panic!("no runtime: {error}"),
        }
    });
}

/// A test may be inside a runtime, where a second one must not block.
fn on_own_thread<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| match scope.spawn(run).join() {
        Ok(value) => value,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_is_the_path_of_the_url() {
        assert_eq!(with_database("postgres://u@h:1/a?x=y", "b"), "postgres://u@h:1/b?x=y");
        assert_eq!(with_database("postgres://u@h:1", "b"), "postgres://u@h:1/b");
    }
}
