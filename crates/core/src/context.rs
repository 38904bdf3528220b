//! The running platform: store, clock, randomness, keys and caches, shared by every use case.

use std::sync::Arc;

use quick_cache::sync::Cache;
use tiltyard_store::Store;

use crate::{
    Settings,
    applications::origins::Origins,
    authorization::{
        bearer::TokenCache, clients::ClientCache, implicit::Offered, revocation::Revocations,
        usage::Usage,
    },
    clock::{Clock, Millis},
    entropy::Entropy,
    error::Result,
    feed::Feeds,
    files::Files,
    keys::{InstallationSecret, KeyRing},
    limits::Limits,
    live::Hub,
    metrics::{Metrics, StoreMetrics},
    passwords::Passwords,
    quota::Requests,
    search::Turns,
    tournaments::{Tournament, predictions::Standings},
};

/// Cached tournaments, weighed in rows.
const CACHED_ROWS: u64 = 200_000;

/// The running platform. Cheap to clone.
#[derive(Clone)]
pub struct Core(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) settings: Settings,
    pub(crate) passwords: Passwords,
    pub(crate) secret: InstallationSecret,
    pub(crate) keys: KeyRing,
    pub(crate) revocations: Revocations,
    pub(crate) tokens: TokenCache,
    pub(crate) clients: ClientCache,
    pub(crate) tournaments: TournamentCache,
    pub(crate) predictions: Standings,
    pub(crate) hub: Hub,
    pub(crate) feeds: Feeds,
    pub(crate) implicit: Offered,
    pub(crate) usage: Usage,
    pub(crate) requests: Requests,
    /// One maker of keys at a time.
    pub(crate) making_keys: tokio::sync::Mutex<()>,
    pub(crate) limits: Limits,
    pub(crate) metrics: Metrics,
    pub(crate) origins: Origins,
    pub(crate) files: Files,
    pub(crate) searches: Turns,
}

/// Tournaments by id and revision. A revision is random and never comes back, so that an entry can
/// only be right or unused, whatever became of the transaction that made it.
pub(crate) type TournamentCache = Cache<(i64, i64), Arc<Tournament>, ByRows>;

/// Weighs a tournament by its rows.
#[derive(Debug, Clone)]
pub(crate) struct ByRows;

impl quick_cache::Weighter<(i64, i64), Arc<Tournament>> for ByRows {
    fn weight(&self, _key: &(i64, i64), tournament: &Arc<Tournament>) -> u64 {
        4 + (tournament.participants.len() + tournament.matches.len()) as u64
    }
}

impl Core {
    /// Starts the platform on an opened store: loads or makes the keys, reads what was revoked and
    /// begins to follow the store's events. Must be called within a tokio runtime.
    pub async fn start(
        store: Store,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        settings: Settings,
        secret: InstallationSecret,
    ) -> Result<Self> {
        let passwords = Passwords::start(settings.parallel_hashes, Arc::clone(&entropy))?;
        let keys = KeyRing::load(&store, &secret, clock.as_ref(), entropy.as_ref()).await?;
        let revocations = Revocations::load(&store, clock.now()).await?;
        let files = Files::open(&settings.attachments.storage)?;
        let metrics = Metrics::new();
        let of_store = Box::new(StoreMetrics(store.clone()));
        metrics.register(|registry| registry.register_collector(of_store));
        let core = Self(Arc::new(Inner {
            tournaments: Cache::with_weighter(1_000, CACHED_ROWS, ByRows),
            predictions: Standings::default(),
            tokens: TokenCache::new(&store),
            clients: ClientCache::new(&store),
            hub: Hub::default(),
            feeds: Feeds::default(),
            implicit: Offered::new(&store),
            usage: Usage::default(),
            requests: Requests::default(),
            making_keys: tokio::sync::Mutex::default(),
            limits: Limits::new(settings.limits.clone(), &metrics.limits),
            metrics,
            origins: Origins::new(&store),
            files,
            searches: Turns::default(),
            store,
            clock,
            entropy,
            settings,
            passwords,
            secret,
            keys,
            revocations,
        }));
        crate::live::follow(&core);
        crate::tournaments::check_in::open_in_time(&core);
        Ok(core)
    }

    /// The store, for readiness checks, backups and tests.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// What operators watch.
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// The limits on guessing and on unfinished requests.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// The current time in Unix milliseconds.
    pub fn now(&self) -> Millis {
        self.0.clock.now()
    }

    /// The issuer identifier and base of every link, without a trailing slash.
    pub fn public_url(&self) -> &str {
        &self.0.settings.public_url
    }

    /// `N` random bytes fit for secrets.
    pub fn random<const N: usize>(&self) -> Result<[u8; N]> {
        crate::entropy::bytes(self.0.entropy.as_ref())
    }
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}
