//! A server to test against, and those who talk to it.

mod answer;
mod api;
pub(crate) mod brackets;
mod browser;
pub(crate) mod dice;
mod flow;
mod people;
pub(crate) mod seen;
mod v1;

use std::sync::Arc;

use tiltyard_core::{
    Core, Settings, clock::ManualClock, entropy::SystemEntropy, keys::InstallationSecret,
};
use tiltyard_server::{App, AppOptions};
use tiltyard_store::{
    Engine, Store, StoreOptions,
    testing::{NOW_MS, TestDatabase},
};
use tokio::sync::oneshot;

pub(crate) use answer::{Answer, query_of};
pub(crate) use api::{Api, Credential};
pub(crate) use browser::Browser;
pub(crate) use flow::{App as Client, CALLBACK, Flow, VERIFIER, challenge_of};
pub(crate) use people::PASSWORD;
pub(crate) use v1::V1;

/// Largest body that the test servers read.
pub(crate) const BODY_LIMIT: usize = 256 * 1024;

/// A running server with a database of its own (or another's, see [`TestServer::beside`]).
pub(crate) struct TestServer {
    pub(crate) core: Core,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) http: reqwest::Client,
    /// Where it listens, without a trailing slash.
    pub(crate) url: String,
    stop: Option<oneshot::Sender<()>>,
    /// After the core, so that the stores close first.
    pub(crate) database: Arc<TestDatabase>,
}

impl Drop for TestServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        self.core.store().close();
    }
}

/// How a test wants its server.
pub(crate) struct Wanted {
    pub(crate) public_url: Option<String>,
    pub(crate) settings: fn(&mut Settings),
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) trusted_proxies: Vec<ipnet::IpNet>,
}

impl Default for Wanted {
    fn default() -> Self {
        let clock = Arc::new(ManualClock::at(NOW_MS));
        Self { public_url: None, settings: |_| {}, clock, trusted_proxies: Vec::new() }
    }
}

/// The store's options for one of several nodes.
fn options(database: &TestDatabase, node: u64) -> StoreOptions {
    StoreOptions { node, ..database.options() }
}

impl TestServer {
    /// A server on a fresh database.
    pub(crate) async fn start(engine: Engine) -> Self {
        Self::start_as(engine, Wanted::default()).await
    }

    /// A server on a fresh database, as wanted.
    pub(crate) async fn start_as(engine: Engine, wanted: Wanted) -> Self {
        let database = Arc::new(TestDatabase::new(engine));
        Self::on(database, 1, wanted).await
    }

    /// A second node on the same database, with the same public address, clock and secret.
    pub(crate) async fn beside(&self) -> Self {
        self.beside_as(Wanted::default()).await
    }

    /// A second node with these settings.
    pub(crate) async fn beside_as(&self, wanted: Wanted) -> Self {
        let wanted = Wanted {
            public_url: Some(self.core.public_url().to_owned()),
            clock: Arc::clone(&self.clock),
            ..wanted
        };
        Self::on(Arc::clone(&self.database), 2, wanted).await
    }

    /// A platform without a server on the same database, as the command line is one.
    pub(crate) async fn command_line(&self) -> Core {
        let store = Store::open(options(&self.database, 3)).unwrap();
        Core::start(
            store,
            Arc::clone(&self.clock) as Arc<_>,
            Arc::new(SystemEntropy::default()),
            Settings::at("http://127.0.0.1:7110"),
            InstallationSecret::new(&[42; 32]).unwrap(),
        )
        .await
        .unwrap()
    }

    async fn on(database: Arc<TestDatabase>, node: u64, wanted: Wanted) -> Self {
        let options = options(&database, node);
        Self::with_store(database, options, wanted).await
    }

    /// A server on a database that is reached in its own way.
    pub(crate) async fn with_store(
        database: Arc<TestDatabase>,
        options: StoreOptions,
        wanted: Wanted,
    ) -> Self {
        // An error means that another test was first.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let listener = tiltyard_server::bind(([127, 0, 0, 1], 0).into()).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut settings = Settings::at(wanted.public_url.unwrap_or_else(|| url.clone()));
        (wanted.settings)(&mut settings);
        let core = Core::start(
            Store::open(options).unwrap(),
            Arc::clone(&wanted.clock) as Arc<_>,
            Arc::new(SystemEntropy::default()),
            settings,
            InstallationSecret::new(&[42; 32]).unwrap(),
        )
        .await
        .unwrap();
        let app_options = AppOptions {
            body_limit: BODY_LIMIT,
            trusted_proxies: wanted.trusted_proxies,
            ..AppOptions::default()
        };
        let app = App::new(core.clone(), app_options);
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(tiltyard_server::service(app, listener, None, async {
            // An error means that the sender is gone, which is the signal, too.
            let _ = stopped.await;
        }));
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .tls_certs_only([])
            .build()
            .unwrap();
        Self { core, clock: wanted.clock, http, url, stop: Some(stop), database }
    }

    /// A request to this server by nobody.
    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// Nobody's GET.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(reqwest::Method::GET, path)).await
    }

    /// A browser that nobody has signed in with.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser::new(self)
    }

    /// A caller of the API.
    pub(crate) fn api(&self, credential: Credential) -> Api<'_> {
        Api::new(self, credential)
    }
}
