//! Refresh tokens: rotation, lost answers, replay.

use rstest::rstest;
use serde_json::Value;
use tiltyard_core::clock::{DAY, HOUR};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Credential, Flow, TestServer};

fn text(tokens: &Value, name: &str) -> String {
    tokens[name].as_str().unwrap_or_else(|| panic!("no {name}: {tokens}")).to_owned()
}

async fn works(server: &TestServer, tokens: &Value) -> bool {
    let api = server.api(Credential::Token(text(tokens, "access_token")));
    api.get("/me.json").await.status == 200
}

async fn refreshed(client: &Flow<'_>, token: &str) -> Value {
    client.refresh(token, &[]).await.expect(200).json()
}

#[track_caller]
fn refused(answer: &Answer) {
    assert_eq!((answer.status, &answer.json()["error"]), (400, &"invalid_grant".into()));
}

/// Cases G02, G05, G07, G16.
#[rstest]
#[tokio::test]
async fn each_use_gives_the_next(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let first = client.tokens(&mut browser, "me tournaments:read").await;
    let old = text(&first, "refresh_token");
    let second = refreshed(&client, &old).await;
    assert_ne!(text(&second, "refresh_token"), old);
    assert_ne!(second["access_token"], first["access_token"]);
    assert_eq!(second["scope"], "me tournaments:read");
    // The answer was lost: the same successor again, and the earlier access token still works.
    let again = refreshed(&client, &old).await;
    assert_eq!(again["refresh_token"], second["refresh_token"]);
    assert!(works(&server, &first).await && works(&server, &second).await);
    // Once the successor was used, its predecessor is stolen goods.
    let third = refreshed(&client, &text(&second, "refresh_token")).await;
    refused(&client.refresh(&old, &[]).await);
    for tokens in [&first, &second, &third, &again] {
        assert!(!works(&server, tokens).await, "every access token of the family dies at once");
    }
    refused(&client.refresh(&text(&third, "refresh_token"), &[]).await);
    // Another family of the same two is untouched.
    let other = client.tokens(&mut browser, "me").await;
    assert!(works(&server, &other).await);
    refreshed(&client, &text(&other, "refresh_token")).await;
}

/// Case G03.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_at_once_get_the_same_successor(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let mut tokens = client.tokens(&mut browser, "me").await;
    for nodes in [[&server, &server], [&server, &beside]] {
        let token = text(&tokens, "refresh_token");
        let refreshes = (0..20).map(|number| {
            let (token, node) = (&token, client.moved_to(nodes[number % 2]));
            async move { node.refresh(token, &[]).await.expect(200).json() }
        });
        let all = futures_util::future::join_all(refreshes).await;
        let successor = text(&all[0], "refresh_token");
        for one in &all {
            assert_eq!(text(one, "refresh_token"), successor, "no fork");
            assert!(works(&server, one).await);
        }
        tokens = refreshed(&client, &successor).await;
    }
}

/// Case G11.
#[rstest]
#[tokio::test]
async fn scopes_may_be_narrowed_only(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let tokens = client.tokens(&mut browser, "me tournaments:read").await;
    let token = text(&tokens, "refresh_token");
    for wide in ["me matches:read", "nonsense", "me  \"x\""] {
        let answer = client.refresh(&token, &[("scope", wide)]).await.expect(400);
        assert_eq!(answer.json()["error"], "invalid_scope", "{wide}");
    }
    let narrow = client.refresh(&token, &[("scope", "tournaments:read")]).await.expect(200).json();
    assert_eq!(narrow["scope"], "tournaments:read");
    let api = server.api(Credential::Token(text(&narrow, "access_token")));
    api.get("/tournaments.json").await.expect(200);
    api.get("/me.json").await.expect(403);
    // The grant keeps its width.
    let wide = refreshed(&client, &text(&narrow, "refresh_token")).await;
    assert_eq!(wide["scope"], "me tournaments:read");
}

/// Cases G10, G15.
#[rstest]
#[tokio::test]
async fn others_cannot_use_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let other = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let tokens = client.tokens(&mut browser, "me").await;
    let token = text(&tokens, "refresh_token");
    refused(&other.refresh(&token, &[]).await);
    // One kind of token is not another.
    refused(&client.refresh(&text(&tokens, "access_token"), &[]).await);
    server.api(Credential::Token(token.clone())).get("/me.json").await.expect(401);
    server.api(Credential::Key(token.clone())).get("/me.json").await.expect(401);
    for garbage in ["x", &token[..token.len() - 1], &format!("{token}x")] {
        refused(&client.refresh(garbage, &[]).await);
    }
    // None of that hurt it.
    refreshed(&client, &token).await;
}

/// Case G14.
#[rstest]
#[tokio::test]
async fn grants_end_by_idleness_and_age(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let idle = client.tokens(&mut browser, "me").await;
    let mut used = client.tokens(&mut browser, "me").await;
    server.clock.advance(60 * DAY);
    used = refreshed(&client, &text(&used, "refresh_token")).await;
    server.clock.advance(31 * DAY);
    refused(&client.refresh(&text(&idle, "refresh_token"), &[]).await);
    for _ in 0..4 {
        used = refreshed(&client, &text(&used, "refresh_token")).await;
        server.clock.advance(68 * DAY);
        server.core.maintain().await.unwrap();
    }
    server.clock.advance(3 * DAY);
    refused(&client.refresh(&text(&used, "refresh_token"), &[]).await);
}

/// Cases L11, T02.
#[rstest]
#[tokio::test]
async fn access_tokens_expire(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let tokens = client.tokens(&mut browser, "me").await;
    assert!(works(&server, &tokens).await);
    server.clock.advance(HOUR - 1_000);
    assert!(works(&server, &tokens).await);
    server.clock.advance(61_000);
    assert!(!works(&server, &tokens).await);
    let fresh = refreshed(&client, &text(&tokens, "refresh_token")).await;
    assert!(works(&server, &fresh).await);
    // The clock goes back: what was revoked stays so.
    refreshed(&client, &text(&fresh, "refresh_token")).await;
    refused(&client.refresh(&text(&tokens, "refresh_token"), &[]).await);
    server.clock.advance(-HOUR);
    assert!(!works(&server, &fresh).await);
}
