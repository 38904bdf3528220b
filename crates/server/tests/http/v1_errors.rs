//! Refusals of the API v1: always its own form, in the format that was asked for.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, BODY_LIMIT, TestServer, V1};

/// The sentences of a refusal.
#[track_caller]
fn sentences(answer: Answer, status: u16) -> Vec<String> {
    let answer = answer.expect(status);
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    let body = answer.json();
    assert_eq!(body.as_object().unwrap().len(), 1);
    let list = body["errors"].as_array().unwrap();
    list.iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

#[rstest]
#[tokio::test]
async fn in_the_dialects_form(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "marshal").await;
    let create = async |attributes: Value| {
        sentences(api.post("/tournaments.json", json!({"tournament": attributes})).await, 422)
    };
    assert_eq!(create(json!({})).await, ["Name can't be blank"]);
    assert_eq!(
        create(json!({"name": "", "url": "a-b"})).await,
        ["Name can't be blank", "Url may only contain letters, numbers and underscores"]
    );
    for (attributes, text) in [
        (json!({"name": "x", "tournament_type": "knockout"}), "Tournament type must be one of"),
        (json!({"name": "x", "ranked_by": "luck"}), "Ranked by must be one of"),
        (json!({"name": "x", "swiss_rounds": 999}), "Swiss rounds must be between"),
        (json!({"name": "x", "rr_iterations": 4}), "Rr iterations must be between"),
        (json!({"name": "x", "start_at": "soon"}), "Start at must be a time"),
        (json!({"name": "x", "private": "perhaps"}), "Private must be true or false"),
        (json!({"name": "x", "prediction_method": 3}), "Prediction method must be 0"),
    ] {
        let errors = create(attributes).await;
        // The name that v2.1 has for it may stand there where it is the same thing.
        assert!(errors.len() == 1 && errors[0].starts_with(text), "{errors:?}, not {text}");
    }
    let t = api.tournament(json!({"name": "Cup", "url": "cup"}), 2).await;
    let errors = create(json!({"name": "x", "url": "CUP"})).await;
    assert_eq!(errors, ["Url is already taken"]);
    let add = async |body: Value| {
        sentences(api.post(&format!("{t}/participants/bulk_add.json"), body).await, 422)
    };
    assert_eq!(add(json!({})).await, ["Participant parameters are required"]);
    let twice =
        json!({"participants": [{"name": "x"}, {"name": "x"}, {"seed": "first", "name": "y"}]});
    assert_eq!(add(twice).await, ["Seed must be a whole number (participant 3)"]);
    let twice = json!({"participants": [{"name": "x"}, {"name": "x"}, {}]});
    assert_eq!(add(twice).await, ["Name can't be blank (participant 3)"]);
    let twice = json!({"participants": [{"name": "x"}, {"name": "x"}]});
    assert_eq!(add(twice).await, ["Name has already been taken (participant 2)"]);
    assert_eq!(api.participants(&t).await.len(), 2, "all or none");

    api.post(&format!("{t}/start.json"), json!({})).await.expect(200);
    let again = sentences(api.post(&format!("{t}/start.json"), json!({})).await, 422);
    assert_eq!(again, ["The tournament has already been started"]);
    let of = &api.matches(&t).await[0];
    let report = async |attributes: Value| {
        let path = format!("{t}/matches/{}.json", of["id"]);
        sentences(api.put(&path, json!({"match": attributes})).await, 422)
    };
    let winner = &of["player1_id"];
    assert_eq!(
        report(json!({"winner_id": winner})).await,
        ["Scores csv is required with winner_id, such as 3-1"]
    );
    assert_eq!(
        report(json!({"scores_csv": "3-1", "winner_id": 7})).await,
        ["Winner id must be one of the match's players, or tie"]
    );
    assert!(report(json!({"scores_csv": "3:1"})).await[0].starts_with("Scores csv must be"));
    assert!(report(json!({"scores_csv": "1-1", "winner_id": "tie"})).await[0].contains("draw"));
    let path = format!("{t}/participants.json");
    let late = api.post(&path, json!({"participant": {"name": "Late"}})).await;
    assert!(sentences(late, 422)[0].contains("before the tournament starts only"));

    for path in ["/nothing.json", "/tournaments/7.json", "/tournaments/cup/nothing.json"] {
        sentences(api.get(path).await, 404);
    }
    for path in [format!("{t}/matches/7.json"), format!("{t}/participants/x.json")] {
        sentences(api.get(&path).await, 404);
    }
    sentences(api.put("/tournaments.json", json!({})).await, 405);
    for (path, accept) in [
        ("/tournaments.yaml", "*/*"),
        ("/tournaments", "text/html"),
        ("/tournaments/cup.html", "application/json"),
    ] {
        let request = api.request(Method::GET, path).query(&[("api_key", &api.key)]);
        sentences(Answer::to(request.header("accept", accept)).await, 406);
    }
    let send = async |kind: &str, body: String| {
        let request =
            api.request(Method::POST, "/tournaments.json").query(&[("api_key", &api.key)]);
        Answer::to(request.header("content-type", kind).body(body)).await
    };
    sentences(send("application/json", "{\"tournament\":".to_owned()).await, 400);
    sentences(send("multipart/form-data; boundary=x", "nothing".to_owned()).await, 400);
    let large = format!("tournament[name]={}", "x".repeat(BODY_LIMIT));
    sentences(send("application/x-www-form-urlencoded", large).await, 413);
}

#[rstest]
#[tokio::test]
async fn whose_it_is(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let (ada, bob) = (V1::organizer(&server, "ada").await, V1::organizer(&server, "bob").await);
    let open = ada.tournament(json!({"name": "Open", "url": "open"}), 2).await;
    let closed = ada.tournament(json!({"name": "Closed", "private": true}), 2).await;
    // Anybody with a key reads what is public; only its organizer writes.
    for path in [format!("{open}.json"), format!("{open}/participants.json")] {
        bob.get(&path).await.expect(200);
    }
    bob.get(&format!("{closed}.json")).await.expect(404);
    // Addresses are between the invited and the organizer.
    let invited = json!({"participant": {"name": "Cid", "email": "cid@example.org"}});
    ada.post(&format!("{open}/participants.json"), invited).await.expect(200);
    let (own, others) = (ada.participants(&open).await, bob.participants(&open).await);
    assert_eq!(own[2]["invite_email"], "cid@example.org");
    assert_eq!(others[2]["invite_email"], Value::Null);
    assert_eq!(others[2]["display_name_with_invitation_email_address"], "Cid");
    assert_eq!(bob.get("/tournaments.json").await.expect(200).json(), json!([]));
    let refused = bob.put(&format!("{open}.json"), json!({"tournament": {"name": "x"}})).await;
    assert_eq!(sentences(refused, 401), ["Only its organizer may change this tournament"]);
    let refused = bob.send(Method::DELETE, &format!("{open}.json"), json!({})).await;
    sentences(refused, 401);
    let refused = bob.put(&format!("{closed}.json"), json!({"tournament": {"name": "x"}})).await;
    assert_eq!(sentences(refused, 404), ["Requested tournament not found"]);
    assert_eq!(ada.get(&format!("{open}.json")).await.json()["tournament"]["name"], "Open");
}

#[rstest]
#[tokio::test]
async fn tags(#[values(Sqlite)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "ada").await;
    let t = api.tournament(json!({"name": "Cup"}), 2).await;
    let first = api.get(&format!("{t}.json")).await.expect(200);
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    let known = |tag: &str, path: String| {
        api.request(Method::GET, &path)
            .query(&[("api_key", &api.key)])
            .header("if-none-match", tag.to_owned())
    };
    let again = Answer::to(known(&tag, format!("{t}.json"))).await.expect(304);
    assert_eq!((again.header("etag"), again.text.as_str()), (tag.as_str(), ""));
    // In the other format it is another document.
    Answer::to(known(&tag, format!("{t}.xml"))).await.expect(200);
    api.put(&format!("{t}.json"), json!({"tournament": {"name": "Other"}})).await.expect(200);
    Answer::to(known(&tag, format!("{t}.json"))).await.expect(200);
}
