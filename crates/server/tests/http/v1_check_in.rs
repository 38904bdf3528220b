//! Check-in and waiting list through the API v1, in JSON and in XML.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_core::clock::MINUTE;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, TestServer, V1};

/// A tournament of six with four places, that begins in so many minutes, with half an hour of check-in.
async fn cup(server: &TestServer, api: &V1<'_>, minutes: i64) -> String {
    let at = server.core.now() + minutes * MINUTE;
    let at = jiff::Timestamp::from_millisecond(at).unwrap().to_string();
    let attributes = json!({
        "name": "Cup", "url": "cup", "start_at": at, "check_in_duration": 30, "signup_cap": 4,
    });
    api.tournament(attributes, 6).await
}

async fn shown(api: &V1<'_>, t: &str) -> Value {
    api.get(&format!("{t}.json")).await.expect(200).json()["tournament"].take()
}

/// Everybody's name by seed: `-` before the inactive, `?` before the waiting, `+` before who is here.
async fn order(api: &V1<'_>, t: &str) -> Vec<String> {
    let rows = api.participants(t).await;
    let mark = |row: &Value| match (&row["on_waiting_list"], &row["active"], &row["checked_in"]) {
        (Value::Bool(true), _, Value::Bool(true)) => "?+",
        (Value::Bool(true), ..) => "?",
        (_, Value::Bool(false), _) => "-",
        (.., Value::Bool(true)) => "+",
        _ => "",
    };
    rows.iter().map(|row| format!("{}{}", mark(row), row["name"].as_str().unwrap())).collect()
}

async fn check_in(api: &V1<'_>, t: &str, seed: usize) -> Value {
    let name = format!("Seed {seed}");
    let rows = api.participants(t).await;
    let row = rows.iter().find(|row| row["name"] == name).unwrap();
    let path = format!("{t}/participants/{}/check_in.json", row["id"]);
    api.post(&path, json!({})).await.expect(200).json()["participant"].take()
}

#[rstest]
#[tokio::test]
async fn who_is_here_plays(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "marshal").await;
    let t = cup(&server, &api, 60).await;
    let rows = api.participants(&t).await;
    assert_eq!(order(&api, &t).await[3..], ["Seed 4", "?Seed 5", "?Seed 6"]);
    for row in &rows {
        assert_eq!((&row["check_in_open"], &row["can_check_in"]), (&json!(false), &json!(false)));
        assert_eq!((&row["checked_in"], &row["checked_in_at"]), (&json!(false), &Value::Null));
    }
    // It has not opened yet.
    let first = format!("{t}/participants/{}", rows[0]["id"]);
    for path in ["/process_check_ins.json", "/abort_check_in.json"] {
        let refused = api.post(&format!("{t}{path}"), json!({})).await.expect(422).json();
        let text = refused["errors"][0].as_str().unwrap();
        assert!(text.starts_with("The check-in has not opened yet"), "{text}");
    }
    api.post(&format!("{first}/check_in.json"), json!({})).await.expect(422);
    assert_eq!(shown(&api, &t).await["started_checking_in_at"], Value::Null);

    server.clock.advance(30 * MINUTE);
    let open = shown(&api, &t).await;
    assert_eq!(open["state"], "checking_in");
    assert!(open["started_checking_in_at"].is_string());
    let row = check_in(&api, &t, 1).await;
    assert_eq!((&row["check_in_open"], &row["can_check_in"]), (&json!(true), &json!(false)));
    assert_eq!(row["checked_in"], true);
    assert!(row["checked_in_at"].is_string());
    let undone = api.post(&format!("{first}/undo_check_in.json"), json!({})).await.expect(200);
    let undone = &undone.json()["participant"];
    assert_eq!((&undone["checked_in"], &undone["can_check_in"]), (&json!(false), &json!(true)));
    assert_eq!(undone["checked_in_at"], Value::Null);
    for seed in [1, 3, 6] {
        check_in(&api, &t, seed).await;
    }
    assert_eq!(
        order(&api, &t).await,
        ["+Seed 1", "Seed 2", "+Seed 3", "Seed 4", "?Seed 5", "?+Seed 6"]
    );
    // Its time is fixed, and nothing starts meanwhile.
    let later = json!({"tournament": {"check_in_duration": 45}});
    let refused = api.put(&format!("{t}.json"), later).await.expect(422).json();
    let text = refused["errors"][0].as_str().unwrap();
    assert!(text.starts_with("Check in duration cannot change"), "{text}");
    api.post(&format!("{t}/start.json"), json!({})).await.expect(422);

    let with = format!("{t}/process_check_ins.json?include_participants=1");
    let processed = api.post(&with, json!({})).await.expect(200).json();
    let processed = &processed["tournament"];
    assert_eq!(processed["state"], "checked_in");
    assert_eq!(processed["participants"].as_array().unwrap().len(), 6);
    assert_eq!(
        order(&api, &t).await,
        ["+Seed 1", "+Seed 3", "+Seed 6", "-Seed 2", "-Seed 4", "?Seed 5"]
    );
    api.post(&format!("{t}/process_check_ins.json"), json!({})).await.expect(422);
    let started = api.post(&format!("{t}/start.json"), json!({})).await.expect(200).json();
    assert_eq!(started["tournament"]["state"], "underway");
    assert!(started["tournament"]["started_checking_in_at"].is_string());
    assert_eq!(api.matches(&t).await.len(), 2, "three play");
}

#[rstest]
#[tokio::test]
async fn the_check_in_is_given_up(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "marshal").await;
    // Its window is open already.
    let t = cup(&server, &api, 10).await;
    assert_eq!(shown(&api, &t).await["state"], "checking_in");
    check_in(&api, &t, 2).await;
    api.post(&format!("{t}/process_check_ins.json"), json!({})).await.expect(200);
    let aborted = api.post(&format!("{t}/abort_check_in.json"), json!({})).await.expect(200).json();
    assert_eq!(aborted["tournament"]["state"], "pending");
    assert_eq!(aborted["tournament"]["started_checking_in_at"], Value::Null);
    for row in api.participants(&t).await {
        assert_eq!((&row["active"], &row["checked_in"]), (&json!(true), &json!(false)));
        assert_eq!(row["checked_in_at"], Value::Null);
    }
    // Somebody else has no say in it.
    let other = V1::organizer(&server, "other").await;
    other.post(&format!("{t}/process_check_ins.json"), json!({})).await.expect(401);
}

#[rstest]
#[tokio::test]
async fn in_xml(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "marshal").await;
    let t = cup(&server, &api, 10).await;
    let id = api.participants(&t).await[0]["id"].clone();
    let post = async |path: &str| {
        let request = api.request(Method::POST, path).query(&[("api_key", &api.key)]);
        Answer::to(request).await.expect(200).text
    };
    let row = post(&format!("{t}/participants/{id}/check_in.xml")).await;
    assert!(row.contains("<checked-in type=\"boolean\">true</checked-in>"), "{row}");
    assert!(row.contains("<checked-in-at type=\"dateTime\">"), "{row}");
    assert!(row.contains("<check-in-open type=\"boolean\">true</check-in-open>"), "{row}");
    let row = post(&format!("{t}/participants/{id}/undo_check_in.xml")).await;
    assert!(row.contains("<checked-in-at nil=\"true\"/>"), "{row}");
    assert!(row.contains("<can-check-in type=\"boolean\">true</can-check-in>"), "{row}");
    let whole = post(&format!("{t}/process_check_ins.xml")).await;
    assert!(whole.contains("<state>checked_in</state>"), "{whole}");
    assert!(whole.contains("<started-checking-in-at type=\"dateTime\">"), "{whole}");
    let whole = post(&format!("{t}/abort_check_in.xml")).await;
    assert!(whole.contains("<state>pending</state>"), "{whole}");
}
