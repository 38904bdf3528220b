//! Several reports in one request: in order, all or none.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Api, TestServer};

/// That the first or the second of these participants won the match.
fn report(of: &Value, players: [&Value; 2], winner: usize) -> Value {
    let side = |index: usize| {
        json!({
            "participant_id": players[index],
            "score_set": if index == winner { "2" } else { "1" },
            "advancing": index == winner,
        })
    };
    json!({"type": "match", "id": of["id"], "attributes": {"match": [side(0), side(1)]}})
}

fn players(of: &Value) -> [&Value; 2] {
    ["player1", "player2"].map(|name| &of["relationships"][name]["data"]["id"])
}

async fn send(api: &Api<'_>, t: &str, reports: &[Value]) -> Answer {
    let path = format!("{t}/matches/bulk_update.json");
    api.send_body(Method::PUT, &path, &json!({"data": reports}).to_string()).await
}

fn pointers(answer: &Answer) -> Vec<String> {
    let errors = answer.json()["errors"].take();
    let pointer = |error: &Value| error["source"]["pointer"].as_str().unwrap().to_owned();
    errors.as_array().unwrap().iter().map(pointer).collect()
}

#[rstest]
#[tokio::test]
async fn a_whole_bracket_is_reported_at_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Bulk"}), 4).await;
    api.state(&t, "start").await.expect(200);
    let matches = api.matches(&t).await;
    let (a, b, c) = (&matches[0], &matches[1], &matches[2]);
    // Who comes into the final is told beforehand, by those who know what they report.
    let relations = &c["relationships"];
    assert_eq!(relations["player1_prerequisite"]["data"], json!({"id": a["id"], "type": "match"}));
    assert_eq!(relations["player2_prerequisite"]["data"]["id"], b["id"]);
    assert_eq!(a["relationships"]["player1_prerequisite"]["data"], Value::Null);
    let all = [
        report(a, players(a), 0),
        report(b, players(b), 1),
        report(c, [players(a)[0], players(b)[1]], 1),
    ];
    let done = send(&api, &t, &all).await.expect(200).json();
    let states: Vec<&Value> =
        done["data"].as_array().unwrap().iter().map(|of| &of["attributes"]["state"]).collect();
    assert_eq!(states, ["complete"; 3]);
    assert_eq!(
        done["data"][2]["attributes"]["winner_id"].to_string(),
        players(b)[1].as_str().unwrap()
    );
    assert_eq!(done["included"].as_array().unwrap().len(), 4);
    // What was made in one request is taken back as one.
    let undone = api.post(&format!("{t}/undo.json"), json!({})).await.expect(200);
    assert_eq!(undone.data()["attributes"]["progress_meter"], 0);
}

#[rstest]
#[tokio::test]
async fn one_wrong_report_refuses_all(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Bulk"}), 4).await;
    api.state(&t, "start").await.expect(200);
    let matches = api.matches(&t).await;
    let (a, b, c) = (&matches[0], &matches[1], &matches[2]);
    let good = report(a, players(a), 0);
    // Who is not in the final yet.
    let early = send(&api, &t, &[good.clone(), report(c, players(b), 0)]).await.expect(422);
    assert!(pointers(&early)[0].starts_with("/data/1/attributes/match/"), "{}", early.text);
    let stranger = report(b, [players(b)[0], players(a)[0]], 0);
    let wrong = send(&api, &t, &[good.clone(), stranger]).await.expect(422);
    assert_eq!(pointers(&wrong), ["/data/1/attributes/match/1/participant_id"]);
    let mut odd = report(b, players(b), 0);
    odd["attributes"]["match"][0]["score_set"] = json!("two");
    let mut nameless = good.clone();
    nameless.as_object_mut().unwrap().remove("id");
    let odd = send(&api, &t, &[nameless, odd]).await.expect(422);
    assert_eq!(pointers(&odd), ["/data/0/id", "/data/1/attributes/match/0/score_set"]);
    let unknown = json!({"id": "1", "attributes": good["attributes"]});
    assert_eq!(
        pointers(&send(&api, &t, &[good.clone(), unknown]).await.expect(422)),
        ["/data/1/id"]
    );
    assert_eq!(pointers(&send(&api, &t, &[]).await.expect(422)), ["/data"]);
    assert_eq!(pointers(&send(&api, &t, &vec![good.clone(); 1_001]).await.expect(422)), ["/data"]);
    let path = format!("{t}/matches/bulk_update.json");
    for body in ["", "[]", "{}", r#"{"data": {}}"#] {
        api.send_body(Method::PUT, &path, body).await.expect(400);
    }
    let refused = api.send_body(Method::PUT, &path, r#"{"data": [7]}"#).await.expect(422);
    assert!(refused.text.contains("Matches 0 must be an object"), "{}", refused.text);
    assert_eq!(pointers(&refused), ["/data/0"]);
    // Nothing of all this was made.
    assert_eq!(api.matches(&t).await, matches);
    let other = server.organizer("other").await;
    send(&other, &t, &[good]).await.expect(403);
}
