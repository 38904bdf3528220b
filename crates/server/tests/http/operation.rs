//! Operators at work: locks, resets, deletions, restores, the security log, metrics, purging.

use rstest::rstest;
use tiltyard_core::{
    Actor,
    accounts::{NewApiKey, Origin},
    clock::{DAY, HOUR},
    security_log::{Entry, Wanted as Events},
};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::{
    Engine::{self, Postgres, Sqlite},
    Read as _, Sql, StoreError,
};

use crate::support::{Credential, PASSWORD, TestServer};

/// Somebody with everything that can act for them.
struct Somebody<'a> {
    person: tiltyard_core::accounts::Person,
    browser: crate::support::Browser<'a>,
    flow: crate::support::Flow<'a>,
    token: Credential,
    refresh: String,
    code: String,
    key: String,
}

async fn somebody(server: &TestServer) -> Somebody<'_> {
    let person = server.person("ysolde").await;
    let owner = server.person("owner").await;
    let flow = server.client(&owner, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let tokens = flow.tokens(&mut browser, "me").await;
    let code = flow.code(&mut browser, &[("scope", "me")]).await;
    let key = server
        .core
        .create_api_key(&person.actor(), person.id, NewApiKey::default(), Origin::default())
        .await;
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let token = Credential::Token(text("access_token"));
    let (refresh, key) = (text("refresh_token"), key.unwrap().1);
    server.api(token.clone()).get("/me.json").await.expect(200);
    server.api(Credential::Key(key.clone())).get("/me.json").await.expect(200);
    Somebody { person, browser, flow, token, refresh, code, key }
}

impl Somebody<'_> {
    /// Nothing that acted for the person does so any more.
    async fn is_out(&mut self, server: &TestServer) {
        self.browser.get("/account").await.expect(303);
        server.api(self.token.clone()).get("/me.json").await.expect(401);
        server.api(Credential::Key(self.key.clone())).get("/me.json").await.expect(401);
        let refused = self.flow.refresh(&self.refresh, &[]).await.expect(400);
        assert_eq!(refused.json()["error"], "invalid_grant");
        let refused = self.flow.exchange(&self.code, &[]).await.expect(400);
        assert_eq!(refused.json()["error"], "invalid_grant");
    }
}

async fn sign_in(server: &TestServer, name: &str, password: &str) -> u16 {
    let fields = [("username", name), ("password", password)];
    server.browser().submit("/login", "/login", &fields).await.status
}

/// Cases G12, K07.
#[rstest]
#[tokio::test]
async fn a_locked_account_is_out_at_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let mut somebody = somebody(&server).await;
    let (actor, id) = (Actor::Operator, somebody.person.id);
    let stranger = somebody.person.actor();
    assert!(server.core.lock_account(&stranger, id, Origin::default()).await.is_err());
    let ended = server.core.lock_account(&actor, id, Origin::default()).await.unwrap();
    assert_eq!((ended.sessions, ended.grants), (1, 1));
    somebody.is_out(&server).await;
    assert_eq!(sign_in(&server, "ysolde", PASSWORD).await, 401);
    server.core.unlock_account(&actor, id, Origin::default()).await.unwrap();
    assert_eq!(sign_in(&server, "ysolde", PASSWORD).await, 303);
    // What ended stays ended; keys only rested.
    server.api(somebody.token.clone()).get("/me.json").await.expect(401);
    server.api(Credential::Key(somebody.key.clone())).get("/me.json").await.expect(200);
    somebody.flow.refresh(&somebody.refresh, &[]).await.expect(400);
}

#[rstest]
#[tokio::test]
async fn a_locked_owners_applications_stop_at_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let person = server.person("ysolde").await;
    let flow = server.client(&owner, Preset::Standard).await;
    let caller = flow.caller(&person, "me").await;
    caller.get("/me.json").await.expect(200);
    server.core.lock_account(&Actor::Operator, owner.id, Origin::default()).await.unwrap();
    caller.get("/me.json").await.expect(401);
    // Once unlocked, people's grants go on.
    server.core.unlock_account(&Actor::Operator, owner.id, Origin::default()).await.unwrap();
    flow.caller(&person, "me").await.get("/me.json").await.expect(200);
}

/// Cases G12, R14.
#[rstest]
#[tokio::test]
async fn a_reset_password_ends_everything(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let mut somebody = somebody(&server).await;
    let (actor, id) = (Actor::Operator, somebody.person.id);
    let reset = |password: &str| {
        server.core.reset_password(&actor, id, password.to_owned(), Origin::default())
    };
    assert!(reset("password").await.is_err(), "the rules hold for operators, too");
    let ended = reset("another long one").await.unwrap();
    assert_eq!((ended.sessions, ended.grants, ended.keys), (1, 1, 1));
    somebody.is_out(&server).await;
    crate::nodes::dies_within_a_second(&beside, &somebody.token).await;
    assert_eq!(sign_in(&server, "ysolde", PASSWORD).await, 401);
    assert_eq!(sign_in(&server, "ysolde", "another long one").await, 303);
}

/// Case R30.
#[rstest]
#[tokio::test]
async fn a_deleted_account_leaves_nothing_personal(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let mut somebody = somebody(&server).await;
    let id = somebody.person.id;
    let own = server.client(&somebody.person, Preset::Machine).await;
    own.token(&[("grant_type", "client_credentials")]).await.expect(200);
    let wrong = [("delete_password", "wrong")];
    somebody.browser.submit("/account", "/account/delete", &wrong).await.expect(422);
    let right = [("delete_password", PASSWORD)];
    somebody.browser.submit("/account", "/account/delete", &right).await.expect(303);
    somebody.is_out(&server).await;
    own.token(&[("grant_type", "client_credentials")]).await.expect(401);
    for name in ["ysolde", "ysolde@example.org", &format!("deleted {id}")] {
        assert_eq!(sign_in(&server, name, "").await, 401, "{name}");
        assert_eq!(sign_in(&server, name, PASSWORD).await, 401, "{name}");
    }
    let left = server.core.account(&Actor::Operator, &id.to_string()).await.unwrap();
    assert_eq!(left.person.username, format!("deleted {id}"));
    assert_eq!(left.person.email, format!("deleted {id}"));
    assert_eq!((left.sessions, left.keys, left.consents, left.applications), (0, 0, 0, 0));
    // For good; and the name is free again.
    assert!(server.core.unlock_account(&Actor::Operator, id, Origin::default()).await.is_err());
    assert!(server.core.delete_account(&Actor::Operator, id, Origin::default()).await.is_err());
    let fields = [
        ("username", "ysolde"),
        ("email", "ysolde@example.org"),
        ("password", "a lance and a horse"),
    ];
    server.browser().submit("/signup", "/signup", &fields).await.expect(303);
}

/// Case T05.
#[rstest]
#[tokio::test]
async fn after_a_restore_nothing_comes_back(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let mut somebody = somebody(&server).await;
    let flow = &somebody.flow;
    let machine = flow.server.person("machinist").await;
    let machine = flow.server.client(&machine, Preset::Machine).await;
    let own = machine.token(&[("grant_type", "client_credentials")]).await.expect(200).json();
    let own = Credential::Token(own["access_token"].as_str().unwrap().to_owned());
    let before = server.get("/oauth/jwks").await.text;
    server.core.end_all_after_restore(&Actor::Operator).await.unwrap();
    somebody.browser.get("/account").await.expect(303);
    server.api(somebody.token.clone()).get("/me.json").await.expect(401);
    assert_eq!(server.api(own).get("/tournaments.json").await.status, 401);
    flow.refresh(&somebody.refresh, &[]).await.expect(400);
    flow.exchange(&somebody.code, &[]).await.expect(400);
    assert_ne!(server.get("/oauth/jwks").await.text, before, "and every old key is gone");
    // Afterwards all goes on, after asking again.
    let mut browser = server.signed_in(&somebody.person).await;
    flow.authorize(&mut browser, &[("scope", "me")]).await.expect(200);
    let caller = flow.caller(&somebody.person, "me").await;
    caller.get("/me.json").await.expect(200);
}

async fn events(server: &TestServer, wanted: Events) -> Vec<Entry> {
    server.core.security_log(&Actor::Operator, wanted, None).await.unwrap().entries
}

/// Cases T01, G23.
#[rstest]
#[tokio::test]
async fn whoever_it_concerns_reads_what_happened(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let mut somebody = somebody(&server).await;
    let flow = &somebody.flow;
    let owner = server.core.account(&Actor::Operator, "owner").await.unwrap().person;
    // A code that comes back, and a refresh token.
    flow.exchange(&somebody.code, &[]).await.expect(200);
    flow.exchange(&somebody.code, &[]).await.expect(400);
    let next = flow.refresh(&somebody.refresh, &[]).await.expect(200).json();
    flow.refresh(next["refresh_token"].as_str().unwrap(), &[]).await.expect(200);
    flow.refresh(&somebody.refresh, &[]).await.expect(400);
    sign_in(&server, "ysolde", "wrong").await;
    let log = somebody.browser.get("/account/log").await.expect(200).text;
    for words in [
        "Signed in",
        "Sign-in failed",
        "Application allowed: <bdi>Overlay</bdi>",
        "A used authorization code came back",
        "A used refresh token came back",
        "Personal key made",
        "127.0.0.1",
    ] {
        assert!(log.contains(words), "{words}: {log}");
    }
    // The application's owner sees what came back, and a stranger nothing.
    let path = format!("/apps/{}/log", flow.app.id);
    let mut owners = server.signed_in(&owner).await;
    let log = owners.get(&path).await.expect(200).text;
    assert!(log.contains("A used refresh token came back") && !log.contains("Personal key made"));
    somebody.browser.get(&path).await.expect(404);
    somebody.browser.get("/admin/log").await.expect(403);
    server.browser().get("/account/log").await.expect(303);
    server.browser().get("/admin/log").await.expect(303);
    // Operators see all, and look for what they need.
    let operator = server.operator("marshal").await;
    let mut operators = server.signed_in(&operator).await;
    operators.get("/admin/log").await.expect(200);
    let found = operators.get("/admin/log?event=refresh.reuse").await.expect(200).text;
    assert!(found.contains("A used refresh token came back") && !found.contains("Signed in"));
    operators.get("/admin/log?person=ysolde").await.expect(200);
    operators.get("/admin/log?person=nobody").await.expect(404);
    operators.get("/admin/log?event=%00").await.expect(200);
    // Who, what, from where, with what outcome; and no secret.
    let entries = events(&server, Events::All).await;
    let reuse = entries.iter().find(|entry| entry.event == "refresh.reuse").unwrap();
    assert_eq!((reuse.ok, reuse.person), (false, Some(somebody.person.id)));
    assert_eq!(reuse.address, "127.0.0.1");
    let all = format!("{entries:?}");
    for secret in [&somebody.code, &somebody.refresh, &somebody.key] {
        assert!(!all.contains(secret.as_str()));
    }
    let metrics = server.core.metrics().text().unwrap();
    assert!(metrics.contains("tiltyard_reuse_detected_total 2"), "{metrics}");
}

/// Case T01.
#[rstest]
#[tokio::test]
async fn every_security_event_has_its_row(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let core = &server.core;
    let mut somebody = somebody(&server).await;
    let (operator, id) = (Actor::Operator, somebody.person.id);
    let origin = Origin::default;
    sign_in(&server, "ysolde", "wrong").await;
    sign_in(&server, "ysolde", PASSWORD).await;
    let change = [("current_password", PASSWORD), ("new_password", "another long one")];
    somebody.browser.submit("/account", "/account/password", &change).await.expect(200);
    let key = core.api_keys(&somebody.person.actor()).await.unwrap()[0].id;
    core.delete_api_key(&somebody.person.actor(), key, origin()).await.unwrap();
    let client = somebody.flow.app.id.clone();
    core.rotate_secret(&operator, &client, true, origin()).await.unwrap();
    core.disconnect(&somebody.person.actor(), &client, origin()).await.unwrap();
    core.delete_application(&operator, &client, origin()).await.unwrap();
    core.rotate_keys(&operator, false).await.unwrap();
    somebody.browser.submit("/account", "/logout", &[]).await.expect(303);
    core.lock_account(&operator, id, origin()).await.unwrap();
    core.unlock_account(&operator, id, origin()).await.unwrap();
    core.reset_password(&operator, id, "a third long one".to_owned(), origin()).await.unwrap();
    core.delete_account(&operator, id, origin()).await.unwrap();
    let entries = events(&server, Events::All).await;
    for (event, ok) in [
        ("session.begin", true),
        ("session.begin", false),
        ("session.end", true),
        ("password.change", true),
        ("password.reset", true),
        ("person.lock", true),
        ("person.unlock", true),
        ("person.delete", true),
        ("consent.give", true),
        ("consent.withdraw", true),
        ("api_key.create", true),
        ("api_key.delete", true),
        ("application.create", true),
        ("application.rotate_secret", true),
        ("application.delete", true),
        ("keys.rotate", true),
    ] {
        assert!(
            entries.iter().any(|entry| entry.event == event && entry.ok == ok),
            "no row {event} {ok}: {entries:#?}"
        );
    }
}

/// Case T06.
#[rstest]
#[tokio::test]
async fn what_expired_goes_in_small_transactions(#[values(Sqlite, Postgres)] engine: Engine) {
    static FILL: Sql = Sql {
        name: "test::fill",
        text: "INSERT INTO audit (id, at, event, outcome, actor, address, detail) \
            VALUES ($1, $2, 'test.old', 'ok', 'test', '', '')",
    };
    static COUNT: Sql =
        Sql { name: "test::count", text: "SELECT COUNT(*) FROM audit WHERE event = 'test.old'" };
    let server = TestServer::start(engine).await;
    let store = server.core.store();
    let now = server.core.now();
    let filled = store.write(move |tx| {
        let old = now - 401 * DAY;
        let rows = (0..1_300_i64).map(|id| (id + 1, if id < 1_250 { old } else { now }));
        let rows = rows.map(|(id, at)| vec![id.into(), at.into()]).collect();
        tx.insert_many(&FILL, rows)?;
        Ok::<_, StoreError>(())
    });
    filled.await.unwrap();
    let before = store.stats();
    server.core.maintain().await.unwrap();
    let left = store.read(|rx| rx.one(&COUNT, &[])?.int(0)).await.unwrap();
    assert_eq!(left, 50);
    let after = store.stats();
    assert!(after.transactions - before.transactions >= 8, "{before:?} {after:?}");
}

/// Case T09.
#[rstest]
#[tokio::test]
async fn metrics_are_not_on_the_public_listener(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("ysolde").await;
    let client = server.client(&owner, Preset::Machine).await;
    client.token(&[("grant_type", "client_credentials")]).await.expect(200);
    client.token(&[("grant_type", "client_credentials"), ("client_secret", "x")]).await.expect(401);
    assert_eq!(sign_in(&server, "ysolde", PASSWORD).await, 303);
    server.get("/metrics").await.expect(404);
    let text = server.core.metrics().text().unwrap();
    for line in [
        "tiltyard_tokens_total{grant=\"client_credentials\"} 1",
        "tiltyard_token_refusals_total{error=\"invalid_client\"} 1",
        "tiltyard_sign_ins_total 1",
        "tiltyard_http_requests_total{class=\"token\",status=\"2xx\"} 1",
        "tiltyard_http_requests_total{class=\"token\",status=\"4xx\"} 1",
        "tiltyard_http_seconds_count{class=\"token\"} 2",
        "tiltyard_limits_hit_total{limit=\"client\"} 0",
        "tiltyard_store_commits_total",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!text.contains(&client.app.id) && !text.contains("ysolde"));
}

/// Case T02.
#[rstest]
#[tokio::test]
async fn a_clock_set_back_revives_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let owner = server.person("owner").await;
    // The longest-lived tokens that there are.
    let flow = server.client(&owner, Preset::Challonge).await;
    let caller = flow.caller(&person, "me").await;
    server.core.disconnect(&person.actor(), &flow.app.id, Origin::default()).await.unwrap();
    let mut back = 0;
    for step in [0, DAY, 6 * DAY, HOUR + 1, DAY] {
        server.clock.advance(back + step);
        server.core.maintain().await.unwrap();
        caller.get("/me.json").await.expect(401);
        server.clock.advance(-HOUR);
        back = HOUR;
        caller.get("/me.json").await.expect(401);
        // Nor on a node that starts with this clock.
        server.beside().await.api(caller.credential()).get("/me.json").await.expect(401);
    }
}
