//! Two hundred report one tournament at once, on one server and on two in front of one database:
//! what was acknowledged is there in the end, and whoever writes on what has changed meanwhile is
//! told so, with the present state.

use std::{collections::HashMap, time::Duration};

use futures_util::future::join_all;
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_core::{Actor, tournaments::By};
use tiltyard_store::{
    Engine::{self, Postgres, Sqlite},
    repo::journal,
};

use crate::support::{
    Answer, Api, TestServer,
    dice::Dice,
    seen::{Seen, SeenMatch, random_report},
};

/// How many report at once.
const REPORTERS: usize = 200;

/// How long all of them may take together; a deadlock takes longer than anything.
const PATIENCE: Duration = Duration::from_mins(2);

/// A write under the condition that the resource is as it was with this tag.
pub(crate) async fn put_if(api: &Api<'_>, path: &str, tag: &str, attributes: &Value) -> Answer {
    let body = json!({"data": {"type": "whatever", "attributes": attributes}});
    let request = api.request(Method::PUT, path).header("if-match", tag);
    Answer::to(request.header("content-type", "application/json").body(body.to_string())).await
}

/// What the journal says last of each match, and how often it was reported.
async fn journaled(server: &TestServer, t: &str) -> HashMap<i64, (Value, usize)> {
    let id: i64 = t.rsplit('/').next().unwrap().parse().unwrap();
    let entries = server.core.store().read(move |rx| journal::after(rx, id, 0, 100_000));
    let entries = entries.await.unwrap();
    let numbers: Vec<i64> = entries.iter().map(|entry| entry.number).collect();
    let expected: Vec<i64> = (1..=i64::try_from(entries.len()).unwrap()).collect();
    assert_eq!(numbers, expected, "numbered without gaps");
    let mut last = HashMap::new();
    for entry in entries.iter().filter(|entry| entry.event == "match.reported") {
        let body: Value = serde_json::from_str(&entry.body).unwrap();
        let known = last.entry(body["match"].as_i64().unwrap()).or_insert((Value::Null, 0));
        *known = (body, known.1 + 1);
    }
    last
}

/// The stored state is what the journal leads to.
pub(crate) async fn verify(server: &TestServer, t: &str) {
    let id = t.rsplit('/').next().unwrap().parse().unwrap();
    let found = server.core.verify_tournament(&Actor::Operator, By::Id(id)).await.unwrap();
    assert!(found.replayed && found.differences.is_empty(), "{found:?}");
}

/// The two callers: of one server, or of one each.
async fn callers<'a>(server: &'a TestServer, beside: Option<&'a TestServer>) -> (Api<'a>, Api<'a>) {
    let person = server.person("marshal").await;
    let here = server.key_of(&person).await;
    let there = beside.unwrap_or(server).api(here.credential());
    (here, there)
}

/// All at once; a deadlock is told from patience.
async fn at_once<T>(reports: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    tokio::time::timeout(PATIENCE, join_all(reports)).await.expect("nobody waits for ever")
}

/// The second server, where there is to be one.
async fn second(server: &TestServer, nodes: usize) -> Option<TestServer> {
    if nodes == 2 { Some(server.beside().await) } else { None }
}

/// Round by round of 256 players: several report each open match under the condition that it is as
/// all of them saw it, everybody another result. One of them gets it; the others see whose it is.
#[rstest]
#[case(Sqlite, 1)]
#[case(Postgres, 1)]
#[case(Postgres, 2)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_those_who_saw_the_same_one_writes(#[case] engine: Engine, #[case] nodes: usize) {
    let server = TestServer::start(engine).await;
    let beside = second(&server, nodes).await;
    let (here, there) = callers(&server, beside.as_ref()).await;
    let t = here.tournament(json!({"name": "Crowded"}), 256).await;
    here.state(&t, "start").await.expect(200);
    let mut dice = Dice(200);
    loop {
        let seen = Seen::read(&here, &t).await;
        let open = seen.open();
        if open.is_empty() {
            break;
        }
        let tags = at_once(open.iter().map(|of| async {
            let path = format!("{t}/matches/{}.json", of.id);
            let answer = here.get(&path).await.expect(200);
            answer.header("etag").to_owned()
        }))
        .await;
        let reports: Vec<(usize, Value, Option<i64>)> = (0..REPORTERS)
            .map(|number| {
                let at = number % open.len();
                let (report, winner) = random_report(open[at], false, &mut dice);
                (at, report, winner)
            })
            .collect();
        let answers = at_once(reports.iter().enumerate().map(|(number, (at, report, _))| {
            let api = if number % 3 == 0 { &there } else { &here };
            let (path, tag) = (format!("{t}/matches/{}.json", open[*at].id), &tags[*at]);
            async move { put_if(api, &path, tag, report).await }
        }))
        .await;
        let mut winners: HashMap<usize, (Option<i64>, Value, String)> = HashMap::new();
        for ((at, _, winner), answer) in reports.iter().zip(&answers) {
            if answer.status == 200 {
                let data = answer.data();
                assert_eq!(data["attributes"]["winner_id"].as_i64(), *winner);
                let tag = answer.header("etag").to_owned();
                let twice = winners.insert(*at, (*winner, data, tag));
                assert!(twice.is_none(), "two wrote on the same state of {at}");
            }
        }
        assert_eq!(winners.len(), open.len(), "somebody gets each match");
        for ((at, ..), answer) in reports.iter().zip(&answers).filter(|(_, it)| it.status != 200) {
            assert_eq!(answer.status, 412, "{}", answer.text);
            let (_, data, tag) = &winners[at];
            let told = &answer.json()["errors"][0];
            assert_eq!(told["status"], 412);
            assert_eq!(&told["meta"]["current"], data);
            assert_eq!(answer.header("etag"), tag);
        }
        let after = Seen::read(&there, &t).await;
        after.assert_sound();
        for (at, (winner, ..)) in &winners {
            let now = after.matches.iter().find(|of| of.id == open[*at].id).unwrap();
            assert_eq!((now.state.as_str(), now.winner), ("complete", *winner));
        }
    }
    assert!(journaled(&server, &t).await.values().all(|(_, times)| *times == 1));
    verify(&server, &t).await;
    here.state(&t, "finalize").await.expect(200);
    let done = Seen::read(&there, &t).await;
    let ranks: Vec<i64> = done.participants.iter().map(|(_, rank)| rank.unwrap()).collect();
    assert_eq!(ranks, done.ranks_of_elimination());
}

/// Without a condition the last one counts, and all were told that theirs was written.
#[rstest]
#[case(Sqlite, 1)]
#[case(Postgres, 1)]
#[case(Postgres, 2)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_a_condition_the_last_one_counts(#[case] engine: Engine, #[case] nodes: usize) {
    let server = TestServer::start(engine).await;
    let beside = second(&server, nodes).await;
    let (here, there) = callers(&server, beside.as_ref()).await;
    let t = here.tournament(json!({"name": "Quarrel"}), 64).await;
    here.state(&t, "start").await.expect(200);
    let mut dice = Dice(201);
    let seen = Seen::read(&here, &t).await;
    let open = seen.open();
    let reports: Vec<(&SeenMatch, Value)> = (0..REPORTERS)
        .map(|number| {
            let of = open[number % open.len()];
            (of, random_report(of, false, &mut dice).0)
        })
        .collect();
    let answers = at_once(reports.iter().enumerate().map(|(number, (of, report))| {
        let api = if number % 2 == 0 { &here } else { &there };
        let path = format!("{t}/matches/{}.json", of.id);
        async move { api.put(&path, report.clone()).await }
    }))
    .await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let after = Seen::read(&here, &t).await;
    after.assert_sound();
    assert_eq!(Seen::read(&there, &t).await, after);
    let last = journaled(&server, &t).await;
    // One that says what is so already changes nothing, and is written or not.
    assert!(last.values().map(|(_, times)| times).sum::<usize>() <= REPORTERS);
    for of in after.matches.iter().filter(|of| of.state == "complete") {
        let (body, _) = &last[&of.id];
        assert_eq!(body["sets"], json!(of.sets), "{of:?}");
        let acknowledged = reports.iter().zip(&answers).any(|((reported, _), answer)| {
            let attributes = &answer.data()["attributes"];
            reported.id == of.id
                && attributes["score_in_sets"] == json!(of.sets)
                && attributes["winner_id"].as_i64() == of.winner
        });
        assert!(acknowledged, "nobody said so: {of:?}");
    }
    verify(&server, &t).await;
}

/// Reports, corrections, withdrawn results and changes of the tournament all at once: those who
/// write on what they saw are right about it, or are told.
#[rstest]
#[case(Sqlite, 1)]
#[case(Postgres, 1)]
#[case(Postgres, 2)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everything_at_once_stays_whole(
    #[case] engine: Engine,
    #[case] nodes: usize,
    #[values("double elimination", "round robin")] kind: &str,
) {
    let server = TestServer::start(engine).await;
    let beside = second(&server, nodes).await;
    let (here, there) = callers(&server, beside.as_ref()).await;
    let attributes = json!({"name": "Turmoil", "tournament_type": kind});
    let t = here.tournament(attributes, if kind == "round robin" { 7 } else { 14 }).await;
    here.state(&t, "start").await.expect(200);
    let dice = Dice(202);
    let answers = at_once((0..REPORTERS).map(|number| {
        let mut dice = Dice(dice.0 + u64::try_from(number).unwrap());
        let (api, t) = (if number % 2 == 0 { &here } else { &there }, &t);
        async move {
            let mut told = Vec::new();
            for _ in 0..3 {
                if number % 50 == 7 {
                    let path = format!("{t}.json");
                    let tag = api.get(&path).await.header("etag").to_owned();
                    let name = json!({"name": format!("Turmoil {number}")});
                    told.push(put_if(api, &path, &tag, &name).await);
                    continue;
                }
                let seen = Seen::read(api, t).await;
                let playable: Vec<_> =
                    seen.matches.iter().filter(|of| of.state != "pending").collect();
                let of = *dice.pick(&playable);
                let path = format!("{t}/matches/{}", of.id);
                if dice.once_in(6) {
                    told.push(api.state(&path, "reopen").await);
                    continue;
                }
                let answer = api.get(&format!("{path}.json")).await;
                if answer.status == 404 {
                    continue;
                }
                let (report, _) = random_report(of, kind == "round robin", &mut dice);
                let tag = answer.header("etag");
                told.push(put_if(api, &format!("{path}.json"), tag, &report).await);
            }
            told
        }
    }))
    .await;
    let mut counts: HashMap<u16, usize> = HashMap::new();
    for answer in answers.iter().flatten() {
        *counts.entry(answer.status).or_default() += 1;
        match answer.status {
            200 => {}
            412 => assert!(answer.json()["errors"][0]["meta"]["current"].is_object()),
            // A match that is not complete any more, or one that has new players.
            404 | 422 => assert!(answer.json()["errors"].is_array()),
            other => panic!("{other}: {}", answer.text),
        }
    }
    // The fewer matches there are, the fewer of so many are in time.
    assert!(counts[&200] > 20 && counts.contains_key(&412), "{counts:?}");
    let after = Seen::read(&here, &t).await;
    assert_eq!(Seen::read(&there, &t).await, after);
    after.assert_sound();
    journaled(&server, &t).await;
    verify(&server, &t).await;
}
