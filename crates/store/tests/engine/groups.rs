//! Group commit, and the file of SQLite.

use std::sync::{Arc, Mutex, mpsc};

use tiltyard_store::{Engine, Read, Store, StoreError, params};

use crate::{COUNT_THINGS, NAME_THING, NAMES, SCHEMA, fixture};

#[tokio::test(flavor = "multi_thread")]
async fn jobs_of_one_group_fail_alone() {
    let it = fixture(Engine::Sqlite);
    // The writer is held up until all of them are queued, so that they share a commit.
    let (go, wait) = mpsc::channel::<()>();
    let wait = Arc::new(Mutex::new(wait));
    let first = tokio::spawn({
        let store = it.store.clone();
        async move {
            store
                .write(move |tx| {
                    let _ = wait.lock().unwrap().recv();
                    tx.run_one(&NAME_THING, params![0, "first"])
                })
                .await
        }
    });
    let spawn = |job: usize| {
        let store = it.store.clone();
        tokio::spawn(async move {
            store
                .write(move |tx| {
                    let id = i64::try_from(job).unwrap_or(0);
                    tx.run_one(&NAME_THING, params![id + 1, format!("job {job}")])?;
                    match job % 4 {
                        1 => tx.run_one(&NAME_THING, params![id + 1, "same id"]),
                        2 => panic!("by design"),
                        3 => Err(StoreError::Closed),
                        _ => Ok(()),
                    }
                })
                .await
        })
    };
    let jobs: Vec<_> = (0..100).map(spawn).collect();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    go.send(()).unwrap();
    first.await.unwrap().unwrap();
    for (job, task) in jobs.into_iter().enumerate() {
        let result = task.await.unwrap();
        match job % 4 {
            0 => assert_eq!(result, Ok(())),
            1 => assert!(result.unwrap_err().is_unique_violation()),
            2 => assert_eq!(result, Err(StoreError::Panicked("by design".to_owned()))),
            _ => assert_eq!(result, Err(StoreError::Closed)),
        }
    }
    let names = it.store.read(|rx| rx.all(&NAMES, &[])).await.unwrap();
    let kept: Vec<_> = names.iter().map(|row| row.text(0).unwrap()).collect();
    let expected: Vec<_> = std::iter::once("first".to_owned())
        .chain((0..100).step_by(4).map(|job| format!("job {job}")))
        .collect();
    assert_eq!(kept, expected);
}

#[test]
fn a_deferred_constraint_fails_only_its_own_job() {
    use tiltyard_store::testing::TestDatabase;
    use tiltyard_store::{Migration, Migrations, Sql};
    static INSERT: Sql = Sql { name: "insert", text: "INSERT INTO b (id, a_id) VALUES ($1, $2)" };
    const DEFERRED: Migrations = Migrations(&[Migration {
        version: 1,
        name: "deferred",
        sqlite: "CREATE TABLE a (id BIGINT PRIMARY KEY);
            CREATE TABLE b (id BIGINT PRIMARY KEY,
                a_id BIGINT REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED);
            INSERT INTO a VALUES (1);",
        postgres: "",
    }]);
    let database = TestDatabase::sqlite();
    let store = Store::open(database.options_with(DEFERRED)).unwrap();
    let threads: Vec<_> = (0..40_i64)
        .map(|id| {
            let store = store.clone();
            std::thread::spawn(move || {
                let parent = if id % 2 == 0 { 1 } else { 99 };
                let result =
                    store.write_blocking(move |tx| tx.run_one(&INSERT, params![id, parent]));
                (parent, result)
            })
        })
        .collect();
    for thread in threads {
        let (parent, result) = thread.join().unwrap();
        match parent {
            1 => assert_eq!(result, Ok(())),
            _ => assert!(result.unwrap_err().is_foreign_key_violation()),
        }
    }
}

#[test]
fn a_backup_is_a_database() {
    let it = fixture(Engine::Sqlite);
    it.store.write_blocking(|tx| tx.run_one(&NAME_THING, params![1, "a"])).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let copy = directory.path().join("copy.db");
    it.store.backup(&copy).unwrap();
    assert!(matches!(it.store.backup(&copy), Err(StoreError::Configuration(_))));
    let files: Vec<_> = std::fs::read_dir(directory.path()).unwrap().collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let mut options = it.database.options_with(SCHEMA);
    options.target = tiltyard_store::Target::parse(copy.to_str().unwrap()).unwrap();
    let restored = Store::open(options).unwrap();
    let count = restored.read_blocking(|rx| rx.one(&COUNT_THINGS, &[])?.int(0));
    assert_eq!(count, Ok::<_, StoreError>(1));
}

#[test]
#[cfg(unix)]
fn the_files_are_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let it = fixture(Engine::Sqlite);
    it.store.write_blocking(|tx| tx.run_one(&NAME_THING, params![1, "a"])).unwrap();
    let path = std::path::PathBuf::from(it.database.url());
    for file in std::fs::read_dir(path.parent().unwrap()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{file:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_inside_a_read_has_its_own_connection() {
    let it = fixture(Engine::Sqlite);
    let store = it.store.clone();
    let count = it
        .store
        .read(move |rx| {
            let inner: i64 = store.read_blocking(|rx| rx.one(&COUNT_THINGS, &[])?.int(0))?;
            Ok::<_, StoreError>(inner + rx.one(&COUNT_THINGS, &[])?.int(0)?)
        })
        .await;
    assert_eq!(count, Ok(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_does_not_grow_without_end() {
    let it = fixture(Engine::Sqlite);
    let blob = vec![7_u8; 256 << 10];
    let path = format!("{}-wal", it.database.url());
    let mut longest = 0;
    for id in 0..800_i64 {
        let blob = blob.clone();
        it.store
            .write(move |tx| {
                let name = format!("n{id}");
                tx.run_one(
                    &crate::INSERT_THING,
                    params![id, name, true, blob.as_slice(), None::<&str>, 0],
                )
            })
            .await
            .unwrap();
        longest = longest.max(std::fs::metadata(&path).unwrap().len());
    }
    // 200 MiB went through it.
    assert!(longest < 150 << 20, "{longest}");
}
