//! Transactions a second: 64 callers, each a select, an insert and an update per transaction.
//!
//! `cargo run --release -p tiltyard-store --example throughput -- [PATH or postgres://…] [seconds]`
//! (a temporary directory and 10 seconds otherwise). Rows go to a schema of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tiltyard_store::{
    Migration, Migrations, Read, Store, StoreError, StoreOptions, Target, params, statements,
};

const CALLERS: i64 = 64;

const SCHEMA: Migrations = Migrations(&[Migration {
    version: 1,
    name: "throughput",
    sqlite: "CREATE TABLE players (id BIGINT PRIMARY KEY, wins BIGINT NOT NULL);
        CREATE TABLE results (id BIGINT PRIMARY KEY, hash BLOB NOT NULL UNIQUE,
            player_id BIGINT NOT NULL, at BIGINT NOT NULL);",
    postgres: "CREATE TABLE players (id BIGINT PRIMARY KEY, wins BIGINT NOT NULL);
        CREATE TABLE results (id BIGINT PRIMARY KEY, hash BYTEA NOT NULL UNIQUE,
            player_id BIGINT NOT NULL, at BIGINT NOT NULL);",
}]);

statements! {
    NEW_PLAYER = "INSERT INTO players (id, wins) VALUES ($1, 0) ON CONFLICT DO NOTHING";
    LAST_RESULT = "SELECT coalesce(max(id), 0) FROM results";
    PLAYER = "SELECT wins FROM players WHERE id = $1";
    NEW_RESULT = "INSERT INTO results (id, hash, player_id, at) VALUES ($1, $2, $3, $4)";
    WON = "UPDATE players SET wins = $2 WHERE id = $1";
}

/// 32 bytes that differ for each id and arrive in no order, as hashes do.
fn hash(id: i64) -> [u8; 32] {
    let mut bytes = [0; 32];
    let mut word = id.cast_unsigned();
    for chunk in bytes.chunks_exact_mut(8) {
        word = (word ^ (word >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        chunk.copy_from_slice(&word.to_be_bytes());
    }
    bytes
}

async fn win(store: &Store, player: i64, id: i64) -> Result<(), StoreError> {
    store
        .write(move |tx| {
            let wins = tx.one(&PLAYER, params![player])?.int(0)?;
            tx.run_one(&NEW_RESULT, params![id, hash(id), player, id])?;
            tx.run_one(&WON, params![player, wins + 1])
        })
        .await
}

/// Counts how often `caller` returns within `seconds`, and prints rate and latency.
async fn measure<F, R>(name: &str, seconds: u64, callers: i64, caller: F)
where
    F: Fn(i64, u64) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), StoreError>> + Send,
{
    let stop = Arc::new(AtomicBool::new(false));
    let number = Arc::new(AtomicU64::new(1));
    let caller = Arc::new(caller);
    let started = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|player| {
            let (stop, number, caller) = (stop.clone(), number.clone(), caller.clone());
            tokio::spawn(async move {
                let mut times = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let began = Instant::now();
                    caller(player, number.fetch_add(1, Ordering::Relaxed)).await?;
                    times.push(began.elapsed());
                }
                Ok::<_, StoreError>(times)
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    stop.store(true, Ordering::Relaxed);
    let mut times = Vec::new();
    for task in tasks {
        match task.await {
            Ok(Ok(of_task)) => times.extend(of_task),
            Ok(Err(error)) => return println!("{name}: {error}"),
            Err(error) => return println!("{name}: {error}"),
        }
    }
    let elapsed = started.elapsed().as_millis().max(1);
    times.sort_unstable();
    let at = |percent: usize| times.get((times.len() * percent / 100).min(times.len() - 1));
    println!(
        "{name:<44} {:>8}/s   p50 {:?}   p99 {:?}   max {:?}",
        times.len() as u128 * 1000 / elapsed,
        at(50).copied().unwrap_or_default(),
        at(99).copied().unwrap_or_default(),
        times.last().copied().unwrap_or_default(),
    );
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory = tempfile::tempdir()?;
    let target = match arguments.next() {
        Some(target) => Target::parse(&target)?,
        None => Target::parse(&directory.path().join("throughput.db").to_string_lossy())?,
    };
    let seconds = arguments.next().map_or(Ok(10), |text| text.parse())?;
    let options = StoreOptions { target, migrations: SCHEMA, node: 0, now_ms: 0 };
    let store = Store::open(options)?;
    let last: i64 = store
        .write(|tx| {
            for player in 0..CALLERS {
                tx.run(&NEW_PLAYER, params![player])?;
            }
            tx.one(&LAST_RESULT, &[])?.int(0)
        })
        .await?;
    println!("{:?}, {CALLERS} callers, durable", store.engine());
    let next = Arc::new(AtomicU64::new(last.cast_unsigned() + 1));
    for (name, callers) in
        [("select + insert + update, 64 callers", CALLERS), ("the same, one caller", 1)]
    {
        let (writing, next) = (store.clone(), next.clone());
        measure(name, seconds, callers, move |player, _| {
            let (store, id) = (writing.clone(), next.fetch_add(1, Ordering::Relaxed));
            async move { win(&store, player, id.cast_signed()).await }
        })
        .await;
    }
    let reading = store.clone();
    measure("select by primary key, 64 callers", seconds, CALLERS, move |player, turn| {
        let store = reading.clone();
        async move {
            // A read that never waits would keep its thread from the other callers.
            if turn % 64 == 0 {
                tokio::task::yield_now().await;
            }
            store.read(move |rx| rx.one(&PLAYER, params![player])?.int(0).map(drop)).await
        }
    })
    .await;
    Ok(())
}
