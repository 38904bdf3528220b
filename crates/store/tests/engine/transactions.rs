//! What commits, what does not, and what errors look like.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rstest::rstest;
use tiltyard_store::testing::TestDatabase;
use tiltyard_store::{Engine, LockKey, Read, Sql, Store, StoreError, Tx, params};

use crate::{
    COUNT_THINGS, COUNTER, INSERT_COUNTER, INSERT_PART, NAME_THING, NAMES, RENAME_BACKWARDS,
    RENAME_THING, SET_COUNTER, fixture,
};

static KILL_OTHERS: Sql = Sql {
    name: "kill_others",
    text: "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
        WHERE datname = current_database() AND pid <> pg_backend_pid()",
};

fn count(store: &Store) -> i64 {
    store.read_blocking(|rx| rx.one(&COUNT_THINGS, &[])?.int(0)).unwrap()
}

fn name(store: &Store, id: i64, text: &'static str) -> Result<(), StoreError> {
    store.write_blocking(move |tx| tx.run_one(&NAME_THING, params![id, text]))
}

#[rstest]
fn an_error_of_the_closure_rolls_back(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    #[derive(Debug)]
    enum Refused {
        ByRule,
        Store(#[expect(dead_code, reason = "shown by Debug")] StoreError),
    }
    impl From<StoreError> for Refused {
        fn from(error: StoreError) -> Self {
            Self::Store(error)
        }
    }
    let it = fixture(engine);
    let result = it.store.write_blocking(|tx| {
        tx.run_one(&NAME_THING, params![1, "a"])?;
        Err::<(), _>(Refused::ByRule)
    });
    assert!(matches!(result, Err(Refused::ByRule)));
    assert_eq!(count(&it.store), 0);
}

#[rstest]
fn a_panic_rolls_back_and_reaches_the_caller(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let it = fixture(engine);
    let result: Result<(), StoreError> = it.store.write_blocking(|tx| {
        tx.run_one(&NAME_THING, params![1, "a"])?;
        panic!("by design")
    });
    assert_eq!(result, Err(StoreError::Panicked("by design".to_owned())));
    let result: Result<(), StoreError> = it.store.read_blocking(|_| panic!("by design"));
    assert_eq!(result, Err(StoreError::Panicked("by design".to_owned())));
    assert_eq!(count(&it.store), 0);
    name(&it.store, 1, "a").unwrap();
}

#[rstest]
fn a_taken_key_is_told_as_such(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let it = fixture(engine);
    name(&it.store, 1, "a").unwrap();
    let by_name = name(&it.store, 2, "a").unwrap_err();
    let by_id = name(&it.store, 1, "b").unwrap_err();
    assert!(by_name.is_unique_violation() && by_id.is_unique_violation());
    let expected = match engine {
        Engine::Sqlite => ["things.name", "things.id"],
        Engine::Postgres => ["things_name_key", "things_pkey"],
    };
    assert_eq!([by_name.constraint().unwrap(), by_id.constraint().unwrap()], expected);
}

#[rstest]
fn other_constraints_have_their_own_errors(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let it = fixture(engine);
    let orphan =
        it.store.write_blocking(|tx| tx.run_one(&INSERT_PART, params![1, 99])).unwrap_err();
    assert!(orphan.is_foreign_key_violation(), "{orphan:?}");
    let negative =
        it.store.write_blocking(|tx| tx.run_one(&INSERT_COUNTER, params![1, -1])).unwrap_err();
    assert!(matches!(negative, StoreError::Constraint { .. }), "{negative:?}");
    let missing = it
        .store
        .write_blocking(|tx| tx.run_one(&INSERT_COUNTER, params![1, None::<i64>]))
        .unwrap_err();
    assert!(matches!(missing, StoreError::Constraint { .. }), "{missing:?}");
}

#[rstest]
fn row_counts_are_checked(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let it = fixture(engine);
    let result = it.store.write_blocking(|tx| tx.run_one(&RENAME_THING, params![1, "b"]));
    assert!(matches!(result, Err(StoreError::RowCount { expected: 1, got: 0, .. })));
    name(&it.store, 1, "a").unwrap();
    name(&it.store, 2, "b").unwrap();
    let rows = it.store.read_blocking(|rx| rx.opt(&NAMES, &[]));
    assert!(matches!(rows, Err(StoreError::RowCount { expected: 1, got: 2, .. })));
    let changed = it
        .store
        .write_blocking::<_, StoreError, _>(|tx| tx.run(&RENAME_BACKWARDS, params!["a", "c"]));
    assert_eq!(changed, Ok(1));
}

#[rstest]
fn nothing_goes_on_after_a_failed_statement(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let it = fixture(engine);
    name(&it.store, 1, "a").unwrap();
    let result = it.store.write_blocking(|tx: &mut Tx<'_>| {
        tx.run_one(&NAME_THING, params![2, "b"])?;
        let first = tx.run_one(&NAME_THING, params![3, "a"]).unwrap_err();
        assert!(first.is_unique_violation());
        assert_eq!(tx.run_one(&NAME_THING, params![4, "d"]), Err(StoreError::Aborted));
        Ok::<_, StoreError>(())
    });
    assert_eq!(result, Err(StoreError::Aborted));
    assert_eq!(count(&it.store), 1);
}

async fn increment(store: Store) -> Result<(), StoreError> {
    store
        .write(|tx| {
            tx.lock(LockKey { space: "counter", id: 1 })?;
            let value = tx.one(&COUNTER, params![1])?.int(0)?;
            tx.run_one(&SET_COUNTER, params![1, value + 1])
        })
        .await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_increments_lose_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let it = fixture(engine);
    it.store.write(|tx| tx.run_one(&INSERT_COUNTER, params![1, 0])).await.unwrap();
    let tasks: Vec<_> = (0..200).map(|_| tokio::spawn(increment(it.store.clone()))).collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let value = it.store.read(|rx| rx.one(&COUNTER, params![1])?.int(0)).await;
    assert_eq!(value, Ok(200));
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_in_a_deadlock_are_run_again() {
    let it = fixture(Engine::Postgres);
    it.store.write(|tx| tx.run_one(&INSERT_COUNTER, params![1, 0])).await.unwrap();
    let both = |first: i64, second: i64| {
        let store = it.store.clone();
        tokio::spawn(async move {
            store
                .write(move |tx| {
                    tx.lock(LockKey { space: "a", id: first })?;
                    thread::sleep(Duration::from_millis(50));
                    tx.lock(LockKey { space: "a", id: second })?;
                    let value = tx.one(&COUNTER, params![1])?.int(0)?;
                    tx.run_one(&SET_COUNTER, params![1, value + 1])
                })
                .await
        })
    };
    let (one, other) = (both(1, 2), both(2, 1));
    assert_eq!(one.await.unwrap(), Ok(()));
    assert_eq!(other.await.unwrap(), Ok(()));
    let value = it.store.read(|rx| rx.one(&COUNTER, params![1])?.int(0)).await;
    assert_eq!(value, Ok(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_connections_are_opened_again() {
    let it = fixture(Engine::Postgres);
    let all = || async {
        // Every thread of both pools has had something to do.
        for id in 0..50 {
            it.store.ping().await.unwrap();
            it.store.scan(|rx| rx.one(&COUNT_THINGS, &[])?.int(0)).await.unwrap();
            let _ = it.store.write(move |tx| tx.run(&SET_COUNTER, params![id, 1])).await.unwrap();
        }
    };
    all().await;
    it.store.read_blocking(|rx| rx.one(&KILL_OTHERS, &[])).unwrap();
    all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_within_a_transaction_costs_a_new_run() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let it = fixture(Engine::Postgres);
    let other = it.store.clone();
    let result = it
        .store
        .write(move |tx| {
            tx.run_one(&NAME_THING, params![1, "a"])?;
            if RUNS.fetch_add(1, Ordering::SeqCst) == 0 {
                other.read_blocking(|rx| rx.one(&KILL_OTHERS, &[]))?;
            }
            tx.run_one(&RENAME_THING, params![1, "b"])
        })
        .await;
    assert_eq!(result, Ok(()));
    assert_eq!(RUNS.load(Ordering::SeqCst), 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_scan_sees_one_state(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let it = fixture(engine);
    let writer = it.store.clone();
    let counts = it
        .store
        .scan(move |rx| {
            let before = rx.one(&COUNT_THINGS, &[])?.int(0)?;
            name(&writer, 1, "a")?;
            Ok::<_, StoreError>((before, rx.one(&COUNT_THINGS, &[])?.int(0)?))
        })
        .await;
    assert_eq!(counts, Ok((0, 0)));
    assert_eq!(count(&it.store), 1);
}

#[rstest]
fn readers_cannot_write(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let it = fixture(engine);
    let result = it.store.read_blocking(|rx| rx.all(&NAME_THING, params![1, "a"]));
    assert!(result.is_err(), "{result:?}");
    assert_eq!(count(&it.store), 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn closing_finishes_what_was_handed_over(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let it = fixture(engine);
    let tasks: Vec<_> = (0..50)
        .map(|id| {
            let store = it.store.clone();
            thread::spawn(move || name(&store, id, Box::leak(format!("{id}").into())))
        })
        .collect();
    let store = it.store.clone();
    tokio::task::spawn_blocking(move || store.close()).await.unwrap();
    let done = tasks.into_iter().map(|task| task.join().unwrap());
    let mut committed = 0;
    for result in done {
        match result {
            Ok(()) => committed += 1,
            Err(error) => assert_eq!(error, StoreError::Closed),
        }
    }
    assert_eq!(name(&it.store, 99, "late"), Err(StoreError::Closed));
    assert_eq!(it.store.ping().await, Err(StoreError::Closed));
    let again = Store::open(it.database.options_with(crate::SCHEMA)).unwrap();
    assert_eq!(count(&again), committed);
}

#[test]
fn a_closure_may_hold_the_last_handle() {
    for database in TestDatabase::both() {
        let store = Store::open(database.options_with(crate::SCHEMA)).unwrap();
        let own = store.clone();
        let (started, is_started) = mpsc::sync_channel(1);
        let asking = thread::spawn(move || {
            let held = store.clone();
            let job = store.write(move |tx| {
                let _ = started.send(());
                thread::sleep(Duration::from_millis(50));
                let _ = held.engine();
                tx.run_one(&NAME_THING, params![1, "a"])
            });
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let waited = runtime
                .unwrap()
                .block_on(async { tokio::time::timeout(Duration::from_millis(1), job).await });
            assert!(waited.is_err(), "the caller gave up");
        });
        is_started.recv().unwrap();
        drop(own);
        asking.join().unwrap();
        // The store ends on its own thread; a new one finds what it committed.
        let again = Store::open(database.options_with(crate::SCHEMA)).unwrap();
        for _ in 0..100 {
            if count(&again) == 1 {
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(count(&again), 1);
    }
}
