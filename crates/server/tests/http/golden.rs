//! Brackets as observed on Challonge, value by value; the tables are in `support::brackets`.

use std::collections::HashMap;

use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{
    Api, TestServer,
    brackets::{
        DOUBLE_OF_FOUR, DOUBLE_OF_FOURTEEN, FIRST_OF_SIXTEEN, RANKS_OF_FOURTEEN, Row,
        SINGLE_OF_EIGHT, SINGLE_OF_FOUR, SINGLE_OF_THREE, players,
    },
};

/// Seeds by participant id.
async fn seeds(api: &Api<'_>, tournament: &str) -> HashMap<String, i64> {
    let list = api.get(&format!("{tournament}/participants.json?per_page=100")).await.expect(200);
    let data = list.data();
    let seed = |row: &Value| {
        (row["id"].as_str().unwrap().to_owned(), row["attributes"]["seed"].as_i64().unwrap())
    };
    data.as_array().unwrap().iter().map(seed).collect()
}

/// A match's sides as the table above has them, from what the API says.
fn sides(of: &Value, matches: &[Value], seeds: &HashMap<String, i64>) -> String {
    let side = |number: usize| {
        let attributes = &of["attributes"];
        let loser = attributes[format!("player{number}_is_prereq_match_loser")].as_bool().unwrap();
        if let Some(id) = attributes[format!("player{number}_prereq_match_id")].as_i64() {
            let id = id.to_string();
            let found = matches.iter().find(|of| of["id"].as_str() == Some(&id)).unwrap();
            let identifier = found["attributes"]["identifier"].as_str().unwrap();
            return format!("{}{identifier}", if loser { "L" } else { "W" });
        }
        assert!(!loser, "a seed comes from no match");
        let id = of["relationships"][format!("player{number}")]["data"]["id"].as_str();
        seeds[id.unwrap()].to_string()
    };
    format!("{} v {}", side(1), side(2))
}

fn assert_rows(matches: &[Value], seeds: &HashMap<String, i64>, rows: &[Row], wiring_of: &[Value]) {
    let found: Vec<(String, i64, i64, String)> = matches
        .iter()
        .map(|of| {
            let attributes = &of["attributes"];
            (
                attributes["identifier"].as_str().unwrap().to_owned(),
                attributes["round"].as_i64().unwrap(),
                attributes["suggested_play_order"].as_i64().unwrap(),
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
    assert_eq!(found, expected);
}

/// The seeds of a match, as far as they are known.
fn known(of: &Value, seeds: &HashMap<String, i64>) -> [Option<i64>; 2] {
    ["player1", "player2"]
        .map(|player| of["relationships"][player]["data"]["id"].as_str().map(|id| seeds[id]))
}

/// Holds every match against the table: who plays it, whether it is open, and when it began.
fn assert_played(
    matches: &[Value],
    seeds: &HashMap<String, i64>,
    table: &[Row],
    won: &HashMap<String, i64>,
) {
    let expected = players(table, |name, _| won.get(name).copied());
    for of in matches {
        let attributes = &of["attributes"];
        let name = attributes["identifier"].as_str().unwrap();
        let at = table.iter().position(|row| row.0 == name).unwrap();
        assert_eq!(known(of, seeds), expected[at], "{name}");
        let state = match (expected[at], won.contains_key(name)) {
            ([Some(_), Some(_)], true) => "complete",
            // A second final is for those of the first, once it turns out to be needed.
            ([Some(_), Some(_)], false) => "open",
            _ => "pending",
        };
        assert_eq!(attributes["state"], state, "{name}");
        let times = &attributes["timestamps"];
        assert_eq!(times["started_at"].is_string(), state != "pending", "{name}: {times}");
        assert_eq!(times["completed_at"].is_string(), state == "complete", "{name}: {times}");
        assert_eq!(times["underway_at"], Value::Null);
        let winner = attributes["winner_id"].as_i64().map(|id| seeds[&id.to_string()]);
        assert_eq!(winner, won.get(name).copied(), "{name}");
        let loser = attributes["loser_id"].as_i64().map(|id| seeds[&id.to_string()]);
        let other = winner.and_then(|won| expected[at].into_iter().flatten().find(|it| *it != won));
        assert_eq!(loser, other, "{name}");
        assert_eq!(attributes["tie"], false);
        for player in ["player1", "player2"] {
            let again = &attributes["relationships"][player];
            assert_eq!(*again, of["relationships"][player], "{name}: said twice");
        }
    }
}

/// Reports every open match for the better seed until none is open, and holds all matches against
/// the table after each report; the number of reports.
async fn favourites_win(
    api: &Api<'_>,
    tournament: &str,
    seeds: &HashMap<String, i64>,
    table: &[Row],
) -> usize {
    let mut won = HashMap::new();
    let mut progress = 0;
    loop {
        let list = api.get(&format!("{tournament}/matches.json?state=open")).await.expect(200);
        let open = list.data().as_array().unwrap().clone();
        if open.is_empty() {
            return won.len();
        }
        for of in &open {
            let [Some(one), Some(two)] = known(of, seeds) else { panic!("open without players") };
            let winner = if one < two { 1 } else { 2 };
            let answer = api.win(tournament, of, winner).await.expect(200).data();
            let attributes = &answer["attributes"];
            assert_eq!(attributes["state"], "complete");
            let expected = &of["relationships"][format!("player{winner}")]["data"]["id"];
            assert_eq!(attributes["winner_id"].to_string(), expected.as_str().unwrap());
            assert_eq!(attributes["scores"], if winner == 1 { "2 - 1" } else { "1 - 2" });
            let name = attributes["identifier"].as_str().unwrap().to_owned();
            won.insert(name, one.min(two));
            assert_played(&api.matches(tournament).await, seeds, table, &won);
            let shown = api.get(&format!("{tournament}.json")).await.expect(200).data();
            let now = shown["attributes"]["progress_meter"].as_i64().unwrap();
            assert!((progress..=100).contains(&now), "{progress} {now}");
            progress = now;
        }
    }
}

#[rstest]
#[tokio::test]
async fn double_elimination_of_fourteen(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let attributes = json!({"name": "The Lists", "tournament_type": "double elimination"});
    let t = api.tournament(attributes, 14).await;
    let seeds = seeds(&api, &t).await;
    let started = api.state(&t, "start").await.expect(200);
    assert_eq!(started.data()["attributes"]["state"], "underway");

    let before = api.matches(&t).await;
    assert_rows(&before, &seeds, &DOUBLE_OF_FOURTEEN, &before);
    for of in &before {
        let attributes = &of["attributes"];
        let first_round = attributes["round"] == 1;
        assert_eq!(attributes["state"], if first_round { "open" } else { "pending" });
        assert_eq!(attributes["optional"], attributes["identifier"] == "O");
    }
    let ids: Vec<i64> =
        before.iter().map(|of| of["id"].as_str().unwrap().parse().unwrap()).collect();
    assert!(ids.is_sorted(), "ids ascend in list order: {ids:?}");

    // Both grand finals are of one round; only the second may not be played.
    assert_eq!(before[25]["attributes"]["round"], before[26]["attributes"]["round"]);
    assert_eq!(favourites_win(&api, &t, &seeds, &DOUBLE_OF_FOURTEEN).await, 26);

    // The winners' finalist won the first grand final, so the second has left the list.
    let after = api.matches(&t).await;
    let rows: Vec<_> = DOUBLE_OF_FOURTEEN.into_iter().filter(|row| row.0 != "O").collect();
    assert_rows(&after, &seeds, &rows, &before);
    let gone = before.iter().find(|of| of["attributes"]["identifier"] == "O").unwrap();
    api.get(&format!("{t}/matches/{}.json", gone["id"].as_str().unwrap())).await.expect(404);

    let shown = api.get(&format!("{t}.json")).await.expect(200).data();
    assert_eq!(shown["attributes"]["state"], "awaiting_review");
    assert_eq!(shown["attributes"]["progress_meter"], 100);
    let participants = format!("{t}/participants.json");
    let ranks = |list: &Value| -> Vec<Option<i64>> {
        let rows = list.as_array().unwrap().iter();
        rows.map(|row| row["attributes"]["final_rank"].as_i64()).collect()
    };
    assert_eq!(ranks(&api.get(&participants).await.data()), [None; 14]);

    let done = api.state(&t, "finalize").await.expect(200).data();
    assert_eq!(done["attributes"]["state"], "complete");
    assert!(done["attributes"]["timestamps"]["completed_at"].is_string());
    assert_eq!(ranks(&api.get(&participants).await.data()), RANKS_OF_FOURTEEN.map(Some));
}

#[rstest]
#[tokio::test]
async fn double_elimination_of_four_with_the_second_final(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let attributes = json!({"name": "Four", "tournament_type": "double elimination"});
    let t = api.tournament(attributes, 4).await;
    let seeds = seeds(&api, &t).await;
    api.state(&t, "start").await.expect(200);
    let before = api.matches(&t).await;
    assert_rows(&before, &seeds, &DOUBLE_OF_FOUR, &before);
    for (name, winner) in [("A", 1), ("B", 1), ("C", 1), ("F", 1), ("G", 1), ("D", 2)] {
        let of = api.match_named(&t, name).await;
        api.win(&t, &of, winner).await.expect(200);
    }
    // Seed 2 came back through the losers' bracket and beat seed 1: a second match, winner first.
    let reset = api.match_named(&t, "E").await;
    assert_eq!(reset["attributes"]["state"], "open");
    let player =
        |number: &str| seeds[reset["relationships"][number]["data"]["id"].as_str().unwrap()];
    assert_eq!((player("player1"), player("player2")), (2, 1));
    let shown = api.get(&format!("{t}.json")).await.data();
    assert_eq!(shown["attributes"]["state"], "underway");
    api.win(&t, &reset, 1).await.expect(200);

    // Had seed 1 won the first final after all, the second would not be there.
    let first = api.match_named(&t, "D").await;
    api.win(&t, &first, 1).await.expect(200);
    assert_eq!(api.matches(&t).await.len(), 6);
    api.win(&t, &first, 2).await.expect(200);
    assert_eq!(api.matches(&t).await.len(), 7);
    let reset = api.match_named(&t, "E").await;
    assert_eq!(reset["attributes"]["state"], "open", "its result was of another final");
    api.win(&t, &reset, 1).await.expect(200);

    api.state(&t, "finalize").await.expect(200);
    let list = api.get(&format!("{t}/participants.json")).await.data();
    let ranks: Vec<i64> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["attributes"]["final_rank"].as_i64().unwrap())
        .collect();
    assert_eq!(ranks, [2, 1, 4, 3]);
}

#[rstest]
#[tokio::test]
async fn single_elimination_with_third_place(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let attributes = json!({
        "name": "Third",
        "match_options": {"consolation_matches_target_rank": 3},
    });
    let t = api.tournament(attributes, 4).await;
    let seeds = seeds(&api, &t).await;
    api.state(&t, "start").await.expect(200);
    let before = api.matches(&t).await;
    let rows = [
        ("A", 1, 1, "1 v 4"),
        ("B", 1, 2, "2 v 3"),
        ("C", 2, 4, "WA v WB"),
        ("D", 2, 3, "LA v LB"),
    ];
    assert_rows(&before, &seeds, &rows, &before);
    assert_eq!(favourites_win(&api, &t, &seeds, &rows).await, 4);
    let done = api.state(&t, "finalize").await.expect(200);
    let mut ranks: Vec<(i64, i64)> = done.json()["included"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|resource| resource["type"] == "participant")
        .map(|row| {
            let attributes = &row["attributes"];
            (attributes["seed"].as_i64().unwrap(), attributes["final_rank"].as_i64().unwrap())
        })
        .collect();
    ranks.sort_unstable();
    assert_eq!(ranks, [(1, 1), (2, 2), (3, 3), (4, 4)]);
}

/// Small single eliminations from start to end.
#[rstest]
#[case(&SINGLE_OF_THREE, 3, &[1, 2, 3])]
#[case(&SINGLE_OF_FOUR, 4, &[1, 2, 3, 3])]
#[case(&SINGLE_OF_EIGHT, 8, &[1, 2, 3, 3, 5, 5, 5, 5])]
#[tokio::test]
async fn single_elimination(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] table: &[Row],
    #[case] players: usize,
    #[case] ranks: &[i64],
) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Single"}), players).await;
    let seeds = seeds(&api, &t).await;
    let started = api.state(&t, "start").await.expect(200).data();
    assert_eq!(started["attributes"]["progress_meter"], 0);
    let before = api.matches(&t).await;
    assert_rows(&before, &seeds, table, &before);
    assert!(before.iter().all(|of| of["attributes"]["optional"] == false));
    assert_eq!(favourites_win(&api, &t, &seeds, table).await, players - 1);
    api.state(&t, "finalize").await.expect(200);
    let list = api.get(&format!("{t}/participants.json")).await.data();
    let shown = list.as_array().unwrap().iter().map(|row| row["attributes"]["final_rank"].as_i64());
    assert_eq!(shown.map(Option::unwrap).collect::<Vec<_>>(), ranks);
}

#[rstest]
#[tokio::test]
async fn the_first_round_of_sixteen(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[values("single elimination", "double elimination")] kind: &str,
) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Sixteen", "tournament_type": kind}), 16).await;
    let seeds = seeds(&api, &t).await;
    api.state(&t, "start").await.expect(200);
    let matches = api.matches(&t).await;
    let first: Vec<String> = matches.iter().take(8).map(|of| sides(of, &matches, &seeds)).collect();
    assert_eq!(first, FIRST_OF_SIXTEEN);
    assert!(matches.iter().take(8).all(|of| of["attributes"]["round"] == 1));
    assert!(matches.iter().skip(8).all(|of| of["attributes"]["round"] != 1));
}
