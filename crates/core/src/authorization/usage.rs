//! How applications use their grants: counted in memory, and written from time to time, so that no
//! token costs a write.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tiltyard_store::repo::usage;

use crate::{
    Actor, Core,
    clock::{DAY, Millis},
    error::Result,
};

/// The name under which the implicit grant is counted; the others have those of their grants.
pub const IMPLICIT: &str = "implicit";

/// How often the counts are written.
const INTERVAL: Duration = Duration::from_secs(30);

/// Over so many days tokens are summed up for the page.
pub const SHOWN_DAYS: i64 = 30;

/// No more entries than this wait to be written; what is beyond is not counted.
const MOST: usize = 10_000;

/// Tokens and the last time, by application, day and grant.
type Counts = HashMap<(i64, i64, &'static str), (i64, Millis)>;

/// What has not been written yet.
#[derive(Debug, Default)]
pub(crate) struct Usage(Mutex<Counts>);

impl Usage {
    // Whoever holds the lock leaves the map whole.
    fn locked(&self) -> std::sync::MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a token.
    pub(crate) fn count(&self, application: i64, grant: &'static str, now: Millis) {
        let mut counts = self.locked();
        if counts.len() >= MOST && !counts.contains_key(&(application, now / DAY, grant)) {
            return;
        }
        let entry = counts.entry((application, now / DAY, grant)).or_default();
        entry.0 += 1;
        entry.1 = entry.1.max(now);
    }
}

/// How an application used one grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantUse {
    /// The grant's name, or [`IMPLICIT`].
    pub grant: String,
    /// Tokens in the last [`SHOWN_DAYS`] days.
    pub tokens: u64,
    /// When it was last given one.
    pub last_at: Millis,
}

impl Core {
    /// Counts a token that an application was given.
    pub(super) fn count_token(&self, application: i64, grant: &'static str) {
        self.0.usage.count(application, grant, self.now());
        self.0.metrics.tokens.get_or_create(&[("grant", grant)]).inc();
    }

    /// Writes what was counted. What cannot be written is kept for the next time.
    pub async fn write_usage(&self) -> Result<()> {
        let taken = std::mem::take(&mut *self.0.usage.locked());
        if taken.is_empty() {
            return Ok(());
        }
        let taken = Arc::new(taken);
        let counts = Arc::clone(&taken);
        let written = self
            .0
            .store
            .write(move |tx| -> Result<()> {
                for ((application, day, grant), counted) in counts.iter() {
                    usage::add(tx, *application, *day, grant, *counted)?;
                }
                Ok(())
            })
            .await;
        if written.is_err() {
            let mut counts = self.0.usage.locked();
            for (key, (tokens, at)) in taken.iter() {
                let entry = counts.entry(*key).or_default();
                entry.0 += tokens;
                entry.1 = entry.1.max(*at);
            }
        }
        written
    }

    /// Writes in the background for as long as the platform lives.
    pub fn write_usage_in_background(&self) {
        let weak = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(INTERVAL).await;
                let Some(core) = weak.upgrade().map(Core) else { return };
                if let Err(error) = core.write_usage().await {
                    tracing::warn!(?error, "usage cannot be written and will be tried again");
                }
            }
        });
    }

    /// How an application used its grants, for whoever may manage it.
    pub async fn application_usage(&self, actor: &Actor, client_id: &str) -> Result<Vec<GrantUse>> {
        let id = self.application(actor, client_id).await?.id;
        self.write_usage().await?;
        let since = self.now() / DAY - SHOWN_DAYS + 1;
        let rows = self
            .0
            .store
            .scan(move |rx| -> Result<_> { Ok(usage::of_application(rx, id, since)?) })
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| GrantUse {
                grant: row.kind,
                tokens: u64::try_from(row.tokens).unwrap_or_default(),
                last_at: row.last_at,
            })
            .collect())
    }

    /// When each of the person's applications was last given a token, by its id.
    pub async fn last_uses(&self, actor: &Actor) -> Result<HashMap<i64, Millis>> {
        let Some(owner) = actor.person_id() else { return Ok(HashMap::new()) };
        self.write_usage().await?;
        let rows =
            self.0.store.scan(move |rx| -> Result<_> { Ok(usage::last_of_owner(rx, owner)?) });
        Ok(rows.await?.into_iter().collect())
    }
}
