//! The origins whose scripts may call the endpoints from a browser: those of the redirect URIs of
//! applications with the switch. Read when a browser first asks, and again once an application
//! changed.

use std::{collections::HashSet, sync::Arc};

use arc_swap::ArcSwapOption;
use tiltyard_oauth::{
    client::{Client, Switch},
    redirect_uri,
};
use tiltyard_store::{Changes, Store, repo::applications};
use tokio::sync::Mutex;

use crate::{
    Core,
    clock::{Millis, SECOND},
    error::Result,
};

/// Most applications that are looked at, the oldest first.
const APPLICATIONS_MAX: i64 = 10_000;

/// The list is read again after so long, whatever became of the news on the way.
const SAFETY_NET: Millis = 30 * SECOND;

/// The list as it was read.
#[derive(Debug)]
struct Known {
    /// Each as a browser writes it (`https://app.example`).
    origins: HashSet<String>,
    changes: u64,
    read_at: Millis,
}

/// The allowed origins.
pub(crate) struct Origins {
    known: ArcSwapOption<Known>,
    changes: Changes,
    /// One reading at a time, however many browsers ask.
    reading: Mutex<()>,
}

async fn read(store: &Store) -> Result<HashSet<String>> {
    let records =
        store.scan(|rx| -> Result<_> { Ok(applications::with_cors(rx, APPLICATIONS_MAX)?) });
    let mut origins = HashSet::new();
    for record in records.await? {
        // A record that cannot be read allows nothing; whoever uses the application is told.
        let Ok(client) = serde_json::from_str::<Client>(&record) else { continue };
        if client.has(Switch::Cors) {
            origins.extend(client.redirect_uris.iter().filter_map(|uri| redirect_uri::origin(uri)));
        }
    }
    Ok(origins)
}

impl Origins {
    /// Nothing known yet of what is in the store.
    pub(crate) fn new(store: &Store) -> Self {
        Self {
            known: ArcSwapOption::empty(),
            changes: store.changes(applications::TOPIC),
            reading: Mutex::new(()),
        }
    }

    fn fresh(&self, now: Millis) -> Option<Arc<Known>> {
        self.known.load_full().filter(|known| {
            known.changes == self.changes.count()
                && (0..SAFETY_NET).contains(&(now - known.read_at))
        })
    }
}

impl Core {
    /// Whether scripts of this origin may call the endpoints.
    pub async fn allows_origin(&self, origin: &str) -> Result<bool> {
        let list = &self.0.origins;
        if let Some(known) = list.fresh(self.now()) {
            return Ok(known.origins.contains(origin));
        }
        let _one_at_a_time = list.reading.lock().await;
        let known = if let Some(known) = list.fresh(self.now()) {
            known
        } else {
            // Counted before reading: what changes meanwhile is read next time.
            let (changes, read_at) = (list.changes.count(), self.now());
            let origins = read(&self.0.store).await?;
            let known = Arc::new(Known { origins, changes, read_at });
            list.known.store(Some(Arc::clone(&known)));
            known
        };
        Ok(known.origins.contains(origin))
    }
}
