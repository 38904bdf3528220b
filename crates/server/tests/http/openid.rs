//! OpenID Connect: ID tokens as a library verifies them, the userinfo endpoint, and what an
//! application may ask of the sign-in.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use reqwest::Method;
use rstest::rstest;
use serde_json::Value;
use tiltyard_core::{
    Actor,
    accounts::Origin,
    applications::ApplicationChanges,
    clock::{Clock as _, MINUTE, SECOND},
};
use tiltyard_oauth::{client::IdTokenAlgorithm, preset::Preset};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Flow, TestServer, query_of};

const SCOPE: &str = "openid profile email";

/// The claims, verified by the published keys as any client would.
async fn claims(server: &TestServer, id_token: &str, client_id: &str) -> (Algorithm, Value) {
    let keys = server.get("/oauth/jwks").await.expect(200).text;
    let keys: JwkSet = serde_json::from_str(&keys).unwrap();
    let header = decode_header(id_token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("JWT"));
    let key = keys.find(&header.kid.unwrap()).expect("a published key");
    let mut validation = Validation::new(header.alg);
    validation.set_audience(&[client_id]);
    validation.set_issuer(&[&server.url]);
    // The server's clock is the test's own.
    validation.validate_exp = false;
    let token = decode::<Value>(id_token, &DecodingKey::from_jwk(key).unwrap(), &validation);
    (header.alg, token.unwrap().claims)
}

async fn userinfo(server: &TestServer, token: &str) -> Answer {
    let request = server.request(Method::GET, "/oauth/userinfo").bearer_auth(token);
    Answer::to(request).await
}

fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap_or_else(|| panic!("{name} in {answer}"))
}

/// Cases O07, L08.
#[rstest]
#[tokio::test]
async fn a_library_signs_somebody_in(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let asked = [("scope", SCOPE), ("nonce", "n-0S6_WzA2Mj")];
    let code = client.code(&mut browser, &asked).await;
    let tokens = client.exchange(&code, &[]).await.expect(200).json();
    let (algorithm, found) = claims(&server, text(&tokens, "id_token"), &client.app.id).await;
    assert_eq!(algorithm, Algorithm::RS256);
    assert_eq!(
        (text(&found, "sub"), text(&found, "nonce")),
        (person.uuid.as_str(), "n-0S6_WzA2Mj")
    );
    assert_eq!(text(&found, "preferred_username"), "ysolde");
    assert_eq!(found["email_verified"], false);
    let now = server.clock.now() / SECOND;
    assert_eq!((found["auth_time"].as_i64(), found["iat"].as_i64()), (Some(now), Some(now)));
    // The same at the userinfo endpoint, by GET and by POST; never for an ID token.
    let token = text(&tokens, "access_token");
    let told = userinfo(&server, token).await.expect(200).json();
    for name in ["sub", "name", "preferred_username", "email", "email_verified", "updated_at"] {
        assert_eq!(told[name], found[name], "{name}");
    }
    let post = server.request(Method::POST, "/oauth/userinfo").bearer_auth(token);
    assert_eq!(Answer::to(post).await.expect(200).json(), told);
    let refused = userinfo(&server, text(&tokens, "id_token")).await.expect(401);
    assert!(refused.header("www-authenticate").contains(r#"error="invalid_token""#));
    let api = server.request(Method::GET, "/v2.1/me.json").bearer_auth(text(&tokens, "id_token"));
    Answer::to(api).await.expect(401);
    // A refresh brings another, of the same sign-in and without the nonce.
    server.clock.advance(MINUTE);
    let next = client.refresh(text(&tokens, "refresh_token"), &[]).await.expect(200).json();
    let (_, again) = claims(&server, text(&next, "id_token"), &client.app.id).await;
    assert_eq!((&again["sub"], &again["auth_time"]), (&found["sub"], &found["auth_time"]));
    assert!(again.get("nonce").is_none());
}

#[rstest]
#[tokio::test]
async fn scopes_bound_what_is_told(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let tokens = client.tokens(&mut browser, "openid").await;
    let told = userinfo(&server, text(&tokens, "access_token")).await.expect(200).json();
    assert_eq!(told, serde_json::json!({ "sub": person.uuid }));
    // Without openid there is neither an ID token nor somebody to tell of.
    let tokens = client.tokens(&mut browser, "me").await;
    assert!(tokens.get("id_token").is_none());
    let refused = userinfo(&server, text(&tokens, "access_token")).await.expect(403);
    assert!(refused.header("www-authenticate").contains(r#"scope="openid""#));
    let nobody = server.get("/oauth/userinfo").await.expect(401);
    let challenge = nobody.header("www-authenticate");
    assert!(challenge.contains("resource_metadata=") && !challenge.contains("error="));
}

/// Cases M01, O07.
#[rstest]
#[tokio::test]
async fn each_application_chooses_the_algorithm(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let metadata = server.get("/.well-known/openid-configuration").await.expect(200).json();
    let oauth = server.get("/.well-known/oauth-authorization-server").await.expect(200).json();
    assert_eq!(metadata, oauth);
    let algorithms = &metadata["id_token_signing_alg_values_supported"];
    assert_eq!(algorithms, &serde_json::json!(["RS256", "ES256", "EdDSA"]));
    for (chosen, algorithm) in [
        (IdTokenAlgorithm::Es256, Algorithm::ES256),
        (IdTokenAlgorithm::EdDsa, Algorithm::EdDSA),
        (IdTokenAlgorithm::Rs256, Algorithm::RS256),
    ] {
        let change = move |_: &_| ApplicationChanges {
            id_token_algorithm: Some(chosen),
            ..ApplicationChanges::default()
        };
        let (id, origin) = (client.app.id.as_str(), Origin::default());
        server.core.update_application(&Actor::Operator, id, change, origin).await.unwrap();
        let tokens = client.tokens(&mut browser, SCOPE).await;
        let (found, _) = claims(&server, text(&tokens, "id_token"), id).await;
        assert_eq!(found, algorithm);
    }
    // Their keys are replaced with the others, and an old token can be verified for as long as it
    // may be held.
    let old = client.tokens(&mut browser, SCOPE).await;
    server.core.rotate_keys(&Actor::Operator, false).await.unwrap();
    let keys = server.get("/oauth/jwks").await.expect(200).json();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 8);
    claims(&server, text(&old, "id_token"), &client.app.id).await;
    server.core.rotate_keys(&Actor::Operator, true).await.unwrap();
    let keys = server.get("/oauth/jwks").await.expect(200).json();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 4);
}

/// The error with which the browser is sent back.
async fn sent_back(
    client: &Flow<'_>,
    browser: &mut crate::support::Browser<'_>,
    changes: &[(&str, &str)],
) -> String {
    let answer = client.authorize(browser, changes).await.expect(303);
    let to = answer.location();
    if to.starts_with('/') {
        return to.to_owned();
    }
    query_of(to, "error").unwrap_or_else(|| to.to_owned())
}

/// Cases B32, B33, B34, B35, B36.
#[rstest]
#[tokio::test]
async fn the_sign_in_is_as_the_application_asks(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let other = server.person("marshal").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut nobody = server.browser();
    let silent = [("scope", SCOPE), ("prompt", "none")];
    assert_eq!(sent_back(&client, &mut nobody, &silent).await, "login_required");
    let mut browser = server.signed_in(&person).await;
    assert_eq!(sent_back(&client, &mut browser, &silent).await, "consent_required");
    let both = [("scope", SCOPE), ("prompt", "none login")];
    assert_eq!(sent_back(&client, &mut browser, &both).await, "invalid_request");
    let tokens = client.tokens(&mut browser, SCOPE).await;
    let answer = client.authorize(&mut browser, &silent).await.expect(303);
    assert!(query_of(answer.location(), "code").is_some());
    // Asked to sign in again, whoever is signed in; also where the sign-in is too old.
    for prompt in ["login", "select_account"] {
        let again = sent_back(&client, &mut browser, &[("scope", SCOPE), ("prompt", prompt)]).await;
        assert!(again.starts_with("/login?next="), "{again}");
    }
    let aged = [("scope", SCOPE), ("max_age", "1")];
    assert!(query_of(client.authorize(&mut browser, &aged).await.location(), "code").is_some());
    server.clock.advance(2 * SECOND);
    assert!(sent_back(&client, &mut browser, &aged).await.starts_with("/login?next="));
    let mut fresh = server.signed_in(&person).await;
    let code = client.code(&mut fresh, &aged).await;
    let renewed = client.exchange(&code, &[]).await.expect(200).json();
    let (_, found) = claims(&server, text(&renewed, "id_token"), &client.app.id).await;
    assert_eq!(found["auth_time"].as_i64(), Some(server.clock.now() / SECOND));
    // An ID token as a hint names the one account that will do.
    let hint = text(&tokens, "id_token");
    let hinted = [("scope", SCOPE), ("id_token_hint", hint)];
    let answer = client.authorize(&mut browser, &hinted).await.expect(303);
    assert!(query_of(answer.location(), "code").is_some());
    let mut somebody_else = server.signed_in(&other).await;
    assert_eq!(sent_back(&client, &mut somebody_else, &hinted).await, "login_required");
    let forged = [("scope", SCOPE), ("id_token_hint", "a.b.c")];
    assert_eq!(sent_back(&client, &mut browser, &forged).await, "invalid_request");
    // The form is filled in with whom the application expects.
    let named = [("scope", SCOPE), ("login_hint", "ysolde@example.org")];
    let to = client.authorize(&mut nobody, &named).await.expect(303);
    let form = nobody.get(to.location()).await.expect(200);
    assert!(form.text.contains(r#"value="ysolde@example.org""#), "{}", form.text);
}
