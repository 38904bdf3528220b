//! Applications at the token endpoint: who they are, what their preset gives them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use tiltyard_core::{
    accounts::Origin,
    clock::{DAY, MINUTE},
};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Client, Credential, Flow, TestServer, query_of};

const MACHINE: [(&str, &str); 1] = [("grant_type", "client_credentials")];

#[track_caller]
fn error(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.json();
    assert!(body["error_description"].is_string());
    body["error"].as_str().unwrap().to_owned()
}

/// Cases E05, E06, H01, H09.
#[rstest]
#[tokio::test]
async fn an_application_for_itself(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let client = server.client_at(&owner, Preset::Machine, &[]).await;
    let scope = ("scope", "tournaments:read tournaments:write");
    let tokens = client.token(&[MACHINE[0], scope]).await.expect(200).json();
    assert!(tokens["refresh_token"].is_null());
    let api = server.api(Credential::Token(tokens["access_token"].as_str().unwrap().to_owned()));
    let t = api.tournament(json!({"name": "By a machine"}), 0).await;
    server.key_of(&owner).await.get(&format!("{t}.json")).await.expect(200);
    let me = client.token(&[MACHINE[0], ("scope", "me")]).await;
    assert_eq!(error(&me, 400), "invalid_scope");
    let other = client.token(&[MACHINE[0], ("scope", "tournaments:read nonsense")]).await;
    assert_eq!(error(&other, 400), "invalid_scope");
    // Another grant than its own; grants that nobody has.
    let code = client.token(&[("grant_type", "authorization_code"), ("code", "x")]).await;
    assert_eq!(error(&code, 400), "unauthorized_client");
    for grant in ["password", "implicit", "urn:x", "x"] {
        let answer = client.token(&[("grant_type", grant)]).await;
        assert_eq!(error(&answer, 400), "unsupported_grant_type", "{grant}");
    }
    assert_eq!(error(&client.token(&[]).await, 400), "invalid_request");
    // A public client has nothing to prove itself with.
    let public = server.client(&owner, Preset::Browser).await;
    assert_eq!(error(&public.token(&MACHINE).await, 400), "unauthorized_client");
    // Neither does one whose secret is optional elsewhere.
    let lax = server.client(&owner, Preset::Challonge).await;
    let without = lax.token(&[MACHINE[0], ("client_secret", "")]).await;
    assert_eq!(error(&without, 401), "invalid_client");
}

/// Cases F01, F02, F03, F04, F05, F06, F09.
#[rstest]
#[tokio::test]
async fn ways_to_say_who_one_is(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let client = server.client_at(&owner, Preset::Machine, &[]).await;
    let (id, secret) = (client.app.id.clone(), client.app.secret.clone().unwrap());
    let token = || server.request(Method::POST, "/oauth/token");
    let encoded =
        |text: &str| text.bytes().fold(String::new(), |text, byte| format!("{text}%{byte:02X}"));
    // Basic, also with every letter percent-encoded; JSON; the doors' trailing slash.
    for credentials in [format!("{id}:{secret}"), format!("{}:{}", encoded(&id), encoded(&secret))]
    {
        let basic = format!("Basic {}", STANDARD.encode(credentials));
        Answer::to(token().header("authorization", basic).form(&MACHINE)).await.expect(200);
    }
    let body = json!({
        "grant_type": "client_credentials", "client_id": id, "client_secret": secret,
        "unknown": null, "other": 7,
    });
    Answer::to(token().json(&body)).await.expect(200);
    let form = [MACHINE[0], ("client_id", &id), ("client_secret", &secret)];
    let slash = server.request(Method::POST, "//oauth/token/").form(&form);
    Answer::to(slash).await.expect(200);

    let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
    let good = basic(&format!("{id}:{secret}"));
    let with = |header: &str, form: Vec<(&str, &str)>| {
        Answer::to(token().header("authorization", header).form(&form))
    };
    let both = with(&good, vec![MACHINE[0], ("client_secret", &secret)]).await;
    assert_eq!(error(&both, 400), "invalid_request");
    let two = with(&good, vec![MACHINE[0], ("client_id", "another")]).await;
    assert_eq!(error(&two, 400), "invalid_request");
    with(&good, vec![MACHINE[0], ("client_id", &id)]).await.expect(200);
    for bad in [
        basic(&format!("{id}:wrong")),
        basic(&format!("nobody:{secret}")),
        basic(&id),
        basic(&format!("{id}:")),
        format!("{good}="),
        format!("{}!", &good[..good.len() - 4]),
        "Basic".to_owned(),
        format!("Bearer {secret}"),
    ] {
        let answer = with(&bad, MACHINE.to_vec()).await;
        assert_eq!(error(&answer, 401), "invalid_client", "{bad}");
        assert!(answer.header("www-authenticate").starts_with("Basic "), "{bad}");
    }
    // Unknown and wrong look the same.
    let form = |id: &str, secret: &str| {
        Answer::to(token().form(&[MACHINE[0], ("client_id", id), ("client_secret", secret)]))
    };
    let (unknown, wrong) = (form("nobody", "x").await, form(&id, "x").await);
    assert_eq!((unknown.status, &unknown.text), (401, &wrong.text));
    assert_eq!(error(&form(&id, "").await, 401), "invalid_client");
    // A public client that sends a secret.
    let public = server.client(&owner, Preset::Browser).await;
    let sent = public.token(&[("grant_type", "refresh_token"), ("client_secret", "x")]).await;
    assert_eq!(error(&sent, 401), "invalid_client");
}

#[rstest]
#[tokio::test]
async fn requests_that_are_none(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let client = server.client_at(&owner, Preset::Machine, &[]).await;
    let (id, secret) = (client.app.id.clone(), client.app.secret.clone().unwrap());
    let send = |kind: &'static str, body: String| {
        let request = server.request(Method::POST, "/oauth/token");
        Answer::to(request.header("content-type", kind).body(body))
    };
    let form = "application/x-www-form-urlencoded";
    let good = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    send(form, good.clone()).await.expect(200);
    for (kind, body) in [
        ("text/plain", good.clone()),
        ("multipart/form-data", good.clone()),
        (form, format!("{good}&grant_type=client_credentials")),
        (form, format!("{good}&scope=me&scope=me")),
        (form, format!("{good}&x=1&x=2")),
        (form, format!("{good}&scope=%ff")),
        (form, format!("{good}&scope=%zz")),
        ("application/json", "{".to_owned()),
        ("application/json", "[]".to_owned()),
        ("application/json", format!("{{\"client_id\":\"{id}\",\"client_id\":\"{id}\"}}")),
        ("application/json", "{\"scope\":[\"me\"]}".to_owned()),
        ("application/json", format!("{{\"a\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000))),
    ] {
        assert_eq!(error(&send(kind, body.clone()).await, 400), "invalid_request", "{body:.80}");
    }
    let large = format!("{good}&x={}", "x".repeat(20_000));
    assert_eq!(error(&send(form, large).await, 413), "invalid_request");
    let many = (0..200).fold(String::new(), |text, number| format!("{text}&p{number}=1"));
    error(&send(form, format!("{good}{many}")).await, 413);
    // In the query: refused where the application has no switch for it.
    let query = server.request(Method::POST, &format!("/oauth/token?{good}"));
    assert_eq!(error(&Answer::to(query).await, 400), "invalid_request");
    let get = server.get(&format!("/oauth/token?{good}")).await;
    assert!(matches!(get.status, 400 | 405), "{}", get.text);
    // With it, it works; and repeated parameters across query and body do not.
    let lax = server.client(&owner, Preset::Challonge).await;
    let (id, secret) = (lax.app.id.clone(), lax.app.secret.clone().unwrap());
    let good = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    Answer::to(server.request(Method::POST, &format!("/oauth/token?{good}"))).await.expect(200);
    server.get(&format!("/oauth/token?{good}")).await.expect(200);
    let twice = server.request(Method::POST, &format!("/oauth/token?{good}"));
    let twice = Answer::to(twice.form(&[("client_id", id)])).await;
    assert_eq!(error(&twice, 400), "invalid_request");
}

#[rstest]
#[tokio::test]
async fn answers_look_as_each_platforms_do(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let keys = |body: &serde_json::Value| {
        body.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ")
    };
    let cases = [
        (
            Preset::Challonge,
            "me tournaments:read",
            604_800,
            "access_token created_at expires_in refresh_token scope token_type",
        ),
        (
            Preset::Toornament,
            "organizer:view",
            90_000,
            "access_token expires_in refresh_token scope token_type",
        ),
        (
            Preset::Trackmania,
            "read_favorite",
            3_600,
            "access_token expires_in refresh_token token_type",
        ),
        (Preset::Mtgbracket, "", 3_600, "access_token expires_in refresh_token token_type"),
    ];
    let mut browser = server.signed_in(&owner).await;
    for (preset, scope, seconds, members) in cases {
        let client = server.client(&owner, preset).await;
        // None of these sends PKCE.
        let changes = [("scope", scope), ("code_challenge", ""), ("code_challenge_method", "")];
        let answer = client.decide(&mut browser, &changes, "allow").await.expect(303);
        let location = answer.location().to_owned();
        let code = query_of(&location, "code").unwrap();
        let twin = (preset == Preset::Mtgbracket).then(|| code.clone());
        assert_eq!(query_of(&location, "response_code"), twin);
        let tokens = client.exchange(&code, &[("code_verifier", "")]).await.expect(200).json();
        assert_eq!(keys(&tokens), members);
        assert_eq!(tokens["expires_in"], seconds);
        let token = tokens["access_token"].as_str().unwrap();
        assert_eq!(token.split('.').count(), if preset == Preset::Mtgbracket { 1 } else { 3 });
        let refused = client.exchange("x", &[]).await.expect(400).json();
        let two = "error error_description";
        let four = "error error_description hint message";
        assert_eq!(keys(&refused), if preset == Preset::Challonge { two } else { four });
        // Opaque or not, it is known again, and dies with its grant.
        let again = client.exchange(&code, &[("code_verifier", "")]).await;
        assert_eq!(error(&again, 400), "invalid_grant");
        server.api(Credential::Token(token.to_owned())).get("/me.json").await.expect(401);
    }
}

#[rstest]
#[tokio::test]
async fn an_opaque_token_counts_like_another(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let client = server.client(&owner, Preset::Mtgbracket).await;
    let mut browser = server.signed_in(&owner).await;
    let tokens = client.tokens(&mut browser, "").await;
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    let api = server.api(Credential::Token(token.clone()));
    api.get("/tournaments.json").await.expect(200);
    let mut forged = token.clone().into_bytes();
    let middle = forged.len() / 2;
    forged[middle] = if forged[middle] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).unwrap();
    server.api(Credential::Token(forged)).get("/tournaments.json").await.expect(401);
    server.clock.advance(DAY);
    api.get("/tournaments.json").await.expect(401);
}

async fn machine_works(client: &Flow<'_>, secret: &str) -> bool {
    let app = Client { secret: Some(secret.to_owned()), ..client.app.clone() };
    let answer = Flow { server: client.server, app }.token(&MACHINE).await;
    assert!(matches!(answer.status, 200 | 401), "{}", answer.text);
    answer.status == 200
}

/// Cases F13, F14, F15.
#[rstest]
#[tokio::test]
async fn secrets_are_replaced_with_and_without_overlap(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let client = server.client(&owner, Preset::Challonge).await;
    let first = client.app.secret.clone().unwrap();
    let mut browser = server.signed_in(&owner).await;
    let tokens = client.tokens(&mut browser, "me").await;
    let token = Credential::Token(tokens["access_token"].as_str().unwrap().to_owned());
    let rotate = |leaked| {
        let actor = owner.actor();
        let (server, id) = (&server, &client.app.id);
        async move { server.core.rotate_secret(&actor, id, leaked, Origin::default()).await.unwrap() }
    };
    let second = rotate(false).await;
    assert!(
        machine_works(&client, &first).await && machine_works(&client, &second.client_secret).await
    );
    server.clock.advance(DAY - MINUTE);
    assert!(machine_works(&client, &first).await);
    server.clock.advance(2 * MINUTE);
    assert!(!machine_works(&client, &first).await);
    assert!(machine_works(&client, &second.client_secret).await);
    server.api(token.clone()).get("/me.json").await.expect(200);
    // A leak: the old one stops at once, and every token with it.
    let third = rotate(true).await;
    assert!(!machine_works(&client, &second.client_secret).await);
    assert!(machine_works(&client, &third.client_secret).await);
    server.api(token).get("/me.json").await.expect(401);
    let app = Client { secret: Some(third.client_secret), ..client.app.clone() };
    let client = Flow { server: &server, app };
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(error(&client.refresh(refresh, &[]).await, 400), "invalid_grant");
    // The consent stays; a new grant works.
    let tokens = client.tokens(&mut browser, "matches:read").await;
    let token = Credential::Token(tokens["access_token"].as_str().unwrap().to_owned());
    server.api(token).get("/tournaments/1/matches.json").await.expect(404);
}

/// Cases A03, D15, G13.
#[rstest]
#[tokio::test]
async fn a_deleted_application_is_gone(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let client = server.client(&owner, Preset::Challonge).await;
    let mut browser = server.signed_in(&owner).await;
    let tokens = client.tokens(&mut browser, "me").await;
    let token = Credential::Token(tokens["access_token"].as_str().unwrap().to_owned());
    let own = client.token(&[MACHINE[0], ("scope", "tournaments:read")]).await.expect(200).json();
    let own = Credential::Token(own["access_token"].as_str().unwrap().to_owned());
    server.api(own.clone()).get("/tournaments.json").await.expect(200);
    let code = client.code(&mut browser, &[("prompt", "consent")]).await;
    let actor = owner.actor();
    let deleted = server.core.delete_application(&actor, &client.app.id, Origin::default()).await;
    assert_eq!(deleted.unwrap().grants, 1);
    server.api(token).get("/me.json").await.expect(401);
    server.api(own).get("/tournaments.json").await.expect(401);
    assert_eq!(error(&client.exchange(&code, &[]).await, 401), "invalid_client");
    let unknown = browser.get("/oauth/authorize?client_id=nobody").await.expect(400);
    let page = client.authorize(&mut browser, &[]).await.expect(400);
    let text = |page: &Answer| {
        page.text.replace(&client.app.id, "nobody").replace(&page.hidden("csrf"), "")
    };
    assert_eq!(text(&page), text(&unknown), "as if it had never been");
}
