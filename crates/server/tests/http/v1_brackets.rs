//! The API v1 shows the brackets that were observed on Challonge, value by value (reference/challonge
//! §8.2 to §8.4).

use std::collections::HashMap;

use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{
    TestServer, V1,
    brackets::{DOUBLE_OF_FOUR, DOUBLE_OF_FOURTEEN, ROUND_ROBIN_OF_EIGHT, Row},
};

/// Seeds by participant id.
async fn seeds(api: &V1<'_>, t: &str) -> HashMap<i64, i64> {
    let rows = api.participants(t).await;
    rows.iter().map(|it| (it["id"].as_i64().unwrap(), it["seed"].as_i64().unwrap())).collect()
}

/// A match's sides: `8 v WA` is seed 8 against the winner of match A.
fn sides(of: &Value, all: &[Value], seeds: &HashMap<i64, i64>) -> String {
    let mut feeding = Vec::new();
    let mut side = |number: usize| {
        let loser = of[format!("player{number}_is_prereq_match_loser")].as_bool().unwrap();
        let Some(id) = of[format!("player{number}_prereq_match_id")].as_i64() else {
            assert!(!loser, "a seed comes from no match");
            return seeds[&of[format!("player{number}_id")].as_i64().unwrap()].to_string();
        };
        feeding.push(id.to_string());
        let found = all.iter().find(|of| of["id"] == id).unwrap();
        let identifier = found["identifier"].as_str().unwrap();
        format!("{}{identifier}", if loser { "L" } else { "W" })
    };
    let sides = format!("{} v {}", side(1), side(2));
    feeding.dedup();
    assert_eq!(of["prerequisite_match_ids_csv"], feeding.join(","));
    sides
}

fn assert_rows(found: &[Value], seeds: &HashMap<i64, i64>, rows: &[Row], wiring_of: &[Value]) {
    let shown: Vec<(String, i64, i64, String)> = found
        .iter()
        .map(|of| {
            (
                of["identifier"].as_str().unwrap().to_owned(),
                of["round"].as_i64().unwrap(),
                of["suggested_play_order"].as_i64().unwrap(),
                sides(of, wiring_of, seeds),
            )
        })
        .collect();
    let expected: Vec<_> = rows
        .iter()
        .map(|(name, round, order, sides)| {
            ((*name).to_owned(), *round, *order, (*sides).to_owned())
        })
        .collect();
    assert_eq!(shown, expected);
}

#[rstest]
#[case(&DOUBLE_OF_FOURTEEN, 14, "O")]
#[case(&DOUBLE_OF_FOUR, 4, "E")]
#[tokio::test]
async fn double_elimination(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] rows: &[Row],
    #[case] players: usize,
    #[case] reset: &str,
) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "marshal").await;
    let attributes = json!({"name": "The Lists", "tournament_type": "double elimination"});
    let t = api.tournament(attributes, players).await;
    let seeds = seeds(&api, &t).await;
    let started = api.post(&format!("{t}/start.json"), json!({})).await.expect(200).json();
    assert_eq!(started["tournament"]["state"], "underway");
    let before = api.matches(&t).await;
    assert_rows(&before, &seeds, rows, &before);
    let ids: Vec<i64> = before.iter().map(|of| of["id"].as_i64().unwrap()).collect();
    assert!(ids.is_sorted(), "ids ascend in list order: {ids:?}");
    for of in &before {
        assert_eq!(of["state"], if of["round"] == 1 { "open" } else { "pending" });
        assert_eq!(of["optional"], of["identifier"] == reset);
        assert_eq!(of["started_at"].is_string(), of["round"] == 1);
        assert_eq!(of["scores_csv"], "");
    }
    // The better seed wins everything.
    loop {
        let list = api.get(&format!("{t}/matches.json?state=open")).await.expect(200).json();
        let open = list.as_array().unwrap().clone();
        if open.is_empty() {
            break;
        }
        for of in open.iter().map(|it| &it["match"]) {
            let seed = |number: usize| seeds[&of[format!("player{number}_id")].as_i64().unwrap()];
            let winner = if seed(1) < seed(2) { 1 } else { 2 };
            let done = api.win(&t, of, winner).await.expect(200).json();
            assert_eq!(done["match"]["state"], "complete");
            assert_eq!(done["match"]["winner_id"], of[format!("player{winner}_id")]);
            assert_eq!(done["match"]["loser_id"], of[format!("player{}_id", 3 - winner)]);
        }
    }
    // Whoever won the first final without a loss is spared the second.
    let after = api.matches(&t).await;
    let rest: Vec<Row> = rows.iter().copied().filter(|row| row.0 != reset).collect();
    assert_rows(&after, &seeds, &rest, &before);
    let shown = api.get(&format!("{t}.json")).await.expect(200).json();
    assert_eq!(shown["tournament"]["state"], "awaiting_review");
    assert_eq!(shown["tournament"]["progress_meter"], 100);
    assert!(api.participants(&t).await.iter().all(|row| row["final_rank"].is_null()));
    let done = api.post(&format!("{t}/finalize.json"), json!({})).await.expect(200).json();
    assert_eq!(done["tournament"]["state"], "complete");
    assert!(done["tournament"]["completed_at"].is_string());
    let rows = api.participants(&t).await;
    let ranks: Vec<i64> = rows.iter().map(|row| row["final_rank"].as_i64().unwrap()).collect();
    assert_eq!(ranks[..4], [1, 2, 3, 4]);
}

#[rstest]
#[tokio::test]
async fn round_robin_of_eight(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = V1::organizer(&server, "marshal").await;
    let attributes = json!({"name": "League", "tournament_type": "round robin"});
    let t = api.tournament(attributes, 8).await;
    let seeds = seeds(&api, &t).await;
    api.post(&format!("{t}/start.json"), json!({})).await.expect(200);
    let found = api.matches(&t).await;
    let shown: Vec<(i64, [i64; 2])> = found
        .iter()
        .map(|of| {
            let seed = |number: usize| seeds[&of[format!("player{number}_id")].as_i64().unwrap()];
            (of["round"].as_i64().unwrap(), [seed(1), seed(2)])
        })
        .collect();
    let expected: Vec<(i64, [i64; 2])> = ROUND_ROBIN_OF_EIGHT
        .iter()
        .zip(1..)
        .flat_map(|(round, number)| round.iter().map(move |pair| (number, *pair)))
        .collect();
    assert_eq!(shown, expected);
    for (of, order) in found.iter().zip(1..) {
        assert_eq!(of["suggested_play_order"], order);
        assert_eq!(of["state"], "open");
        assert_eq!(of["prerequisite_match_ids_csv"], "");
    }
    // A draw.
    let path = format!("{t}/matches/{}.json", found[0]["id"]);
    let report = json!({"match": {"scores_csv": "1-1", "winner_id": "tie"}});
    let drawn = api.put(&path, report).await.expect(200).json();
    assert_eq!(drawn["match"]["state"], "complete");
    assert_eq!(drawn["match"]["winner_id"], Value::Null);
    assert_eq!(drawn["match"]["loser_id"], Value::Null);
}
