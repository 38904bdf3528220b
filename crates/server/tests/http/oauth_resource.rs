//! Tokens for some resources only (RFC 8707).

use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Credential, TestServer, query_of};

/// The claims of a JWT, unverified.
fn claims(tokens: &Value) -> Value {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let token = tokens["access_token"].as_str().unwrap();
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

async fn use_at_v2(server: &TestServer, tokens: &Value) -> Answer {
    let token = tokens["access_token"].as_str().unwrap().to_owned();
    server.api(Credential::Token(token)).get("/tournaments.json").await
}

/// Case P17.
#[rstest]
#[tokio::test]
async fn only_our_own_resources_can_be_asked_for(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let web = server.client(&person, Preset::Standard).await;
    let machine = server.client(&person, Preset::Machine).await;
    let mut browser = server.signed_in(&person).await;
    let below = format!("{}/v2.1/tournaments", server.url);
    let fragment = format!("{}/v2.1#x", server.url);
    for resource in ["https://api.example", "/v2.1", "x", &below, &fragment] {
        let answer = web.authorize(&mut browser, &[("resource", resource)]).await.expect(303);
        let error = query_of(answer.location(), "error");
        assert_eq!(error.as_deref(), Some("invalid_target"), "{resource}");
        assert_eq!(query_of(answer.location(), "state").as_deref(), Some("af0ifjsldkj"));
        let grant = [("grant_type", "client_credentials"), ("resource", resource)];
        let refused = machine.token(&grant).await.expect(400).json();
        assert_eq!(refused["error"], "invalid_target", "{resource}");
    }
}

/// Cases L18, L10.
#[rstest]
#[tokio::test]
async fn a_token_counts_at_its_resource_only(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let machine = server.client(&person, Preset::Machine).await;
    let token = async |resource: &[&str]| {
        let mut grant = vec![("grant_type", "client_credentials"), ("scope", "tournaments:read")];
        grant.extend(resource.iter().map(|resource| ("resource", *resource)));
        machine.token(&grant).await.expect(200).json()
    };
    let (v1, v2) = (format!("{}/v1", server.url), format!("{}/v2.1", server.url));
    let slash = format!("{}/", server.url);
    let whole = token(&[]).await;
    assert_eq!(claims(&whole)["aud"], server.url);
    use_at_v2(&server, &whole).await.expect(200);
    let issuer = token(&[&slash]).await;
    assert_eq!(claims(&issuer)["aud"], server.url);
    use_at_v2(&server, &issuer).await.expect(200);
    let right = token(&[&v2]).await;
    assert_eq!(claims(&right)["aud"], v2);
    // Twice, the second time from the cache.
    use_at_v2(&server, &right).await.expect(200);
    use_at_v2(&server, &right).await.expect(200);
    let both = token(&[&v1, &v2]).await;
    assert_eq!(claims(&both)["aud"], json!([v1, v2]));
    use_at_v2(&server, &both).await.expect(200);
    let wrong = token(&[&v1]).await;
    for _ in 0..2 {
        let refused = use_at_v2(&server, &wrong).await.expect(401);
        assert!(refused.header("www-authenticate").contains("invalid_token"));
    }
}

/// Case P18.
#[rstest]
#[tokio::test]
async fn a_grant_for_some_resources_is_narrowed_and_never_widened(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let (v1, v2) = (format!("{}/v1", server.url), format!("{}/v2.1", server.url));
    let outside = format!("{}/api", server.url);
    let asked = [("resource", v1.as_str()), ("resource", &v2)];
    let code = client.code(&mut browser, &asked).await;
    // A wrong resource at the exchange does not use the code up.
    for resource in [outside.as_str(), &server.url, "https://api.example"] {
        let refused = client.exchange(&code, &[("resource", resource)]).await.expect(400).json();
        assert_eq!(refused["error"], "invalid_target", "{resource}");
    }
    let tokens = client.exchange(&code, &[("resource", &v2)]).await.expect(200).json();
    assert_eq!(claims(&tokens)["aud"], v2);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let refused = client.refresh(refresh, &[("resource", &outside)]).await.expect(400).json();
    assert_eq!(refused["error"], "invalid_target");
    // The refusal rotated nothing, and the narrowed access token did not narrow the grant.
    let tokens = client.refresh(refresh, &[]).await.expect(200).json();
    assert_eq!(claims(&tokens)["aud"], json!([v1, v2]));
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let narrowed = client.refresh(refresh, &[("resource", &v1)]).await.expect(200).json();
    assert_eq!(claims(&narrowed)["aud"], v1);
    use_at_v2(&server, &narrowed).await.expect(401);
}
