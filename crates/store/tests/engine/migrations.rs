//! Schemas and their history.

use rstest::rstest;
use tiltyard_store::testing::{NOW_MS, TestDatabase};
use tiltyard_store::{
    Engine, Migration, MigrationError, Migrations, Read, Sql, Store, StoreError, params,
};

static HISTORY: Sql = Sql {
    name: "history",
    text: "SELECT version, name, applied_at FROM schema_migrations ORDER BY version",
};
static LEFT_OVER: Sql = Sql { name: "left_over", text: "SELECT a FROM one" };

const fn migration(version: i64, name: &'static str, text: &'static str) -> Migration {
    Migration { version, name, sqlite: text, postgres: text }
}

const ONE: Migration = migration(1, "one", "CREATE TABLE one (a BIGINT);");
const TWO: Migration = migration(2, "two", "ALTER TABLE one ADD COLUMN b TEXT;");
const OTHER_ONE: Migration = migration(1, "one", "CREATE TABLE one (a TEXT);");
const BROKEN: Migration =
    migration(2, "broken", "CREATE TABLE two (a BIGINT); CREATE TABLE one (a BIGINT);");
const UNRELATED: Migration = migration(3, "three", "CREATE TABLE three (a BIGINT);");

const FIRST: Migrations = Migrations(&[ONE]);
const BOTH: Migrations = Migrations(&[ONE, TWO]);

fn open(database: &TestDatabase, migrations: Migrations) -> Result<Store, StoreError> {
    Store::open(database.options_with(migrations))
}

fn refusal(database: &TestDatabase, migrations: Migrations) -> MigrationError {
    match open(database, migrations) {
        Err(StoreError::Migration(error)) => error,
        other => panic!("{other:?}"),
    }
}

fn history(store: &Store) -> Vec<(i64, String, i64)> {
    let rows = store.read_blocking::<_, StoreError, _>(|rx| rx.all(&HISTORY, &[])).unwrap();
    let read = |row: &tiltyard_store::Row| {
        (row.int(0).unwrap(), row.text(1).unwrap(), row.int(2).unwrap())
    };
    rows.iter().map(read).collect()
}

#[rstest]
fn a_schema_goes_forward(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let database = TestDatabase::new(engine);
    drop(open(&database, FIRST).unwrap());
    let store = open(&database, BOTH).unwrap();
    let expected = [(1, "one".to_owned(), NOW_MS), (2, "two".to_owned(), NOW_MS)];
    assert_eq!(history(&store), expected);
    drop(store);
    assert_eq!(history(&open(&database, BOTH).unwrap()).len(), 2);
}

#[rstest]
fn a_changed_migration_is_refused(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let database = TestDatabase::new(engine);
    drop(open(&database, FIRST).unwrap());
    let error = refusal(&database, Migrations(&[OTHER_ONE]));
    assert_eq!(error, MigrationError::Changed { version: 1, name: "one" });
}

#[rstest]
fn a_newer_database_is_refused(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let database = TestDatabase::new(engine);
    drop(open(&database, BOTH).unwrap());
    assert_eq!(refusal(&database, FIRST), MigrationError::Newer { found: 2, known: 1 });
}

#[rstest]
fn a_strange_history_is_refused(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let database = TestDatabase::new(engine);
    drop(open(&database, BOTH).unwrap());
    let without = refusal(&database, Migrations(&[ONE, UNRELATED]));
    assert_eq!(without, MigrationError::Unknown { version: 2, name: "two".to_owned() });
    let database = TestDatabase::new(engine);
    drop(open(&database, Migrations(&[ONE, UNRELATED])).unwrap());
    let late = refusal(&database, Migrations(&[ONE, TWO, UNRELATED]));
    assert_eq!(late, MigrationError::Order { version: 2 });
    let unordered = refusal(&database, Migrations(&[TWO, ONE]));
    assert_eq!(unordered, MigrationError::Order { version: 1 });
}

#[rstest]
fn a_failed_migration_leaves_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let database = TestDatabase::new(engine);
    let error = refusal(&database, Migrations(&[ONE, BROKEN]));
    assert!(matches!(error, MigrationError::Failed { version: 2, name: "broken", .. }), "{error}");
    let store = open(&database, Migrations(&[])).unwrap();
    assert!(history(&store).is_empty());
    let left = store.read_blocking(|rx| rx.all(&LEFT_OVER, params![]));
    assert!(matches!(left, Err(StoreError::Statement { .. })), "{left:?}");
}

#[rstest]
fn openers_wait_for_each_other(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let database = TestDatabase::new(engine);
    let stores: Vec<Store> = std::thread::scope(|scope| {
        let openers: Vec<_> = (0..6).map(|_| scope.spawn(|| open(&database, BOTH))).collect();
        openers.into_iter().map(|opener| opener.join().unwrap().unwrap()).collect()
    });
    for store in &stores {
        assert_eq!(history(store).len(), 2);
    }
}

#[test]
fn a_migration_that_orphans_rows_is_refused() {
    const ORPHANS: Migration = migration(
        1,
        "orphans",
        "CREATE TABLE a (id BIGINT PRIMARY KEY);
         CREATE TABLE b (id BIGINT PRIMARY KEY, a_id BIGINT REFERENCES a (id));
         INSERT INTO b VALUES (1, 1);",
    );
    let error = refusal(&TestDatabase::sqlite(), Migrations(&[ORPHANS]));
    assert!(matches!(error, MigrationError::Failed { .. }), "{error}");
}
