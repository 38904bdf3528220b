//! Requests for authorization that are wrong, or only look so.

use reqwest::Method;
use rstest::rstest;
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, CALLBACK, TestServer, query_of};

#[rstest]
#[tokio::test]
async fn uncertain_addresses_get_our_own_page(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let registered = ["https://client.example/callback", "https://client.example/q?a=1"];
    let client = server.client_at(&person, Preset::Standard, &registered).await;
    let mut browser = server.signed_in(&person).await;
    for uri in [
        "",
        "https://client.example/callback/",
        "https://client.example/Callback",
        "https://CLIENT.example/callback",
        "https://client.example/callback?x=1",
        "https://client.example/callback#f",
        "https://client.example/q",
        "https://client.example/q?a=2",
        "https://client.example/q?a=1&b=2",
        "https://client.example/x/%2e%2e/callback",
        "https://client.example/x/..;/callback",
        "https://client.example/./callback",
        "https://client.example//callback",
        "https://client.example@evil.example/callback",
        "https://evil.example\\@client.example/callback",
        "https://client.example%25@evil.example/callback",
        "https://client.example\t/callback",
        "https://client.example\n/callback",
        "https:client.example/callback",
        "//client.example/callback",
        "///client.example/callback",
        "https://client.example:8443/callback",
        "http://client.example/callback",
        "https://client.example.evil.example/callback",
        "https://cli\u{0435}nt.example/callback",
        "javascript:alert(1)",
        "x",
    ] {
        let page = client.authorize(&mut browser, &[("redirect_uri", uri)]).await;
        assert_eq!(page.status, 400, "{uri:?}: {:?}", page.headers.get("location"));
        assert_eq!(page.header("location"), "");
        assert!(page.header("content-type").starts_with("text/html"));
    }
    for id in ["", "nobody", "%s", &"x".repeat(5_000)] {
        client.authorize(&mut browser, &[("client_id", id)]).await.expect(400);
    }
    // Twice, or like an array.
    let address = client.address(&[]);
    for more in ["redirect_uri=https://evil.example/", "client_id=x", "scope[]=me", "state[a]=b"] {
        browser.get(&format!("{address}&{more}")).await.expect(400);
    }
    let exact = [("redirect_uri", "https://client.example/q?a=1")];
    let answer = client.decide(&mut browser, &exact, "allow").await.expect(303);
    assert!(answer.location().starts_with("https://client.example/q?a=1&code="));
}

#[rstest]
#[tokio::test]
async fn loopback_addresses_take_any_port(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let registered = ["http://127.0.0.1/cb", "http://[::1]/cb"];
    let client = server.client_at(&person, Preset::Browser, &registered).await;
    let mut browser = server.signed_in(&person).await;
    for (uri, status) in [
        ("http://127.0.0.1:50123/cb", 200),
        ("http://127.0.0.1/cb", 200),
        ("http://[::1]:50123/cb", 200),
        ("http://127.0.0.1:50123/cb2", 400),
        ("http://127.0.0.1:50123/cb?x=1", 400),
        ("http://user@127.0.0.1:50123/cb", 400),
        ("http://127.0.0.1:50123@evil.example/cb", 400),
        ("http://127.0.0.1.evil.example/cb", 400),
        ("http://127.1/cb", 400),
        ("http://0x7f000001/cb", 400),
        ("http://localhost:50123/cb", 400),
        ("https://127.0.0.1:50123/cb", 400),
        ("http://127.0.0.1:99999/cb", 400),
    ] {
        let answer = client.authorize(&mut browser, &[("redirect_uri", uri)]).await;
        assert_eq!(answer.status, status, "{uri}");
    }
}

#[rstest]
#[tokio::test]
async fn faults_are_told_to_the_application(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let long = "x".repeat(2_049);
    let cases: [(&[(&str, &str)], &str); 22] = [
        (&[("response_type", "")], "invalid_request"),
        (&[("response_type", "token")], "unsupported_response_type|unauthorized_client"),
        (&[("response_type", "id_token")], "unsupported_response_type"),
        (&[("response_type", "nonsense")], "unsupported_response_type"),
        (&[("response_type", "token code")], "unsupported_response_type|unauthorized_client"),
        (&[("scope", "me nonsense")], "invalid_scope"),
        (&[("scope", "organizer:view")], "invalid_scope"),
        (&[("scope", "me\u{e9}")], "invalid_scope"),
        (&[("scope", "me\"x")], "invalid_scope"),
        (&[("scope", "me+tournaments:read")], "invalid_scope"),
        (&[("scope", "application:manage")], "invalid_scope"),
        (&[("code_challenge", "")], "invalid_request"),
        (&[("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("code_challenge_method", "S512")], "invalid_request"),
        (&[("code_challenge", "short")], "invalid_request"),
        (&[("prompt", "none login")], "invalid_request"),
        (&[("max_age", "soon")], "invalid_request"),
        (&[("request", "x.y.z")], "request_not_supported"),
        (&[("request_uri", "https://client.example/r")], "request_uri_not_supported"),
        (&[("registration", "{}")], "registration_not_supported"),
        (&[("response_mode", "nonsense")], "invalid_request"),
    ];
    for (changes, expected) in cases {
        let answer = client.authorize(&mut browser, changes).await;
        assert_eq!(answer.status, 303, "{changes:?}: {}", answer.text);
        let location = answer.location().to_owned();
        assert!(location.starts_with(CALLBACK), "{location}");
        let error = query_of(&location, "error").unwrap();
        assert!(expected.split('|').any(|one| one == error), "{changes:?}: {error}");
        assert_eq!(query_of(&location, "state").as_deref(), Some("af0ifjsldkj"));
        assert_eq!(query_of(&location, "iss").as_deref(), Some(server.url.as_str()));
        assert!(query_of(&location, "error_description").is_some_and(|it| it.len() > 10));
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    // A state that is too long is not returned.
    let answer = client.authorize(&mut browser, &[("state", &long)]).await.expect(303);
    assert_eq!(query_of(answer.location(), "error").as_deref(), Some("invalid_request"));
    assert_eq!(query_of(answer.location(), "state"), None);
    let twice = format!("{}&nonce=1&nonce=2", client.address(&[]));
    let answer = browser.get(&twice).await.expect(303);
    assert_eq!(query_of(answer.location(), "error").as_deref(), Some("invalid_request"));
    // Nobody has seen our site yet: no redirect, but a link.
    let mut nobody = server.browser();
    let page = client.authorize(&mut nobody, &[("scope", "nonsense")]).await.expect(400);
    assert!(page.text.contains("Return to the application"));
    assert_eq!(page.header("location"), "");
}

#[rstest]
#[tokio::test]
async fn what_only_looks_wrong(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    for state in ["x", &"x".repeat(64), &"x".repeat(2_048), "<\"&'>\r\nSet-Cookie: a=b", "ä 🏇"]
    {
        let changes = [("state", state), ("prompt", "consent")];
        let answer = client.decide(&mut browser, &changes, "allow").await.expect(303);
        assert_eq!(query_of(answer.location(), "state").as_deref(), Some(state));
        assert!(answer.headers.get_all("set-cookie").iter().next().is_none());
    }
    // Unknown parameters, empty ones, the same by POST.
    let unknown = [("utm_source", "x"), ("prompt", "consent")];
    client.authorize(&mut browser, &unknown).await.expect(200);
    let empty = format!("{}&max_age=&login_hint=&prompt=", client.address(&[]));
    browser.get(&empty).await.expect(303);
    let form = client.parameters(&[("prompt", "consent")]);
    let request = browser.request(Method::POST, "/oauth/authorize").form(&form);
    browser.send(request).await.expect(200);
    // No scope: the reading ones, and the token answer says so.
    let code = client.code(&mut browser, &[("scope", "")]).await;
    let tokens = client.exchange(&code, &[]).await.expect(200).json();
    let scope = tokens["scope"].as_str().unwrap();
    assert!(scope.split(' ').any(|it| it == "tournaments:read"), "{scope}");
    assert!(!scope.contains("write"), "{scope}");
    // Forms are read strictly.
    for (body, kind) in [("%zz", "application/x-www-form-urlencoded"), ("{}", "application/json")] {
        let request = browser.request(Method::POST, "/oauth/authorize");
        Answer::to(request.header("content-type", kind).body(body)).await.expect(400);
    }
    // Nobody but the page itself may read the answer, or show it in a frame.
    let request = browser.request(Method::GET, &client.address(&[("prompt", "consent")]));
    let page = Answer::to(request.header("origin", "https://evil.example")).await.expect(200);
    assert_eq!(page.header("access-control-allow-origin"), "");
    assert_eq!(page.header("x-frame-options"), "DENY");
}

#[rstest]
#[tokio::test]
async fn oversized_requests_are_cut_off(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let address = client.address(&[]);
    let refused = browser.get(&format!("{address}&x={}", "x".repeat(20_000))).await;
    assert!(matches!(refused.status, 400 | 413 | 414), "{}", refused.status);
    let many = (0..1_000).fold(String::new(), |text, number| format!("{text}&p{number}=1"));
    let refused = browser.get(&format!("{address}{many}")).await;
    assert!(matches!(refused.status, 400 | 413 | 414), "{}", refused.status);
    let form = [("client_id", "x".repeat(1024 * 1024))];
    let request = browser.request(Method::POST, "/oauth/authorize").form(&form);
    let refused = Answer::to(request).await;
    assert!(matches!(refused.status, 400 | 413), "{}", refused.status);
}

#[rstest]
#[tokio::test]
async fn a_public_client_needs_pkce(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let mut browser = server.signed_in(&person).await;
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    for (preset, needed) in [
        (Preset::Standard, true),
        (Preset::Browser, true),
        (Preset::Challonge, false),
        (Preset::Toornament, false),
    ] {
        let client = server.client(&person, preset).await;
        let changes = [&without[..], &[("scope", "")]].concat();
        let answer = client.authorize(&mut browser, &changes).await;
        assert_eq!(answer.status, if needed { 303 } else { 200 }, "{preset}: {}", answer.text);
        if needed {
            let error = query_of(answer.location(), "error");
            assert_eq!(error.as_deref(), Some("invalid_request"));
        } else {
            // A verifier for a code without a challenge (RFC 9700 §4.8.2).
            let code = client.code(&mut browser, &changes).await;
            let refused = client.exchange(&code, &[]).await.expect(400);
            assert_eq!(refused.json()["error"], "invalid_grant");
        }
    }
    // The one preset that may leave out the redirect URI where one is registered.
    let lax = server.client(&person, Preset::Challonge).await;
    let code = lax.code(&mut browser, &[("redirect_uri", "")]).await;
    lax.exchange(&code, &[("redirect_uri", "")]).await.expect(200);
    let two = server.client_at(&person, Preset::Challonge, &[CALLBACK, "https://b.example/"]).await;
    two.authorize(&mut browser, &[("redirect_uri", "")]).await.expect(400);
    let strict = server.client(&person, Preset::Standard).await;
    strict.authorize(&mut browser, &[("redirect_uri", "")]).await.expect(400);
    let none = server.client_at(&person, Preset::Standard, &[]).await;
    none.authorize(&mut browser, &[]).await.expect(400);
}

/// A program that asks at the wrong address or by the wrong method is told so in JSON; a browser is
/// shown a page.
#[rstest]
#[tokio::test]
async fn programs_are_told_what_they_can_read(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    for (method, path, status, allow) in [
        (Method::GET, "/oauth/par", 405, "POST"),
        (Method::GET, "/oauth/introspect", 405, "POST"),
        (Method::DELETE, "/oauth/token", 405, "POST"),
        (Method::PUT, "/oauth/access_token", 405, "POST"),
        (Method::POST, "/.well-known/openid-configuration", 405, "GET"),
        (Method::POST, "/oauth/tokens", 404, ""),
        (Method::GET, "/.well-known/none", 404, ""),
    ] {
        let ask = || server.request(method.clone(), path);
        let told = Answer::to(ask()).await.expect(status);
        assert_eq!(told.header("content-type"), "application/json", "{path}");
        assert_eq!(told.header("cache-control"), "no-store", "{path}");
        assert!(told.header("allow").contains(allow), "{path}: {}", told.header("allow"));
        assert_eq!(told.json()["error"], "invalid_request", "{path}");
        assert!(told.json()["error_description"].is_string(), "{path}");
        let shown = Answer::to(ask().header("accept", "text/html,*/*;q=0.8")).await.expect(status);
        assert!(shown.header("content-type").starts_with("text/html"), "{path}");
    }
    assert!(server.get("/no/such/page").await.expect(404).text.contains("<html"));
}
