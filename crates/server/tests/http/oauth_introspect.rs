//! What a resource server may know of a token (RFC 7662).

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_core::{
    accounts::{Origin, Person},
    applications::{Application, ApplicationChanges},
    clock::HOUR,
};
use tiltyard_oauth::{preset::Preset, switch::Switch};
use tiltyard_store::{
    Engine::{self, Postgres, Sqlite},
    testing::NOW_MS,
};

use crate::support::{Answer, Flow, TestServer};

const DEAD: &str = r#"{"active":false}"#;

async fn introspect(client: &Flow<'_>, token: &str) -> Answer {
    let request = client.server.request(Method::POST, "/oauth/introspect");
    let request = request.basic_auth(&client.app.id, client.app.secret.as_deref());
    Answer::to(request.form(&[("token", token), ("token_type_hint", "nonsense")])).await
}

async fn is_dead(client: &Flow<'_>, token: &str) -> bool {
    introspect(client, token).await.expect(200).text == DEAD
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap()
}

async fn set_switch(server: &TestServer, by: &Person, client: &Flow<'_>, switch: Switch) -> bool {
    let changes = move |application: &Application| {
        let mut switches = application.client.switches.clone();
        switches.insert(switch);
        ApplicationChanges { switches: Some(switches), ..ApplicationChanges::default() }
    };
    let id = &client.app.id;
    server.core.update_application(&by.actor(), id, changes, Origin::default()).await.is_ok()
}

/// Cases N09, N08.
#[rstest]
#[tokio::test]
async fn a_live_token_is_told_to_its_own_application(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let tokens = client.tokens(&mut browser, "me tournaments:read").await;
    // Twice: the second answer comes from what the first left behind.
    for _ in 0..2 {
        let answer = introspect(&client, text(&tokens, "access_token")).await.expect(200);
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("cache-control"), "no-store");
        let mut told = answer.json();
        assert!(told["jti"].take().as_str().is_some_and(|jti| jti.len() >= 16));
        let expected = json!({
            "active": true,
            "scope": "me tournaments:read",
            "client_id": client.app.id,
            "sub": person.uuid,
            "aud": server.url,
            "iss": server.url,
            "iat": NOW_MS / 1_000,
            "exp": NOW_MS / 1_000 + 3_600,
            "token_type": "Bearer",
            "jti": null,
        });
        assert_eq!(told, expected);
    }
    let told = introspect(&client, text(&tokens, "refresh_token")).await.expect(200).json();
    assert_eq!(told["active"], true);
    assert_eq!(told["token_type"], Value::Null);
    assert_eq!((&told["client_id"], &told["sub"]), (&json!(client.app.id), &json!(person.uuid)));
    // As a JSON body, with the secret in it.
    let body = json!({
        "client_id": client.app.id,
        "client_secret": client.app.secret,
        "token": tokens["access_token"],
    });
    let request = server.request(Method::POST, "/oauth/introspect").json(&body);
    assert_eq!(Answer::to(request).await.expect(200).json()["active"], true);
    // An application's own token has the application as its subject.
    let machine = server.client(&person, Preset::Machine).await;
    let own = machine.token(&[("grant_type", "client_credentials")]).await.expect(200).json();
    let told = introspect(&machine, text(&own, "access_token")).await.expect(200).json();
    assert_eq!(told["sub"], machine.app.id);
    // Opaque tokens, too.
    let opaque = server.client(&person, Preset::Mtgbracket).await;
    let tokens = opaque.tokens(&mut browser, "").await;
    let told = introspect(&opaque, text(&tokens, "access_token")).await.expect(200).json();
    assert_eq!(told["active"], true);
}

/// Cases N08, N13, K08.
#[rstest]
#[tokio::test]
async fn everything_else_is_inactive_in_the_same_words(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let stranger = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let first = client.tokens(&mut browser, "me tournaments:read").await;
    let key = server.personal_key(&person).await;
    for garbage in ["x", "a.b.c", "tly_rt_x", "tly_at_x", &"x".repeat(10_000), &key] {
        assert!(is_dead(&client, garbage).await, "{garbage}");
    }
    for name in ["access_token", "refresh_token"] {
        assert!(is_dead(&stranger, text(&first, name)).await);
        assert!(!is_dead(&client, text(&first, name)).await);
    }
    // A rotated token is alive until its successor was used.
    let second = client.refresh(text(&first, "refresh_token"), &[]).await.expect(200).json();
    assert!(!is_dead(&client, text(&first, "refresh_token")).await);
    let third = client.refresh(text(&second, "refresh_token"), &[]).await.expect(200).json();
    assert!(is_dead(&client, text(&first, "refresh_token")).await);
    assert!(!is_dead(&client, text(&third, "refresh_token")).await);
    // Asking revoked nothing.
    client.refresh(text(&third, "refresh_token"), &[]).await.expect(200);
    let form = [
        ("client_id", client.app.id.as_str()),
        ("client_secret", client.app.secret.as_deref().unwrap()),
        ("token", text(&third, "access_token")),
    ];
    Answer::to(server.request(Method::POST, "/oauth/revoke").form(&form)).await.expect(200);
    assert!(is_dead(&client, text(&third, "access_token")).await);
    assert!(!is_dead(&client, text(&second, "access_token")).await);
    server.clock.advance(HOUR + 10_000);
    assert!(is_dead(&client, text(&second, "access_token")).await);
    let actor = person.actor();
    server.core.disconnect(&actor, &client.app.id, Origin::default()).await.unwrap();
    assert!(is_dead(&client, text(&third, "refresh_token")).await);
}

/// Cases N07, N11, F07, K08.
#[rstest]
#[tokio::test]
async fn only_applications_with_a_proven_secret_may_ask(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let machine = server.client(&person, Preset::Machine).await;
    let own = machine.token(&[("grant_type", "client_credentials")]).await.expect(200).json();
    let token = text(&own, "access_token");
    let ask = |form: Vec<(&'static str, String)>| {
        Answer::to(server.request(Method::POST, "/oauth/introspect").form(&form))
    };
    let public = server.client(&person, Preset::Browser).await;
    let lax = server.client(&person, Preset::Challonge).await;
    let about = || ("token", token.to_owned());
    for form in [
        vec![about()],
        vec![about(), ("client_id", machine.app.id.clone())],
        vec![about(), ("client_id", machine.app.id.clone()), ("client_secret", "x".into())],
        vec![about(), ("client_id", "nobody".into()), ("client_secret", "x".into())],
        vec![about(), ("client_id", public.app.id.clone())],
        vec![about(), ("client_id", lax.app.id.clone())],
    ] {
        let refused = ask(form.clone()).await.expect(401);
        assert_eq!(refused.json()["error"], "invalid_client", "{form:?}");
        assert!(refused.header("www-authenticate").starts_with("Basic "));
    }
    let key = server.personal_key(&person).await;
    for bearer in [token, &key] {
        let request = server.request(Method::POST, "/oauth/introspect").bearer_auth(bearer);
        Answer::to(request.form(&[about()])).await.expect(401);
    }
    let get = format!("/oauth/introspect?token={token}");
    let request = server.request(Method::GET, &get);
    let request = request.basic_auth(&machine.app.id, machine.app.secret.as_deref());
    Answer::to(request).await.expect(405);
    let request = server.request(Method::POST, &get);
    let request = request.basic_auth(&machine.app.id, machine.app.secret.as_deref());
    assert_eq!(Answer::to(request).await.expect(400).json()["error"], "invalid_request");
    assert_eq!(introspect(&machine, "").await.expect(400).json()["error"], "invalid_request");
}

/// Case N10.
#[rstest]
#[tokio::test]
async fn a_resource_server_is_told_of_access_tokens_of_all(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let operator = server.operator("mark").await;
    let client = server.client(&person, Preset::Standard).await;
    let resource = server.client(&person, Preset::Machine).await;
    let mut browser = server.signed_in(&person).await;
    let tokens = client.tokens(&mut browser, "me tournaments:read").await;
    let (access, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    assert!(is_dead(&resource, access).await);
    // Its owner cannot turn it on.
    assert!(!set_switch(&server, &person, &resource, Switch::IntrospectAll).await);
    assert!(is_dead(&resource, access).await);
    assert!(set_switch(&server, &operator, &resource, Switch::IntrospectAll).await);
    let told = introspect(&resource, access).await.expect(200).json();
    assert_eq!(told["client_id"], client.app.id);
    assert!(is_dead(&resource, refresh).await);
    // It stays on when its owner saves something else.
    assert!(set_switch(&server, &person, &resource, Switch::Cors).await);
    assert!(!is_dead(&resource, access).await);
}

/// Cases F13, F15: what is cached of an application is never older than its last change.
#[rstest]
#[tokio::test]
async fn a_replaced_secret_is_known_at_once_and_on_every_node(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Machine).await;
    let there = client.moved_to(&beside);
    introspect(&client, "x").await.expect(200);
    introspect(&there, "x").await.expect(200);
    let actor = person.actor();
    let rotated = server.core.rotate_secret(&actor, &client.app.id, true, Origin::default()).await;
    let secret = rotated.unwrap().client_secret;
    introspect(&client, "x").await.expect(401);
    let app = crate::support::Client { id: client.app.id.clone(), secret: Some(secret) };
    let (here, new_there) =
        (Flow { server: &server, app: app.clone() }, Flow { server: &beside, app });
    // A secret that the cache does not know is asked of the database, so it works everywhere now.
    introspect(&here, "x").await.expect(200);
    introspect(&new_there, "x").await.expect(200);
    introspect(&there, "x").await.expect(401);
    server
        .core
        .delete_application(&person.actor(), &client.app.id, Origin::default())
        .await
        .unwrap();
    introspect(&here, "x").await.expect(401);
    for _ in 0..500 {
        if introspect(&new_there, "x").await.status == 401 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    introspect(&new_there, "x").await.expect(401);
}
