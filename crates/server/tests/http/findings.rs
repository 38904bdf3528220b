//! What hard users of the Challonge API found wrong, and is to stay mended.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Api, TestServer, V1};

/// Where the first problem of an answer is.
fn pointer(answer: &Answer) -> Value {
    answer.json()["errors"][0]["source"]["pointer"].clone()
}

/// What organizers alone see goes by the permission to read participants, wherever it stands.
#[rstest]
#[tokio::test]
async fn scopes_hold_for_what_is_included(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let marshal = server.person("marshal").await;
    let api = server.key_of(&marshal).await;
    let fields = json!([{"key": "phone", "label": "Phone", "private": true}, {"key": "team"}]);
    let new = json!({"name": "Cup", "registration_options": {"custom_fields": fields}});
    let t = api.tournament(new, 0).await;
    let players = json!({"participants": [
        {"email": "ada@private.example", "custom_field_response": {"phone": "secret of ada", "team": "Red"}},
        {"email": "ada@other.example"},
        {"name": "Grace", "custom_field_response": {"phone": "secret of grace"}},
    ]});
    api.post(&format!("{t}/participants/bulk_add.json"), players).await.expect(200);
    api.state(&t, "start").await.expect(200);
    let of = api.matches(&t).await;
    let of = format!("{t}/matches/{}.json", of[0]["id"].as_str().unwrap());

    // Nobody reads an address in a name, and who is invited by the same name twice stays apart.
    let names: Vec<Value> = {
        let data = api.get(&format!("{t}/participants.json")).await.expect(200).data();
        data.as_array().unwrap().iter().map(|it| it["attributes"]["name"].clone()).collect()
    };
    assert_eq!(names, ["ada", "ada 2", "Grace"]);

    let game = server.client(&marshal, Preset::Challonge).await;
    let every = "tournaments:read matches:read participants:read";
    let whole = game.caller(&marshal, every).await;
    let tournaments = game.caller(&marshal, "tournaments:read tournaments:write").await;
    let matches = game.caller(&marshal, "matches:read matches:write").await;
    let shown = async |api: &Api<'_>, path: &str| api.get(path).await.expect(200).text;
    assert!(shown(&whole, &format!("{t}.json")).await.contains("secret of ada"));
    assert!(shown(&whole, &of).await.contains("secret of grace"));
    tournaments.get(&format!("{t}/participants.json")).await.expect(403);
    for (api, path) in [(&tournaments, format!("{t}.json")), (&matches, of.clone())] {
        let text = shown(api, &path).await;
        assert!(!text.contains("secret of"), "{text}");
        assert!(!text.contains("private.example"));
    }
    // Nor is it told after a change, or to whom a change was refused; and tags hold all the same.
    let tag = tournaments.get(&format!("{t}.json")).await.header("etag").to_owned();
    let path = format!("{t}.json");
    let rename = |tag: &str, name: &str| {
        let body = json!({"data": {"attributes": {"name": name}}});
        tournaments.request(Method::PUT, &path).header("if-match", tag).json(&body)
    };
    let changed = Answer::to(rename(&tag, "Open")).await.expect(200);
    assert!(!changed.text.contains("secret of"));
    let stale = Answer::to(rename(&tag, "Closed")).await.expect(412);
    assert!(!stale.text.contains("secret of"));
    let one = of.trim_end_matches(".json");
    let body = json!({"state": "mark_as_underway"});
    let marked = matches.put(&format!("{one}/change_state.json"), body).await.expect(200);
    assert!(!marked.text.contains("secret of"), "{}", marked.text);

    let v1 = V1::organizer(&server, "squire").await;
    let t = v1.tournament(json!({"name": "Old"}), 0).await;
    let invited = json!({"participant": {"invite_name_or_email": "cid@private.example"}});
    let row = v1.post(&format!("{t}/participants.json"), invited).await.expect(200).json();
    assert_eq!(row["participant"]["name"], "cid");
    assert_eq!(row["participant"]["invite_email"], "cid@private.example");
    let wrong = json!({"participant": {"name": "Dee", "email": "bad"}});
    let refused = v1.post(&format!("{t}/participants.json"), wrong).await.expect(422).json();
    assert_eq!(refused["errors"][0], "Email must be an e-mail address such as ada@example.org");
}

#[rstest]
#[tokio::test]
async fn reports_in_the_words_of_v1(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Cup"}), 2).await;
    api.state(&t, "start").await.expect(200);
    let of = api.match_named(&t, "A").await;
    let path = format!("{t}/matches/{}.json", of["id"].as_str().unwrap());
    let player = |number: usize| {
        let named = &of["relationships"][format!("player{number}")]["data"]["id"];
        named.as_str().unwrap().to_owned()
    };
    let live = api.put(&path, json!({"scores_csv": "1-0"})).await.expect(200).data();
    assert_eq!(live["attributes"]["state"], "open");
    let won = json!({"scores_csv": "1-3, 3-1 3-2,", "winner_id": player(1)});
    let won = api.put(&path, won).await.expect(200).data();
    assert_eq!(won["attributes"]["state"], "complete");
    assert_eq!(won["attributes"]["winner_id"].to_string(), player(1));
    let refused = api.put(&path, json!({"scores_csv": "x", "winner_id": player(1)})).await;
    let refused = refused.expect(422);
    assert_eq!(pointer(&refused), "/data/attributes/scores_csv");
    assert_eq!(refused.json()["errors"].as_array().unwrap().len(), 1);
    let refused = api.put(&path, json!({"winner_id": player(1)})).await.expect(422);
    assert_eq!(pointer(&refused), "/data/attributes/scores_csv");
    // The least number that there is has no positive.
    let least = json!([{"participant_id": player(1), "score_set": "-9223372036854775808"}]);
    let refused = api.put(&path, json!({"match": least})).await.expect(422);
    assert_eq!(pointer(&refused), "/data/attributes/match/0/score_set");
    api.put(&path, json!({"scores_csv": "-9223372036854775808-1"})).await.expect(422);
}

#[rstest]
#[tokio::test]
async fn what_the_state_forbids_shows_the_state(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Cup"}), 4).await;
    api.state(&t, "start").await.expect(200);
    let again = api.state(&t, "start").await.expect(422);
    assert_eq!(pointer(&again), "/data/attributes/state");
    let current = &again.json()["errors"][0]["meta"]["current"];
    assert_eq!(current["attributes"]["state"], "underway");
    let open = api.match_named(&t, "A").await;
    let path = format!("{t}/matches/{}", open["id"].as_str().unwrap());
    let reopen = api.put(&format!("{path}/change_state.json"), json!({"state": "reopen"})).await;
    let current = &reopen.expect(422).json()["errors"][0]["meta"]["current"];
    assert_eq!(current["id"], open["id"]);
    assert_eq!(current["attributes"]["state"], "open");
    let query = api.get(&format!("{t}/matches.json?state=lost")).await.expect(400).json();
    assert_eq!(query["errors"][0]["source"]["parameter"], "state");
}

#[rstest]
#[tokio::test]
async fn one_account_takes_part_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    server.person("cat").await;
    let t = api.tournament(json!({"name": "Cup"}), 0).await;
    let list = format!("{t}/participants.json");
    let cat = |name: &str| json!({"name": name, "username": "cat"});
    api.post(&list, cat("Cat")).await.expect(200);
    let twice = api.post(&list, cat("Other")).await.expect(422);
    assert_eq!(pointer(&twice), "/data/attributes/username");
    let many = format!("{t}/participants/bulk_add.json");
    let both = json!({"participants": [{"name": "A"}, cat("B")]});
    let refused = api.post(&many, both).await.expect(422);
    assert_eq!(pointer(&refused), "/data/attributes/participants/1/username");
    let other = api.post(&list, json!({"name": "Dog"})).await.expect(200).data();
    let own = format!("{t}/participants/{}.json", other["id"].as_str().unwrap());
    let refused = api.put(&own, json!({"username": "CAT"})).await.expect(422);
    assert_eq!(pointer(&refused), "/data/attributes/username");
    // What is no resource is named, and nothing of the list is taken.
    for wrong in [json!([{"name": "A"}, null]), json!("x"), json!([5])] {
        let refused = api.post(&many, json!({"participants": wrong})).await.expect(422);
        assert!(pointer(&refused).as_str().unwrap().starts_with("/data/attributes/participants/"));
    }
    assert_eq!(api.get(&list).await.expect(200).json()["meta"]["count"], 2);
    // Names that published clients use (reference/challonge §2, §3.2).
    let created = format!("{t}/participants/bulk_create.json");
    api.post(&created, json!({"participants": [{"name": "Elk"}]})).await.expect(200);

    let v1 = V1::organizer(&server, "squire").await;
    let t = v1.tournament(json!({"name": "Old"}), 2).await;
    let sent = json!({"participants": [null, {"name": "a"}]});
    let refused = v1.post(&format!("{t}/participants/bulk_add.json"), sent).await.expect(422);
    assert!(refused.text.contains("must be an object"), "{}", refused.text);
    v1.post(&format!("{t}/start.json"), json!({})).await.expect(200);
    let of = format!("{t}/matches/{}.json", v1.matches(&t).await[0]["id"]);
    for wrong in [json!("x"), json!([1])] {
        let refused = v1.put(&of, json!({"match": wrong})).await.expect(422);
        assert!(refused.text.contains("must be an object"), "{}", refused.text);
    }
}

/// A bracket of matches of many sides can be drawn from what is told of them.
#[rstest]
#[tokio::test]
async fn sides_of_many_say_where_they_come_from(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let options = json!({"max_participants": 4});
    let new = json!({"name": "Melee", "tournament_type": "free for all",
        "free_for_all_options": options});
    let t = api.tournament(new, 9).await;
    api.state(&t, "start").await.expect(200);
    let matches = api.matches(&t).await;
    let mut leading = 0;
    let mut from = std::collections::BTreeSet::new();
    for of in &matches {
        let attributes = &of["attributes"];
        let sides = attributes["points_by_participant"].as_array().unwrap();
        let on = attributes["advancing_count"].as_u64().unwrap();
        leading += on;
        for side in sides.iter().filter(|side| !side["prereq_match_id"].is_null()) {
            let place = side["prereq_match_rank"].as_u64().unwrap();
            let before = side["prereq_match_id"].to_string();
            let before = matches.iter().find(|it| it["id"].as_str() == Some(&before)).unwrap();
            assert!(place <= before["attributes"]["advancing_count"].as_u64().unwrap());
            assert!(from.insert((before["id"].to_string(), place)), "one place, one side");
        }
    }
    assert_eq!(from.len() as u64, leading);
    assert!(leading > 0);
    let first = &matches[0];
    let sides = first["attributes"]["points_by_participant"].as_array().unwrap().clone();
    let report: Vec<Value> = sides
        .iter()
        .enumerate()
        .map(|(at, side)| json!({"participant_id": side["participant_id"], "score_set": format!("{},0", 9 - at)}))
        .collect();
    let path = format!("{t}/matches/{}.json", first["id"].as_str().unwrap());
    let live = api.put(&path, json!({"match": report})).await.expect(200).data();
    let zeros = vec!["0"; sides.len() - 1].join(" - ");
    assert_eq!(live["attributes"]["scores"], format!("1 - {zeros}"));
}
