//! Round robins, value by value (reference/challonge §4.3, §4.4, §8.4).

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{
    Answer, Api, TestServer,
    brackets::{self, ROUND_ROBIN_OF_EIGHT},
};

async fn league(api: &Api<'_>, players: usize, mut options: Value) -> String {
    options["name"] = "League".into();
    options["url"] = "league".into();
    options["tournament_type"] = "round robin".into();
    api.tournament(options, players).await
}

/// The participants' ids in the order of seeds.
pub(crate) async fn ids(api: &Api<'_>, t: &str) -> Vec<String> {
    let list = api.get(&format!("{t}/participants.json?per_page=1000")).await.expect(200).data();
    list.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

/// The seeds of a match, player 1 first.
pub(crate) fn seeds(of: &Value, ids: &[String]) -> [i64; 2] {
    ["player1", "player2"].map(|player| {
        let id = of["relationships"][player]["data"]["id"].as_str().unwrap();
        i64::try_from(ids.iter().position(|known| known == id).unwrap() + 1).unwrap()
    })
}

/// Reports that these seeds played so; equal scores are a draw.
async fn played(api: &Api<'_>, t: &str, who: [i64; 2], scores: [i64; 2]) -> Answer {
    let ids = ids(api, t).await;
    let matches = api.matches(t).await;
    let mut turned = who;
    turned.reverse();
    let of = matches
        .iter()
        .find(|of| [who, turned].contains(&seeds(of, &ids)))
        .unwrap_or_else(|| panic!("{who:?} never meet"));
    let side = |number: usize| {
        let id = &ids[usize::try_from(who[number]).unwrap() - 1];
        json!({
            "participant_id": id,
            "score_set": scores[number].to_string(),
            "advancing": scores[number] > scores[1 - number],
        })
    };
    let report = json!({"match": [side(0), side(1)], "tie": scores[0] == scores[1]});
    api.put(&format!("{t}/matches/{}.json", of["id"].as_str().unwrap()), report).await
}

/// Finalizes; the ranks in the order of seeds.
pub(crate) async fn ranks(api: &Api<'_>, t: &str) -> Vec<i64> {
    api.state(t, "finalize").await.expect(200);
    let list = api.get(&format!("{t}/participants.json")).await.expect(200).data();
    let rows = list.as_array().unwrap().iter();
    rows.map(|row| row["attributes"]["final_rank"].as_i64().unwrap()).collect()
}

#[rstest]
#[tokio::test]
async fn eight_players_as_observed(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = league(&api, 8, json!({})).await;
    let started = api.state(&t, "start").await.expect(200).data();
    assert_eq!(started["attributes"]["tournament_type"], "round robin");
    assert_eq!(started["attributes"]["decorated_tournament_type"], "Round Robin");
    assert_eq!(started["attributes"]["state"], "underway");
    let ids = ids(&api, &t).await;
    let matches = api.matches(&t).await;
    let expected = ROUND_ROBIN_OF_EIGHT
        .iter()
        .zip(1..)
        .flat_map(|(round, number)| round.iter().map(move |pair| (number, *pair)));
    let shown =
        matches.iter().map(|of| (of["attributes"]["round"].as_i64().unwrap(), seeds(of, &ids)));
    assert_eq!(shown.collect::<Vec<_>>(), expected.collect::<Vec<(i64, [i64; 2])>>());
    let names: Vec<&str> =
        matches.iter().map(|of| of["attributes"]["identifier"].as_str().unwrap()).collect();
    assert_eq!(names, (0..28).map(brackets::identifier).collect::<Vec<_>>());
    assert_eq!((names[0], names[25], names[26], names[27]), ("A", "Z", "AA", "AB"));
    for (of, order) in matches.iter().zip(1..) {
        let attributes = &of["attributes"];
        assert_eq!(attributes["suggested_play_order"], order);
        assert_eq!(attributes["state"], "open");
        assert!(attributes["timestamps"]["started_at"].is_string());
        assert_eq!(attributes["player1_prereq_match_id"], Value::Null);
    }

    // The better seed wins everything; 1 and 2 draw.
    for pair in ROUND_ROBIN_OF_EIGHT.into_iter().flatten() {
        let scores = match pair {
            [1, 2] => [1, 1],
            [one, two] if one < two => [2, 0],
            _ => [0, 2],
        };
        let of = played(&api, &t, pair, scores).await.expect(200).data();
        assert_eq!(of["attributes"]["state"], "complete");
        assert_eq!(of["attributes"]["tie"], pair == [1, 2]);
        assert_eq!(of["attributes"]["winner_id"].is_null(), pair == [1, 2]);
    }
    let shown = api.get(&format!("{t}.json")).await.data();
    assert_eq!(shown["attributes"]["state"], "awaiting_review");
    assert_eq!(shown["attributes"]["progress_meter"], 100);
    // 1 and 2 are equal in everything: six wins, thirteen points.
    assert_eq!(ranks(&api, &t).await, [1, 1, 3, 4, 5, 6, 7, 8]);
    let list = api.get("/tournaments.json?type=round_robin").await.expect(200).json();
    assert_eq!(list["meta"]["count"], 1);
    let list = api.get("/tournaments.json?type=single_elimination").await.expect(200).json();
    assert_eq!(list["meta"]["count"], 0);
}

/// 1 beat 2, 2 beat 3, 3 beat 1, and all of them beat 4.
async fn play_in_a_circle(api: &Api<'_>, t: &str) {
    let results = [
        ([1, 2], [5, 4]),
        ([2, 3], [3, 0]),
        ([3, 1], [6, 0]),
        ([1, 4], [1, 0]),
        ([2, 4], [1, 0]),
        ([3, 4], [1, 0]),
    ];
    for (who, scores) in results {
        played(api, t, who, scores).await.expect(200);
    }
}

#[rstest]
// By default match wins among those who are level, sets won and points scored: 6, 8 and 7.
#[case(json!({}), [3, 1, 2, 4])]
// -4, +3 and +4.
#[case(json!({"tie_breaks": ["points difference", "game wins", "match wins"]}), [3, 2, 1, 4])]
#[case(json!({"tie_breaks": ["match wins", "match wins vs tied", "median buchholz"]}), [1, 1, 1, 4])]
// 4 lost by three points in all.
#[case(json!({"round_robin_options": {"ranking": "points difference"}}), [4, 2, 1, 3])]
#[case(json!({"round_robin_options": {"ranking": "points scored"}}), [3, 1, 2, 4])]
#[case(json!({"round_robin_options": {"ranking": "game w/l difference"}}), [3, 1, 2, 4])]
#[tokio::test]
async fn tie_breaks_part_those_who_are_level(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] options: Value,
    #[case] expected: [i64; 4],
) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = league(&api, 4, options).await;
    api.state(&t, "start").await.expect(200);
    play_in_a_circle(&api, &t).await;
    assert_eq!(ranks(&api, &t).await, expected);
}

#[rstest]
// Without points of one's own a draw is worth nothing.
#[case("", json!(0.75), [4, 1, 1, 1])]
#[case("custom", json!(0.75), [1, 2, 2, 2])]
#[case("custom", json!("0.25"), [4, 1, 1, 1])]
#[tokio::test]
async fn draws_count_by_the_points_of_the_tournament(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] ranking: &str,
    #[case] tie: Value,
    #[case] expected: [i64; 4],
) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let options = json!({"ranking": ranking, "pts_for_match_tie": tie});
    let t = league(&api, 4, json!({"round_robin_options": options})).await;
    api.state(&t, "start").await.expect(200);
    for (who, scores) in [
        ([1, 2], [1, 1]),
        ([1, 3], [1, 1]),
        ([1, 4], [1, 1]),
        ([2, 3], [2, 1]),
        ([3, 4], [2, 1]),
        ([4, 2], [2, 1]),
    ] {
        played(&api, &t, who, scores).await.expect(200);
    }
    assert_eq!(ranks(&api, &t).await, expected);
}

#[rstest]
#[tokio::test]
async fn a_second_time_around_swaps_the_sides(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = league(&api, 4, json!({"round_robin_options": {"iterations": 2}})).await;
    api.state(&t, "start").await.expect(200);
    let ids = ids(&api, &t).await;
    let matches = api.matches(&t).await;
    assert_eq!(matches.len(), 12);
    let round = |number: usize| -> Vec<[i64; 2]> {
        let of_round = matches.iter().filter(|of| of["attributes"]["round"] == number);
        of_round.map(|of| seeds(of, &ids)).collect()
    };
    for number in 1..=3 {
        let swapped: Vec<_> = round(number).iter().map(|[one, two]| [*two, *one]).collect();
        assert_eq!((swapped.len(), round(number + 3)), (2, swapped));
    }
}

#[rstest]
#[tokio::test]
async fn options_are_kept_exactly(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = league(&api, 3, json!({})).await;
    let whole = json!({
        "iterations": 1,
        "ranking": "",
        "pts_for_match_win": 1.0,
        "pts_for_match_tie": 0.5,
        "pts_for_game_win": 0.0,
        "pts_for_game_tie": 0.0,
    });
    let shown = api.get(&format!("{t}.json")).await.data()["attributes"].clone();
    assert_eq!(shown["round_robin_options"], whole);
    assert_eq!(shown["tie_breaks"], json!(["match wins vs tied", "game wins", "points scored"]));
    let changes = json!({
        "round_robin_options": {
            "iterations": "3",
            "ranking": "custom",
            "pts_for_match_win": 3,
            "pts_for_match_tie": "0.1",
            "pts_for_game_win": -999_999.999_999,
        },
        "tie_breaks": ["points difference", "game w/l difference", "game win percentage"],
    });
    let changed = api.put(&format!("{t}.json"), changes).await.expect(200);
    let whole = json!({
        "iterations": 3,
        "ranking": "custom",
        "pts_for_match_win": 3.0,
        "pts_for_match_tie": 0.1,
        "pts_for_game_win": -999_999.999_999,
        "pts_for_game_tie": 0.0,
    });
    assert_eq!(changed.data()["attributes"]["round_robin_options"], whole);
    assert!(changed.text.contains(r#""pts_for_match_tie":0.1,"#), "{}", changed.text);
    assert_eq!(changed.data()["attributes"]["tie_breaks"][1], "game w/l difference");
    // What the table depends on stays as it was at the start.
    api.state(&t, "start").await.expect(200);
    for late in [
        json!({"round_robin_options": {"pts_for_match_win": 2}}),
        json!({"round_robin_options": {"iterations": 1}}),
        json!({"tie_breaks": ["match wins", "game wins", "points scored"]}),
        json!({"tournament_type": "single elimination"}),
    ] {
        api.put(&format!("{t}.json"), late).await.expect(422);
    }
    assert_eq!(api.matches(&t).await.len(), 9);
}

#[rstest]
#[tokio::test]
async fn who_withdraws_forfeits_what_is_left(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = league(&api, 4, json!({})).await;
    api.state(&t, "start").await.expect(200);
    let ids = ids(&api, &t).await;
    played(&api, &t, [4, 1], [2, 0]).await.expect(200);
    api.delete(&format!("{t}/participants/{}.json", ids[3])).await.expect(200);
    let matches = api.matches(&t).await;
    let of_four: Vec<_> = matches.iter().filter(|of| seeds(of, &ids).contains(&4)).collect();
    assert_eq!(of_four.len(), 3);
    assert!(of_four.iter().all(|of| of["attributes"]["state"] == "complete"));
    assert_eq!(of_four.iter().filter(|of| of["attributes"]["forfeited"] == true).count(), 2);
    played(&api, &t, [1, 2], [2, 0]).await.expect(200);
    played(&api, &t, [1, 3], [2, 0]).await.expect(200);
    let last = played(&api, &t, [2, 3], [2, 2]).await.expect(200).data();
    let shown = api.get(&format!("{t}.json")).await.data();
    assert_eq!(shown["attributes"]["state"], "awaiting_review");
    // Taking a result back touches no other.
    let path = format!("{t}/matches/{}", last["id"].as_str().unwrap());
    api.state(&path, "reopen").await.expect(200);
    let open = api.get(&format!("{t}/matches.json?state=open")).await.json();
    assert_eq!(open["meta"]["count"], 1);
    api.state(&t, "finalize").await.expect(422);
    played(&api, &t, [2, 3], [1, 2]).await.expect(200);
    // Two wins each for 1 and 3, of whom 1 won; one for 2 and 4, of whom 2 won.
    assert_eq!(ranks(&api, &t).await, [1, 3, 2, 4]);
}

#[rstest]
#[tokio::test]
async fn the_page_shows_rounds_and_table(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = league(&api, 4, json!({})).await;
    let page =
        || async { Answer::to(server.request(Method::GET, "/league")).await.expect(200).text };
    assert!(page().await.contains("Round 3"), "a preview before the start");
    api.state(&t, "start").await.expect(200);
    played(&api, &t, [4, 1], [2, 0]).await.expect(200);
    played(&api, &t, [4, 2], [1, 1]).await.expect(200);
    let shown = page().await;
    for text in ["Round Robin", "Round 1", "Round 2", "Round 3", "1–0–1", "0–1–0", "0–0–1"]
    {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let standings = shown.rsplit_once("1–0–1").unwrap().0.rsplit_once("<tbody").unwrap().1;
    assert!(standings.contains("Seed 4"), "the leader stands first: {standings}");
    let picture = Answer::to(server.request(Method::GET, "/league.svg")).await.expect(200).text;
    assert!(picture.contains("Round 3"));
}

#[rstest]
#[tokio::test]
async fn a_round_robin_has_as_many_matches_as_the_largest_bracket(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = league(&api, 300, json!({"round_robin_options": {"iterations": 3}})).await;
    let refused = api.state(&t, "start").await.expect(422);
    assert!(refused.text.contains("131072 matches"), "{}", refused.text);
    Answer::to(server.request(Method::GET, "/league")).await.expect(200);
}
