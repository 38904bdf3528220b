//! The implicit grant, for applications that cannot do better, and what is counted of every grant.

use reqwest::Method;
use rstest::rstest;
use tiltyard_core::{
    Actor,
    accounts::Origin,
    applications::ApplicationChanges,
    clock::{HOUR, MINUTE},
};
use tiltyard_oauth::{preset::Preset, switch::Switch};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Credential, Flow, TestServer, query_of};

async fn switch(client: &Flow<'_>, on: bool) {
    let change = move |application: &tiltyard_core::applications::Application| {
        let mut switches = application.client.switches.clone();
        if on {
            switches.insert(Switch::Implicit);
        } else {
            switches.remove(&Switch::Implicit);
        }
        ApplicationChanges { switches: Some(switches), ..ApplicationChanges::default() }
    };
    let (core, id) = (&client.server.core, client.app.id.as_str());
    core.update_application(&Actor::Operator, id, change, Origin::default()).await.unwrap();
}

/// The value of a parameter in the fragment of an address.
fn in_fragment(address: &str, name: &str) -> Option<String> {
    let (_, fragment) = address.split_once('#')?;
    form_urlencoded::parse(fragment.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

async fn offered(server: &TestServer) -> bool {
    let metadata = server.get("/.well-known/oauth-authorization-server").await.expect(200).json();
    let types = metadata["response_types_supported"].as_array().unwrap();
    let grants = metadata["grant_types_supported"].as_array().unwrap();
    assert_eq!(types.contains(&"token".into()), grants.contains(&"implicit".into()));
    types.contains(&"token".into())
}

const TOKEN: [(&str, &str); 3] =
    [("response_type", "token"), ("code_challenge", ""), ("code_challenge_method", "")];

/// Cases B08, B22, J01, J02, J03, G18.
#[rstest]
#[tokio::test]
async fn a_token_comes_in_the_fragment(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    // An hour, however long the application's other tokens live.
    let client = server.client(&person, Preset::Challonge).await;
    let mut browser = server.signed_in(&person).await;
    assert!(!offered(&server).await);
    let refused = client.authorize(&mut browser, &TOKEN).await.expect(303);
    let error = query_of(refused.location(), "error")
        .or_else(|| in_fragment(refused.location(), "error"))
        .unwrap();
    assert!(matches!(error.as_str(), "unauthorized_client" | "unsupported_response_type"));
    switch(&client, true).await;
    assert!(offered(&server).await);
    let in_query = [TOKEN[0], TOKEN[1], TOKEN[2], ("response_mode", "query")];
    let refused = client.authorize(&mut browser, &in_query).await.expect(303);
    assert!(!refused.location().contains("access_token"));
    let answer = client.decide(&mut browser, &TOKEN, "allow").await.expect(303);
    let to = answer.location();
    assert!(to.split('#').next().is_some_and(|before| !before.contains("token")));
    let value = |name: &str| in_fragment(to, name);
    assert_eq!(value("token_type").as_deref(), Some("Bearer"));
    assert_eq!(value("expires_in").as_deref(), Some("3600"));
    assert_eq!(value("scope").as_deref(), Some("me tournaments:read tournaments:write"));
    assert_eq!(value("state").as_deref(), Some("af0ifjsldkj"));
    assert_eq!(value("iss").as_deref(), Some(server.url.as_str()));
    assert_eq!((value("refresh_token"), value("code")), (None, None));
    let token = value("access_token").unwrap();
    let api = server.api(Credential::Token(token));
    api.get("/me.json").await.expect(200);
    // It ends with the person's permission like any other, and by itself.
    browser
        .submit("/account", &format!("/account/connections/{}/disconnect", client.app.id), &[])
        .await;
    api.get("/me.json").await.expect(401);
    let again = client.decide(&mut browser, &TOKEN, "allow").await.expect(303);
    let api = server.api(Credential::Token(in_fragment(again.location(), "access_token").unwrap()));
    api.get("/me.json").await.expect(200);
    server.clock.advance(HOUR + MINUTE);
    api.get("/me.json").await.expect(401);
    switch(&client, false).await;
    assert!(!offered(&server).await);
}

/// Cases J01, J04.
#[rstest]
#[tokio::test]
async fn the_owner_sees_who_uses_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    let other = server.client(&person, Preset::Standard).await;
    switch(&client, true).await;
    let mut browser = server.signed_in(&person).await;
    // Only that one may.
    let refused = other.authorize(&mut browser, &TOKEN).await.expect(303);
    assert!(!refused.location().contains("access_token"));
    let path = format!("/apps/{}", client.app.id);
    assert!(!browser.get(&path).await.expect(200).text.contains("Tokens in the last 30 days"));
    client.decide(&mut browser, &TOKEN, "allow").await.expect(303);
    let code = client.code(&mut browser, &[]).await;
    let tokens = client.exchange(&code, &[]).await.expect(200).json();
    client.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.expect(200);
    let used = server.core.application_usage(&person.actor(), &client.app.id).await.unwrap();
    let counts: Vec<_> = used.iter().map(|used| (used.grant.as_str(), used.tokens)).collect();
    assert_eq!(counts, [("authorization_code", 1), ("implicit", 1), ("refresh_token", 1)]);
    let page = browser.get(&path).await.expect(200).text;
    assert!(page.contains("Tokens in the last 30 days") && page.contains("Last used"));
    assert!(page.contains("risky"));
    assert!(browser.get("/apps").await.expect(200).text.contains("<time"));
}

/// Case J05.
#[rstest]
#[tokio::test]
async fn the_operator_can_forbid_writing(#[values(Sqlite, Postgres)] engine: Engine) {
    let wanted = crate::support::Wanted {
        settings: |settings| settings.implicit_writes = false,
        ..Default::default()
    };
    let server = TestServer::start_as(engine, wanted).await;
    let person = server.person("ysolde").await;
    let client = server.client(&person, Preset::Standard).await;
    switch(&client, true).await;
    let mut browser = server.signed_in(&person).await;
    let refused = client.authorize(&mut browser, &TOKEN).await.expect(303);
    assert_eq!(in_fragment(refused.location(), "error").as_deref(), Some("invalid_scope"));
    let reading = [TOKEN[0], TOKEN[1], TOKEN[2], ("scope", "me tournaments:read")];
    let answer = client.decide(&mut browser, &reading, "allow").await.expect(303);
    assert!(in_fragment(answer.location(), "access_token").is_some());
}

/// Cases K01, K06, K07.
#[rstest]
#[tokio::test]
async fn keys_do_what_their_owner_chose(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let mut browser = server.signed_in(&person).await;
    let fields = [("name", "reader"), ("scope", "tournaments:read"), ("expires", "2")];
    let page = browser.submit("/account", "/account/keys", &fields).await.expect(200).text;
    let start = page.find("tly_pk_").expect("the key");
    let key: String =
        page[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let get = async |path: &str| {
        let request = server.request(Method::GET, path).header("authorization-type", "v1");
        Answer::to(request.header("authorization", &key)).await
    };
    get("/v2.1/tournaments.json").await.expect(200);
    get("/v2.1/me.json").await.expect(403);
    let create = server
        .request(Method::POST, "/v2.1/tournaments.json")
        .header("authorization-type", "v1")
        .header("authorization", &key)
        .json(
            &serde_json::json!({"data": {"attributes": {"name": "A", "tournament_type": "single elimination"}}}),
        );
    Answer::to(create).await.expect(403);
    // Its use is noted behind the answer.
    let shown = async || browser_page(&server, &person).await;
    for _ in 0..100 {
        if shown().await.contains("from 127.0.0.1") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let account = shown().await;
    for text in ["reader", "tournaments:read", "from 127.0.0.1", "stops "] {
        assert!(account.contains(text), "{text}");
    }
    // Nonsense is refused with the field at fault.
    let bad = [("name", "x"), ("scope", "application:manage")];
    browser.submit("/account", "/account/keys", &bad).await.expect(422);
    let (operator, id) = (Actor::Operator, person.id);
    server.core.lock_account(&operator, id, Origin::default()).await.unwrap();
    get("/v2.1/tournaments.json").await.expect(401);
    server.core.unlock_account(&operator, id, Origin::default()).await.unwrap();
    get("/v2.1/tournaments.json").await.expect(200);
    server.clock.advance(49 * HOUR);
    get("/v2.1/tournaments.json").await.expect(401);
}

async fn browser_page(server: &TestServer, person: &tiltyard_core::accounts::Person) -> String {
    server.signed_in(person).await.get("/account").await.expect(200).text
}
