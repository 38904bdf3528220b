//! The engine's contract, told once and run on both engines.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod events;
mod groups;
mod lists;
mod migrations;
mod schema;
mod transactions;
mod upgrade;
mod values;

use tiltyard_store::testing::TestDatabase;
use tiltyard_store::{Engine, Migration, Migrations, Store, statements};

/// A small schema with one of everything.
const SCHEMA: Migrations = Migrations(&[Migration {
    version: 1,
    name: "things",
    sqlite: "CREATE TABLE things (
            id BIGINT PRIMARY KEY, name TEXT UNIQUE, flag BOOLEAN, data BLOB, doc TEXT,
            small INTEGER);
        CREATE TABLE parts (
            id BIGINT PRIMARY KEY, thing_id BIGINT NOT NULL REFERENCES things (id));
        CREATE TABLE counters (id BIGINT PRIMARY KEY, value BIGINT NOT NULL CHECK (value >= 0));
        INSERT INTO sequences (name, next) VALUES ('thing', 10000001);",
    postgres: "CREATE TABLE things (
            id BIGINT PRIMARY KEY, name TEXT UNIQUE, flag BOOLEAN, data BYTEA, doc JSONB,
            small INTEGER);
        CREATE TABLE parts (
            id BIGINT PRIMARY KEY, thing_id BIGINT NOT NULL REFERENCES things (id));
        CREATE TABLE counters (id BIGINT PRIMARY KEY, value BIGINT NOT NULL CHECK (value >= 0));
        CREATE SEQUENCE seq_thing START 10000001;",
}]);

statements! {
    INSERT_THING = "INSERT INTO things (id, name, flag, data, doc, small) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    THING = "SELECT id, name, flag, data, doc, small FROM things WHERE id = $1";
    NAME_THING = "INSERT INTO things (id, name) VALUES ($1, $2)";
    NAMES = "SELECT name FROM things ORDER BY id";
    COUNT_THINGS = "SELECT count(*) FROM things";
    RENAME_THING = "UPDATE things SET name = $2 WHERE id = $1";
    RENAME_BACKWARDS = "UPDATE things SET name = $2 WHERE name = $1";
    INSERT_PART = "INSERT INTO parts (id, thing_id) VALUES ($1, $2)";
    INSERT_COUNTER = "INSERT INTO counters (id, value) VALUES ($1, $2)";
    COUNTER = "SELECT value FROM counters WHERE id = $1";
    SET_COUNTER = "UPDATE counters SET value = $2 WHERE id = $1";
}

/// A database with the small schema, and its store. The store is dropped first.
struct Fixture {
    store: Store,
    database: TestDatabase,
}

fn fixture(engine: Engine) -> Fixture {
    let database = TestDatabase::new(engine);
    let store = Store::open(database.options_with(SCHEMA)).unwrap();
    Fixture { store, database }
}
