//! One token service behind many doors: each platform's clients find theirs, and answers of the
//! shape that they take apart.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_core::accounts::Origin;
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Browser, CALLBACK, Flow, TestServer, query_of};

const DOORS: [&str; 4] =
    ["/oauth/token", "/oauth/v2/token", "/api/access_token", "/oauth/access_token"];

/// The names of an answer's members, in alphabetical order.
#[track_caller]
fn members(answer: &Answer) -> String {
    let body = answer.json();
    let mut names: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names.join(" ")
}

/// What a JWT says, without looking at its signature.
fn claims(token: &Value) -> Value {
    let text = token.as_str().unwrap();
    let (Some(from), Some(to)) = (text.find('.'), text.rfind('.')) else {
        panic!("no JWT: {text}")
    };
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(&text[from + 1..to]).unwrap()).unwrap()
}

impl Flow<'_> {
    fn secret(&self) -> &str {
        self.app.secret.as_deref().unwrap()
    }

    /// What a published client sends: its credentials in the body, and these.
    fn sends<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut all = vec![("client_id", self.app.id.as_str()), ("client_secret", self.secret())];
        all.extend_from_slice(more);
        all
    }

    async fn form(&self, door: &str, fields: &[(&str, &str)]) -> Answer {
        Answer::to(self.server.request(Method::POST, door).form(&self.sends(fields))).await
    }

    async fn json(&self, door: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Value = self.sends(fields).into_iter().map(|(k, v)| (k, json!(v))).collect();
        Answer::to(self.server.request(Method::POST, door).json(&body)).await
    }

    /// A sign-in as a published client begins it: without PKCE, at this door.
    async fn plain_code(&self, browser: &mut Browser<'_>, door: &str, scope: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("response_type", "code").append_pair("client_id", &self.app.id);
        query.append_pair("redirect_uri", CALLBACK).append_pair("scope", scope);
        query.append_pair("state", "s t");
        let page = browser.get(&format!("{door}?{}", query.finish())).await.expect(200);
        let (csrf, request) = (page.hidden("csrf"), page.hidden("request"));
        let fields = [("csrf", csrf.as_str()), ("request", &request), ("decision", "allow")];
        let answer = browser.post("/oauth/authorize", &fields).await.expect(303);
        assert_eq!(query_of(answer.location(), "state").as_deref(), Some("s t"));
        answer.location().to_owned()
    }
}

/// The application's preset decides about the answer, whichever door was taken, in whichever form.
#[rstest]
#[case(Preset::Machine, "access_token expires_in scope token_type", 3_600)]
#[case(Preset::Challonge, "access_token created_at expires_in scope token_type", 604_800)]
#[case(Preset::Toornament, "access_token expires_in scope token_type", 90_000)]
#[case(Preset::Trackmania, "access_token expires_in token_type", 3_600)]
#[tokio::test]
async fn the_preset_decides_about_the_answer(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] preset: Preset,
    #[case] expected: &str,
    #[case] seconds: u32,
) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let client = server.client(&owner, preset).await;
    let grant = [("grant_type", "client_credentials")];
    for door in DOORS {
        for answer in [client.form(door, &grant).await, client.json(door, &grant).await] {
            let answer = answer.expect(200);
            assert_eq!(members(&answer), expected, "{door}");
            assert_eq!(answer.json()["expires_in"], seconds);
            assert_eq!(answer.json()["token_type"], "Bearer");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        // A trailing slash is as good.
        client.form(&format!("{door}/"), &grant).await.expect(200);
    }
}

/// Case E02.
#[rstest]
#[case("/oauth/token", "error error_description")]
#[case("/oauth/v2/token", "error error_description hint message")]
#[case("/api/access_token", "error error_description hint message")]
#[case("/oauth/access_token", "error error_description hint message")]
#[tokio::test]
async fn a_door_decides_where_no_application_is_known(#[case] door: &str, #[case] expected: &str) {
    let server = TestServer::start(Sqlite).await;
    let unknown =
        [("grant_type", "client_credentials"), ("client_id", "x"), ("client_secret", "y")];
    let answer = Answer::to(server.request(Method::POST, door).form(&unknown)).await.expect(401);
    assert_eq!(
        (members(&answer).as_str(), answer.json()["error"].as_str()),
        (expected, Some("invalid_client"))
    );
    let broken = server.request(Method::POST, door).header("content-type", "text/xml").body("<x/>");
    let answer = Answer::to(broken).await.expect(400);
    assert_eq!(
        (members(&answer).as_str(), answer.json()["error"].as_str()),
        (expected, Some("invalid_request"))
    );
    // The secret does not belong in an address unless the application has the switch for it.
    let address = format!("{door}?grant_type=client_credentials&client_id=x&client_secret=y");
    let answer = server.get(&address).await.expect(400);
    assert_eq!(members(&answer), expected);
}

/// A published client of Toornament: authorize and token at their paths, no PKCE, more spaces than
/// needed in the scope, and answers that are taken apart strictly.
#[rstest]
#[tokio::test]
async fn toornament_clients_work(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let client = server.client(&owner, Preset::Toornament).await;
    let mut browser = server.signed_in(&server.person("ada").await).await;
    let scope = "user:info organizer:view ";
    let location = client.plain_code(&mut browser, "/oauth2/authorize", scope).await;
    let code = query_of(&location, "code").unwrap();
    assert_eq!(query_of(&location, "response_code"), None);
    let exchange =
        [("grant_type", "authorization_code"), ("redirect_uri", CALLBACK), ("code", code.as_str())];
    let answer = client.form("/oauth/v2/token", &exchange).await.expect(200);
    let five = "access_token expires_in refresh_token scope token_type";
    assert_eq!(members(&answer), five);
    assert_eq!(answer.json()["scope"], "user:info organizer:view");
    let refresh = answer.json()["refresh_token"].as_str().unwrap().to_owned();
    let again = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    let answer = client.form("/oauth/v2/token", &again).await.expect(200);
    assert_eq!(members(&answer), five);
    assert_ne!(answer.json()["refresh_token"], refresh);
    // The same in the address, as some of them send it.
    let query = format!(
        "/oauth/v2/token?grant_type=client_credentials&client_id={}&client_secret={}&scope=organizer:view%20",
        client.app.id,
        client.secret(),
    );
    let answer = server.get(&query).await.expect(200);
    assert_eq!(members(&answer), "access_token expires_in scope token_type");
    // A scope that it cannot have is an error with its three texts.
    let wrong = [("grant_type", "client_credentials"), ("scope", "organizer:nothing")];
    let answer = client.form("/oauth/v2/token", &wrong).await.expect(400);
    assert_eq!(answer.json()["error"], "invalid_scope");
    assert!(answer.json()["message"].is_string() && answer.json()["hint"].is_string());
}

/// Case H02. A published client of Trackmania: scopes of client credentials have no effect, whatever they
/// are; sign-ins may ask for none; tokens are JWT that it takes apart.
#[rstest]
#[tokio::test]
async fn trackmania_clients_work(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let client = server.client(&owner, Preset::Trackmania).await;
    for scope in ["", " ", "clubs%20read_favorite", "clubs read_favorite", "\"nonsense\""] {
        let fields = [("grant_type", "client_credentials"), ("scope", scope)];
        let answer = client.form("/api/access_token", &fields).await.expect(200);
        assert_eq!(members(&answer), "access_token expires_in token_type", "{scope}");
        let claims = claims(&answer.json()["access_token"]);
        assert_eq!(claims["scopes"], json!([]));
        assert_eq!(claims["sub"], client.app.id);
        for text in ["jti", "aud", "sub"] {
            assert!(claims[text].is_string(), "{text}");
        }
        for number in ["iat", "nbf", "exp"] {
            assert!(claims[number].is_i64(), "{number}");
        }
    }
    let ada = server.person("ada").await;
    let mut browser = server.signed_in(&ada).await;
    for (scope, scopes) in [("clubs", json!(["clubs"])), ("", json!(["clubs", "read_favorite"]))] {
        let location = client.plain_code(&mut browser, "/oauth/authorize", scope).await;
        let code = query_of(&location, "code").unwrap();
        let fields =
            [("grant_type", "authorization_code"), ("redirect_uri", CALLBACK), ("code", &code)];
        let answer = client.json("/api/access_token", &fields).await.expect(200);
        assert_eq!(members(&answer), "access_token expires_in refresh_token token_type", "{scope}");
        let claims = claims(&answer.json()["access_token"]);
        assert_eq!((&claims["scopes"], claims["sub"].as_str()), (&scopes, Some(ada.uuid.as_str())));
        server.core.disconnect(&ada.actor(), &client.app.id, Origin::default()).await.unwrap();
    }
}

/// A published client of mtgbracket: the code stands twice in the address, JSON is exchanged, and
/// the token says nothing.
#[rstest]
#[tokio::test]
async fn mtgbracket_clients_work(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("owner").await;
    let client = server.client(&owner, Preset::Mtgbracket).await;
    let mut browser = server.signed_in(&server.person("ada").await).await;
    let location = client.plain_code(&mut browser, "/oauth/authorize", "").await;
    let code = query_of(&location, "response_code").unwrap();
    assert_eq!(query_of(&location, "code").as_ref(), Some(&code));
    let fields =
        [("grant_type", "authorization_code"), ("redirect_uri", CALLBACK), ("code", &code)];
    let answer = client.json("/oauth/access_token", &fields).await.expect(200);
    assert_eq!(members(&answer), "access_token expires_in refresh_token token_type");
    assert_eq!(answer.json()["expires_in"], 3_600);
    assert!(!answer.json()["access_token"].as_str().unwrap().contains('.'));
    let refresh = answer.json()["refresh_token"].as_str().unwrap().to_owned();
    let again = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    let answer = client.json("/oauth/access_token", &again).await.expect(200);
    assert_eq!(members(&answer), "access_token expires_in refresh_token token_type");
}
