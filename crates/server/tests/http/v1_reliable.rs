//! For programs that rely on what they sent over the API v1: keys of writes, and what is new.

use reqwest::{Method, RequestBuilder};
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_core::clock::MINUTE;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, TestServer, V1};

/// The request with a key of the client's.
async fn keyed(request: RequestBuilder, key: &str) -> Answer {
    Answer::to(request.header("idempotency-key", key)).await
}

fn create(api: &V1<'_>, path: &str, name: &str) -> RequestBuilder {
    let body = json!({"api_key": api.key, "tournament": {"name": name}});
    api.request(Method::POST, path).json(&body)
}

/// Whether it is an answer that was given before.
fn replayed(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == "true"
}

#[rstest]
#[tokio::test]
async fn a_write_with_a_key_is_carried_out_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "marshal").await;
    let (json_path, xml_path) = ("/tournaments.json", "/tournaments.xml");
    for (key, path) in [("one", json_path), ("two", xml_path)] {
        let first = keyed(create(&api, path, "Spring"), key).await.expect(200);
        assert!(!replayed(&first));
        let same = keyed(create(&api, path, "Spring"), key).await.expect(200);
        assert!(replayed(&same));
        assert_eq!(same.text, first.text);
        assert_eq!(same.header("content-type"), first.header("content-type"));
        assert_eq!(same.header("cache-control"), "no-store");
    }
    assert_eq!(api.get(json_path).await.json().as_array().unwrap().len(), 2);
    // Another body, another format, another method under the same key.
    let other = keyed(create(&api, json_path, "Autumn"), "one").await.expect(422).json();
    assert!(other["errors"][0].as_str().unwrap().starts_with("This Idempotency-Key was used"));
    let other = keyed(create(&api, xml_path, "Spring"), "one").await.expect(422);
    assert!(other.text.contains("<errors type=\"array\">") || other.text.contains("<errors>"));
    assert_eq!(other.header("content-type"), "application/xml; charset=utf-8");
    let id = api.get(json_path).await.json()[0]["tournament"]["id"].clone();
    let path = format!("/tournaments/{id}.json");
    let query = [("api_key", api.key.as_str()), ("_method", "delete")];
    let delete = || api.request(Method::POST, &path).query(&query);
    keyed(delete(), "one").await.expect(422);
    // A key is for the write itself, whatever way the method is said.
    for again in [false, true] {
        let gone = keyed(delete(), "gone").await.expect(200);
        assert_eq!((replayed(&gone), &gone.json()["tournament"]["id"]), (again, &id));
    }
    api.get(&path).await.expect(404);
    // By form, and by somebody else.
    let form = || {
        api.request(Method::POST, json_path)
            .form(&[("api_key", api.key.as_str()), ("tournament[name]", "Form")])
    };
    assert!(!replayed(&keyed(form(), "form").await.expect(200)));
    assert!(replayed(&keyed(form(), "form").await.expect(200)));
    let stranger = V1::organizer(&server, "stranger").await;
    let fresh = keyed(create(&stranger, json_path, "Spring"), "one").await.expect(200);
    assert!(!replayed(&fresh));
}

#[rstest]
#[tokio::test]
async fn a_refusal_is_given_again_as_it_was(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "marshal").await;
    for (path, kind) in [("/tournaments.json", "json"), ("/tournaments.xml", "xml")] {
        let first = keyed(create(&api, path, ""), kind).await.expect(422);
        assert!(first.text.contains("Name can't be blank"), "{}", first.text);
        let again = keyed(create(&api, path, ""), kind).await.expect(422);
        assert_eq!((again.text.as_str(), replayed(&again)), (first.text.as_str(), true));
        assert_eq!(again.header("content-type"), first.header("content-type"));
    }
    for key in ["", " ", &"x".repeat(256)] {
        let bad = keyed(create(&api, "/tournaments.json", "Spring"), key).await.expect(400);
        assert!(bad.json()["errors"][0].as_str().unwrap().contains("Idempotency-Key"));
    }
    // Who is nobody is told as ever, also what to send.
    let request = api.request(Method::POST, "/tournaments.json").json(&json!({"name": "x"}));
    let nobody = keyed(request, "nobody").await.expect(401);
    assert!(nobody.json()["errors"][0].is_string());
    // Whose it is not, too; neither is remembered.
    let t = api.tournament(json!({"name": "Cup"}), 0).await;
    let stranger = V1::organizer(&server, "stranger").await;
    for _ in 0..2 {
        let body = json!({"api_key": stranger.key, "tournament": {"name": "Mine"}});
        let request = stranger.request(Method::PUT, &format!("{t}.json")).json(&body);
        let refused = keyed(request, "theft").await.expect(401);
        assert!(!replayed(&refused));
        let challenges: Vec<&str> = refused.header("www-authenticate").split(", ").collect();
        assert!(challenges.iter().any(|it| it.starts_with("Basic realm")), "{challenges:?}");
    }
    // What cannot be read is refused before keys count.
    let broken = api
        .request(Method::POST, "/tournaments.json")
        .query(&[("api_key", &api.key)])
        .header("content-type", "application/json")
        .body("{");
    keyed(broken, "broken").await.expect(400);
}

#[rstest]
#[tokio::test]
async fn lists_of_what_is_new(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "marshal").await;
    let old = api.tournament(json!({"name": "Old"}), 4).await;
    api.post(&format!("{old}/start.json"), json!({})).await.expect(200);
    server.clock.advance(MINUTE);
    let since = server.core.now() / 1_000;
    let names = async |path: &str, kind: &str| -> Vec<Value> {
        let list = api.get(&format!("{path}?updated_since={since}")).await.expect(200).json();
        let name = if kind == "match" { "identifier" } else { "name" };
        list.as_array().unwrap().iter().map(|it| it[kind][name].clone()).collect()
    };
    assert_eq!(names("/tournaments.json", "tournament").await, Vec::<Value>::new());
    let new = api.tournament(json!({"name": "New"}), 0).await;
    assert_eq!(names("/tournaments.json", "tournament").await, ["New"]);
    assert_eq!(names(&format!("{old}/matches.json"), "match").await, Vec::<Value>::new());
    let of = api.matches(&old).await[0].clone();
    api.win(&old, &of, 1).await.expect(200);
    // The match itself, and the one that it leads to.
    assert_eq!(names(&format!("{old}/matches.json"), "match").await, ["A", "C"]);
    let row = &api.participants(&old).await[2];
    assert_eq!(names(&format!("{old}/participants.json"), "participant").await.len(), 0);
    let path = format!("{old}/participants/{}.json", row["id"]);
    api.put(&path, json!({"participant": {"misc": "x"}})).await.expect(200);
    assert_eq!(names(&format!("{old}/participants.json"), "participant").await, ["Seed 3"]);
    let both = format!("{old}/matches.json?updated_since={since}&state=complete");
    assert_eq!(api.get(&both).await.json().as_array().unwrap().len(), 1);
    for path in ["/tournaments.json", &format!("{new}/matches.json")] {
        let wrong = api.get(&format!("{path}?updated_since=soon")).await.expect(422).json();
        let text = wrong["errors"][0].as_str().unwrap();
        assert!(text.starts_with("Updated since must be a time"), "{text}");
    }
}
