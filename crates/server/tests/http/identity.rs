//! Who signed in, as each platform's clients ask for it.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_core::{
    accounts::{Origin, Person},
    applications::ApplicationChanges,
};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Credential, Flow, TestServer};

async fn token(flow: &Flow<'_>, person: &Person, scope: &str) -> String {
    let mut browser = flow.server.signed_in(person).await;
    let tokens = flow.tokens(&mut browser, scope).await;
    tokens["access_token"].as_str().unwrap().to_owned()
}

async fn get(server: &TestServer, path: &str, token: &str) -> Answer {
    Answer::to(server.request(Method::GET, path).bearer_auth(token)).await
}

#[rstest]
#[tokio::test]
async fn trackmania(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let (ada, grace) = (server.person("Ada").await, server.person("grace").await);
    let flow = server.client(&ada, Preset::Trackmania).await;
    let theirs = token(&flow, &ada, "clubs").await;
    let user = get(&server, "/api/user", &theirs).await.expect(200).json();
    assert_eq!(
        user,
        json!({
            "accountId": ada.uuid, "displayName": "Ada",
            "account_id": ada.uuid, "display_name": "Ada",
        })
    );
    // Bare, as one of the libraries sends it; with the scheme in any case; with a slash at the end.
    let bare = server.request(Method::GET, "/api/user/").header("authorization", &theirs);
    Answer::to(bare).await.expect(200);
    let lower = format!("bearer {theirs}");
    let lower = server.request(Method::GET, "/api/user").header("authorization", lower);
    Answer::to(lower).await.expect(200);
    // The application itself is nobody, but may ask for names.
    let grant = [("grant_type", "client_credentials"), ("scope", "clubs%20read_favorite")];
    let own =
        flow.token(&grant).await.expect(200).json()["access_token"].as_str().unwrap().to_owned();
    let refused = get(&server, "/api/user", &own).await.expect(403).json();
    assert!(refused["error"].is_string() && refused["message"].is_string());
    let names = json!({ada.uuid.as_str(): "Ada", grace.uuid.as_str(): "grace"});
    let (a, g) = (&ada.uuid, &grace.uuid);
    for query in [
        format!("accountId[]={a}&accountId[]={g}"),
        format!("accountId[0]={a}&accountId[1]={g}"),
        format!("&accountId%5B%5D={a}&accountId%5B1%5D={}", g.to_uppercase()),
        format!("accountId={a}&accountId={g}&accountId[]=00000000-0000-0000-0000-000000000000"),
    ] {
        let answer = get(&server, &format!("/api/display-names?{query}"), &own).await.expect(200);
        assert_eq!(answer.json(), names, "{query}");
    }
    let ids =
        get(&server, "/api/display-names/account-ids?displayName[]=ADA&displayName[]=x", &own);
    assert_eq!(ids.await.expect(200).json(), json!({"Ada": ada.uuid}));
    for path in [
        "/api/display-names",
        "/api/display-names?accountId[]=x",
        "/api/display-names?accountId[]=%00",
        "/api/display-names/account-ids?displayName[]=nobody&other[]=Ada",
    ] {
        assert_eq!(get(&server, path, &own).await.expect(200).json(), json!([]), "{path}");
    }
    let query =
        |count: usize| format!("/api/display-names?{}", format!("accountId[]={a}&").repeat(count));
    get(&server, &query(50), &own).await.expect(200);
    let many = get(&server, &query(51), &own).await.expect(400).json();
    assert!(many["message"].as_str().unwrap().contains("50"), "{many}");
    for path in ["/api/user", "/api/display-names?accountId[]=x"] {
        let nobody = server.get(path).await.expect(401);
        assert!(nobody.header("www-authenticate").starts_with("Bearer "));
        assert!(nobody.json()["message"].is_string());
    }
    assert!(get(&server, "/api/nothing", &own).await.expect(404).json()["message"].is_string());
    let post = server.request(Method::POST, "/api/user").bearer_auth(&own);
    assert!(Answer::to(post).await.expect(405).json()["message"].is_string());
    // Tokens of other applications need a scope for it.
    let strict = server.client(&ada, Preset::Standard).await;
    let without = token(&strict, &grace, "tournaments:read").await;
    get(&server, "/api/user", &without).await.expect(403);
    get(&server, "/api/display-names", &without).await.expect(200);
    let with = token(&strict, &grace, "openid profile").await;
    get(&server, "/api/user", &with).await.expect(200);
    get(&server, "/v2.1/me.json", &with).await.expect(403);
}

#[rstest]
#[tokio::test]
async fn toornament(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = server.person("ada").await;
    let made = server.application(&ada, Preset::Toornament, &[crate::support::CALLBACK]).await;
    let key = made.api_key.unwrap();
    let app = crate::support::Client {
        id: made.application.client.client_id,
        secret: made.client_secret,
    };
    let flow = Flow { server: &server, app };
    let theirs = token(&flow, &ada, "user:info").await;
    let path = "/account/v2/me/info";
    let request = || server.request(Method::GET, path).bearer_auth(&theirs);
    let body = Answer::to(request().header("X-API-KEY", &key)).await.expect(200).json();
    assert_eq!(body, json!({"id": ada.id.to_string(), "name": "ada", "country": null}));
    Answer::to(request()).await.expect(200);
    let address = format!("{path}?api_key={key}");
    let by_address = server.request(Method::GET, &address).header("authorization", &theirs);
    Answer::to(by_address).await.expect(200);
    let errors = |answer: Answer| {
        let errors = answer.json()["errors"].clone();
        assert!(errors[0]["message"].is_string() && errors[0]["scope"].is_string(), "{errors}");
    };
    errors(server.get(path).await.expect(401));
    errors(
        Answer::to(server.request(Method::GET, path).header("x-api-key", &key)).await.expect(401),
    );
    errors(Answer::to(request().header("x-api-key", "wrong")).await.expect(401));
    let other = server.application(&ada, Preset::Toornament, &[]).await.api_key.unwrap();
    errors(Answer::to(request().header("x-api-key", &other)).await.expect(403));
    let lacking = token(&flow, &ada, "organizer:view").await;
    errors(get(&server, path, &lacking).await.expect(403));
    errors(get(&server, "/account/v2/nothing", &theirs).await.expect(404));
    errors(Answer::to(server.request(Method::DELETE, path)).await.expect(405));
}

fn permissions(answer: &Answer) -> Vec<(String, bool, bool)> {
    let text = |it: &Value| it["oauth_permission"]["resource"].as_str().unwrap().to_owned();
    let list = answer.json()["scopes"].as_array().unwrap().clone();
    list.iter().map(|it| (text(it), it["has_read"] == true, it["has_write"] == true)).collect()
}

#[rstest]
#[tokio::test]
async fn mtgbracket(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let (ada, grace) = (server.person("ada").await, server.person("grace").await);
    let flow = server.client(&ada, Preset::Mtgbracket).await;
    let theirs = token(&flow, &ada, "").await;
    let user = get(&server, "/users/me/", &theirs).await.expect(200).json();
    assert_eq!((&user["id"], &user["email"]), (&json!(ada.id), &json!("ada@example.org")));
    assert_eq!(user["status"], json!({"id": 1, "name": "active"}));
    for field in ["first_name", "last_name", "birthday", "tier", "date_created", "date_updated"] {
        assert!(user.get(field).is_some(), "{field}");
    }
    assert!(user["date_created"].is_i64());
    let own = format!("/users/{}", ada.id);
    assert_eq!(get(&server, &own, &theirs).await.expect(200).json(), user);
    let envelope = |answer: Answer, message: &str| {
        let error = answer.json()["error"].clone();
        assert_eq!(error["status_code"], answer.status);
        assert_eq!((error["message"].as_str(), &error["debug"]), (Some(message), &json!(null)));
    };
    envelope(
        get(&server, &format!("/users/{}", grace.id), &theirs).await.expect(404),
        "User not found",
    );
    envelope(server.get("/users/me").await.expect(401), "Unauthorized");
    let put = server.request(Method::PUT, "/users/me").bearer_auth(&theirs).json(&json!({}));
    Answer::to(put).await.expect(405);
    get(&server, "/users/me/followers", &theirs).await.expect(404);

    let all = ["user", "deck", "event", "organization"].map(|it| (it.to_owned(), true, true));
    assert_eq!(permissions(&get(&server, "/oauth/validate", &theirs).await.expect(200)), all);
    envelope(get(&server, "/oauth/validate", "x.y.z").await.expect(403), "Forbidden");
    envelope(server.get("/oauth/validate").await.expect(403), "Forbidden");
    // Other privileges end every token; the next one has them.
    let change = |_: &_| ApplicationChanges {
        scopes: Some("EVENT_READ USER_READ USER_WRITE".to_owned()),
        ..ApplicationChanges::default()
    };
    let actor = ada.actor();
    let changed = server.core.update_application(&actor, &flow.app.id, change, Origin::default());
    changed.await.unwrap();
    get(&server, "/oauth/validate", &theirs).await.expect(403);
    get(&server, "/users/me", &theirs).await.expect(401);
    let theirs = token(&flow, &ada, "").await;
    let now = permissions(&get(&server, "/oauth/validate", &theirs).await.expect(200));
    assert_eq!(now, [("user".to_owned(), true, true), ("event".to_owned(), true, false)]);
    // Reading is not writing.
    let api = server.api(Credential::Token(theirs));
    api.get("/tournaments.json").await.expect(200);
    api.post("/tournaments.json", json!({"name": "No"})).await.expect(403);
}
