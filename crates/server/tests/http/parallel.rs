//! Many at once.

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::json;
use tiltyard_store::{
    Engine::{self, Postgres, Sqlite},
    repo::journal,
};

use crate::support::TestServer;

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_reporters_lose_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Crowded"}), 400).await;
    let started = api.state(&t, "start").await.expect(200).json();
    let before = started["data"]["attributes"]["progress_meter"].as_i64();
    assert_eq!(before, Some(0));
    // 400 players: 144 matches of the first round, and 56 byes that make up the second's.
    let open = api.get(&format!("{t}/matches.json?state=open&per_page=1000")).await.data();
    let open = open.as_array().unwrap().clone();
    let matches: Vec<_> = open.iter().take(200).collect();
    assert!(matches.len() >= 144);
    let reports = (0..200).map(|number| {
        let of = matches[number % matches.len()];
        let (api, t) = (&api, &t);
        // Those that come twice say the same.
        async move { api.win(t, of, 1).await.status }
    });
    let statuses = join_all(reports).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 200);
    let after = api.matches(&t).await;
    for of in &matches {
        let now = after.iter().find(|it| it["id"] == of["id"]).unwrap();
        assert_eq!(now["attributes"]["state"], "complete");
        let winner = of["relationships"]["player1"]["data"]["id"].as_str().unwrap();
        assert_eq!(now["attributes"]["winner_id"].to_string(), winner);
        assert_eq!(now["attributes"]["score_in_sets"], json!([[2, 1]]));
    }
    // The journal has every report, numbered without gaps.
    let id: i64 = t.rsplit('/').next().unwrap().parse().unwrap();
    let entries = server.core.store().read(move |rx| journal::after(rx, id, 0, 10_000));
    let entries = entries.await.unwrap();
    let numbers: Vec<i64> = entries.iter().map(|entry| entry.number).collect();
    let expected: Vec<i64> = (1..=i64::try_from(entries.len()).unwrap()).collect();
    assert_eq!(numbers, expected);
    let reports = entries.iter().filter(|entry| entry.event == "match.reported").count();
    assert_eq!(reports, 200);
}

/// The same match, told differently by everybody: one of them is right in the end, and what
/// depends on it agrees.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contradicting_reporters_leave_a_sound_bracket(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let person = server.person("marshal").await;
    let here = server.key_of(&person).await;
    let there = beside.key_of(&person).await;
    let t = here.tournament(json!({"name": "Quarrel"}), 4).await;
    here.state(&t, "start").await.expect(200);
    let matches = here.matches(&t).await;
    let reports = (0..40).map(|number| {
        let api = if number % 2 == 0 { &here } else { &there };
        let (t, of) = (&t, &matches[(number / 2) % 2]);
        async move { api.win(t, of, 1 + (number / 4) % 2).await.status }
    });
    let statuses = join_all(reports).await;
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    let after = here.matches(&t).await;
    assert_eq!(there.matches(&t).await, after);
    for (index, player) in [(0, "player1"), (1, "player2")] {
        let winner = after[index]["attributes"]["winner_id"].to_string();
        assert_eq!(after[2]["relationships"][player]["data"]["id"], winner);
    }
    assert_eq!(after[2]["attributes"]["state"], "open");
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_want_one_address_one_gets_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let attributes = json!({"name": "Mine", "url": "wanted"});
    let tries = (0..20).map(|_| api.post("/tournaments.json", attributes.clone()));
    let answers = join_all(tries).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 19, "{statuses:?}");
}
