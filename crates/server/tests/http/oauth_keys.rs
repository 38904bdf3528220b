//! Published documents and keys.

use insta::assert_json_snapshot;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use reqwest::Method;
use rstest::rstest;
use serde_json::Value;
use tiltyard_core::{
    Actor,
    clock::{DAY, MINUTE},
};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::{
    Engine::{self, Postgres, Sqlite},
    testing::NOW_MS,
};

use crate::support::{Answer, Credential, Flow, TestServer};

async fn access_token(client: &Flow<'_>) -> String {
    let grant = [("grant_type", "client_credentials"), ("scope", "tournaments:read")];
    let tokens = client.token(&grant).await.expect(200).json();
    tokens["access_token"].as_str().unwrap().to_owned()
}

async fn published(server: &TestServer) -> JwkSet {
    let answer = server.get("/oauth/jwks").await.expect(200);
    assert!(answer.header("cache-control").contains("max-age=300"));
    serde_json::from_str(&answer.text).unwrap()
}

fn kid(token: &str) -> String {
    jsonwebtoken::decode_header(token).unwrap().kid.unwrap()
}

fn kids(keys: &JwkSet) -> Vec<String> {
    keys.keys.iter().map(|key| key.common.key_id.clone().unwrap()).collect()
}

async fn counts(server: &TestServer, token: &str) -> bool {
    let api = server.api(Credential::Token(token.to_owned()));
    api.get("/tournaments.json").await.status == 200
}

/// Cases L07, M01, M03.
#[rstest]
#[tokio::test]
async fn another_library_validates_our_tokens(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let tokens = client.tokens(&mut browser, "me tournaments:read").await;
    let token = tokens["access_token"].as_str().unwrap();
    let header = jsonwebtoken::decode_header(token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    let keys = published(&server).await;
    let key = keys.find(&header.kid.unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_audience(&[&server.url]);
    validation.set_issuer(&[&server.url]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // The test's clock is not the machine's.
    validation.validate_exp = false;
    let key = DecodingKey::from_jwk(key).unwrap();
    let claims = jsonwebtoken::decode::<Value>(token, &key, &validation).unwrap().claims;
    assert_eq!(claims["sub"], person.uuid);
    assert_eq!(claims["client_id"], client.app.id);
    assert_eq!(claims["scope"], "me tournaments:read");
    assert_eq!(claims["iat"], NOW_MS / 1_000);
    assert_eq!(claims["exp"], NOW_MS / 1_000 + 3_600);
    assert!(claims["jti"].as_str().is_some_and(|jti| jti.len() >= 16));
    // Public members only (RFC 7517).
    let raw = server.get("/oauth/jwks").await.json();
    for key in raw["keys"].as_array().unwrap() {
        let mut members: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        let public = match key["alg"].as_str().unwrap() {
            "ES256" => "alg crv kid kty use x y",
            "EdDSA" => "alg crv kid kty use x",
            "RS256" => "alg e kid kty n use",
            other => panic!("{other}"),
        };
        assert_eq!(members.join(" "), public);
        assert_eq!(key["use"], "sig");
    }
}

/// Cases L09, L14.
#[rstest]
#[tokio::test]
async fn forged_tokens_do_not_count(#[values(Sqlite, Postgres)] engine: Engine) {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as B64};
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client_at(&person, Preset::Machine, &[]).await;
    let token = access_token(&client).await;
    assert!(counts(&server, &token).await);
    let [header, payload, signature]: [&str; 3] =
        token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let header: Value = serde_json::from_slice(&B64.decode(header).unwrap()).unwrap();
    let jwks = server.get("/oauth/jwks").await.text;
    let with = |name: &str, value: Value| {
        let mut changed = header.clone();
        changed[name] = value;
        B64.encode(changed.to_string())
    };
    let mut claims: Value = serde_json::from_slice(&B64.decode(payload).unwrap()).unwrap();
    claims["scope"] = "tournaments:read tournaments:write".into();
    let wider = B64.encode(claims.to_string());
    let none = with("alg", "none".into());
    // HS256 with the published key as the secret.
    let symmetric = with("alg", "HS256".into());
    let message = format!("{symmetric}.{payload}");
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, jwks.as_bytes());
    let mac = B64.encode(aws_lc_rs::hmac::sign(&key, message.as_bytes()));
    let forged = [
        format!("{none}.{payload}."),
        format!("{none}.{payload}.{signature}"),
        format!("{message}.{mac}"),
        format!("{}.{payload}.{signature}", with("kid", "unknown".into())),
        format!("{}.{payload}.{signature}", with("typ", "JWT".into())),
        format!("{}.{payload}.{signature}", with("jku", "https://evil.example/".into())),
        format!("{}.{payload}.{signature}", with("crit", serde_json::json!(["x"]))),
        format!("{}.{wider}.{signature}", B64.encode(header.to_string())),
        format!("{token}.x"),
        format!("{token}="),
        token.replacen('.', "", 1),
        "x".repeat(65_536),
    ];
    for forgery in forged {
        // What does not fit into a header is refused before it is looked at.
        let api = server.api(Credential::Token(forgery.clone()));
        let status = api.get("/tournaments.json").await.status;
        assert!(matches!(status, 401 | 431), "{status}: {forgery:.200}");
    }
}

/// Cases M02, M04.
#[rstest]
#[tokio::test]
async fn keys_overlap_or_go_at_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let person = server.person("ysolde").await;
    let client = server.client_at(&person, Preset::Machine, &[]).await;
    let first = access_token(&client).await;
    let new = server.core.rotate_keys(&Actor::Operator, false).await.unwrap();
    // Published first, signing later.
    let keys = kids(&published(&server).await);
    assert!(keys.contains(&new.kid) && keys.contains(&kid(&first)));
    assert_eq!(kid(&access_token(&client).await), kid(&first));
    server.clock.advance(11 * MINUTE);
    let second = access_token(&client).await;
    assert_eq!(kid(&second), new.kid);
    assert!(counts(&server, &first).await && counts(&server, &second).await);
    assert!(kids(&published(&server).await).contains(&kid(&first)));
    // The other node heard of it.
    within_a_second(async || kids(&published(&beside).await).contains(&new.kid)).await;
    assert!(counts(&beside, &second).await);
    // An emergency: everything older is refused at once, here and there.
    let last = server.core.rotate_keys(&Actor::Operator, true).await.unwrap();
    // One for access tokens, three for ID tokens.
    let keys = kids(&published(&server).await);
    assert!(keys.len() == 4 && keys.contains(&last.kid), "{keys:?}");
    assert!(!keys.contains(&kid(&first)) && !keys.contains(&kid(&second)));
    assert!(!counts(&server, &first).await && !counts(&server, &second).await);
    within_a_second(async || !counts(&beside, &second).await).await;
    let third = access_token(&client).await;
    assert_eq!(kid(&third), last.kid);
    assert!(counts(&server, &third).await && counts(&beside, &third).await);
    // By age the key is replaced by itself, and the dropped ones go.
    server.clock.advance(91 * DAY);
    server.core.maintain().await.unwrap();
    let keys = kids(&published(&server).await);
    assert_eq!(keys.len(), 8, "{keys:?}");
}

/// Waits until it is so, for at most a second.
async fn within_a_second(so: impl AsyncFn() -> bool) {
    let start = tokio::time::Instant::now();
    while !so().await {
        assert!(start.elapsed().as_millis() < 1_000, "it took longer than a second");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

/// Cases O03, O05.
#[rstest]
#[tokio::test]
async fn the_documents_say_what_is_served(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let read = async |path: &str| {
        let answer = server.get(path).await.expect(200);
        assert_eq!(answer.header("content-type"), "application/json");
        let text = answer.text.replace(&server.url, "<base>");
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let metadata = read("/.well-known/oauth-authorization-server").await;
    assert_json_snapshot!("authorization_server_metadata", metadata);
    let resource = read("/.well-known/oauth-protected-resource").await;
    assert_json_snapshot!("protected_resource_metadata", resource);
    // Every address that is named answers.
    for (name, value) in metadata.as_object().unwrap() {
        let Some(path) = value.as_str().and_then(|it| it.strip_prefix("<base>/")) else { continue };
        let (status, path) = (server.get(&format!("/{path}")).await.status, format!("/{path}"));
        let status = match status {
            405 => Answer::to(server.request(Method::POST, &path)).await.status,
            status => status,
        };
        assert!(!matches!(status, 404 | 405), "{name}: {status}");
    }
}
