//! What has to be done from time to time: expired rows go, signing keys are replaced in time.

use std::{sync::Arc, time::Duration};

use tiltyard_store::repo::{codes, families, requests, revocations, sessions, signing_keys};

use crate::{Core, Error, clock::DAY, error::Result};

/// How often it is done.
const INTERVAL: Duration = Duration::from_mins(15);

impl Core {
    /// Removes what expired and replaces an old signing key. Harmless to run on several nodes.
    pub async fn maintain(&self) -> Result<()> {
        let now = self.now();
        let settings = self.settings();
        let (idle, absolute) = (settings.session_idle, settings.session_absolute);
        self.0
            .store
            .write(move |tx| -> Result<(), Error> {
                // A day of grace, so that a replay is still recognised as one.
                requests::delete_expired(tx, now - DAY)?;
                codes::delete_expired(tx, now - DAY)?;
                families::delete_expired(tx, now - DAY)?;
                revocations::delete_expired(tx, now)?;
                sessions::delete_old(tx, now - idle, now - absolute)?;
                signing_keys::delete_expired(tx, now - DAY)?;
                Ok(())
            })
            .await?;
        self.rotate_old_keys().await
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
