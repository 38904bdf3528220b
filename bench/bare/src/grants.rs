//! The statements of a refresh and of a code exchange, sent to PostgreSQL by nothing but its
//! client.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use tokio_postgres::{Client, Statement};

use crate::transaction::connect;

const LOCK: &str = "SELECT pg_advisory_xact_lock($1)";
const FAMILY: &str = "SELECT id, application_id, person_id, family, generation, rotated_at, \
    created_at, expires_at, revoked_at, application_epoch FROM token_families WHERE id = $1";
const CODE: &str = "SELECT application_id, person_id, code, expires_at, used_at, family_id \
    FROM authorization_codes WHERE hash = $1";
const APPLICATION: &str = "SELECT id, client_id, owner_id, name, client, token_epoch, created_at, \
    updated_at FROM applications WHERE id = $1";
const PERSON: &str = "SELECT id, uuid, username, email, password, operator, token_epoch, \
    locked_at, created_at, updated_at FROM people WHERE id = $1";
const CONSENT: &str = "SELECT application_id, scopes, created_at FROM consents \
    WHERE person_id = $1 AND application_id = $2";
const ROTATE: &str = "UPDATE token_families SET generation = generation + 1, rotated_at = $2, \
    expires_at = $3 WHERE id = $1 AND revoked_at IS NULL";
const NEXT: &str = "SELECT nextval('seq_family')";
const INSERT: &str = "INSERT INTO token_families (id, application_id, person_id, family, \
    generation, rotated_at, created_at, expires_at, application_epoch) \
    VALUES ($1, $2, $3, $4, 0, $5, $5, $6, 0)";
const USE: &str = "UPDATE authorization_codes SET used_at = $2, family_id = $3 WHERE hash = $1";

/// Which grant's statements are run.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// A refresh token into the next.
    Refresh,
    /// A code into a family.
    Code,
}

struct Prepared {
    lock: Statement,
    row: Statement,
    application: Statement,
    person: Statement,
    consent: Statement,
    rotate: Statement,
    next: Statement,
    insert: Statement,
    consume: Statement,
}

/// What a transaction works on: a family, or a code by its hash.
struct Target {
    family: i64,
    hash: Vec<u8>,
    application: i64,
    person: i64,
    record: String,
}

/// Runs transactions on every connection at once, for so many seconds, and prints how many there
/// were a second.
pub(crate) async fn run(
    kind: Kind,
    url: &str,
    connections: usize,
    seconds: f64,
) -> anyhow::Result<()> {
    let client = connect(url).await?;
    let targets = Arc::new(targets(&client, kind).await?);
    anyhow::ensure!(!targets.is_empty(), "there is nothing to work on");
    let done = Arc::new(AtomicU64::new(0));
    let now = Arc::new(AtomicI64::new(1_900_000_000_000));
    let until = Instant::now() + Duration::from_secs_f64(seconds);
    let started = Instant::now();
    let mut tasks = Vec::new();
    for number in 0..connections {
        let client = connect(url).await?;
        let (targets, done, now) = (Arc::clone(&targets), Arc::clone(&done), Arc::clone(&now));
        tasks.push(tokio::spawn(async move {
            let prepared = prepare(&client, kind).await?;
            let mut turn = number;
            while Instant::now() < until {
                let target = &targets[turn % targets.len()];
                let at = now.fetch_add(1, Ordering::Relaxed);
                transaction(&client, &prepared, kind, target, at).await?;
                done.fetch_add(1, Ordering::Relaxed);
                turn += connections;
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

async fn targets(client: &Client, kind: Kind) -> anyhow::Result<Vec<Target>> {
    let text = match kind {
        Kind::Refresh => {
            "SELECT id, ''::bytea, application_id, person_id, family FROM token_families \
             WHERE revoked_at IS NULL LIMIT 1000"
        }
        Kind::Code => {
            "SELECT 0::bigint, c.hash, c.application_id, c.person_id, f.family \
             FROM authorization_codes c JOIN token_families f ON f.id = c.family_id LIMIT 1000"
        }
    };
    let rows = client.query(text, &[]).await?;
    Ok(rows
        .iter()
        .map(|row| Target {
            family: row.get(0),
            hash: row.get(1),
            application: row.get(2),
            person: row.get(3),
            record: row.get(4),
        })
        .collect())
}

async fn prepare(client: &Client, kind: Kind) -> Result<Prepared, tokio_postgres::Error> {
    let row = match kind {
        Kind::Refresh => FAMILY,
        Kind::Code => CODE,
    };
    Ok(Prepared {
        lock: client.prepare(LOCK).await?,
        row: client.prepare(row).await?,
        application: client.prepare(APPLICATION).await?,
        person: client.prepare(PERSON).await?,
        consent: client.prepare(CONSENT).await?,
        rotate: client.prepare(ROTATE).await?,
        next: client.prepare(NEXT).await?,
        insert: client.prepare(INSERT).await?,
        consume: client.prepare(USE).await?,
    })
}

async fn transaction(
    client: &Client,
    prepared: &Prepared,
    kind: Kind,
    target: &Target,
    now: i64,
) -> anyhow::Result<()> {
    let key = match kind {
        Kind::Refresh => target.family,
        Kind::Code => target.hash.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes)),
    };
    client.batch_execute("BEGIN ISOLATION LEVEL READ COMMITTED").await?;
    client.query(&prepared.lock, &[&key]).await?;
    match kind {
        Kind::Refresh => client.query_one(&prepared.row, &[&target.family]).await?,
        Kind::Code => client.query_one(&prepared.row, &[&target.hash]).await?,
    };
    // A second lock, as that of the consent, but one that nobody else waits for.
    client.query(&prepared.lock, &[&key.wrapping_mul(31)]).await?;
    client.query_one(&prepared.application, &[&target.application]).await?;
    client.query_one(&prepared.person, &[&target.person]).await?;
    client.query_one(&prepared.consent, &[&target.person, &target.application]).await?;
    let until = now + 1_000_000;
    match kind {
        Kind::Refresh => {
            client.execute(&prepared.rotate, &[&target.family, &now, &until]).await?;
        }
        Kind::Code => {
            let family: i64 = client.query_one(&prepared.next, &[]).await?.get(0);
            let (application, person) = (&target.application, &target.person);
            client
                .execute(
                    &prepared.insert,
                    &[&family, application, person, &target.record, &now, &until],
                )
                .await?;
            client.execute(&prepared.consume, &[&target.hash, &now, &family]).await?;
        }
    }
    client.batch_execute("COMMIT").await?;
    Ok(())
}
