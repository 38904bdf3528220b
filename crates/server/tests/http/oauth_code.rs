//! The authorization code flow: consent, codes and what they are good for.

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use tiltyard_core::clock::{HOUR, MINUTE};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, CALLBACK, Credential, PASSWORD, TestServer, VERIFIER, query_of};

/// Cases D17, S01, S03.
#[rstest]
#[tokio::test]
async fn from_sign_in_to_the_first_call(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let person = server.person("ysolde").await;
    let client = server.client(&owner, Preset::Standard).await;
    let mut browser = server.browser();
    // Nobody is signed in: to the form, and from there back to the request.
    let to_login = client.authorize(&mut browser, &[]).await.expect(303);
    let login = to_login.location().to_owned();
    assert!(login.starts_with("/login?next="), "{login}");
    let form = browser.get(&login).await.expect(200);
    let (csrf, next) = (form.hidden("csrf"), form.hidden("next"));
    let fields =
        [("csrf", csrf.as_str()), ("next", &next), ("username", "ysolde"), ("password", PASSWORD)];
    let back = browser.post("/login", &fields).await.expect(303);
    assert!(back.location().starts_with("/oauth/authorize?"));
    let consent = browser.get(back.location()).await.expect(200);
    for shown in ["Overlay", "owner", "client.example", "tournaments"] {
        assert!(consent.text.contains(shown), "{shown}");
    }
    assert_eq!(consent.header("referrer-policy"), "no-referrer");
    let policy = consent.header("content-security-policy");
    assert!(policy.contains("form-action 'self' https://client.example;"), "{policy}");
    let (csrf, request) = (consent.hidden("csrf"), consent.hidden("request"));
    let fields = [("csrf", csrf.as_str()), ("request", &request), ("decision", "allow")];
    let answer = browser.post("/oauth/authorize", &fields).await.expect(303);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    let location = answer.location();
    assert!(location.starts_with(&format!("{CALLBACK}?")), "{location}");
    assert_eq!(query_of(location, "state").as_deref(), Some("af0ifjsldkj"));
    assert_eq!(query_of(location, "iss").as_deref(), Some(server.url.as_str()));
    let code = query_of(location, "code").unwrap();
    // The form again: answered already.
    browser.post("/oauth/authorize", &fields).await.expect(422);

    let answer = client.exchange(&code, &[]).await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("content-type"), "application/json");
    let tokens = answer.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 3_600);
    assert_eq!(tokens["scope"], "me tournaments:read tournaments:write");
    assert!(tokens["refresh_token"].is_string());
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    let api = server.api(Credential::Token(token));
    let me = api.get("/me.json").await.expect(200).data();
    assert_eq!(me["attributes"]["username"], "ysolde");
    assert_eq!(me["id"], person.id.to_string());
    api.post("/tournaments.json", json!({"name": "Mine"})).await.expect(201);

    // Known from now on: no page for the same request, one for more.
    let answer = client.authorize(&mut browser, &[]).await.expect(303);
    assert!(query_of(answer.location(), "code").is_some());
    let more = [("scope", "me tournaments:read matches:read")];
    let page = client.authorize(&mut browser, &more).await.expect(200);
    assert!(page.text.contains("permissions you gave before"));
    client.authorize(&mut browser, &[("prompt", "consent")]).await.expect(200);
    let again = client.authorize(&mut browser, &[("prompt", "login")]).await.expect(303);
    assert!(again.location().starts_with("/login?"));
}

/// Case S06.
#[rstest]
#[tokio::test]
async fn a_person_says_no(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let answer = client.decide(&mut browser, &[], "deny").await.expect(303);
    let location = answer.location();
    assert_eq!(query_of(location, "error").as_deref(), Some("access_denied"));
    assert_eq!(query_of(location, "state").as_deref(), Some("af0ifjsldkj"));
    assert_eq!(query_of(location, "iss").as_deref(), Some(server.url.as_str()));
    assert_eq!(query_of(location, "code"), None);
    // Anything but "allow" is a no.
    let answer = client.decide(&mut browser, &[], "perhaps").await.expect(303);
    assert_eq!(query_of(answer.location(), "error").as_deref(), Some("access_denied"));
    // Nothing was remembered.
    client.authorize(&mut browser, &[]).await.expect(200);
}

/// Cases B32, B33, B36, S02.
#[rstest]
#[tokio::test]
async fn silent_requests(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let silent = [("prompt", "none")];
    let error = |answer: Answer| query_of(answer.expect(303).location(), "error");
    let mut nobody = server.browser();
    let answer = client.authorize(&mut nobody, &silent).await;
    assert_eq!(error(answer).as_deref(), Some("login_required"));
    let mut browser = server.signed_in(&person).await;
    let answer = client.authorize(&mut browser, &silent).await;
    assert_eq!(error(answer).as_deref(), Some("consent_required"));
    client.code(&mut browser, &[]).await;
    let answer = client.authorize(&mut browser, &silent).await.expect(303);
    assert!(query_of(answer.location(), "code").is_some());
    // A public client always asks, so it cannot be silent.
    let public = server.client(&person, Preset::Browser).await;
    public.code(&mut browser, &[]).await;
    let answer = public.authorize(&mut browser, &silent).await;
    assert_eq!(error(answer).as_deref(), Some("consent_required"));
    public.authorize(&mut browser, &[]).await.expect(200);
    // A sign-in that is too old.
    server.clock.advance(2 * MINUTE);
    let aged = [("prompt", "none"), ("max_age", "60")];
    let answer = client.authorize(&mut browser, &aged).await;
    assert_eq!(error(answer).as_deref(), Some("login_required"));
    let answer = client.authorize(&mut browser, &[("max_age", "60")]).await.expect(303);
    assert!(answer.location().starts_with("/login?"));
    let answer = client.authorize(&mut browser, &[("max_age", "600")]).await.expect(303);
    assert!(query_of(answer.location(), "code").is_some());
}

/// Cases S04, S05.
#[rstest]
#[tokio::test]
async fn the_consent_form_belongs_to_its_session(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let stranger = server.person("mallory").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let mut theirs = server.signed_in(&stranger).await;
    let page = client.authorize(&mut browser, &[]).await.expect(200);
    let request = page.hidden("request");
    // Another session, with its own good form token; no session; a foreign token; another site.
    let csrf = client.authorize(&mut theirs, &[]).await.hidden("csrf");
    let fields = [("csrf", csrf.as_str()), ("request", &request), ("decision", "allow")];
    theirs.post("/oauth/authorize", &fields).await.expect(422);
    browser.post("/oauth/authorize", &fields).await.expect(403);
    server.browser().post("/oauth/authorize", &fields).await.expect(403);
    let own = page.hidden("csrf");
    let fields = [("csrf", own.as_str()), ("request", &request), ("decision", "allow")];
    let foreign = browser.request(Method::POST, "/oauth/authorize").form(&fields);
    Answer::to(foreign.header("sec-fetch-site", "cross-site")).await.expect(403);
    // Two tabs answer each its own request.
    let second = client.authorize(&mut browser, &[("state", "tab2")]).await.hidden("request");
    let other = [("csrf", own.as_str()), ("request", &second), ("decision", "allow")];
    let answer = browser.post("/oauth/authorize", &other).await.expect(303);
    assert_eq!(query_of(answer.location(), "state").as_deref(), Some("tab2"));
    let answer = browser.post("/oauth/authorize", &fields).await.expect(303);
    assert_eq!(query_of(answer.location(), "state").as_deref(), Some("af0ifjsldkj"));
    // A page that was open for too long.
    let late = client.authorize(&mut browser, &[("prompt", "consent")]).await.hidden("request");
    server.clock.advance(HOUR);
    let fields = [("csrf", own.as_str()), ("request", &late), ("decision", "allow")];
    browser.post("/oauth/authorize", &fields).await.expect(422);
}

/// Cases D01, D02, D05.
#[rstest]
#[tokio::test]
async fn a_code_works_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let other_grant = client.tokens(&mut browser, "me").await;
    let code = client.code(&mut browser, &[("prompt", "consent")]).await;
    let tokens = client.exchange(&code, &[]).await.expect(200).json();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let api = server.api(Credential::Token(text(&tokens["access_token"])));
    api.get("/me.json").await.expect(200);
    let replay = client.exchange(&code, &[]).await.expect(400).json();
    assert_eq!(replay["error"], "invalid_grant");
    // What came of it is dead, at once; another grant of the same two is not.
    api.get("/me.json").await.expect(401);
    client.refresh(&text(&tokens["refresh_token"]), &[]).await.expect(400);
    let api = server.api(Credential::Token(text(&other_grant["access_token"])));
    api.get("/me.json").await.expect(200);
    client.refresh(&text(&other_grant["refresh_token"]), &[]).await.expect(200);
}

/// Cases C08, C09, C11, C13, D06, D07, D08, D09, D16.
#[rstest]
#[tokio::test]
async fn codes_that_are_refused(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let other = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let refused = |answer: Answer| {
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.json()["error"], "invalid_grant");
    };
    // A wrong verifier burns the code.
    let wrong = "x".repeat(43);
    let challenge = crate::support::challenge_of(VERIFIER);
    for verifier in [wrong.as_str(), challenge.as_str(), ""] {
        let code = client.code(&mut browser, &[("prompt", "consent")]).await;
        refused(client.exchange(&code, &[("code_verifier", verifier)]).await);
        refused(client.exchange(&code, &[]).await);
    }
    // Another redirect URI, or none where one was named.
    for uri in ["https://client.example/callback/", "https://other.example/", ""] {
        let code = client.code(&mut browser, &[("prompt", "consent")]).await;
        refused(client.exchange(&code, &[("redirect_uri", uri)]).await);
    }
    // Another client does not get it, and cannot destroy it either.
    let code = client.code(&mut browser, &[("prompt", "consent")]).await;
    refused(other.exchange(&code, &[]).await);
    let tokens = client.exchange(&code, &[]).await.expect(200).json();
    refused(other.exchange(&code, &[]).await);
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    server.api(Credential::Token(token)).get("/me.json").await.expect(200);
    // Too late.
    let code = client.code(&mut browser, &[("prompt", "consent")]).await;
    server.clock.advance(MINUTE + 1);
    refused(client.exchange(&code, &[]).await);
    // None of ours.
    for garbage in ["x", "tly_code_x", &"x".repeat(10_000)] {
        refused(client.exchange(garbage, &[]).await);
    }
    // Consent withdrawn, or the redirect URI taken away, in between.
    let code = client.code(&mut browser, &[("prompt", "consent")]).await;
    let origin = tiltyard_core::accounts::Origin::default();
    server.core.disconnect(&person.actor(), &client.app.id, origin).await.unwrap();
    refused(client.exchange(&code, &[]).await);
}

/// Cases D03, D04.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_exchanges_at_once_one_succeeds(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    for nodes in [[&server, &server], [&server, &beside]] {
        let code = client.code(&mut browser, &[("prompt", "consent")]).await;
        let exchanges = (0..50).map(|number| {
            let (code, node) = (&code, client.moved_to(nodes[number % 2]));
            async move { node.exchange(code, &[]).await.status }
        });
        let statuses = futures_util::future::join_all(exchanges).await;
        let granted = statuses.iter().filter(|status| **status == 200).count();
        assert_eq!(granted, 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| matches!(status, 200 | 400)), "{statuses:?}");
    }
}

/// Case G13.
#[rstest]
#[tokio::test]
async fn disconnecting_ends_every_token(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let person = server.person("ysolde").await;
    let client = server.client(&owner, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let tokens = client.tokens(&mut browser, "me").await;
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    let api = server.api(Credential::Token(token));
    api.get("/me.json").await.expect(200);
    let account = browser.get("/account").await.expect(200);
    assert!(account.text.contains("Overlay"));
    let action = format!("/account/connections/{}/disconnect", client.app.id);
    browser.submit("/account", &action, &[]).await.expect(303);
    api.get("/me.json").await.expect(401);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(client.refresh(refresh, &[]).await.expect(400).json()["error"], "invalid_grant");
    assert!(!browser.get("/account").await.text.contains("Overlay"));
    browser.submit("/account", &action, &[]).await.expect(404);
    // Asked again next time; a new grant works.
    let tokens = client.tokens(&mut browser, "me").await;
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    server.api(Credential::Token(token)).get("/me.json").await.expect(200);
}

/// Case B23.
#[rstest]
#[tokio::test]
async fn the_code_by_form_post(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let state = "\"><script>alert(1)</script>";
    let changes = [("response_mode", "form_post"), ("state", state)];
    let page = client.decide(&mut browser, &changes, "allow").await.expect(200);
    assert!(page.text.contains(&format!("action=\"{CALLBACK}\"")), "{}", page.text);
    assert!(!page.text.contains("<script>alert"));
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.header("content-security-policy").contains("form-action 'self' https://client"));
    assert_eq!(page.hidden("iss"), server.url);
    client.exchange(&page.hidden("code"), &[]).await.expect(200);
}
