//! Tokens for some resources only (RFC 8707).

use reqwest::Method;
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

/// Below which address something takes tokens, and a route there that the scope `me` opens.
const APIS: [(&str, &str); 4] = [
    ("/v2.1", "/v2.1/me.json"),
    ("/account/v2", "/account/v2/me/info"),
    ("/api", "/api/user"),
    ("/users", "/users/me"),
];

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

fn scopes(document: &Value) -> Vec<&str> {
    document["scopes_supported"].as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

/// Cases O05, O06.
#[rstest]
#[tokio::test]
async fn each_api_is_described_where_its_challenges_say(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let whole = server.get(WELL_KNOWN).await.expect(200).json();
    assert_eq!(whole["resource"], server.url);
    for (path, route) in APIS {
        // The path of the resource goes behind the well-known part.
        let address = format!("{WELL_KNOWN}{path}");
        let answer = server.get(&address).await.expect(200);
        assert_eq!(answer.header("content-type"), "application/json");
        let document = answer.json();
        assert_eq!(document["resource"], format!("{}{path}", server.url));
        assert_eq!(document["authorization_servers"], json!([server.url]));
        assert_eq!(document["bearer_methods_supported"], json!(["header"]));
        assert!(document["resource_name"].as_str().unwrap().starts_with("Tiltyard: "));
        let documentation = document["resource_documentation"].as_str().unwrap();
        server.get(documentation.strip_prefix(&server.url).unwrap()).await.expect(200);
        let narrow = scopes(&document);
        assert!(narrow.contains(&"me"), "{path}: {narrow:?}");
        assert!(narrow.iter().all(|scope| scopes(&whole).contains(scope)), "{path}: {narrow:?}");
        let organizes = path == "/v2.1";
        assert_eq!(narrow.contains(&"tournaments:write"), organizes, "{path}: {narrow:?}");
        server.get(&format!("{address}/")).await.expect(200);
        // Nobody, somebody unknown, and somebody with too little are all sent there.
        let metadata = format!("resource_metadata=\"{}{address}\"", server.url);
        let refused = server.get(route).await.expect(401);
        assert!(refused.header("www-authenticate").ends_with(&metadata), "{path}");
        let unknown = server.request(Method::GET, route).bearer_auth("x");
        let refused = Answer::to(unknown).await.expect(401);
        assert!(refused.header("www-authenticate").ends_with(&metadata), "{path}");
    }
    let other = format!("resource_metadata=\"{}{WELL_KNOWN}\"", server.url);
    let refused = server.get("/oauth/userinfo").await.expect(401);
    assert!(refused.header("www-authenticate").ends_with(&other));
    for path in [
        "/v2",
        "/V2.1",
        "/v2.1.json",
        "/v2.1/me",
        "/v2.1/tournaments",
        "/account",
        "/oauth",
        "/users/me",
        "/nothing",
        "v2.1",
    ] {
        server.get(&format!("{WELL_KNOWN}{path}")).await.expect(404);
    }
}

/// Cases L18, P17, P18.
#[rstest]
#[tokio::test]
async fn a_token_for_one_api_opens_no_other(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let get = async |route: &str, token: &str| {
        Answer::to(server.request(Method::GET, route).bearer_auth(token)).await
    };
    for (path, _) in APIS {
        // As a client takes it from the metadata.
        let document = server.get(&format!("{WELL_KNOWN}{path}")).await.expect(200).json();
        let resource = document["resource"].as_str().unwrap();
        let asked = [("scope", "openid me"), ("resource", resource)];
        let code = client.code(&mut browser, &asked).await;
        let tokens = client.exchange(&code, &[]).await.expect(200).json();
        assert_eq!(claims(&tokens)["aud"], resource);
        let token = tokens["access_token"].as_str().unwrap();
        for (other, route) in APIS {
            let answer = get(route, token).await.expect(if other == path { 200 } else { 401 });
            if other != path {
                let challenge = answer.header("www-authenticate");
                assert!(challenge.contains("error=\"invalid_token\""), "{path} at {other}");
                assert!(challenge.contains(&format!("{WELL_KNOWN}{other}\"")), "{challenge}");
            }
        }
        // What belongs to no API is not open to a token for one.
        get("/oauth/userinfo", token).await.expect(401);
        let validated = if path == "/users" { 200 } else { 403 };
        get("/oauth/validate", token).await.expect(validated);
        let refresh = tokens["refresh_token"].as_str().unwrap();
        let outside = client.refresh(refresh, &[("resource", &server.url)]).await.expect(400);
        assert_eq!(outside.json()["error"], "invalid_target");
    }
    let whole = client.tokens(&mut browser, "openid me").await;
    let token = whole["access_token"].as_str().unwrap();
    for (_, route) in APIS {
        get(route, token).await.expect(200);
    }
    get("/oauth/userinfo", token).await.expect(200);
}

/// Case O01. The public address has no path (the configuration refuses one), so the documents lie
/// at the well-known paths themselves and nowhere below them.
#[rstest]
#[tokio::test]
async fn the_issuer_has_no_path(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    for name in ["oauth-authorization-server", "openid-configuration"] {
        let answer = server.get(&format!("/.well-known/{name}")).await.expect(200);
        assert_eq!(answer.json()["issuer"], server.url);
        for below in ["/v2.1", "/oauth", "/users"] {
            server.get(&format!("/.well-known/{name}{below}")).await.expect(404);
            server.get(&format!("{below}/.well-known/{name}")).await.expect(404);
        }
    }
}
