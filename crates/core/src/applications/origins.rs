//! The origins whose scripts may call the endpoints from a browser: those of the redirect URIs of
//! applications with the switch. Every node keeps the list in memory.

use std::{collections::HashSet, sync::Arc};

use arc_swap::ArcSwap;
use tiltyard_oauth::{
    client::{Client, Switch},
    redirect_uri,
};
use tiltyard_store::{Store, repo::applications};

use crate::{Core, error::Result};

/// Most applications that are looked at, the oldest first.
const APPLICATIONS_MAX: i64 = 10_000;

/// The allowed origins, each as a browser writes it (`https://app.example`).
#[derive(Debug)]
pub(crate) struct Origins(ArcSwap<HashSet<String>>);

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
    /// Reads what is allowed.
    pub(crate) async fn load(store: &Store) -> Result<Self> {
        Ok(Self(ArcSwap::from_pointee(read(store).await?)))
    }
}

impl Core {
    /// Whether scripts of this origin may call the endpoints.
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.0.origins.0.load().contains(origin)
    }

    /// Forgets what is remembered of applications: at once after a change of our own, and when
    /// another node's is told.
    pub(crate) async fn reload_applications(&self) {
        self.0.tokens.clear();
        match read(&self.0.store).await {
            Ok(origins) => self.0.origins.0.store(Arc::new(origins)),
            Err(error) => tracing::error!(?error, "cannot read the allowed origins again"),
        }
    }
}
