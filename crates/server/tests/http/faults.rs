//! The database goes away and comes back.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use reqwest::Method;
use tiltyard_core::{Actor, accounts::Origin};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::{
    Engine, PostgresOptions, StoreOptions, Target,
    testing::{POSTGRES, TestDatabase},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

use crate::support::{Answer, Credential, TestServer, Wanted};

/// A way to PostgreSQL that can be cut, as a restart of the server or of a network cuts it.
struct Bridge {
    port: u16,
    open: Arc<AtomicBool>,
    cut: watch::Sender<u32>,
}

impl Bridge {
    /// To the test server.
    async fn new() -> Self {
        let url = url::Url::parse(&std::env::var(POSTGRES).unwrap()).unwrap();
        let target = (url.host_str().unwrap().to_owned(), url.port().unwrap_or(5432));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let open = Arc::new(AtomicBool::new(true));
        let cut = watch::Sender::new(0);
        let (lets, cuts) = (Arc::clone(&open), cut.clone());
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                if !lets.load(Ordering::SeqCst) {
                    continue;
                }
                let mut far = TcpStream::connect(&target).await.unwrap();
                let mut ends = cuts.subscribe();
                tokio::spawn(async move {
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                        _ = ends.changed() => {}
                    }
                });
            }
        });
        Self { port, open, cut }
    }

    fn cut(&self) {
        self.open.store(false, Ordering::SeqCst);
        self.cut.send_modify(|times| *times += 1);
    }

    fn mend(&self) {
        self.open.store(true, Ordering::SeqCst);
    }

    fn options(&self, database: &TestDatabase) -> StoreOptions {
        let mut url = url::Url::parse(&database.url()).unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(self.port)).unwrap();
        let target = PostgresOptions { writers: 4, readers: 2, ..PostgresOptions::new(url) };
        StoreOptions { target: Target::Postgres(target), ..database.options() }
    }
}

/// Case E11.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_gone_is_said_so_and_comes_back_by_itself() {
    let database = Arc::new(TestDatabase::new(Engine::Postgres));
    let bridge = Bridge::new().await;
    let options = bridge.options(&database);
    let server = TestServer::with_store(database, options, Wanted::default()).await;
    let person = server.person("ysolde").await;
    let owner = server.person("owner").await;
    let client = server.client(&owner, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let tokens = client.tokens(&mut browser, "me").await;
    let access = Credential::Token(tokens["access_token"].as_str().unwrap().to_owned());
    let refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
    let code = client.code(&mut browser, &[("scope", "me")]).await;

    bridge.cut();
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    let answer = Answer::unchecked(client.token_request(&form)).await.expect(503);
    assert_eq!(answer.json()["error"], "temporarily_unavailable");
    assert_eq!(answer.header("retry-after"), "1");
    let page = Answer::unchecked(browser.request(Method::GET, "/account")).await.expect(503);
    assert_eq!(page.header("retry-after"), "1");
    assert!(page.text.contains("The database does not answer"), "{}", page.text);
    let request = server.request(Method::GET, "/v2.1/tournaments.json");
    let api = Answer::unchecked(request.bearer_auth("x")).await;
    assert_eq!(api.status, 401, "what needs no database goes on");
    let request = server.api(access.clone()).request(Method::GET, "/me.json");
    Answer::unchecked(request).await.expect(503);
    Answer::unchecked(server.request(Method::GET, "/readyz")).await.expect(503);
    Answer::unchecked(server.request(Method::GET, "/healthz")).await.expect(200);
    // Those who verify access tokens by themselves get the keys, though no ID token was ever asked
    // for and its keys cannot be made now.
    let keys = Answer::unchecked(server.request(Method::GET, "/oauth/jwks")).await.expect(200);
    assert_eq!(keys.header("cache-control"), "no-cache");
    assert_eq!(keys.json()["keys"].as_array().unwrap().len(), 1);
    // A revocation that did not happen is never said to have happened.
    let revoked = server.core.disconnect(&person.actor(), &client.app.id, Origin::default()).await;
    assert!(revoked.unwrap_err().is_unavailable());
    let locked = server.core.lock_account(&Actor::Operator, person.id, Origin::default()).await;
    assert!(locked.unwrap_err().is_unavailable());

    bridge.mend();
    let request = || server.request(Method::GET, "/readyz");
    while Answer::unchecked(request()).await.status != 200 {
        tokio::task::yield_now().await;
    }
    // Nothing was used up by what failed.
    server.api(access).get("/me.json").await.expect(200);
    client.refresh(&refresh, &[]).await.expect(200);
    client.exchange(&code, &[]).await.expect(200);
    browser.get("/account").await.expect(200);
    let keys = server.get("/oauth/jwks").await.expect(200);
    assert_eq!(keys.header("cache-control"), "public, max-age=300");
    assert_eq!(keys.json()["keys"].as_array().unwrap().len(), 4);
}
