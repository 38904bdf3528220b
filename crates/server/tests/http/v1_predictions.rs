//! Predictions and votes through the API v1.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, TestServer, V1};

async fn show(api: &V1<'_>, t: &str) -> Value {
    api.get(&format!("{t}.json")).await.expect(200).json()["tournament"].take()
}

#[rstest]
#[tokio::test]
async fn opened_predicted_and_played(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "marshal").await;
    let attributes = json!({"name": "Cup", "url": "cup", "prediction_method": 0});
    let t = api.tournament(attributes, 4).await;
    let path = format!("{t}/open_for_predictions.json");
    let refused = api.post(&path, json!({})).await.expect(422).json();
    assert!(refused["errors"][0].as_str().unwrap().contains("prediction_method"), "{refused}");
    let options = json!({"tournament": {
        "prediction_method": 1, "public_predictions_before_start_time": true,
        "predict_the_losers_bracket": "1",
    }});
    api.put(&format!("{t}.json"), options).await.expect(200);
    let before = show(&api, &t).await;
    assert_eq!(before["prediction_method"], 1);
    assert_eq!(before["predict_the_losers_bracket"], true);
    assert_eq!(before["public_predictions_before_start_time"], true);
    assert_eq!(before["accepting_predictions"], false);
    assert_eq!(before["participants_locked"], false);
    assert_eq!(before["predictions_opened_at"], Value::Null);

    let opened = api.post(&path, json!({"include_matches": 1})).await.expect(200).json();
    let opened = &opened["tournament"];
    assert_eq!(opened["state"], "accepting_predictions");
    assert_eq!(opened["accepting_predictions"], true);
    assert_eq!(opened["participants_locked"], true);
    assert!(opened["predictions_opened_at"].is_string());
    assert_eq!(opened["started_at"], Value::Null);
    assert_eq!(opened["matches"].as_array().unwrap().len(), 3);
    let matches = api.matches(&t).await;
    let participants = api.participants(&t).await;
    let late = json!({"participant": {"name": "Late"}});
    let refused = api.post(&format!("{t}/participants.json"), late).await.expect(422).json();
    assert!(refused["errors"][0].as_str().unwrap().contains("predictions"), "{refused}");
    let gone = format!("{t}/participants/{}.json", participants[0]["id"]);
    api.send(Method::DELETE, &gone, json!({})).await.expect(422);

    // People predict by API v2.1, with the same kind of key.
    let ada = server.organizer("ada").await;
    let picks = json!([{"match_id": matches[0]["id"], "participant_id": participants[0]["id"]}]);
    ada.put(&format!("{t}/predictions/me.json"), json!({"picks": picks})).await.expect(200);
    let of = api.matches(&t).await[0].clone();
    assert_eq!([&of["player1_votes"], &of["player2_votes"]], [&json!(1), &json!(0)]);

    // What the organizer sends comes on top; others may not.
    let one = format!("{t}/matches/{}.json", of["id"]);
    let votes = json!({"match": {"player1_votes": 4, "player2_votes": "2"}});
    let voted = api.put(&one, votes.clone()).await.expect(200).json();
    let both = [&voted["match"]["player1_votes"], &voted["match"]["player2_votes"]];
    assert_eq!(both, [&json!(5), &json!(2)]);
    assert_eq!(voted["match"]["state"], "open");
    let other = V1::organizer(&server, "mordred").await;
    other.put(&one, votes).await.expect(401);
    let less = api.put(&one, json!({"match": {"player1_votes": 0}})).await.expect(200).json();
    assert_eq!(less["match"]["player1_votes"], 1);
    for wrong in [json!(-1), json!("x"), json!(1.5)] {
        let votes = json!({"match": {"player2_votes": wrong}});
        api.put(&one, votes).await.expect(422);
    }
    let last = format!("{t}/matches/{}.json", matches[2]["id"]);
    let refused = api.put(&last, json!({"match": {"player1_votes": 1}})).await.expect(422).json();
    assert!(refused["errors"][0].as_str().unwrap().contains("known"), "{refused}");

    // The same in XML.
    let xml = |path: String| api.request(Method::GET, &path).query(&[("api_key", &api.key)]);
    let shown = Answer::to(xml(format!("{t}.xml"))).await.expect(200);
    assert!(
        shown.text.contains("<accepting-predictions type=\"boolean\">true</accepting-predictions>"),
        "{}",
        shown.text
    );
    assert!(shown.text.contains("<predictions-opened-at type=\"dateTime\">"), "{}", shown.text);
    let shown = Answer::to(xml(format!("{t}/matches/{}.xml", of["id"]))).await.expect(200);
    assert!(
        shown.text.contains("<player1-votes type=\"integer\">1</player1-votes>"),
        "{}",
        shown.text
    );

    let started = api.post(&format!("{t}/start.json"), json!({})).await.expect(200).json();
    assert_eq!(started["tournament"]["state"], "underway");
    assert_eq!(started["tournament"]["accepting_predictions"], false);
    assert!(started["tournament"]["predictions_opened_at"].is_string());
    let played: Vec<Value> = api.matches(&t).await.iter().map(|of| of["id"].clone()).collect();
    assert_eq!(played, matches.iter().map(|of| of["id"].clone()).collect::<Vec<_>>());
    // A report and votes at once.
    let both = json!({"match": {
        "scores_csv": "2-0", "winner_id": of["player1_id"], "player2_votes": 7,
    }});
    let reported = api.put(&one, both).await.expect(200).json();
    assert_eq!(reported["match"]["state"], "complete");
    assert_eq!(reported["match"]["player2_votes"], 7);
    let list = ada.get(&format!("{t}/predictions.json")).await.expect(200).data();
    assert_eq!(list[0]["attributes"]["points"], 1);

    let reset = api.post(&format!("{t}/reset.json"), json!({})).await.expect(200).json();
    let reset = &reset["tournament"];
    assert_eq!(reset["state"], "pending");
    assert_eq!(reset["predictions_opened_at"], Value::Null);
    assert_eq!(reset["participants_locked"], false);
    api.post(&format!("{t}/start.json"), json!({})).await.expect(200);
    let of = api.matches(&t).await[0].clone();
    assert_eq!(of["player1_votes"], Value::Null);
}

#[rstest]
#[tokio::test]
async fn votes_without_predictions(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "marshal").await;
    let t = api.tournament(json!({"name": "Cup", "tournament_type": "swiss"}), 4).await;
    api.post(&format!("{t}/start.json"), json!({})).await.expect(200);
    let of = api.matches(&t).await[0].clone();
    assert_eq!(of["player1_votes"], Value::Null);
    let one = format!("{t}/matches/{}.json", of["id"]);
    let voted = api.put(&one, json!({"match": {"player2_votes": 3}})).await.expect(200).json();
    assert_eq!(voted["match"]["player1_votes"], Value::Null);
    assert_eq!(voted["match"]["player2_votes"], 3);
    assert_eq!(api.get(&one).await.expect(200).json(), voted);
    // Another node reads the same.
    let beside = server.beside().await;
    let key = [("api_key", &api.key)];
    let path = format!("/v1{one}");
    let shown = Answer::to(beside.request(Method::GET, &path).query(&key)).await.expect(200);
    assert_eq!(shown.json(), voted);
}
