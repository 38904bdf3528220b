//! What has to be done from time to time: expired rows go, signing keys are replaced in time.

use std::{sync::Arc, time::Duration};

use tiltyard_store::{
    StoreError, Tx,
    repo::{
        PURGED_AT_ONCE, api_requests, audit, codes, families, idempotency, pushed_requests,
        requests, revocations, sessions, signing_keys, usage,
    },
};

use crate::{
    Core, Error,
    authorization::revocation::GRACE,
    clock::{DAY, Millis},
    error::Result,
    quota::KEPT,
};

/// How often it is done.
const INTERVAL: Duration = Duration::from_mins(15);
/// A rest between two chunks, so that whoever waits for the writer comes first.
const REST: Duration = Duration::from_millis(5);

/// Removes some rows that are older than that; how many.
type Purge = fn(&mut Tx<'_>, Millis) -> Result<u64, StoreError>;

impl Core {
    /// Removes what expired and replaces an old signing key. Harmless to run on several nodes.
    pub async fn maintain(&self) -> Result<()> {
        let now = self.now();
        // A day of grace, so that a replay is still recognised as one.
        let expired = now - DAY;
        let purges: [(Purge, Millis); 10] = [
            (requests::delete_expired, expired),
            (codes::delete_expired, expired),
            (pushed_requests::delete_expired, expired),
            (families::delete_expired, expired),
            (idempotency::delete_expired, now),
            (revocations::delete_expired, now - GRACE),
            (sessions::delete_old, now - self.settings().session_idle),
            (api_requests::delete_old, now - KEPT),
            (usage::delete_old, now - self.settings().audit_retention),
            (audit::delete_old, now - self.settings().audit_retention),
        ];
        for (purge, before) in purges {
            self.purge(purge, before).await?;
        }
        self.0
            .store
            .write(move |tx| -> Result<()> {
                signing_keys::delete_expired(tx, expired)?;
                Ok(())
            })
            .await?;
        self.purge_device_requests(now - DAY).await?;
        if let Err(error) = self.sweep_files().await {
            // Another service's fault; what is left is found the next time.
            tracing::warn!(error = error.for_operator(), "files without a row are left for now");
        }
        self.rotate_old_keys().await
    }

    /// Chunk by chunk, until there is nothing left.
    async fn purge(&self, purge: Purge, before: Millis) -> Result<()> {
        loop {
            let gone =
                self.0.store.write(move |tx| -> Result<u64, Error> { Ok(purge(tx, before)?) });
            if gone.await? < PURGED_AT_ONCE {
                return Ok(());
            }
            tokio::time::sleep(REST).await;
        }
    }

    /// Maintains in the background for as long as the platform lives.
    pub fn maintain_in_background(&self) {
        let weak = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(INTERVAL).await;
                let Some(core) = weak.upgrade().map(Core) else { return };
                if let Err(error) = core.maintain().await {
                    tracing::warn!(?error, "maintenance failed and will be tried again");
                }
            }
        });
    }
}
