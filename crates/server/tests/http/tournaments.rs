//! The life of a tournament through the API v2.1.

use insta::assert_json_snapshot;
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Api, TestServer};

/// Replaces ids, times and addresses by what they look like, so that a snapshot still checks their
/// shape: an id of another length or a time of another form stays as it is and shows.
fn shaped(server: &TestServer, mut document: Value) -> Value {
    fn is_id(number: i64) -> bool {
        (10_000_001..20_000_000).contains(&number)
    }
    fn shape(value: &mut Value, base: &str) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| shape(item, base)),
            Value::Object(map) => map.values_mut().for_each(|item| shape(item, base)),
            Value::Number(number) if number.as_i64().is_some_and(is_id) => {
                *value = "<number id>".into();
            }
            Value::String(text) => {
                if text.parse().is_ok_and(is_id) {
                    *value = "<id>".into();
                } else if text.len() == 24 && text.ends_with('Z') {
                    let time: jiff::Timestamp = text.parse().unwrap();
                    assert_eq!(format!("{time:.3}"), *text);
                    *value = "<time>".into();
                } else {
                    let parts: Vec<&str> = text.split('/').collect();
                    let short = parts.iter().map(|part| {
                        let (name, end) = part.split_once('.').unwrap_or((part, ""));
                        let dot = if end.is_empty() { "" } else { "." };
                        let id = name.parse().is_ok_and(is_id);
                        if id { format!("<id>{dot}{end}") } else { (*part).to_owned() }
                    });
                    let joined = short.collect::<Vec<_>>().join("/");
                    *text = joined.replace(base, "<base>");
                }
            }
            _ => {}
        }
    }
    shape(&mut document, &server.url);
    document
}

async fn cup(api: &Api<'_>, participants: usize) -> String {
    let attributes = json!({
        "name": "Spring Cup",
        "url": "spring_cup",
        "game_name": "Chess",
        "description": "Bring your own lance.",
        "starts_at": "2027-03-01T18:00:00Z",
    });
    api.tournament(attributes, participants).await
}

#[rstest]
#[tokio::test]
async fn the_documents_look_like_this(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&api, 2).await;
    let created = api.get(&format!("{t}.json")).await.expect(200);
    assert_eq!(created.header("content-type"), "application/json");
    assert_eq!(created.header("cache-control"), "private, no-cache");
    assert_json_snapshot!("tournament_before_the_start", shaped(&server, created.json()));
    api.state(&t, "start").await.expect(200);
    let of = api.match_named(&t, "A").await;
    let reported = api.win(&t, &of, 2).await.expect(200).json();
    assert_json_snapshot!("match_after_a_report", shaped(&server, reported));
    let list = api.get(&format!("{t}/participants.json?per_page=1&page=2")).await.json();
    assert_json_snapshot!("second_page_of_participants", shaped(&server, list));
    let list = api.get("/tournaments.json").await.json();
    assert_json_snapshot!("list_of_tournaments", shaped(&server, list));
    assert_json_snapshot!("me", shaped(&server, api.get("/me.json").await.json()));
}

#[rstest]
#[tokio::test]
async fn reopening_resets_what_depends_on_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&api, 4).await;
    api.state(&t, "start").await.expect(200);
    for name in ["A", "B", "C"] {
        let of = api.match_named(&t, name).await;
        api.win(&t, &of, 1).await.expect(200);
    }
    let first = api.match_named(&t, "A").await;
    let path = format!("{t}/matches/{}", first["id"].as_str().unwrap());
    let reopened = api.state(&path, "reopen").await.expect(200).data();
    let attributes = &reopened["attributes"];
    assert_eq!(attributes["state"], "open");
    assert_eq!(attributes["winner_id"], Value::Null);
    assert_eq!(attributes["timestamps"]["completed_at"], Value::Null);
    let last = api.match_named(&t, "C").await;
    assert_eq!(last["attributes"]["state"], "pending");
    assert_eq!(last["relationships"]["player1"]["data"], Value::Null);
    assert!(last["relationships"]["player2"]["data"].is_object(), "B still stands");
    assert_eq!(last["attributes"]["score_in_sets"], json!([]));
    let shown = api.get(&format!("{t}.json")).await.data();
    assert_eq!(shown["attributes"]["state"], "underway");
    api.state(&path, "reopen").await.expect(422);
}

#[rstest]
#[tokio::test]
async fn another_winner_resets_what_depends_on_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&api, 4).await;
    api.state(&t, "start").await.expect(200);
    for name in ["A", "B", "C"] {
        let of = api.match_named(&t, name).await;
        api.win(&t, &of, 1).await.expect(200);
    }
    // The same winner with another score leaves the final alone.
    let first = api.match_named(&t, "A").await;
    api.win(&t, &first, 1).await.expect(200);
    assert_eq!(api.match_named(&t, "C").await["attributes"]["state"], "complete");
    api.win(&t, &first, 2).await.expect(200);
    let last = api.match_named(&t, "C").await;
    assert_eq!(last["attributes"]["state"], "open");
    let loser = &first["relationships"]["player2"]["data"]["id"];
    assert_eq!(last["relationships"]["player1"]["data"]["id"], *loser);
}

#[rstest]
#[tokio::test]
async fn a_live_score_leaves_the_match_open(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&api, 2).await;
    api.state(&t, "start").await.expect(200);
    let of = api.match_named(&t, "A").await;
    let path = format!("{t}/matches/{}", of["id"].as_str().unwrap());
    let marked = api.state(&path, "mark_as_underway").await.expect(200).data();
    assert!(marked["attributes"]["underway_at"].is_string());
    assert_eq!(
        marked["attributes"]["underway_at"],
        marked["attributes"]["timestamps"]["underway_at"]
    );
    let [one, two] = ["player1", "player2"]
        .map(|player| of["relationships"][player]["data"]["id"].as_str().unwrap().to_owned());
    // Ids as numbers and as texts, sides in any order.
    let number: i64 = two.parse().unwrap();
    let live = json!({"match": [
        {"participant_id": number, "score_set": "1,4"},
        {"participant_id": one, "score_set": "4,2"},
    ]});
    let answer = api.put(&format!("{path}.json"), live).await.expect(200).data();
    let attributes = &answer["attributes"];
    assert_eq!(attributes["state"], "open");
    assert_eq!(attributes["winner_id"], Value::Null);
    assert_eq!(attributes["score_in_sets"], json!([[4, 1], [2, 4]]));
    assert_eq!(attributes["scores"], "1 - 1");
    assert_eq!(attributes["points_by_participant"][0]["scores"], json!([4, 2]));
    assert!(attributes["underway_at"].is_string(), "still being played");
    let unmarked = api.state(&path, "unmark_as_underway").await.expect(200).data();
    assert_eq!(unmarked["attributes"]["underway_at"], Value::Null);
}

#[rstest]
#[tokio::test]
async fn who_withdraws_after_the_start_forfeits(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&api, 4).await;
    api.state(&t, "start").await.expect(200);
    let of = api.match_named(&t, "A").await;
    let player = of["relationships"]["player1"]["data"]["id"].as_str().unwrap().to_owned();
    let path = format!("{t}/participants/{player}.json");
    let gone = api.delete(&path).await.expect(200).data();
    assert_eq!(gone["attributes"]["states"]["active"], false);
    let of = api.match_named(&t, "A").await;
    assert_eq!(of["attributes"]["state"], "complete");
    assert_eq!(of["attributes"]["forfeited"], true);
    assert_eq!(of["attributes"]["loser_id"].to_string(), player);
    // Again changes nothing.
    api.delete(&path).await.expect(200);
    api.post(&format!("{t}/participants.json"), json!({"name": "Late"})).await.expect(422);
    api.delete(&format!("{t}/participants/clear.json")).await.expect(422);
    api.put(&format!("{t}/participants/randomize.json"), json!({})).await.expect(422);
    // After a reset everybody is back.
    let reset = api.state(&t, "reset").await.expect(200).data();
    assert_eq!(reset["attributes"]["state"], "pending");
    assert_eq!(reset["attributes"]["timestamps"]["started_at"], Value::Null);
    assert_eq!(reset["attributes"]["progress_meter"], 0);
    let back = api.get(&path).await.expect(200).data();
    assert_eq!(back["attributes"]["states"]["active"], true);
    assert_eq!(api.matches(&t).await.len(), 0);
    api.delete(&path).await.expect(204);
    api.get(&path).await.expect(404);
}

async fn names(api: &Api<'_>, t: &str) -> Vec<String> {
    let list = api.get(&format!("{t}/participants.json?per_page=1000")).await.expect(200).data();
    let rows = list.as_array().unwrap();
    for (index, row) in rows.iter().enumerate() {
        assert_eq!(row["attributes"]["seed"], index + 1, "seeds have no gaps");
    }
    rows.iter().map(|row| row["attributes"]["name"].as_str().unwrap().to_owned()).collect()
}

#[rstest]
#[tokio::test]
async fn seeds_move_and_stay_without_gaps(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&api, 4).await;
    let list = api.get(&format!("{t}/participants.json")).await.data();
    let id = |index: usize| list[index]["id"].as_str().unwrap().to_owned();
    let change = |index: usize, attributes: Value| {
        let path = format!("{t}/participants/{}.json", id(index));
        let api = &api;
        async move { api.put(&path, attributes).await.expect(200).data() }
    };
    assert_eq!(change(3, json!({"seed": 1})).await["attributes"]["seed"], 1);
    assert_eq!(names(&api, &t).await, ["Seed 4", "Seed 1", "Seed 2", "Seed 3"]);
    assert_eq!(change(3, json!({"seed": 99})).await["attributes"]["seed"], 4);
    assert_eq!(names(&api, &t).await, ["Seed 1", "Seed 2", "Seed 3", "Seed 4"]);
    let misc = "\"quoted\" ✓ {\"json\": [1]}  ";
    let changed = change(0, json!({"name": "Ysolde", "misc": misc})).await;
    assert_eq!(changed["attributes"]["misc"], misc, "byte for byte");
    // A newcomer in the middle.
    let new = json!({"name": "Emre", "seed": 2, "email": "emre@example.org"});
    let made = api.post(&format!("{t}/participants.json"), new).await.expect(200).data();
    assert_eq!(made["attributes"]["seed"], 2);
    assert_eq!(names(&api, &t).await, ["Ysolde", "Emre", "Seed 2", "Seed 3", "Seed 4"]);
    api.delete(&format!("{t}/participants/{}.json", id(1))).await.expect(204);
    assert_eq!(names(&api, &t).await, ["Ysolde", "Emre", "Seed 3", "Seed 4"]);
    let dup = api.post(&format!("{t}/participants.json"), json!({"name": "EMRE"})).await;
    assert_eq!(dup.expect(422).json()["errors"][0]["source"]["pointer"], "/data/attributes/name");

    let mut before = names(&api, &t).await;
    let mixed = api.put(&format!("{t}/participants/randomize.json"), json!({})).await.expect(200);
    assert_eq!(mixed.json()["meta"]["count"], 4);
    let mut after = names(&api, &t).await;
    before.sort();
    after.sort();
    assert_eq!(before, after);
    api.delete(&format!("{t}/participants/clear.json")).await.expect(204);
    assert_eq!(names(&api, &t).await, Vec::<String>::new());
    api.state(&t, "start").await.expect(422);
}

#[rstest]
#[tokio::test]
async fn requests_may_be_written_in_many_ways(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let made = r#"{"data":{"type":"Tournaments","attributes":{"name":"A","url":"Way_One"}}}"#;
    api.send_body(Method::POST, "//tournaments", made).await.expect(201);
    // Without `attributes`, without `data`, in other media types, by slug in any case.
    let bare = r#"{"data":{"name":"B"}}"#;
    api.send_body(Method::PUT, "/tournaments/way_one.json", bare).await.expect(200);
    let request = api.request(Method::PUT, "/tournaments/WAY_ONE/").body(r#"{"name":"C"}"#);
    let answer = crate::support::Answer::to(request).await.expect(200);
    assert_eq!(answer.data()["attributes"]["name"], "C");
    let request = api.request(Method::PUT, "/tournaments///way_one.json");
    let request = request.header("content-type", "application/json; charset=utf-8");
    let answer = crate::support::Answer::to(request.body(r#"{"name":"D"}"#)).await.expect(200);
    assert_eq!(answer.data()["attributes"]["name"], "D");

    let t = "/tournaments/way_one";
    let array =
        r#"{"data":[{"type":"x","attributes":{"name":"P1"}},{"attributes":{"name":"P2"}}]}"#;
    let path = format!("{t}/participants/bulk_add.json");
    let added = api.send_body(Method::POST, &path, array).await.expect(200).json();
    assert_eq!(added["meta"]["count"], 2);
    let bare = r#"{"participants":[{"name":"P3"},{"username":"nobody_here"}]}"#;
    api.send_body(Method::POST, &path, bare).await.expect(200);
    api.send(Method::POST, &format!("{t}/participants/randomize.json"), json!({}))
        .await
        .expect(200);
    api.send(Method::POST, &format!("{t}/participants/clear.json"), json!({})).await.expect(204);
    api.post(&format!("{t}/participants.json"), json!({"name": "P1"})).await.expect(200);
    api.post(&format!("{t}/participants.json"), json!({"name": "P2", "seed": "1"}))
        .await
        .expect(200);
    let path = format!("{t}/change_state.json");
    api.send_body(Method::POST, &path, r#"{"state":"start"}"#).await.expect(200);
    let of = api.match_named(t, "A").await;
    let path = format!("{t}/matches/{}/change_state", of["id"].as_str().unwrap());
    let mark = r#"{"data":{"type":"MatchState","attributes":{"state":"mark_as_underway"}}}"#;
    api.send_body(Method::POST, &path, mark).await.expect(200);
}

#[rstest]
#[tokio::test]
async fn a_split_start_is_played_to_the_end(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let split = json!({"split_participants": true});
    let attributes = json!({
        "name": "Second Chances",
        "tournament_type": "double elimination",
        "double_elimination_options": split,
    });
    let t = api.tournament(attributes, 8).await;
    let started = api.state(&t, "start").await.expect(200).data();
    let options = &started["attributes"]["double_elimination_options"];
    assert_eq!(options["split_participants"], true);

    // The better half plays on the winners' side, the worse half has one loss from the start.
    let list = api.get(&format!("{t}/participants.json")).await.data();
    let ids = list.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned());
    let ids: Vec<String> = ids.collect();
    let seed = |of: &Value, number: usize| {
        let id = of["relationships"][format!("player{number}")]["data"]["id"].as_str()?;
        ids.iter().position(|other| other == id).map(|index| index + 1)
    };
    let round = |of: &Value| of["attributes"]["round"].as_i64().unwrap();
    let matches = api.matches(&t).await;
    assert_eq!(matches.len(), 11);
    for (side, seeds) in [(1, 1..=4), (-1, 5..=8)] {
        let first = matches.iter().filter(|of| round(of) == side);
        let mut found: Vec<_> = first.flat_map(|of| [seed(of, 1), seed(of, 2)]).collect();
        found.sort_unstable();
        assert_eq!(found, seeds.map(Some).collect::<Vec<_>>());
    }

    // The better seed wins.
    let mut played = 0;
    let open = |all: Vec<Value>| all.into_iter().find(|of| of["attributes"]["state"] == "open");
    while let Some(of) = open(api.matches(&t).await) {
        let upper = seed(&of, 1) < seed(&of, 2);
        api.win(&t, &of, if upper { 1 } else { 2 }).await.expect(200);
        played += 1;
    }
    assert_eq!(played, 10, "the second grand final is not needed");
    api.state(&t, "finalize").await.expect(200);
    let list = api.get(&format!("{t}/participants.json")).await.data();
    let ranks = list.as_array().unwrap().iter().map(|row| &row["attributes"]["final_rank"]);
    assert_eq!(ranks.collect::<Vec<_>>(), [1, 2, 3, 4, 5, 5, 7, 7]);

    let single = json!({"name": "No second", "double_elimination_options": split});
    let refused = api.post("/tournaments.json", single).await.expect(422).json();
    let pointer = "/data/attributes/double_elimination_options/split_participants";
    assert_eq!(refused["errors"][0]["source"]["pointer"], pointer);
}

#[rstest]
#[tokio::test]
async fn states_follow_each_other(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&api, 1).await;
    api.state(&t, "start").await.expect(422);
    api.state(&t, "finalize").await.expect(422);
    api.state(&t, "reset").await.expect(422);
    api.state(&t, "jump").await.expect(422);
    api.post(&format!("{t}/participants.json"), json!({"name": "Two"})).await.expect(200);
    api.state(&t, "start").await.expect(200);
    api.state(&t, "start").await.expect(422);
    api.state(&t, "finalize").await.expect(422);
    let kind = json!({"tournament_type": "double elimination"});
    api.put(&format!("{t}.json"), kind).await.expect(422);
    let shown = api.get(&format!("{t}.json")).await.data();
    assert_eq!(shown["attributes"]["tournament_type"], "single elimination");
    api.put(&format!("{t}.json"), json!({"name": "Renamed", "starts_at": null})).await.expect(200);
    let of = api.match_named(&t, "A").await;
    api.win(&t, &of, 1).await.expect(200);
    api.state(&t, "finalize").await.expect(200);
    api.state(&t, "finalize").await.expect(422);
    api.win(&t, &of, 2).await.expect(422);
    let path = format!("{t}/matches/{}", of["id"].as_str().unwrap());
    api.state(&path, "reopen").await.expect(422);
    api.delete(&format!("{t}.json")).await.expect(204);
    api.get(&format!("{t}.json")).await.expect(404);
    api.get(&format!("{t}/matches.json")).await.expect(404);
    api.delete(&format!("{t}.json")).await.expect(404);
    // Its address is free again.
    cup(&api, 0).await;
}
