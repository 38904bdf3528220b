//! The statements of a report, sent to PostgreSQL by nothing but its client.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use tokio_postgres::{Client, NoTls, Statement};

const LOCK: &str = "SELECT pg_advisory_xact_lock($1)";
const READ: &str = "SELECT id, slug, owner_id, application_id, name, kind, game_name, \
    description, private, state, options, engine, participants_count, progress, starts_at, \
    started_at, completed_at, created_at, updated_at, journal_number, revision \
    FROM tournaments WHERE id = $1";
const MATCH: &str = "UPDATE matches SET record = $2, location = $3, scheduled_at = $4, \
    started_at = $5, underway_at = $6, completed_at = $7, updated_at = $8 WHERE id = $1";
const ENTRY: &str = "INSERT INTO journal (tournament_id, number, at, actor, event, body) \
    VALUES ($1, $2, $3, $4, $5, $6)";
const ADVANCE: &str = "UPDATE tournaments SET state = $2, progress = $3, updated_at = $4, \
    journal_number = $5, revision = $6 WHERE id = $1";

/// What is to be run.
pub(crate) struct Options<'a> {
    /// A database that Tiltyard made, with tournaments that are under way.
    pub(crate) url: &'a str,
    /// Connections, each with one transaction after the other.
    pub(crate) connections: usize,
    /// For how long.
    pub(crate) seconds: f64,
    /// How many matches a transaction updates, on average.
    pub(crate) matches: f64,
}

/// A tournament and its matches.
struct Target {
    id: i64,
    matches: Vec<(i64, Option<String>)>,
}

struct Prepared {
    lock: Statement,
    read: Statement,
    update: Statement,
    entry: Statement,
    advance: Statement,
}

/// A connection, driven in the background.
pub(crate) async fn connect(url: &str) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Runs transactions on every connection at once and prints how many there were a second.
pub(crate) async fn run(options: &Options<'_>) -> anyhow::Result<()> {
    let client = connect(options.url).await?;
    let targets = Arc::new(targets(&client).await?);
    anyhow::ensure!(!targets.is_empty(), "there is no tournament under way");
    let done = Arc::new(AtomicU64::new(0));
    let until = Instant::now() + Duration::from_secs_f64(options.seconds);
    let started = Instant::now();
    let mut tasks = Vec::new();
    for number in 0..options.connections {
        let client = connect(options.url).await?;
        let (targets, done, matches) = (Arc::clone(&targets), Arc::clone(&done), options.matches);
        let step = options.connections;
        tasks.push(tokio::spawn(async move {
            let prepared = prepare(&client).await?;
            let mut turn = number;
            let mut owed = 0.0;
            while Instant::now() < until {
                owed += matches;
                let target = &targets[turn % targets.len()];
                let mut updates = 0;
                while owed >= 1.0 {
                    owed -= 1.0;
                    updates += 1;
                }
                transaction(&client, &prepared, target, updates, turn).await?;
                done.fetch_add(1, Ordering::Relaxed);
                turn += step;
            }
            anyhow::Ok(())
        }));
    }
    for task in tasks {
        task.await.context("a task panicked")??;
    }
    let done = u32::try_from(done.load(Ordering::Relaxed))?;
    println!("{:.1}", f64::from(done) / started.elapsed().as_secs_f64());
    Ok(())
}

async fn targets(client: &Client) -> anyhow::Result<Vec<Target>> {
    let rows = client
        .query(
            "SELECT tournament_id, id, record FROM matches WHERE tournament_id IN \
             (SELECT id FROM tournaments WHERE engine IS NOT NULL) ORDER BY tournament_id, id",
            &[],
        )
        .await?;
    let mut targets: Vec<Target> = Vec::new();
    for row in rows {
        let id = row.get(0);
        if targets.last().is_none_or(|last| last.id != id) {
            targets.push(Target { id, matches: Vec::new() });
        }
        if let Some(last) = targets.last_mut() {
            last.matches.push((row.get(1), row.get(2)));
        }
    }
    Ok(targets)
}

async fn prepare(client: &Client) -> Result<Prepared, tokio_postgres::Error> {
    Ok(Prepared {
        lock: client.prepare(LOCK).await?,
        read: client.prepare(READ).await?,
        update: client.prepare(MATCH).await?,
        entry: client.prepare(ENTRY).await?,
        advance: client.prepare(ADVANCE).await?,
    })
}

async fn transaction(
    client: &Client,
    prepared: &Prepared,
    target: &Target,
    updates: usize,
    turn: usize,
) -> anyhow::Result<()> {
    client.batch_execute("BEGIN ISOLATION LEVEL READ COMMITTED").await?;
    client.query(&prepared.lock, &[&target.id]).await?;
    let row = client.query_one(&prepared.read, &[&target.id]).await?;
    let (state, progress, number): (String, i64, i64) = (row.get(9), row.get(13), row.get(19));
    let now: i64 = row.get(18);
    let nothing: Option<i64> = None;
    for at in 0..updates {
        let (id, record) = &target.matches[(turn + at) % target.matches.len()];
        let location: Option<String> = None;
        client
            .execute(
                &prepared.update,
                &[id, record, &location, &nothing, &Some(now), &nothing, &nothing, &(now + 1)],
            )
            .await?;
    }
    let body = r#"{"match":10000001,"outcome":{"Winner":{"slot":0,"forfeit":false}},"reset":[],"sets":[[3,1],[3,2]]}"#;
    client
        .execute(
            &prepared.entry,
            &[&target.id, &(number + 1), &now, &"application 10000001", &"match.reported", &body],
        )
        .await?;
    let revision = number.wrapping_mul(7_919);
    client
        .execute(
            &prepared.advance,
            &[&target.id, &state, &progress, &(now + 1), &(number + 1), &revision],
        )
        .await?;
    client.batch_execute("COMMIT").await?;
    Ok(())
}
