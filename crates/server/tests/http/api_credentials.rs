//! One credential, in one place, read alike everywhere.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use tiltyard_core::{
    accounts::{NewApiKey, Origin},
    applications::{Application, ApplicationChanges},
};
use tiltyard_oauth::{client::Switch, preset::Preset};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Credential, Flow, TestServer};

const ME: &str = "/v2.1/me.json";

/// The error code that the answer's challenge names; empty without one.
#[track_caller]
fn code(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.text);
    let challenge = answer.header("www-authenticate");
    assert!(challenge.starts_with("Bearer realm=\"tiltyard\""), "{challenge}");
    assert!(challenge.contains("/.well-known/oauth-protected-resource/"), "{challenge}");
    let named = challenge.split_once("error=\"").map(|(_, rest)| rest.split('"').next().unwrap());
    named.unwrap_or_default().to_owned()
}

async fn token(flow: &Flow<'_>, person: &tiltyard_core::accounts::Person, scope: &str) -> String {
    let mut browser = flow.server.signed_in(person).await;
    let tokens = flow.tokens(&mut browser, scope).await;
    tokens["access_token"].as_str().unwrap().to_owned()
}

/// Cases L01, L04, L05, L06, L14, K02, K05, O06.
#[rstest]
#[tokio::test]
async fn one_credential_in_one_place(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = server.person("ada").await;
    let flow = server.client(&ada, Preset::Standard).await;
    let token = token(&flow, &ada, "me").await;
    let made = server
        .core
        .create_api_key(&ada.actor(), ada.id, NewApiKey::default(), Origin::default())
        .await;
    let key = made.unwrap().1;
    let get = || server.request(Method::GET, ME);
    let post = || server.request(Method::POST, "/v2.1/tournaments.json");

    assert_eq!(code(&Answer::to(get()).await, 401), "");
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        let good = get().header("authorization", format!("{scheme} {token}"));
        Answer::to(good).await.expect(200);
    }
    let address = format!("{ME}?access_token={token}");
    assert_eq!(code(&server.get(&address).await, 400), "invalid_request");
    let both = server.request(Method::GET, &address).bearer_auth(&token);
    assert_eq!(code(&Answer::to(both).await, 400), "invalid_request");
    let both = post().bearer_auth(&token).form(&[("access_token", &token)]);
    assert_eq!(code(&Answer::to(both).await, 400), "invalid_request");
    // In the body alone it is not looked at.
    let body = post().form(&[("access_token", &token)]);
    assert_eq!(code(&Answer::to(body).await, 401), "");
    let two = get().bearer_auth(&token).header("authorization", &key);
    assert_eq!(code(&Answer::to(two).await, 400), "invalid_request");
    let digest = get().header("authorization", format!("Digest {token}"));
    assert_eq!(code(&Answer::to(digest).await, 400), "invalid_request");
    let long = get().bearer_auth("x".repeat(65_536));
    assert_eq!(code(&Answer::to(long).await, 401), "invalid_token");
    assert_eq!(code(&Answer::to(get().bearer_auth("x.y.z")).await, 401), "invalid_token");

    // Personal keys: bare, with their type, as Basic with their owner's name.
    let basic = |user: &str, key: &str| {
        get().header("authorization", format!("Basic {}", STANDARD.encode(format!("{user}:{key}"))))
    };
    Answer::to(get().header("authorization", &key)).await.expect(200);
    for kind in ["v1", "V1"] {
        let typed = || get().header("authorization-type", kind);
        Answer::to(typed().header("authorization", &key)).await.expect(200);
        Answer::to(typed().bearer_auth(&key)).await.expect(200);
    }
    Answer::to(basic("ada", &key)).await.expect(200);
    Answer::to(basic("ADA", &key).header("authorization-type", "v1")).await.expect(200);
    assert_eq!(code(&Answer::to(basic("grace", &key)).await, 401), "invalid_token");
    assert_eq!(code(&Answer::to(basic("ada", "x")).await, 401), "invalid_token");
    // What says that it is a token must be one, and the other way round.
    let typed = get().header("authorization-type", "v2").header("authorization", &key);
    assert_eq!(code(&Answer::to(typed).await, 401), "invalid_token");
    let typed = get().header("authorization-type", "v1").bearer_auth(&token);
    assert_eq!(code(&Answer::to(typed).await, 401), "invalid_token");
    // A key that is sent as a token is told so by its form, whether or not there is such a key.
    let unknown = {
        let last = if key.ends_with('a') { 'b' } else { 'a' };
        format!("{}{last}", &key[..key.len() - 1])
    };
    for key in [&key, &unknown] {
        let typed = get().header("authorization-type", "v2").header("authorization", key);
        for request in [typed, get().bearer_auth(key)] {
            let refused = Answer::to(request).await;
            assert_eq!(code(&refused, 401), "invalid_token");
            assert!(refused.text.contains("personal key"), "{}", refused.text);
            assert!(refused.text.contains("Authorization-Type: v1"), "{}", refused.text);
        }
    }
    // A key does not stand in an address, nor beside another credential.
    let address = format!("{ME}?api_key={key}");
    assert_eq!(code(&server.get(&address).await, 400), "invalid_request");
    let beside = get().bearer_auth(&token).header("x-api-key", &key);
    assert_eq!(code(&Answer::to(beside).await, 400), "invalid_request");
    let alone = get().header("x-api-key", &key);
    assert_eq!(code(&Answer::to(alone).await, 401), "invalid_token");
}

/// The answer says which scope would do.
#[rstest]
#[tokio::test]
async fn a_missing_scope_is_named(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = server.person("ada").await;
    let flow = server.client(&ada, Preset::Standard).await;
    let api = flow.caller(&ada, "me").await;
    let refused = api.post("/tournaments.json", json!({"name": "No"})).await;
    assert_eq!(code(&refused, 403), "insufficient_scope");
    assert!(refused.header("www-authenticate").contains("scope=\"tournaments:write\""));
}

/// A token without the word `Bearer` counts for applications that have the switch, as long as they
/// have it.
#[rstest]
#[tokio::test]
async fn bare_tokens_need_the_switch(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = server.person("ada").await;
    let flow = server.client(&ada, Preset::Standard).await;
    let token = token(&flow, &ada, "me").await;
    let bare = || server.request(Method::GET, ME).header("authorization", &token);
    assert_eq!(code(&Answer::to(bare()).await, 401), "invalid_token");
    for on in [true, false] {
        let change = move |application: &Application| {
            let mut switches = application.client.switches.clone();
            let _ = if on {
                switches.insert(Switch::BareToken)
            } else {
                switches.remove(&Switch::BareToken)
            };
            ApplicationChanges { switches: Some(switches), ..ApplicationChanges::default() }
        };
        let actor = ada.actor();
        let changed =
            server.core.update_application(&actor, &flow.app.id, change, Origin::default());
        changed.await.unwrap();
        let answer = Answer::to(bare()).await;
        assert_eq!(answer.status, if on { 200 } else { 401 }, "{}", answer.text);
        let typed = Answer::to(bare().header("authorization-type", "v2")).await;
        assert_eq!(typed.status, answer.status);
        server.api(Credential::Token(token.clone())).get("/me.json").await.expect(200);
    }
}

/// The key that names an application opens public data by itself, and beside a token it must be of
/// the token's application.
#[rstest]
#[tokio::test]
async fn application_keys(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = server.person("ada").await;
    let own = server.application(&ada, Preset::Toornament, &[]).await;
    let other = server.application(&ada, Preset::Toornament, &[]).await;
    let (key, others) = (own.api_key.unwrap(), other.api_key.unwrap());
    assert!(server.application(&ada, Preset::Standard, &[]).await.api_key.is_none());
    let organizer = server.key_of(&ada).await;
    let public = organizer.tournament(json!({"name": "Open"}), 2).await;
    let hidden = organizer.tournament(json!({"name": "Hidden", "private": true}), 0).await;
    let get =
        |path: &str| server.request(Method::GET, &format!("/v2.1{path}")).header("x-api-key", &key);
    for path in ["", "/matches", "/participants"] {
        Answer::to(get(&format!("{public}{path}.json"))).await.expect(200);
    }
    Answer::to(get(&format!("{hidden}.json"))).await.expect(404);
    for path in ["/me.json", "/communities.json"] {
        assert_eq!(code(&Answer::to(get(path)).await, 401), "", "{path}");
    }
    let write = server
        .request(Method::POST, &format!("/v2.1{public}/change_state.json"))
        .header("x-api-key", &key)
        .json(&json!({"data": {"attributes": {"state": "start"}}}));
    assert_eq!(code(&Answer::to(write).await, 401), "");
    // Beside a token.
    let client = own.application.client.client_id.clone();
    let app = crate::support::Client { id: client.clone(), secret: own.client_secret };
    let machine = Flow { server: &server, app };
    let grant = [("grant_type", "client_credentials"), ("scope", "organizer:view")];
    let token = machine.token(&grant).await.expect(200).json();
    let token = token["access_token"].as_str().unwrap();
    let with = |key: &str| {
        server
            .request(Method::GET, &format!("/v2.1{hidden}.json"))
            .bearer_auth(token)
            .header("x-api-key", key)
    };
    Answer::to(with(&key)).await.expect(200);
    assert_eq!(code(&Answer::to(with(&others)).await, 403), "");
    assert_eq!(code(&Answer::to(with("x")).await, 401), "invalid_token");
    // A new key in place of the old one; the page shows its last characters.
    let mut browser = server.signed_in(&ada).await;
    let page = format!("/apps/{client}");
    let shown = browser.get(&page).await.expect(200).text;
    assert!(shown.contains(&format!("…{}", &key[key.len() - 4..])) && !shown.contains(&key));
    let made = browser.submit(&page, &format!("{page}/key"), &[]).await.expect(200).text;
    let (_, rest) = made.split_once("tly_ak_").unwrap();
    let new = format!("tly_ak_{}", rest.split('<').next().unwrap());
    assert_ne!(new, key);
    Answer::to(with(&new)).await.expect(200);
    Answer::to(with(&key)).await.expect(401);
    // Nobody else makes one.
    let mut stranger = server.signed_in(&server.person("mallory").await).await;
    stranger.submit("/account", &format!("{page}/key"), &[]).await.expect(404);
}
