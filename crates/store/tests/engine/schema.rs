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

/// A file that declares statements and is forgotten in the list would never be prepared above.
#[test]
fn every_file_with_statements_is_listed() {
    let listed: Vec<&str> = repo::statements().iter().map(|statement| statement.name).collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/repo");
    let mut declared = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let Some((_, rest)) = text.split_once("\nstatements! {\n") else { continue };
        let module = path.file_stem().unwrap().to_str().unwrap();
        let (block, _) = rest.split_once("\n}\n").unwrap();
        for line in block.lines() {
            let name =
                line.strip_prefix("    ").and_then(|line| line.split_once(" = ")).map(|it| it.0);
            let Some(name) =
                name.filter(|name| name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
            else {
                continue;
            };
            let full = format!("tiltyard_store::repo::{module}::{name}");
            assert!(listed.contains(&full.as_str()), "{full} is not in repo::statements()");
            declared += 1;
        }
    }
    assert_eq!(declared, listed.len());
}

/// Case T06: what purges finds its rows by an index, however many others there are.
#[test]
fn purging_reads_no_whole_table() {
    use tiltyard_store::{Read as _, Sql};
    let database = TestDatabase::sqlite();
    let store = database.open();
    let purges = repo::statements()
        .into_iter()
        .filter(|sql| sql.name.contains("DELETE_EXPIRED_") || sql.name.contains("DELETE_OLD_"));
    let mut looked = 0;
    for sql in purges {
        // One row a signing key, some a year; and one application's secrets, found by its index.
        if sql.name.contains("signing_keys") || sql.text.contains("$2") {
            continue;
        }
        let text: &'static str = format!("EXPLAIN QUERY PLAN {}", sql.text).leak();
        let plan: &'static Sql = Box::leak(Box::new(Sql { name: sql.name, text }));
        let rows = store.read_blocking(|rx| rx.all(plan, &[0_i64.into()])).unwrap();
        let steps: Vec<_> = rows.iter().map(|row| row.text(3).unwrap()).collect();
        assert!(!steps.is_empty());
        for step in &steps {
            assert!(!step.starts_with("SCAN "), "{}: {steps:?}", sql.name);
        }
        looked += 1;
    }
    assert!(looked >= 6, "{looked}");
}

/// What changed is found by when it changed, however many tournaments somebody has.
#[rstest]
#[case("LIST_CHANGED_OF_OWNER", "tournaments_of_owner_changed")]
#[case("LIST_CHANGED_OF_OWNER_THROUGH", "tournaments_of_owner_changed")]
#[case("LIST_CHANGED_OF_COMMUNITY", "tournaments_of_community_changed")]
#[case("LIST_CHANGED_OF_APPLICATION", "tournaments_of_application_changed")]
fn what_changed_is_found_by_an_index(#[case] name: &str, #[case] index: &str) {
    use tiltyard_store::{Read as _, Sql, Value};
    let database = TestDatabase::sqlite();
    let store = database.open();
    let mut statements = repo::statements().into_iter();
    let sql = statements.find(|sql| sql.name.ends_with(&format!("::{name}"))).unwrap();
    let text: &'static str = format!("EXPLAIN QUERY PLAN {}", sql.text).leak();
    let plan: &'static Sql = Box::leak(Box::new(Sql { name: sql.name, text }));
    let mut values = vec![Value::from(1_i64); 9];
    values[1] = "".into();
    values[2] = "".into();
    let rows = store.read_blocking(move |rx| rx.all(plan, &values)).unwrap();
    let steps: Vec<_> = rows.iter().map(|row| row.text(3).unwrap()).collect();
    assert!(steps.iter().any(|step| step.contains(index)), "{steps:?}");
}
