//! Pushed authorization requests (RFC 9126).

use reqwest::Method;
use rstest::rstest;
use tiltyard_core::{Actor, accounts::Origin, applications::ApplicationChanges, clock::MINUTE};
use tiltyard_oauth::{preset::Preset, switch::Switch};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Browser, Flow, TestServer, Wanted, query_of};

async fn push(client: &Flow<'_>, changes: &[(&str, &str)]) -> Answer {
    let request = client.server.request(Method::POST, "/oauth/par");
    let request = request.basic_auth(&client.app.id, client.app.secret.as_deref());
    Answer::to(request.form(&client.parameters(changes))).await
}

async fn pushed(client: &Flow<'_>, changes: &[(&str, &str)]) -> String {
    let answer = push(client, changes).await.expect(201).json();
    assert_eq!(answer["expires_in"], 90);
    let uri = answer["request_uri"].as_str().unwrap().to_owned();
    assert!(uri.starts_with("urn:ietf:params:oauth:request_uri:"));
    uri
}

fn address(client: &Flow<'_>, request_uri: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("client_id", &client.app.id).append_pair("request_uri", request_uri);
    format!("/oauth/authorize?{}", query.finish())
}

async fn allow(browser: &mut Browser<'_>, page: &Answer) -> Answer {
    let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
    let fields = [("csrf", csrf.as_str()), ("request", &request), ("decision", "allow")];
    browser.post("/oauth/authorize", &fields).await
}

/// Cases P04, P05, P06.
#[rstest]
#[tokio::test]
async fn a_reference_is_good_for_one_answer(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let other = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let uri = pushed(&client, &[]).await;
    // Another client cannot use it, and what stands beside it does not count.
    browser.get(&address(&other, &uri)).await.expect(400);
    let beside = format!(
        "{}&scope=none:such&redirect_uri=https%3A%2F%2Fevil.example",
        address(&client, &uri)
    );
    browser.get(&beside).await.expect(200);
    // Reloaded, and left open for longer than the reference lives by itself.
    browser.get(&address(&client, &uri)).await.expect(200);
    server.clock.advance(5 * MINUTE);
    let page = browser.get(&address(&client, &uri)).await.expect(200);
    let to = allow(&mut browser, &page).await.expect(303).location().to_owned();
    let code = query_of(&to, "code").unwrap();
    assert_eq!(query_of(&to, "state").as_deref(), Some("af0ifjsldkj"));
    client.exchange(&code, &[]).await.expect(200);
    browser.get(&address(&client, &uri)).await.expect(400);
    // The same where the consent was given before, and for one that nobody came with.
    let again = pushed(&client, &[]).await;
    browser.get(&address(&client, &again)).await.expect(303);
    browser.get(&address(&client, &again)).await.expect(400);
    let late = pushed(&client, &[]).await;
    server.clock.advance(2 * MINUTE);
    browser.get(&address(&client, &late)).await.expect(400);
    browser.get(&address(&client, "urn:ietf:params:oauth:request_uri:nothing")).await.expect(400);
}

/// Cases P02, P03.
#[rstest]
#[tokio::test]
async fn what_would_be_refused_later_is_refused_at_once(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    for (change, error) in [
        (("request_uri", "urn:ietf:params:oauth:request_uri:x"), "invalid_request"),
        (("redirect_uri", "https://evil.example/"), "invalid_request"),
        (("scope", "no:such"), "invalid_scope"),
        (("resource", "https://elsewhere.example/"), "invalid_target"),
        (("code_challenge", ""), "invalid_request"),
        (("response_type", "fish"), "unsupported_response_type"),
    ] {
        let refused = push(&client, &[change]).await.expect(400);
        assert_eq!(refused.json()["error"], error, "{change:?}");
    }
    let nobody = server.request(Method::POST, "/oauth/par").form(&client.parameters(&[]));
    Answer::to(nobody).await.expect(401);
    server.get("/oauth/par").await.expect(405);
    let large = "x".repeat(20_000);
    push(&client, &[("state", &large)]).await.expect(413);
    for _ in 0..300 {
        if push(&client, &[]).await.status == 429 {
            return;
        }
    }
    let refused = push(&client, &[]).await.expect(429);
    assert!(!refused.header("retry-after").is_empty());
}

/// Whoever authenticates may push as often as people sign in; only what nobody came for counts.
#[rstest]
#[tokio::test]
async fn answered_requests_take_no_room(#[values(Sqlite, Postgres)] engine: Engine) {
    let wanted = Wanted {
        settings: |settings| settings.limits.pushed_requests = "2 + 1/hour".parse().unwrap(),
        ..Wanted::default()
    };
    let server = TestServer::start_as(engine, wanted).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    for number in 0..6 {
        let uri = pushed(&client, &[]).await;
        let mut answer = browser.get(&address(&client, &uri)).await;
        if answer.status == 200 {
            answer = allow(&mut browser, &answer).await;
        }
        assert!(query_of(answer.expect(303).location(), "code").is_some(), "{number}");
    }
    for _ in 0..2 {
        pushed(&client, &[]).await;
    }
    push(&client, &[]).await.expect(429);
}

/// Case P07.
#[rstest]
#[tokio::test]
async fn an_application_can_be_made_to_push(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Challonge).await;
    let change = |application: &tiltyard_core::applications::Application| {
        let mut switches = application.client.switches.clone();
        switches.insert(Switch::RequirePushedRequests);
        ApplicationChanges { switches: Some(switches), ..ApplicationChanges::default() }
    };
    let (id, origin) = (client.app.id.as_str(), Origin::default());
    server.core.update_application(&Actor::Operator, id, change, origin).await.unwrap();
    let mut browser = server.signed_in(&person).await;
    let refused = client.authorize(&mut browser, &[]).await.expect(303);
    assert_eq!(query_of(refused.location(), "error").as_deref(), Some("invalid_request"));
    let uri = pushed(&client, &[]).await;
    browser.get(&address(&client, &uri)).await.expect(200);
    // Grants without the authorization endpoint are none of its business.
    client.device_request(&[]).await.expect(200);
    let grant = [("grant_type", "client_credentials"), ("scope", "tournaments:read")];
    client.token(&grant).await.expect(200);
}

#[rstest]
#[tokio::test]
async fn a_pushed_request_can_insist_on_a_new_sign_in(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let uri = pushed(&client, &[("prompt", "login")]).await;
    let to = browser.get(&address(&client, &uri)).await.expect(303).location().to_owned();
    assert!(to.starts_with("/login?next="), "{to}");
    let next = query_of(&format!("http://x{to}"), "next").unwrap();
    // The sign-in page may lead on to where the request said.
    assert!(next.contains("redirect_uri=https%3A%2F%2Fclient.example"), "{next}");
    let mut fresh = server.signed_in(&person).await;
    fresh.get(&next).await.expect(200);
    let replayed = browser.get(&next).await.expect(303);
    assert!(replayed.location().starts_with("/login?next="));
}
