//! Migrations on PostgreSQL: all in one transaction, under an advisory lock.

use std::sync::Arc;

use tokio::runtime;
use tokio_postgres::Client;

use super::connector::Connector;
use super::failure;
use crate::migrate::{self, Applied};
use crate::{LockKey, MigrationError, Migrations, StoreError};

const LOCK: LockKey = LockKey { space: "schema_migrations", id: 0 };

/// Brings the schema up to date.
pub(super) fn run(
    connector: &Arc<Connector>,
    migrations: Migrations,
    now_ms: i64,
) -> Result<(), StoreError> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| StoreError::Unavailable(format!("no runtime: {error}")))?;
    runtime.block_on(async {
        let (client, driver) = connector.connect().await?;
        tokio::spawn(driver);
        // An error ends the connection and so the transaction.
        apply(&client, migrations, now_ms).await
    })
}

async fn apply(client: &Client, migrations: Migrations, now_ms: i64) -> Result<(), StoreError> {
    let lock = format!("BEGIN; SELECT pg_advisory_xact_lock({})", LOCK.number());
    batch(client, &lock).await?;
    batch(client, migrate::BOOTSTRAP).await?;
    let applied = client
        .query(migrate::APPLIED, &[])
        .await
        .map_err(|error| failure::of("store::migrate", &error).error)?
        .iter()
        .map(|row| Applied { version: row.get(0), name: row.get(1), checksum: row.get(2) })
        .collect::<Vec<_>>();
    for migration in migrate::pending(migrations, &applied, |migration| migration.postgres)? {
        tracing::info!(version = migration.version, name = migration.name, "migrating");
        let failed = |error: tokio_postgres::Error| MigrationError::Failed {
            version: migration.version,
            name: migration.name,
            message: error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string),
        };
        client.batch_execute(migration.postgres).await.map_err(failed)?;
        let checksum = migrate::checksum(migration.postgres);
        client
            .execute(migrate::RECORD, &[&migration.version, &migration.name, &checksum, &now_ms])
            .await
            .map_err(failed)?;
    }
    batch(client, "COMMIT").await
}

async fn batch(client: &Client, text: &str) -> Result<(), StoreError> {
    client.batch_execute(text).await.map_err(|error| failure::of("store::migrate", &error).error)
}
