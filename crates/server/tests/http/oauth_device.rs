//! Signing in at devices (RFC 8628), as the device sees it.

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use tiltyard_core::clock::{DAY, MINUTE};
use tiltyard_oauth::{preset::Preset, token_text};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Browser, Credential, Flow, TestServer};

#[track_caller]
fn error(answer: &Answer) -> String {
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.json()["error"].as_str().unwrap().to_owned()
}

async fn decide(browser: &mut Browser<'_>, user_code: &str, decision: &str) -> Answer {
    let page = format!("/activate?user_code={user_code}");
    browser.submit(&page, "/activate", &[("user_code", user_code), ("decision", decision)]).await
}

async fn device_client(server: &TestServer) -> (Flow<'_>, Browser<'_>) {
    let person = server.person("ysolde").await;
    let client = server.client_at(&person, Preset::Device, &[]).await;
    let browser = server.signed_in(&person).await;
    (client, browser)
}

/// Cases I02, I03, I07, I14, I24.
#[rstest]
#[tokio::test]
async fn a_device_signs_in(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let (client, mut browser) = device_client(&server).await;
    let asked = client.device_request(&[]).await.expect(200);
    assert_eq!(asked.header("cache-control"), "no-store");
    let codes = asked.json();
    let user_code = codes["user_code"].as_str().unwrap().to_owned();
    let letters: String = user_code.chars().filter(|char| *char != '-').collect();
    assert!(
        letters.len() == 8 && letters.chars().all(|char| "BCDFGHJKLMNPQRSTVWXZ".contains(char))
    );
    let page = format!("{}/activate", server.url);
    assert_eq!(codes["verification_uri"], page);
    assert_eq!(codes["verification_uri_complete"], format!("{page}?user_code={user_code}"));
    assert_eq!((codes["expires_in"].as_i64(), codes["interval"].as_i64()), (Some(600), Some(5)));
    let device_code = codes["device_code"].as_str().unwrap();
    assert_eq!(error(&client.poll(device_code).await), "authorization_pending");
    decide(&mut browser, &user_code, "allow").await.expect(200);
    let tokens = client.poll(device_code).await.expect(200).json();
    assert_eq!(tokens["scope"], "me tournaments:read tournaments:write");
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    let me = server.api(Credential::Token(token)).get("/me.json").await.expect(200);
    assert_eq!(me.data()["attributes"]["username"], "ysolde");
    assert_eq!(error(&client.poll(device_code).await), "invalid_grant");
    // A public client's refresh tokens rotate.
    let first = tokens["refresh_token"].as_str().unwrap();
    let next = client.refresh(first, &[]).await.expect(200).json();
    assert_ne!(next["refresh_token"], tokens["refresh_token"]);
    let used = next["refresh_token"].as_str().unwrap();
    client.refresh(used, &[]).await.expect(200);
    assert_eq!(error(&client.refresh(first, &[]).await), "invalid_grant");
}

/// Case I01.
#[rstest]
#[tokio::test]
async fn only_where_the_grant_is_on(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let client = server.client(&owner, Preset::Browser).await;
    assert_eq!(error(&client.device_request(&[]).await), "unauthorized_client");
    let device = server.client_at(&owner, Preset::Device, &[]).await;
    for (change, expected) in [
        (("scope", "me nonsense"), "invalid_scope"),
        (("scope", "organizer:view"), "invalid_scope"),
        (("scope[]", "me"), "invalid_request"),
        (("resource", "nowhere"), "invalid_target"),
    ] {
        assert_eq!(error(&device.device_request(&[change]).await), expected);
    }
    let unknown = device.device_request(&[("client_id", "nobody")]).await;
    assert_eq!((unknown.status, &unknown.json()["error"]), (401, &json!("invalid_client")));
    // A confidential application proves who it is here, too.
    let strict = server.client(&owner, Preset::Standard).await;
    let wrong = strict.device_request(&[("client_secret", "wrong")]).await;
    assert_eq!((wrong.status, &wrong.json()["error"]), (401, &json!("invalid_client")));
    let document = server.get("/.well-known/oauth-authorization-server").await.json();
    let address = format!("{}/oauth/device_authorization", server.url);
    assert_eq!(document["device_authorization_endpoint"], address);
    let grants = document["grant_types_supported"].as_array().unwrap();
    assert!(grants.contains(&json!("urn:ietf:params:oauth:grant-type:device_code")));
}

/// One platform's clients: another path, parameters in the query, JSON, a short grant type.
#[rstest]
#[tokio::test]
async fn published_clients_ask_in_their_way(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let client = server.client(&owner, Preset::Challonge).await;
    let id = &client.app.id;
    let query = format!("/oauth/authorize_device?client_id={id}&scope=me");
    let codes = Answer::to(server.request(Method::POST, &query)).await.expect(200).json();
    let mut browser = server.signed_in(&owner).await;
    decide(&mut browser, codes["user_code"].as_str().unwrap(), "allow").await.expect(200);
    let poll = [("grant_type", "device_code"), ("client_secret", "")];
    let device_code = codes["device_code"].as_str().unwrap();
    let tokens = client.token(&[poll[0], poll[1], ("device_code", device_code)]).await;
    assert!(tokens.expect(200).json()["created_at"].is_i64());
    let body = json!({"client_id": id, "scope": "me"});
    let request = server.request(Method::POST, "/oauth/authorize_device").json(&body);
    Answer::to(request).await.expect(200);
    // The query is for applications with the switch only.
    let strict = server.client_at(&owner, Preset::Device, &[]).await;
    let query = format!("/oauth/device_authorization?client_id={}", strict.app.id);
    let refused = Answer::to(server.request(Method::POST, &query)).await;
    assert_eq!(error(&refused), "invalid_request");
    let old = server.get("/oauth/device?user_code=BCDF-GHJK").await.expect(303);
    assert_eq!(old.location(), "/activate?user_code=BCDF-GHJK");
}

/// Cases I08, I09, I10.
#[rstest]
#[tokio::test]
async fn polling_too_often_slows_down(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let (client, mut browser) = device_client(&server).await;
    let (device_code, user_code) = client.device().await;
    let mut told = Vec::new();
    for pause in [0, 5_000, 4_500, 5_500, 4_500, 1_000, 9_000, 5_000, 10_000] {
        server.clock.advance(pause);
        told.push(error(&client.poll(&device_code).await));
    }
    let (pending, slow) = ("authorization_pending", "slow_down");
    // One second later is too early: ten seconds from then on, counted from the poll before. Five
    // seconds are too few now: fifteen, and so they have passed ten seconds later.
    let expected = [pending, pending, pending, pending, pending, slow, pending, slow, pending];
    assert_eq!(told, expected);
    // Whoever asks too early still learns of the decision.
    assert_eq!(error(&client.poll(&device_code).await), slow);
    decide(&mut browser, &user_code, "allow").await.expect(200);
    client.poll(&device_code).await.expect(200);
}

/// Case I12.
#[rstest]
#[tokio::test]
async fn a_refusal_is_for_good(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let (client, mut browser) = device_client(&server).await;
    let (device_code, user_code) = client.device().await;
    let page = decide(&mut browser, &user_code, "deny").await.expect(200);
    assert!(page.text.contains("Nothing was connected"));
    assert_eq!(error(&client.poll(&device_code).await), "access_denied");
    decide(&mut browser, &user_code, "allow").await.expect(422);
    assert_eq!(error(&client.poll(&device_code).await), "access_denied");
    server.clock.advance(11 * MINUTE);
    assert_eq!(error(&client.poll(&device_code).await), "access_denied");
}

/// Case I13.
#[rstest]
#[tokio::test]
async fn codes_end(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let (client, mut browser) = device_client(&server).await;
    let (device_code, user_code) = client.device().await;
    server.clock.advance(10 * MINUTE);
    assert_eq!(error(&client.poll(&device_code).await), "expired_token");
    let page = decide(&mut browser, &user_code, "allow").await.expect(422);
    assert!(page.text.contains("No device waits with this code"));
    // Also one that was allowed and never fetched.
    let (device_code, user_code) = client.device().await;
    decide(&mut browser, &user_code, "allow").await.expect(200);
    server.clock.advance(10 * MINUTE);
    assert_eq!(error(&client.poll(&device_code).await), "expired_token");
    // Two days later nothing is left of either.
    server.clock.advance(2 * DAY);
    server.core.maintain().await.unwrap();
    assert_eq!(error(&client.poll(&device_code).await), "invalid_grant");
}

/// Cases I15, I16.
#[rstest]
#[tokio::test]
async fn one_of_many_polls_wins(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let (client, mut browser) = device_client(&server).await;
    let (device_code, user_code) = client.device().await;
    decide(&mut browser, &user_code, "allow").await.expect(200);
    let owner = server.person("other").await;
    let other = server.client_at(&owner, Preset::Device, &[]).await;
    assert_eq!(error(&other.poll(&device_code).await), "invalid_grant");
    let there = client.moved_to(&beside);
    let polls = (0..50).map(|turn| {
        let node = if turn % 2 == 0 { &client } else { &there };
        node.poll(&device_code)
    });
    let answers = futures_util::future::join_all(polls).await;
    let won = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(won, 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(error(answer), "invalid_grant");
    }
}

/// Case I20.
#[rstest]
#[tokio::test]
async fn a_locked_account_gets_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let client = server.client_at(&owner, Preset::Device, &[]).await;
    let person = server.person("ysolde").await;
    let mut browser = server.signed_in(&person).await;
    let (device_code, user_code) = client.device().await;
    decide(&mut browser, &user_code, "allow").await.expect(200);
    server.lock(&person).await;
    assert_eq!(error(&client.poll(&device_code).await), "access_denied");
    assert_eq!(error(&client.poll(&device_code).await), "access_denied");
}

#[rstest]
#[tokio::test]
async fn a_consent_taken_back_is_no_longer_one(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let (client, mut browser) = device_client(&server).await;
    let (device_code, user_code) = client.device().await;
    decide(&mut browser, &user_code, "allow").await.expect(200);
    let path = format!("/account/connections/{}/disconnect", client.app.id);
    browser.submit("/account", &path, &[]).await.expect(303);
    assert_eq!(error(&client.poll(&device_code).await), "access_denied");
}

/// Case I21.
#[rstest]
#[tokio::test]
async fn unfinished_requests_are_bounded(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let (client, mut browser) = device_client(&server).await;
    let (_, user_code) = client.device().await;
    for _ in 1..60 {
        client.device_request(&[]).await.expect(200);
    }
    let refused = client.device_request(&[]).await.expect(429);
    assert_eq!(refused.json()["error"], "temporarily_unavailable");
    assert_ne!(refused.header("retry-after"), "");
    // One that is decided makes room, and so does time.
    decide(&mut browser, &user_code, "deny").await.expect(200);
    client.device_request(&[]).await.expect(200);
    client.device_request(&[]).await.expect(429);
    server.clock.advance(10 * MINUTE);
    client.device_request(&[]).await.expect(200);
}

/// Case I06.
#[rstest]
#[tokio::test]
async fn nobody_guesses_user_codes(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let (client, mut browser) = device_client(&server).await;
    let (_, user_code) = client.device().await;
    let mut wrong = 0;
    for minute in 0..10 {
        for letter in ["B", "C", "D"] {
            let guess = format!("/activate?user_code={letter}BBBBBB{letter}");
            match browser.get(&guess).await.status {
                422 => wrong += 1,
                429 => {}
                status => panic!("{status} in minute {minute}"),
            }
        }
        server.clock.advance(MINUTE);
    }
    // In the life of a code, each with a chance of one in 20^8: below 2^-32.
    assert!(wrong <= 5, "{wrong}");
    // The right one is not told from the others meanwhile; somebody else is not held up.
    browser.get(&format!("/activate?user_code={user_code}")).await;
    let (_, user_code) = client.device().await;
    let page = format!("/activate?user_code={user_code}");
    let mut other = server.signed_in(&server.person("other").await).await;
    other.get(&page).await.expect(200);
}

#[rstest]
#[tokio::test]
async fn what_is_no_device_code_is_refused(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let (client, _) = device_client(&server).await;
    let unknown = token_text::generate(token_text::TokenKind::DeviceCode, &[7; 32]);
    for code in ["x", "tly_dc_0_0", unknown.as_str(), &format!("{unknown}0")] {
        assert_eq!(error(&client.poll(code).await), "invalid_grant", "{code}");
    }
    assert_eq!(error(&client.poll("").await), "invalid_request");
}
