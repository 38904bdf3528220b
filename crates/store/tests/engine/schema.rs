//! The schema itself: every statement on both engines.

use rstest::rstest;
use tiltyard_store::testing::TestDatabase;
use tiltyard_store::{Engine, repo};

#[rstest]
fn every_statement_is_understood(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let database = TestDatabase::new(engine);
    let store = database.open();
    assert_eq!(database.prepare(&repo::statements()), []);
    drop(store);
}

#[rstest]
fn the_tests_own_statements_are_understood(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let it = crate::fixture(engine);
    assert_eq!(it.database.prepare(crate::ALL), []);
}
