//! Predictions through the API v2.1.

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_core::{
    Actor,
    accounts::Origin,
    tournaments::{By, State},
};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::{
    Engine::{self, Postgres, Sqlite},
    StoreError,
    repo::journal,
};

use crate::support::{Answer, Api, TestServer};

/// A tournament of so many, open for predictions; its path.
async fn open(api: &Api<'_>, kind: &str, options: Value, participants: usize) -> String {
    let attributes = json!({"name": "Cup", "tournament_type": kind, "prediction_options": options});
    let t = api.tournament(attributes, participants).await;
    api.state(&t, "open_predictions").await.expect(200);
    t
}

/// The id in a path.
fn id(t: &str) -> i64 {
    t.rsplit('/').next().unwrap().parse().unwrap()
}

/// The number in a resource's id.
fn number(of: &Value) -> i64 {
    of["id"].as_str().unwrap().parse().unwrap()
}

/// Ids of participants by seed, the first at 1.
async fn seeds(api: &Api<'_>, t: &str) -> Vec<i64> {
    let list = api.get(&format!("{t}/participants.json?per_page=1000")).await.expect(200).data();
    let ids = list.as_array().unwrap().iter().map(number);
    std::iter::once(0).chain(ids).collect()
}

/// Picks of seeds to win matches by their letters, as they are sent.
async fn picks(api: &Api<'_>, t: &str, all: &[(&str, usize)]) -> Value {
    let (matches, seeds) = (api.matches(t).await, seeds(api, t).await);
    let of = |name: &str| {
        let found = matches.iter().find(|of| of["attributes"]["identifier"] == name);
        number(found.unwrap_or_else(|| panic!("no match {name}")))
    };
    all.iter()
        .map(|(name, seed)| json!({"match_id": of(name), "participant_id": seeds[*seed]}))
        .collect()
}

fn own(t: &str) -> String {
    format!("{t}/predictions/me.json")
}

/// Saves a whole prediction.
async fn predict(api: &Api<'_>, t: &str, all: &[(&str, usize)]) -> Answer {
    let picks = picks(api, t, all).await;
    api.put(&own(t), json!({"picks": picks})).await
}

/// Points, right picks, and what is still possible.
async fn score(api: &Api<'_>, t: &str) -> [u64; 3] {
    let shown = api.get(&own(t)).await.expect(200).data();
    ["points", "correct", "possible"].map(|name| shown["attributes"][name].as_u64().unwrap())
}

/// Rank, name, points of all.
async fn places(api: &Api<'_>, t: &str) -> Vec<(u64, String, u64)> {
    let list = api.get(&format!("{t}/predictions.json")).await.expect(200);
    let all = list.data().as_array().unwrap().clone();
    assert_eq!(list.json()["meta"]["count"], all.len());
    all.iter()
        .map(|of| {
            let of = &of["attributes"];
            let name = of["username"].as_str().unwrap().to_owned();
            (of["rank"].as_u64().unwrap(), name, of["points"].as_u64().unwrap())
        })
        .collect()
}

/// Lets a seed win a match by its letter.
async fn win(api: &Api<'_>, t: &str, name: &str, seed: usize) {
    let of = api.match_named(t, name).await;
    let winner = seeds(api, t).await[seed].to_string();
    let first = of["relationships"]["player1"]["data"]["id"] == *winner;
    api.win(t, &of, if first { 1 } else { 2 }).await.expect(200);
}

/// The votes of both sides of a match.
async fn votes(api: &Api<'_>, t: &str, name: &str) -> [Value; 2] {
    let of = api.match_named(t, name).await;
    ["player1_votes", "player2_votes"].map(|side| of["attributes"][side].clone())
}

async fn state(api: &Api<'_>, t: &str) -> Value {
    api.get(&format!("{t}.json")).await.expect(200).data()["attributes"]["state"].clone()
}

/// Whether what is stored is what the journal leads to.
async fn verify(server: &TestServer, t: &str) {
    let verified = server.core.verify_tournament(&Actor::Operator, By::Id(id(t))).await.unwrap();
    assert_eq!(verified.differences, Vec::<String>::new());
    assert!(verified.replayed);
}

#[rstest]
#[tokio::test]
async fn from_the_opening_to_a_reset(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Cup"}), 4).await;
    let refused = api.state(&t, "open_predictions").await.expect(422);
    assert!(refused.text.contains("prediction_method"), "{}", refused.text);
    let linear = json!({"prediction_options": {"prediction_method": 2}});
    api.put(&format!("{t}.json"), linear).await.expect(200);
    let opened = api.state(&t, "open_predictions").await.expect(200).data();
    let of = &opened["attributes"];
    assert_eq!(of["state"], "accepting_predictions");
    assert!(of["timestamps"]["predictions_opened_at"].is_string());
    assert_eq!(of["timestamps"]["started_at"], Value::Null);
    assert_eq!(of["prediction_options"]["prediction_method"], 2);
    let drawn: Vec<i64> = api.matches(&t).await.iter().map(number).collect();
    assert_eq!(drawn.len(), 3);
    verify(&server, &t).await;

    let (ada, grace) = (server.organizer("ada").await, server.organizer("grace").await);
    let none = ada.get(&own(&t)).await.expect(200).data();
    assert_eq!(none["attributes"]["picks"], json!([]));
    assert_eq!(none["attributes"]["timestamps"]["updated_at"], Value::Null);
    let saved = predict(&ada, &t, &[("A", 1), ("B", 3), ("C", 1)]).await.expect(200).data();
    assert_eq!(saved["attributes"]["picks"].as_array().unwrap().len(), 3);
    assert_eq!(saved["attributes"]["picks"][2]["points"], 2);
    assert_eq!(saved, ada.get(&own(&t)).await.expect(200).data());
    assert_eq!(score(&ada, &t).await, [0, 0, 4]);
    // Pick by pick; what followed from a pick goes with it.
    for (name, seed) in [("A", 4), ("B", 2), ("C", 4), ("A", 1)] {
        let pick = picks(&grace, &t, &[(name, seed)]).await;
        grace.put(&own(&t), json!({"changed_picks": pick})).await.expect(200);
    }
    assert_eq!(score(&grace, &t).await, [0, 0, 2]);
    let last = picks(&grace, &t, &[("C", 2)]).await;
    grace.put(&own(&t), json!({"changed_picks": last})).await.expect(200);
    let mut away = picks(&grace, &t, &[("B", 2)]).await;
    away[0]["participant_id"] = Value::Null;
    let less = grace.put(&own(&t), json!({"changed_picks": away})).await.expect(200).data();
    assert_eq!(less["attributes"]["picks"].as_array().unwrap().len(), 1);
    predict(&grace, &t, &[("A", 1), ("B", 2), ("C", 2)]).await.expect(200);

    // Nobody sees anything of that before the start.
    assert_eq!(places(&api, &t).await, []);
    assert_eq!(votes(&api, &t, "A").await, [Value::Null, Value::Null]);

    let started = api.state(&t, "start").await.expect(200).data();
    assert_eq!(started["attributes"]["state"], "underway");
    assert!(started["attributes"]["timestamps"]["started_at"].is_string());
    let played: Vec<i64> = api.matches(&t).await.iter().map(number).collect();
    assert_eq!(played, drawn, "the bracket that was predicted is played");
    verify(&server, &t).await;
    assert_eq!(votes(&api, &t, "A").await, [json!(2), json!(0)]);
    assert_eq!(votes(&api, &t, "B").await, [json!(1), json!(1)]);
    assert_eq!(votes(&api, &t, "C").await, [Value::Null, Value::Null]);
    let late = predict(&ada, &t, &[("A", 4)]).await.expect(422);
    assert!(late.text.contains("closed"), "{}", late.text);
    ada.delete(&own(&t)).await.expect(422);
    let start = api.post(&format!("{t}/undo.json"), json!({})).await.expect(422);
    assert!(start.text.contains("reset"), "{}", start.text);

    let two = |first: (&str, u64), second: (&str, u64)| {
        let rank = if first.1 == second.1 { 1 } else { 2 };
        vec![(1, first.0.to_owned(), first.1), (rank, second.0.to_owned(), second.1)]
    };
    assert_eq!(places(&api, &t).await, two(("ada", 0), ("grace", 0)));
    win(&api, &t, "A", 1).await;
    assert_eq!(places(&api, &t).await, two(("ada", 1), ("grace", 1)));
    win(&api, &t, "B", 2).await;
    assert_eq!(places(&api, &t).await, two(("grace", 2), ("ada", 1)));
    assert_eq!(score(&ada, &t).await, [1, 1, 3]);
    assert_eq!(votes(&api, &t, "C").await, [json!(1), json!(1)]);
    win(&api, &t, "C", 1).await;
    assert_eq!(places(&api, &t).await, two(("ada", 3), ("grace", 2)));
    let shown = ada.get(&own(&t)).await.expect(200).data();
    let fates: Vec<&Value> =
        shown["attributes"]["picks"].as_array().unwrap().iter().map(|it| &it["state"]).collect();
    assert_eq!(fates, ["correct", "wrong", "correct"]);
    assert_eq!(shown["attributes"]["rank"], 1);
    assert_eq!(grace.get(&own(&t)).await.expect(200).data()["attributes"]["rank"], 2);
    assert_eq!(api.get(&own(&t)).await.expect(200).data()["attributes"]["rank"], Value::Null);

    // What is taken back counts no more.
    api.post(&format!("{t}/undo.json"), json!({})).await.expect(200);
    assert_eq!(places(&api, &t).await, two(("grace", 2), ("ada", 1)));
    let of = api.match_named(&t, "B").await;
    api.state(&format!("{t}/matches/{}", number(&of)), "reopen").await.expect(200);
    assert_eq!(places(&api, &t).await, two(("ada", 1), ("grace", 1)));
    win(&api, &t, "B", 3).await;
    win(&api, &t, "C", 3).await;
    assert_eq!(places(&api, &t).await, two(("ada", 2), ("grace", 1)));
    verify(&server, &t).await;
    api.state(&t, "finalize").await.expect(200);
    assert_eq!(places(&api, &t).await, two(("ada", 2), ("grace", 1)));

    let reset = api.state(&t, "reset").await.expect(200).data();
    assert_eq!(reset["attributes"]["state"], "pending");
    assert_eq!(reset["attributes"]["timestamps"]["predictions_opened_at"], Value::Null);
    verify(&server, &t).await;
    assert_eq!(places(&api, &t).await, []);
    assert_eq!(ada.get(&own(&t)).await.expect(200).data()["attributes"]["picks"], json!([]));
    let closed = ada.put(&own(&t), json!({"picks": []})).await.expect(422);
    assert!(closed.text.contains("not open yet"), "{}", closed.text);
    api.state(&t, "open_predictions").await.expect(200);
    predict(&ada, &t, &[("A", 4)]).await.expect(200);
    api.state(&t, "start").await.expect(200);
    assert_eq!(votes(&api, &t, "A").await, [json!(0), json!(1)]);
    assert_eq!(places(&api, &t).await, [(1, "ada".to_owned(), 0)]);
    verify(&server, &t).await;
}

#[rstest]
#[tokio::test]
async fn who_takes_part_is_fixed(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let options = json!({"prediction_method": 1});
    let t = open(&api, "single elimination", options, 4).await;
    let seeds = seeds(&api, &t).await;
    let first = format!("{t}/participants/{}.json", seeds[1]);
    let of = api.match_named(&t, "A").await;
    for refused in [
        api.post(&format!("{t}/participants.json"), json!({"name": "Late"})).await,
        api.post(
            &format!("{t}/participants/bulk_add.json"),
            json!({"participants": [{"name": "Late"}]}),
        )
        .await,
        api.put(&format!("{t}/participants/randomize.json"), json!({})).await,
        api.delete(&format!("{t}/participants/clear.json")).await,
        api.put(&first, json!({"seed": 3})).await,
        api.put(&first, json!({"checked_in": true})).await,
        api.delete(&first).await,
        api.win(&t, &of, 1).await,
        api.state(&format!("{t}/matches/{}", number(&of)), "mark_as_underway").await,
        api.state(&t, "open_predictions").await,
        api.state(&t, "finalize").await,
        api.state(&t, "process_checkin").await,
        api.state(&t, "start_group_stage").await,
        api.post(&format!("{t}/undo.json"), json!({})).await,
        api.put(&format!("{t}.json"), json!({"tournament_type": "swiss"})).await,
        api.put(&format!("{t}.json"), json!({"group_stage_enabled": true})).await,
        api.put(&format!("{t}.json"), json!({"prediction_options": {"prediction_method": 2}}))
            .await,
        api.put(&format!("{t}.json"), json!({"prediction_options": {"prediction_method": 0}}))
            .await,
        api.put(
            &format!("{t}.json"),
            json!({"prediction_options": {"predict_the_losers_bracket": true}}),
        )
        .await,
    ] {
        refused.expect(422);
    }
    // What does not touch the bracket changes as before.
    api.put(&first, json!({"name": "Renamed", "seed": 1})).await.expect(200);
    api.put(&format!("{t}.json"), json!({"name": "Other", "description": "x"})).await.expect(200);
    let path = format!("{t}/matches/{}.json", number(&of));
    api.put(&path, json!({"location": "Court 1"})).await.expect(200);
    assert_eq!(state(&api, &t).await, "accepting_predictions");
    assert!(
        server.get(&format!("/{}", slug(&api, &t).await)).await.text.contains("Predictions open")
    );
    verify(&server, &t).await;
    // Once it is played, people withdraw as ever.
    api.state(&t, "start").await.expect(200);
    api.delete(&first).await.expect(200);
    verify(&server, &t).await;
}

async fn slug(api: &Api<'_>, t: &str) -> String {
    let shown = api.get(&format!("{t}.json")).await.expect(200).data();
    shown["attributes"]["url"].as_str().unwrap().to_owned()
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_predicted(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let method = json!({"prediction_method": 1});
    for (attributes, participants, word) in [
        (json!({"tournament_type": "round robin"}), 4, "single elimination"),
        (json!({"tournament_type": "swiss"}), 4, "single elimination"),
        (json!({"tournament_type": "free for all"}), 8, "single elimination"),
        (json!({"group_stage_enabled": true}), 8, "group_stage_enabled"),
        (json!({}), 1, "at least 2"),
    ] {
        let mut attributes = attributes;
        attributes["name"] = json!("Cup");
        attributes["prediction_options"] = method.clone();
        let t = api.tournament(attributes, participants).await;
        let refused = api.state(&t, "open_predictions").await.expect(422);
        assert!(refused.text.contains(word), "{}", refused.text);
        assert_eq!(state(&api, &t).await, State::Pending.name());
    }
    let t = api.tournament(json!({"name": "Cup", "prediction_options": method}), 4).await;
    api.state(&t, "start").await.expect(200);
    let refused = api.state(&t, "open_predictions").await.expect(422);
    assert!(refused.text.contains("reset"), "{}", refused.text);
    let none = api.put(&own(&t), json!({"picks": []})).await.expect(422);
    assert!(none.text.contains("no predictions"), "{}", none.text);
    assert_eq!(api.get(&own(&t)).await.expect(200).data()["attributes"]["picks"], json!([]));
    assert_eq!(places(&api, &t).await, []);
    for wrong in [json!(3), json!(-1), json!("x"), json!(256)] {
        let options = json!({"name": "Cup", "prediction_options": {"prediction_method": wrong}});
        let refused = api.post("/tournaments.json", options).await.expect(422).json();
        let pointer = "/data/attributes/prediction_options/prediction_method";
        assert_eq!(refused["errors"][0]["source"]["pointer"], pointer);
    }
}

#[rstest]
#[tokio::test]
async fn picks_follow_from_one_another(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let options = json!({"prediction_method": 1});
    let t = open(&api, "double elimination", options.clone(), 4).await;
    let other = open(&api, "single elimination", options, 2).await;
    let ada = server.organizer("ada").await;
    let good = picks(&ada, &t, &[("A", 1), ("B", 2), ("C", 1)]).await;
    let with = |at: usize, name: &str, value: Value| {
        let mut all = good.clone();
        all[at][name] = value;
        all
    };
    let foreign = number(&api.match_named(&other, "A").await);
    let stranger = seeds(&api, &other).await[1];
    let third = seeds(&api, &t).await[3];
    let losers = picks(&ada, &t, &[("F", 3)]).await;
    let mut twice = good.as_array().unwrap().clone();
    twice.push(twice[0].clone());
    for (sent, field) in [
        (json!({"picks": with(0, "match_id", json!(foreign))}), "picks/0/match_id"),
        (json!({"picks": with(1, "match_id", json!(1))}), "picks/1/match_id"),
        (json!({"picks": with(1, "match_id", json!("x"))}), "picks/1/match_id"),
        (json!({"picks": with(1, "participant_id", json!(stranger))}), "picks/1/participant_id"),
        (json!({"picks": with(0, "participant_id", json!(third))}), "picks/0/participant_id"),
        (json!({"picks": with(2, "participant_id", json!(third))}), "picks/2/participant_id"),
        (json!({"picks": twice}), "picks/3/match_id"),
        // The losers' bracket is not part of it.
        (json!({"picks": losers}), "picks/0/match_id"),
        (json!({"picks": good[2]}), "picks"),
        (json!({"picks": [good[2]]}), "picks/0/participant_id"),
        (json!({"changed_picks": [good[2]]}), "changed_picks/0/participant_id"),
        (json!({"picks": [{"match_id": foreign}]}), "picks/0/participant_id"),
        (json!({"picks": ["x"]}), "picks/0"),
        (json!({"picks": good, "changed_picks": good}), "picks"),
        (json!({}), "picks"),
    ] {
        let refused = ada.put(&own(&t), sent.clone()).await.expect(422).json();
        let pointer = &refused["errors"][0]["source"]["pointer"];
        assert_eq!(pointer, &format!("/data/attributes/{field}"), "{sent}");
    }
    let many: Vec<&Value> = good.as_array().unwrap().iter().cycle().take(50).collect();
    ada.put(&own(&t), json!({"picks": many})).await.expect(422);
    assert_eq!(ada.get(&own(&t)).await.expect(200).data()["attributes"]["picks"], json!([]));
    // Anybody may come out of the losers' bracket, and beat the winners' finalist twice.
    predict(&ada, &t, &[("A", 1), ("B", 2), ("C", 1), ("D", 4), ("E", 4)]).await.expect(200);
    predict(&ada, &t, &[("A", 1), ("B", 2), ("C", 1), ("D", 1), ("E", 1)]).await.expect(422);
    assert_eq!(score(&ada, &t).await, [0, 0, 1 + 1 + 2 + 4 + 4]);
    // A prediction without picks is none.
    ada.put(&own(&t), json!({"picks": []})).await.expect(200);
    ada.delete(&own(&t)).await.expect(204);
    api.state(&t, "start").await.expect(200);
    assert_eq!(places(&api, &t).await, []);
    assert_eq!(votes(&api, &t, "A").await, [json!(0), json!(0)]);
    assert_eq!(votes(&api, &t, "F").await, [Value::Null, Value::Null]);
}

/// Everybody of eight wins as seeded but in C, F and G: by hand.
#[rstest]
#[case(1, [1, 2, 4, 1 + 1 + 1, 2, 0])]
#[case(2, [1, 2, 3, 1 + 1 + 1, 2, 0])]
#[tokio::test]
async fn eight_by_hand(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] method: u8,
    #[case] numbers: [u64; 6],
) {
    let [first, second, last, round_one, round_two, round_three] = numbers;
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let options = json!({"prediction_method": method});
    let t = open(&api, "single elimination", options, 8).await;
    let (ada, grace) = (server.organizer("ada").await, server.organizer("grace").await);
    let seeded = [("A", 1), ("B", 4), ("C", 2), ("D", 3), ("E", 1), ("F", 2), ("G", 1)];
    predict(&ada, &t, &seeded).await.expect(200);
    predict(&grace, &t, &[("F", 7)]).await.expect(422);
    predict(&grace, &t, &[("C", 7), ("F", 7)]).await.expect(200);
    assert_eq!(score(&ada, &t).await, [0, 0, 4 * first + 2 * second + last]);
    api.state(&t, "start").await.expect(200);
    for (name, seed) in [("A", 1), ("B", 4), ("C", 7), ("D", 3)] {
        win(&api, &t, name, seed).await;
    }
    // The second seed is out.
    assert_eq!(score(&ada, &t).await, [round_one, 3, round_one + second + last]);
    assert_eq!(score(&grace, &t).await, [first, 1, first + second]);
    win(&api, &t, "E", 1).await;
    win(&api, &t, "F", 7).await;
    assert_eq!(score(&ada, &t).await, [round_one + round_two, 4, round_one + round_two + last]);
    win(&api, &t, "G", 7).await;
    let all = round_one + round_two + round_three;
    assert_eq!(score(&ada, &t).await, [all, 4, all]);
    assert_eq!(score(&grace, &t).await, [first + second, 2, first + second]);
    let expected = [(1, "ada".to_owned(), all), (2, "grace".to_owned(), first + second)];
    assert_eq!(places(&api, &t).await, expected);
}

#[rstest]
#[tokio::test]
async fn a_grand_final_with_a_reset(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let options = json!({"prediction_method": 1, "predict_the_losers_bracket": true});
    let t = open(&api, "double elimination", options, 4).await;
    let (ada, grace) = (server.organizer("ada").await, server.organizer("grace").await);
    // A, B and C are the winners', F and G the losers', D and E the grand finals.
    let upset = [("A", 1), ("B", 2), ("C", 1), ("F", 3), ("G", 2), ("D", 2), ("E", 1)];
    predict(&ada, &t, &upset).await.expect(200);
    predict(&grace, &t, &[&upset[..5], &[("D", 1)]].concat()).await.expect(200);
    predict(&grace, &t, &[&upset[..5], &[("D", 1), ("E", 1)]].concat()).await.expect(422);
    api.state(&t, "start").await.expect(200);
    for (name, seed) in &upset[..5] {
        win(&api, &t, name, *seed).await;
    }
    // 1 + 1 + 2 of the winners, 1 + 2 of the losers, whose rounds count by their numbers.
    assert_eq!(score(&ada, &t).await, [7, 5, 7 + 4 + 4]);
    assert_eq!(score(&grace, &t).await, [7, 5, 7 + 4]);
    win(&api, &t, "D", 1).await;
    assert_eq!(score(&ada, &t).await, [7, 5, 7]);
    assert_eq!(score(&grace, &t).await, [11, 6, 11]);
    // The other way: there is a second one after all.
    api.post(&format!("{t}/undo.json"), json!({})).await.expect(200);
    win(&api, &t, "D", 2).await;
    assert_eq!(score(&ada, &t).await, [11, 6, 15]);
    assert_eq!(score(&grace, &t).await, [7, 5, 7]);
    win(&api, &t, "E", 1).await;
    assert_eq!(score(&ada, &t).await, [15, 7, 15]);
    assert_eq!(state(&api, &t).await, "awaiting_review");
    assert_eq!(votes(&api, &t, "E").await, [json!(0), json!(1)]);
    verify(&server, &t).await;
}

#[rstest]
#[tokio::test]
async fn those_who_see_it_predict_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let owner = server.person("marshal").await;
    let client = server.client(&owner, Preset::Challonge).await;
    let api = client.caller(&owner, "application:organizer").await;
    let below = "/application/tournaments";
    let attributes = json!({
        "name": "Cup", "private": true, "prediction_options": {"prediction_method": 1},
    });
    let made = api.post(&format!("{below}.json"), attributes).await.expect(201).data();
    let t = format!("{below}/{}", number(&made));
    let (lancelot, galahad) = (server.person("lancelot").await, server.person("galahad").await);
    for name in [&lancelot.username, &galahad.username] {
        let joins = json!({"name": name, "username": name});
        api.post(&format!("{t}/participants.json"), joins).await.expect(200);
    }
    api.state(&t, "open_predictions").await.expect(200);
    let plain = format!("/tournaments/{}", number(&made));
    // Who plays, with the scope of players.
    let lancelot = client.caller(&lancelot, "application:player").await;
    predict(&lancelot, &t, &[("A", 1)]).await.expect(200);
    assert_eq!(lancelot.get(&own(&t)).await.expect(200).data()["attributes"]["possible"], 1);
    // Who does not take part in a private one does not learn of it, by any credential.
    let mordred = server.person("mordred").await;
    let pick = picks(&api, &t, &[("A", 1)]).await;
    for other in
        [client.caller(&mordred, "application:player").await, server.key_of(&mordred).await]
    {
        let path = own(&plain);
        other.put(&path, json!({"picks": pick})).await.expect(404);
        other.get(&path).await.expect(404);
        other.delete(&path).await.expect(404);
        other.get(&format!("{plain}/predictions.json")).await.expect(404);
    }
    // A public one is everybody's.
    api.put(&format!("{t}.json"), json!({"private": false})).await.expect(200);
    let key = server.key_of(&mordred).await;
    key.put(&own(&plain), json!({"picks": pick})).await.expect(200);
    let reads = client.caller(&mordred, "matches:read").await;
    let refused = reads.put(&own(&plain), json!({"picks": pick})).await.expect(403);
    assert!(refused.text.contains("matches:write"), "{}", refused.text);
    reads.get(&own(&plain)).await.expect(200);
    let writes = client.caller(&mordred, "matches:write").await;
    writes.delete(&own(&plain)).await.expect(204);
    writes.get(&own(&plain)).await.expect(403);
    server.get(&format!("/v2.1{plain}/predictions/me.json")).await.expect(401);
}

#[rstest]
#[tokio::test]
async fn shown_before_the_start_where_it_is_wanted(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let api = server.organizer("marshal").await;
    let options = json!({"prediction_method": 2});
    let t = open(&api, "single elimination", options, 4).await;
    let people = ["ada", "emmy", "grace"];
    for (number, name) in people.iter().enumerate() {
        // Some of them at another node.
        let node = if number % 2 == 0 { &server } else { &beside };
        let person = server.person(name).await;
        let one = node.key_of(&person).await;
        predict(&one, &t, &[("A", if number == 0 { 4 } else { 1 })]).await.expect(200);
    }
    assert_eq!(votes(&api, &t, "A").await, [Value::Null, Value::Null]);
    let public = json!({"prediction_options": {"public_predictions_before_start_time": true}});
    api.put(&format!("{t}.json"), public).await.expect(200);
    assert_eq!(votes(&api, &t, "A").await, [json!(2), json!(1)]);
    let all: Vec<String> = places(&api, &t).await.into_iter().map(|(_, name, _)| name).collect();
    assert_eq!(all, people);
    let page = api.get(&format!("{t}/predictions.json?per_page=2&page=2")).await.expect(200);
    assert_eq!(page.data()[0]["attributes"]["username"], "grace");
    assert_eq!(page.json()["meta"]["count"], 3);
    assert!(page.json()["links"]["prev"].is_string());

    // Who is gone leaves nothing behind.
    let ada = server.core.person_by_login(&Actor::Operator, "ada").await.unwrap();
    server.core.delete_account(&Actor::Operator, ada.id, Origin::default()).await.unwrap();
    assert_eq!(votes(&api, &t, "A").await, [json!(2), json!(0)]);
    let all: Vec<String> = places(&api, &t).await.into_iter().map(|(_, name, _)| name).collect();
    assert_eq!(all, people[1..]);
    verify(&server, &t).await;
    // And nobody hears who predicted what.
    let tournament = id(&t);
    let told = server
        .core
        .store()
        .read(move |rx| -> Result<_, StoreError> { journal::told(rx, tournament, 0, 100) });
    let told: Vec<_> = told
        .await
        .unwrap()
        .into_iter()
        .filter(|entry| entry.event.starts_with("prediction."))
        .map(|entry| (entry.event, entry.body))
        .collect();
    let saved = ("prediction.saved".to_owned(), r#"{"picks":1}"#.to_owned());
    let removed = ("prediction.removed".to_owned(), "{}".to_owned());
    assert_eq!(told, [saved.clone(), saved.clone(), saved, removed]);
}

#[rstest]
#[tokio::test]
async fn after_a_check_in(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let at = jiff::Timestamp::from_millisecond(server.core.now() + 600_000).unwrap();
    let attributes = json!({
        "name": "Cup", "starts_at": at.to_string(),
        "registration_options": {"check_in_duration": 30},
        "prediction_options": {"prediction_method": 1},
    });
    let t = api.tournament(attributes, 3).await;
    let refused = api.state(&t, "open_predictions").await.expect(422);
    assert!(refused.text.contains("process"), "{}", refused.text);
    for seed in [1, 3] {
        let id = seeds(&api, &t).await[seed];
        let path = format!("{t}/participants/{id}/check_in.json");
        api.post(&path, json!({})).await.expect(200);
    }
    api.state(&t, "process_checkin").await.expect(200);
    let opened = api.state(&t, "open_predictions").await.expect(200).data();
    let stamp = &opened["attributes"]["timestamps"]["started_checking_in_at"];
    assert!(stamp.is_string());
    assert_eq!(api.matches(&t).await.len(), 1);
    // Who is not drawn cannot win.
    let absent = seeds(&api, &t).await[3];
    let mut pick = picks(&api, &t, &[("A", 1)]).await;
    pick[0]["participant_id"] = json!(absent);
    api.put(&own(&t), json!({"picks": pick})).await.expect(422);
    predict(&api, &t, &[("A", 2)]).await.expect(200);
    api.state(&t, "start").await.expect(200);
    let reset = api.state(&t, "reset").await.expect(200).data();
    assert_eq!(reset["attributes"]["state"], "pending");
}

/// Many predict at two nodes while the tournament starts: what was taken counts, and nothing else.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_lose_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let api = server.organizer("marshal").await;
    let t = open(&api, "single elimination", json!({"prediction_method": 2}), 2).await;
    let sent = [picks(&api, &t, &[("A", 1)]).await, picks(&api, &t, &[("A", 2)]).await];
    let mut people = Vec::new();
    for number in 0..40 {
        let person = server.person(&format!("person{number}")).await;
        let node = if number % 2 == 0 { &server } else { &beside };
        people.push(node.key_of(&person).await);
    }
    let predicting = people.iter().enumerate().map(|(number, one)| {
        let (t, sent) = (&t, &sent);
        async move {
            let first = one.put(&own(t), json!({"picks": sent[number % 2]})).await.status;
            // Every fourth thinks again.
            let again = number % 4 == 3;
            let then = json!({"picks": sent[usize::from(!again)]});
            let second = if again { one.put(&own(t), then).await.status } else { first };
            let picked = if second == 200 && again { 0 } else { number % 2 };
            (first == 200).then_some(picked)
        }
    });
    let start = async {
        tokio::time::sleep(std::time::Duration::from_millis(40)).await;
        api.state(&t, "start").await.expect(200);
    };
    let (taken, ()) = tokio::join!(join_all(predicting), start);
    let count = |slot: usize| taken.iter().flatten().filter(|picked| **picked == slot).count();
    assert_eq!(votes(&api, &t, "A").await, [json!(count(0)), json!(count(1))]);
    let shown = api.get(&format!("{t}/predictions.json?per_page=1000")).await.expect(200);
    assert_eq!(shown.json()["meta"]["count"], count(0) + count(1));
    win(&api, &t, "A", 1).await;
    let elsewhere = people[1].get(&format!("{t}/predictions.json?per_page=1000")).await.expect(200);
    let all = elsewhere.data();
    let right = all.as_array().unwrap().iter().filter(|of| of["attributes"]["points"] == 1);
    assert_eq!(right.count(), count(0));
    verify(&server, &t).await;
}
