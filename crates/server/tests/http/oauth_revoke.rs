//! Tokens that are given back (RFC 7009).

use reqwest::Method;
use rstest::rstest;
use serde_json::Value;
use tiltyard_core::clock::HOUR;
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Credential, Flow, TestServer};

/// Asks to revoke, authenticated by the body where there is a secret.
async fn revoke(client: &Flow<'_>, token: &str, more: &[(&str, &str)]) -> Answer {
    let mut form = vec![("client_id", client.app.id.as_str()), ("token", token)];
    form.extend(client.app.secret.as_deref().map(|secret| ("client_secret", secret)));
    form.extend_from_slice(more);
    Answer::to(client.server.request(Method::POST, "/oauth/revoke").form(&form)).await
}

async fn counts(server: &TestServer, token: &str) -> bool {
    let api = server.api(Credential::Token(token.to_owned()));
    api.get("/tournaments.json").await.status == 200
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap()
}

/// Cases N01, N05.
#[rstest]
#[tokio::test]
async fn a_refresh_token_takes_its_whole_grant_with_it(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[values(Preset::Standard, Preset::Browser)] preset: Preset,
    #[values("refresh_token", "access_token", "nonsense", "")] hint: &str,
) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, preset).await;
    let mut browser = server.signed_in(&person).await;
    let first = client.tokens(&mut browser, "me tournaments:read").await;
    let other = client.tokens(&mut browser, "me tournaments:read").await;
    let second = client.refresh(text(&first, "refresh_token"), &[]).await.expect(200).json();
    let hint = [("token_type_hint", hint)];
    let answer = revoke(&client, text(&second, "refresh_token"), &hint).await.expect(200);
    assert_eq!((answer.text.as_str(), answer.header("cache-control")), ("", "no-store"));
    for tokens in [&first, &second] {
        assert!(!counts(&server, text(tokens, "access_token")).await);
        client.refresh(text(tokens, "refresh_token"), &[]).await.expect(400);
    }
    // Another grant of the same person stays.
    assert!(counts(&server, text(&other, "access_token")).await);
    client.refresh(text(&other, "refresh_token"), &[]).await.expect(200);
    // Once more changes nothing and is no fault.
    revoke(&client, text(&second, "refresh_token"), &[]).await.expect(200);
}

/// Cases N02, N05, T02.
#[rstest]
#[tokio::test]
async fn an_access_token_goes_alone_and_for_good(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[values(Preset::Standard, Preset::Mtgbracket)] preset: Preset,
) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, preset).await;
    if preset == Preset::Mtgbracket {
        // Its tokens are opaque; the scopes are those that the test can use.
        let changes = tiltyard_core::applications::ApplicationChanges {
            scopes: Some("me tournaments:read tournaments:write".to_owned()),
            ..Default::default()
        };
        let origin = tiltyard_core::accounts::Origin::default();
        let id = client.app.id.clone();
        let changed = server
            .core
            .update_application(&person.actor(), &id, move |_| changes.clone(), origin)
            .await;
        changed.unwrap();
    }
    let mut browser = server.signed_in(&person).await;
    let first = client.tokens(&mut browser, "me tournaments:read").await;
    let second = client.refresh(text(&first, "refresh_token"), &[]).await.expect(200).json();
    let (gone, kept) = (text(&first, "access_token"), text(&second, "access_token"));
    for token in [gone, kept] {
        assert!(counts(&server, token).await && counts(&beside, token).await);
    }
    revoke(&client, gone, &[("token_type_hint", "refresh_token")]).await.expect(200);
    assert!(!counts(&server, gone).await);
    assert!(counts(&server, kept).await);
    client.refresh(text(&second, "refresh_token"), &[]).await.expect(200);
    // The other node hears of it.
    for _ in 0..500 {
        if !counts(&beside, gone).await {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(!counts(&beside, gone).await);
    // Past its end and a purge, and then the clock is set back.
    server.clock.advance(HOUR + 30_000);
    server.core.maintain().await.unwrap();
    server.clock.advance(-HOUR);
    assert!(!counts(&server, gone).await);
    let fresh = server.beside().await;
    assert!(!counts(&fresh, gone).await);
}

/// Cases N04, F07, K08.
#[rstest]
#[tokio::test]
async fn others_cannot_revoke_and_are_not_told(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let tokens = client.tokens(&mut browser, "me tournaments:read").await;
    let names = ["access_token", "refresh_token"];
    for preset in [Preset::Standard, Preset::Browser] {
        let stranger = server.client(&person, preset).await;
        for name in names {
            let answer = revoke(&stranger, text(&tokens, name), &[]).await.expect(200);
            assert_eq!(answer.text, "");
        }
    }
    for garbage in ["x", "tly_rt_x", "a.b.c", &"x".repeat(10_000), "tly_pk_0_000000"] {
        revoke(&client, garbage, &[]).await.expect(200);
    }
    // Without its secret, with a wrong one, and with a key in its place.
    let token = text(&tokens, "refresh_token");
    let bare = Flow {
        server: &server,
        app: crate::support::Client { id: client.app.id.clone(), secret: None },
    };
    revoke(&bare, token, &[]).await.expect(401);
    revoke(&bare, token, &[("client_secret", "wrong")]).await.expect(401);
    let key = server.personal_key(&person).await;
    let asked = server.request(Method::POST, "/oauth/revoke").bearer_auth(&key);
    Answer::to(asked.form(&[("token", token)])).await.expect(401);
    // Wrong in itself.
    let error = |answer: Answer| answer.expect(400).json()["error"].as_str().unwrap().to_owned();
    assert_eq!(error(revoke(&client, "", &[]).await), "invalid_request");
    assert_eq!(error(revoke(&client, token, &[("token", token)]).await), "invalid_request");
    let query = format!("/oauth/revoke?token={token}");
    let form = [("client_id", client.app.id.as_str())];
    let answer = Answer::to(server.request(Method::POST, &query).form(&form)).await;
    assert_eq!(error(answer), "invalid_request");
    server.get("/oauth/revoke").await.expect(405);
    assert!(counts(&server, text(&tokens, "access_token")).await);
    client.refresh(token, &[]).await.expect(200);
}

/// Case G09.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_at_the_same_moment_leaves_nothing_alive(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Browser).await;
    let mut browser = server.signed_in(&person).await;
    for _ in 0..5 {
        let tokens = client.tokens(&mut browser, "tournaments:read").await;
        let token = text(&tokens, "refresh_token");
        let refreshes = futures_util::future::join_all((0..8).map(|_| client.refresh(token, &[])));
        let (answers, revoked) = tokio::join!(refreshes, revoke(&client, token, &[]));
        revoked.expect(200);
        for answer in answers.iter().filter(|answer| answer.status == 200) {
            let tokens = answer.json();
            assert!(!counts(&server, text(&tokens, "access_token")).await);
            client.refresh(text(&tokens, "refresh_token"), &[]).await.expect(400);
        }
    }
}
