//! Who calls the API v1: keys in every place where its clients put them, and tokens.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, TestServer};

const LIST: &str = "/v1/tournaments.json";

#[rstest]
#[tokio::test]
async fn keys_in_every_place(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = server.person("ada").await;
    let bob = server.person("bob").await;
    let key = server.personal_key(&ada).await;
    let others = server.personal_key(&bob).await;
    let get = |path: &str| server.request(Method::GET, path);
    let basic =
        |user: &str, key: &str| format!("Basic {}", STANDARD.encode(format!("{user}:{key}")));

    // Nobody: both schemes are named, since some clients show their key only then.
    let refused = Answer::to(get(LIST)).await.expect(401);
    assert_eq!(refused.header("content-type"), "application/json; charset=utf-8");
    assert!(refused.json()["errors"][0].is_string());
    let challenges: Vec<&str> = refused
        .headers
        .get_all("www-authenticate")
        .iter()
        .map(|value| value.to_str().unwrap())
        .collect();
    assert!(challenges[0].starts_with("Bearer realm="), "{challenges:?}");
    assert!(challenges[1].starts_with("Basic realm="), "{challenges:?}");
    assert!(Answer::to(get("/v1/tournaments.xml")).await.expect(401).text.contains("<error>"));

    Answer::to(get(LIST).query(&[("api_key", &key)])).await.expect(200);
    for user in ["ada", "ADA", ""] {
        let request = get(LIST).header("authorization", basic(user, &key));
        Answer::to(request).await.expect(200);
    }
    Answer::to(get(LIST).header("authorization", basic("bob", &key))).await.expect(401);
    Answer::to(get(LIST).header("authorization", &key)).await.expect(200);
    for wrong in ["", "x", "tly_nothing", &key[1..], "schlüssel"] {
        Answer::to(get(LIST).query(&[("api_key", wrong)])).await.expect(401);
    }
    // Said twice it is still one; two are none.
    let both = |other: &str| {
        get(LIST).header("authorization", basic("ada", &key)).query(&[("api_key", other)])
    };
    Answer::to(both(&key)).await.expect(200);
    Answer::to(both(&others)).await.expect(401);

    let post = || server.request(Method::POST, LIST);
    let form = [("api_key", key.as_str()), ("tournament[name]", "Form")];
    Answer::to(post().form(&form)).await.expect(200);
    let body = json!({"api_key": key, "tournament": {"name": "JSON"}});
    Answer::to(post().json(&body)).await.expect(200);
    let xml =
        format!("<hash><api-key>{key}</api-key><tournament><name>XML</name></tournament></hash>");
    Answer::to(post().header("content-type", "text/xml").body(xml)).await.expect(200);
    let list = Answer::to(get(LIST).query(&[("api_key", &key)])).await.expect(200).json();
    let names: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["tournament"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["XML", "JSON", "Form"]);
    // The key is no attribute of what is made, and nobody sees it again.
    assert!(!list.to_string().contains(&key));
}

#[rstest]
#[tokio::test]
async fn tokens_and_their_scopes(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = server.person("ada").await;
    let client = server.client(&ada, Preset::Standard).await;
    let mut browser = server.signed_in(&ada).await;
    let tokens = client.tokens(&mut browser, "tournaments:read").await;
    let token = tokens["access_token"].as_str().unwrap();
    let get = server.request(Method::GET, LIST).bearer_auth(token);
    Answer::to(get).await.expect(200);
    // Whoever lacks the scope hears of that, and nothing of the body.
    for body in ["", "{", "tournament[name]=x"] {
        let post = server.request(Method::POST, LIST).bearer_auth(token).body(body.to_owned());
        let refused = Answer::to(post).await.expect(403);
        assert!(refused.header("www-authenticate").contains("insufficient_scope"));
        assert!(refused.json()["errors"][0].as_str().unwrap().contains("tournaments:write"));
    }
    let client = server.client(&ada, Preset::Standard).await;
    let tokens = client.tokens(&mut browser, "tournaments:write").await;
    let token = tokens["access_token"].as_str().unwrap();
    let post = server.request(Method::POST, LIST).bearer_auth(token);
    let made = Answer::to(post.json(&json!({"tournament": {"name": "Cup"}}))).await.expect(200);
    assert!(made.json()["tournament"]["oauth_application_id"].is_i64());
    let address = format!("{LIST}?access_token={token}");
    server.get(&address).await.expect(401);
}

/// The addresses of before 2014 lead to the same; other dialects below `/api` are left alone.
#[rstest]
#[tokio::test]
async fn old_addresses(#[values(Sqlite)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = server.person("ada").await;
    let key = server.personal_key(&ada).await;
    for path in [
        "/v1/tournaments.json",
        "/v1/tournaments",
        "/v1//tournaments.json",
        "/v1/tournaments/",
        "/api/v1/tournaments.json",
        "/api/tournaments.json",
        "/api/tournaments",
    ] {
        let answer = server.get(&format!("{path}?api_key={key}")).await.expect(200);
        assert_eq!(answer.json(), json!([]), "{path}");
    }
    let answer = server.get("/api/user").await.expect(401);
    assert_eq!(answer.json()["error"], "access_denied");
    let body = [("api_key", key.as_str()), ("tournament[name]", "Cup"), ("tournament[url]", "cup")];
    let made = server.request(Method::POST, "/api/tournaments.xml").form(&body);
    assert!(Answer::to(made).await.expect(200).text.contains("<url>cup</url>"));
    let add = server.request(Method::POST, "/api/v1/tournaments/cup/participants/bulk_add.json");
    let names =
        [("api_key", key.as_str()), ("participants[][name]", "A"), ("participants[][name]", "B")];
    Answer::to(add.form(&names)).await.expect(200);
    // The verb before the name.
    for (path, state) in [
        ("/api/tournaments/publish/cup.json", "pending"),
        ("/api/tournaments/start/cup.json", "underway"),
        ("/api/tournaments/reset/cup.json", "pending"),
    ] {
        let request = server.request(Method::POST, path).form(&[("api_key", &key)]);
        let answer = Answer::to(request).await.expect(200).json();
        assert_eq!(answer["tournament"]["state"], state, "{path}");
    }
}
