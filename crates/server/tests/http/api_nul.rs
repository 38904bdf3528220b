//! The character U+0000, which PostgreSQL takes in no text: refused by every surface, on both
//! engines in the same way.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, CALLBACK, TestServer};

#[rstest]
#[tokio::test]
async fn in_attributes(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Nul"}), 2).await;
    let list = api.get(&format!("{t}/participants.json")).await.data();
    let p = format!("{t}/participants/{}.json", list[0]["id"].as_str().unwrap());
    let nul = "a\0b";
    let participant = |field: &str| {
        let mut sent = json!({"name": "A"});
        sent[field] = nul.into();
        sent
    };
    let mut cases: Vec<(Method, String, Value)> = Vec::new();
    for field in ["name", "url", "game_name", "description", "tournament_type", "starts_at"] {
        cases.push((Method::POST, "/tournaments.json".to_owned(), participant(field)));
        cases.push((Method::PUT, format!("{t}.json"), json!({field: nul})));
    }
    let nested = json!({"double_elimination_options": {"grand_finals_modifier": nul}});
    cases.push((Method::PUT, format!("{t}.json"), nested));
    for field in ["name", "misc", "email", "username", "seed"] {
        cases.push((Method::POST, format!("{t}/participants.json"), participant(field)));
        cases.push((Method::PUT, p.clone(), json!({field: nul})));
        let many = json!({"participants": [{"name": "ok"}, participant(field)]});
        cases.push((Method::POST, format!("{t}/participants/bulk_add.json"), many));
    }
    cases.push((Method::PUT, format!("{t}/change_state.json"), json!({"state": nul})));
    for (method, path, sent) in cases {
        let refused = api.send(method.clone(), &path, sent.clone()).await;
        assert_eq!(refused.status, 422, "{method} {path} {sent}: {}", refused.text);
        assert!(refused.json()["errors"][0]["source"]["pointer"].is_string());
    }
    api.state(&t, "start").await.expect(200);
    let of = api.match_named(&t, "A").await;
    let path = format!("{t}/matches/{}", of["id"].as_str().unwrap());
    let report = json!({"match": [{"participant_id": nul, "score_set": "1"}]});
    api.put(&path, report).await.expect(422);
    let report = json!({"match": [{"participant_id": "1", "score_set": nul}]});
    api.put(&path, report).await.expect(422);
    api.state(&path, nul).await.expect(422);
}

#[rstest]
#[tokio::test]
async fn in_addresses(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("marshal").await;
    let api = server.key_of(&person).await;
    for path in ["%00", "a%00b", "a%00b/matches", "a%00/participants/1", "1%00/matches/1"] {
        api.get(&format!("/tournaments/{path}")).await.expect(404);
    }
    api.put("/tournaments/%00.json", json!({"name": "A"})).await.expect(404);
    api.get("/tournaments.json?state=%00").await.expect(400);
    api.get("/tournaments.json?type=%00").await.expect(400);
    api.get("/tournaments.json?x=%00").await.expect(200);
    let mut browser = server.signed_in(&person).await;
    for path in ["/%00", "/a%00b", "/%00/events", "/%00/live", "/%00.svg", "/apps/%00"] {
        browser.get(path).await.expect(404);
    }
    browser.get("/tournaments?show=%00&page=%00").await.expect(200);
    browser.get("/setup?token=%00").await.expect(404);
    browser.get("/login?next=/%00").await.expect(200);
    browser.get("/oauth/authorize?client_id=%00").await.expect(400);
}

/// Page, action, fields.
type Form<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

#[rstest]
#[tokio::test]
async fn in_forms(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("marshal").await;
    let app = server.application(&person, Preset::Standard, &[CALLBACK]).await;
    let app = format!("/apps/{}", app.application.client.client_id);
    let nul = "a\0b";
    let mut nobody = server.browser();
    let cases: [(&str, &[(&str, &str)]); 5] = [
        ("/login", &[("username", nul), ("password", "x")]),
        ("/login", &[("username", "marshal"), ("password", nul), ("next", nul)]),
        ("/signup", &[("username", nul), ("email", "a@b.c"), ("password", "long enough")]),
        ("/signup", &[("username", "abc"), ("email", "a\0@b.c"), ("password", "long enough")]),
        ("/signup", &[("username", "abcd"), ("email", "a@b.c"), ("password", "long\0enough")]),
    ];
    for (path, fields) in cases {
        let refused = nobody.submit(path, path, fields).await;
        assert!(matches!(refused.status, 401 | 422), "{path} {fields:?}: {}", refused.status);
    }
    let mut browser = server.signed_in(&person).await;
    let forms: [Form<'_>; 9] = [
        ("/apps/new", "/apps/new", &[("preset", "standard"), ("name", nul)]),
        ("/apps/new", "/apps/new", &[("preset", nul), ("name", "A")]),
        (
            "/apps/new",
            "/apps/new",
            &[("preset", "standard"), ("name", "A"), ("redirect_uris", nul)],
        ),
        ("/apps/new", "/apps/new", &[("preset", "standard"), ("name", "A"), ("scope", nul)]),
        (&app, &app, &[("name", nul), ("grant", "refresh_token")]),
        (&app, &app, &[("name", "A"), ("redirect_uris", nul), ("grant", "refresh_token")]),
        (&app, &app, &[("name", "A"), ("scope", nul), ("grant", "refresh_token")]),
        ("/account", "/account/keys", &[("name", nul)]),
        (
            "/account",
            "/account/password",
            &[("current_password", "x"), ("new_password", "long\0enough")],
        ),
    ];
    for (page, action, fields) in forms {
        let refused = browser.submit(page, action, fields).await;
        assert_eq!(refused.status, 422, "{action} {fields:?}");
    }
    for action in [
        "/account/connections/%00/disconnect",
        "/account/keys/%00/delete",
        "/account/sessions/%00/end",
        "/apps/%00/delete",
        "/apps/%00/rotate",
        "/apps/%00",
    ] {
        browser.submit("/account", action, &[("confirm", "yes")]).await.expect(404);
    }
    // What was not refused was not stored either.
    assert_eq!(server.core.api_keys(&person.actor()).await.unwrap().len(), 0);
    assert_eq!(server.core.applications(&person.actor()).await.unwrap().len(), 1);
}

#[rstest]
#[tokio::test]
async fn at_the_token_endpoint(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let request = || server.request(Method::POST, "/oauth/token");
    for name in ["client_id", "client_secret", "code", "refresh_token", "scope", "grant_type"] {
        let form = [("grant_type", "client_credentials"), (name, "a\0b")];
        Answer::to(request().form(&form)).await.expect(400);
        Answer::to(request().json(&json!({name: "a\0b"}))).await.expect(400);
    }
    for credentials in ["a\0b:c", "a%00b:c", "a:%00"] {
        let basic = format!("Basic {}", STANDARD.encode(credentials));
        let form = [("grant_type", "client_credentials")];
        let refused = Answer::to(request().header("authorization", basic).form(&form)).await;
        assert_eq!(refused.expect(401).json()["error"], "invalid_client", "{credentials:?}");
    }
}
