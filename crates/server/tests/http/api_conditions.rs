//! Tags, and changes that are made only on what was read.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::{
    reporters::put_if,
    support::{Answer, Api, TestServer},
};

/// The tag of what is at this path.
async fn tag(api: &Api<'_>, path: &str) -> String {
    let answer = api.get(path).await.expect(200);
    let tag = answer.header("etag").to_owned();
    assert!(!tag.is_empty(), "{path} has no tag");
    let again = api.request(Method::GET, path).header("if-none-match", &tag);
    let again = Answer::to(again).await.expect(304);
    assert_eq!((again.text.as_str(), again.header("etag")), ("", tag.as_str()));
    let other = api.request(Method::GET, path).header("if-none-match", "\"other\"");
    assert_eq!(Answer::to(other).await.expect(200).text, answer.text);
    tag
}

async fn delete_if(api: &Api<'_>, path: &str, tag: &str) -> Answer {
    Answer::to(api.request(Method::DELETE, path).header("if-match", tag)).await
}

/// The answer says that it has changed, and shows how it is now.
#[track_caller]
fn assert_stale(answer: &Answer, current: &Answer) {
    assert_eq!(answer.status, 412, "{}", answer.text);
    let body = answer.json();
    assert_eq!(body["errors"][0]["status"], 412);
    assert_eq!(body["errors"][0]["meta"]["current"], current.data());
    assert_eq!(answer.header("etag"), current.header("etag"));
}

#[rstest]
#[tokio::test]
async fn of_matches(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Tagged"}), 4).await;
    api.state(&t, "start").await.expect(200);
    let matches = api.matches(&t).await;
    let path = |at: usize| format!("{t}/matches/{}.json", matches[at]["id"].as_str().unwrap());
    let report = |at: usize, winner: &str| {
        let side = |player: &str| {
            json!({
                "participant_id": matches[at]["relationships"][player]["data"]["id"],
                "score_set": if player == winner { "2" } else { "0" },
                "advancing": player == winner,
            })
        };
        json!({"match": [side("player1"), side("player2")]})
    };
    let (first, second, last) =
        (tag(&api, &path(0)).await, tag(&api, &path(1)).await, tag(&api, &path(2)).await);
    let done = put_if(&api, &path(0), &first, &report(0, "player1")).await.expect(200);
    assert_eq!(done.header("etag"), tag(&api, &path(0)).await);
    assert_ne!(done.header("etag"), first);
    assert_eq!(done.data(), api.get(&path(0)).await.data());
    // Another report on what the first one saw, right or wrong.
    for late in [report(0, "player2"), json!({"match": []}), json!({"match": [{}]})] {
        let answer = put_if(&api, &path(0), &first, &late).await;
        // What cannot be read is not judged by the state.
        if answer.status == 412 {
            assert_stale(&answer, &api.get(&path(0)).await);
        } else {
            answer.expect(422);
        }
    }
    assert_stale(
        &put_if(&api, &path(0), &first, &report(0, "player2")).await,
        &api.get(&path(0)).await,
    );
    // The other match is as it was; the final has a player by now.
    assert_eq!(tag(&api, &path(1)).await, second);
    assert_ne!(tag(&api, &path(2)).await, last);
    put_if(&api, &path(1), &second, &report(1, "player2")).await.expect(200);
    let state = path(2).replace(".json", "/change_state.json");
    let underway = json!({"state": "mark_as_underway"});
    assert_stale(&put_if(&api, &state, &last, &underway).await, &api.get(&path(2)).await);
    let now = tag(&api, &path(2)).await;
    // As one of several, weak or not, and as any.
    let several = format!("\"x\", W/{now} , \"y\"");
    put_if(&api, &state, &several, &underway).await.expect(200);
    put_if(&api, &state, "*", &json!({"state": "unmark_as_underway"})).await.expect(200);
    // With the first match another final: whoever saw the old one is told.
    let seen = tag(&api, &path(2)).await;
    api.put(&path(0), report(0, "player2")).await.expect(200);
    let answer = put_if(&api, &path(2), &seen, &json!({"match": [], "tie": true})).await;
    assert_stale(&answer, &api.get(&path(2)).await);
    // A tag of the tournament is none of a match.
    let whole = tag(&api, &format!("{t}.json")).await;
    put_if(&api, &path(1), &whole, &report(1, "player1")).await.expect(412);
}

#[rstest]
#[tokio::test]
async fn of_participants(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Tagged"}), 3).await;
    let list = api.get(&format!("{t}/participants.json")).await.data();
    let path = |at: usize| format!("{t}/participants/{}.json", list[at]["id"].as_str().unwrap());
    let (one, two) = (tag(&api, &path(0)).await, tag(&api, &path(1)).await);
    let changed = put_if(&api, &path(0), &one, &json!({"name": "Ada"})).await.expect(200);
    assert_eq!(changed.header("etag"), tag(&api, &path(0)).await);
    for late in [json!({"name": "Grace"}), json!({"name": "Seed 2"}), json!({"name": ""})] {
        assert_stale(&put_if(&api, &path(0), &one, &late).await, &api.get(&path(0)).await);
    }
    assert_stale(&delete_if(&api, &path(0), &one).await, &api.get(&path(0)).await);
    // The second is not touched by it, until the first is gone and seeds move.
    put_if(&api, &path(1), &two, &json!({"misc": "x"})).await.expect(200);
    let two = tag(&api, &path(1)).await;
    delete_if(&api, &path(0), changed.header("etag")).await.expect(204);
    assert_stale(&delete_if(&api, &path(1), &two).await, &api.get(&path(1)).await);
    // Who is gone is gone, whatever the tag.
    delete_if(&api, &path(0), changed.header("etag")).await.expect(404);
    put_if(&api, &path(0), "*", &json!({"name": "Ada"})).await.expect(404);
}

#[rstest]
#[tokio::test]
async fn of_tournaments(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Tagged"}), 2).await;
    let path = format!("{t}.json");
    let first = tag(&api, &path).await;
    let renamed = put_if(&api, &path, &first, &json!({"name": "Renamed"})).await.expect(200);
    assert_eq!(renamed.header("etag"), tag(&api, &path).await);
    let start = format!("{t}/change_state.json");
    for (path, late) in [
        (&path, json!({"name": "Late"})),
        (&path, json!({"name": ""})),
        (&start, json!({"state": "start"})),
        (&start, json!({"state": "finalize"})),
        (&format!("{t}/participants/randomize.json"), json!({})),
    ] {
        assert_stale(
            &put_if(&api, path, &first, &late).await,
            &api.get(&format!("{t}.json")).await,
        );
    }
    assert_stale(&delete_if(&api, &path, &first).await, &api.get(&path).await);
    let started = put_if(&api, &start, renamed.header("etag"), &json!({"state": "start"})).await;
    let started = started.expect(200);
    assert_eq!(started.header("etag"), tag(&api, &path).await);
    delete_if(&api, &path, started.header("etag")).await.expect(204);
    delete_if(&api, &path, started.header("etag")).await.expect(404);
}

/// Whoever may not change it does not learn by a tag how it is.
#[rstest]
#[tokio::test]
async fn of_others(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let stranger = server.organizer("stranger").await;
    let t = api.tournament(json!({"name": "Private", "private": true}), 2).await;
    let shown = api.tournament(json!({"name": "Shown"}), 2).await;
    for (t, status) in [(&t, 404), (&shown, 403)] {
        api.state(t, "start").await.expect(200);
        let of = api.match_named(t, "A").await["id"].as_str().unwrap().to_owned();
        let list = api.get(&format!("{t}/participants.json")).await.data();
        let who = list[0]["id"].as_str().unwrap();
        for path in [
            format!("{t}.json"),
            format!("{t}/matches/{of}.json"),
            format!("{t}/participants/{who}.json"),
        ] {
            let sent = json!({"name": "x", "match": [{"participant_id": who, "score_set": "1"}]});
            let answer = put_if(&stranger, &path, "\"x\"", &sent).await.expect(status);
            assert_eq!(answer.json()["errors"][0]["meta"], Value::Null);
            assert_eq!(answer.header("etag"), "");
        }
    }
}
