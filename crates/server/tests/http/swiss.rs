//! Swiss to the end: rounds that are added, corrected and missing (reference/challonge §8.5).

use std::collections::BTreeSet;

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::{
    round_robin::{ids, ranks, seeds},
    support::{Answer, Api, TestServer},
};

async fn swiss(api: &Api<'_>, players: usize, options: Value) -> String {
    let attributes = json!({
        "name": "Swiss",
        "url": "swiss_cup",
        "tournament_type": "swiss",
        "swiss_options": options,
    });
    let t = api.tournament(attributes, players).await;
    api.state(&t, "start").await.expect(200);
    t
}

/// The pairs of a round by seed, in list order.
async fn round(api: &Api<'_>, t: &str, number: i64) -> Vec<[i64; 2]> {
    let ids = ids(api, t).await;
    let matches = api.matches(t).await;
    let of_round = matches.iter().filter(|of| of["attributes"]["round"] == number);
    of_round.map(|of| seeds(of, &ids)).collect()
}

/// The better seed wins every open match.
async fn favourites_win(api: &Api<'_>, t: &str) {
    let ids = ids(api, t).await;
    for of in api.matches(t).await {
        if of["attributes"]["state"] == "open" {
            let [one, two] = seeds(&of, &ids);
            api.win(t, &of, if one < two { 1 } else { 2 }).await.expect(200);
        }
    }
}

async fn state(api: &Api<'_>, t: &str) -> (String, i64) {
    let shown = api.get(&format!("{t}.json")).await.expect(200).data();
    let attributes = &shown["attributes"];
    let progress = attributes["progress_meter"].as_i64().unwrap();
    (attributes["state"].as_str().unwrap().to_owned(), progress)
}

#[rstest]
#[tokio::test]
async fn eight_players_to_the_end(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = swiss(&api, 8, json!({})).await;
    let shown = api.get(&format!("{t}.json")).await.data();
    assert_eq!(shown["attributes"]["tournament_type"], "swiss");
    let whole = json!({
        "rounds": null,
        "pts_for_match_win": 1.0,
        "pts_for_match_tie": 0.5,
        "pts_for_game_win": 0.0,
        "pts_for_game_tie": 0.0,
        "pts_for_bye": 1.0,
    });
    assert_eq!(shown["attributes"]["swiss_options"], whole);
    assert_eq!(round(&api, &t, 1).await, [[1, 5], [2, 6], [3, 7], [4, 8]]);
    favourites_win(&api, &t).await;
    assert_eq!(state(&api, &t).await, ("underway".to_owned(), 33));
    let second = round(&api, &t, 2).await;
    let groups: Vec<bool> = second.iter().map(|[one, two]| (*one <= 4) == (*two <= 4)).collect();
    assert_eq!(groups, [true; 4], "winners meet winners: {second:?}");
    favourites_win(&api, &t).await;
    assert_eq!(round(&api, &t, 3).await.len(), 4);
    favourites_win(&api, &t).await;
    assert_eq!(state(&api, &t).await, ("awaiting_review".to_owned(), 100));
    let matches = api.matches(&t).await;
    assert_eq!(matches.len(), 12);
    let ids: Vec<i64> =
        matches.iter().map(|of| of["id"].as_str().unwrap().parse().unwrap()).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    let page = Answer::to(server.request(Method::GET, "/swiss_cup")).await.expect(200);
    assert!(page.text.contains("Round 3"));
    let mut ranks = ranks(&api, &t).await;
    assert_eq!(ranks[0], 1, "three wins");
    ranks.sort_unstable();
    assert_eq!(ranks, [1, 2, 3, 4, 5, 6, 7, 8]);
}

#[rstest]
#[tokio::test]
async fn five_players_to_the_end(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = swiss(&api, 5, json!({"rounds": 4})).await;
    let mut met = BTreeSet::new();
    let mut byes = BTreeSet::new();
    for number in 1..=4 {
        let pairs = round(&api, &t, number).await;
        assert_eq!(pairs.len(), 2, "round {number}");
        let playing: BTreeSet<i64> = pairs.iter().flatten().copied().collect();
        let bye = (1..=5).find(|seed| !playing.contains(seed)).unwrap();
        assert!(byes.insert(bye), "a second bye for {bye}");
        for [one, two] in pairs {
            assert!(met.insert((one.min(two), one.max(two))), "{one} and {two} again");
        }
        assert_eq!(state(&api, &t).await.0, "underway");
        favourites_win(&api, &t).await;
    }
    assert_eq!(state(&api, &t).await, ("awaiting_review".to_owned(), 100));
    assert_eq!(ranks(&api, &t).await[0], 1);
}

#[rstest]
#[tokio::test]
async fn no_legal_round_ends_it_early(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = swiss(&api, 2, json!({"rounds": 3})).await;
    favourites_win(&api, &t).await;
    assert_eq!(state(&api, &t).await, ("awaiting_review".to_owned(), 100));
    let of = api.match_named(&t, "A").await;
    let path = format!("{t}/matches/{}", of["id"].as_str().unwrap());
    api.state(&path, "reopen").await.expect(200);
    assert_eq!(state(&api, &t).await.0, "underway");
    api.win(&t, &of, 1).await.expect(200);
    // Another winner after the end.
    api.win(&t, &of, 2).await.expect(200);
    assert_eq!(state(&api, &t).await, ("awaiting_review".to_owned(), 100));
    assert_eq!(ranks(&api, &t).await, [2, 1]);
}

#[rstest]
#[tokio::test]
async fn a_round_that_rests_on_a_corrected_result_is_paired_anew(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = swiss(&api, 4, json!({"rounds": 3})).await;
    assert_eq!(round(&api, &t, 1).await, [[1, 3], [2, 4]]);
    let (first, second) = (api.match_named(&t, "A").await, api.match_named(&t, "B").await);
    favourites_win(&api, &t).await;
    let before = api.matches(&t).await;
    assert_eq!(round(&api, &t, 2).await, [[1, 2], [3, 4]]);
    // The same winner again: the round stays.
    api.win(&t, &second, 1).await.expect(200);
    assert_eq!(api.matches(&t).await[2]["id"], before[2]["id"]);
    // Another one: 4 meets 1.
    api.win(&t, &second, 2).await.expect(200);
    let mut pairs = round(&api, &t, 2).await;
    for pair in &mut pairs {
        pair.sort_unstable();
    }
    assert_eq!(pairs, [[1, 4], [2, 3]]);
    let gone = format!("{t}/matches/{}.json", before[2]["id"].as_str().unwrap());
    api.get(&gone).await.expect(404);
    // Taken back: the round waits for it.
    let path = format!("{t}/matches/{}", first["id"].as_str().unwrap());
    api.state(&path, "reopen").await.expect(200);
    assert_eq!(api.matches(&t).await.len(), 2);
    api.win(&t, &first, 1).await.expect(200);
    assert_eq!(api.matches(&t).await.len(), 4);
    // Once it has a result, it stays whatever happens before it.
    let third = api.match_named(&t, "C").await;
    api.win(&t, &third, 1).await.expect(200);
    api.state(&path, "reopen").await.expect(200);
    assert_eq!(api.matches(&t).await.len(), 4);
    let fourth = api.match_named(&t, "D").await;
    api.win(&t, &fourth, 1).await.expect(200);
    assert_eq!(api.matches(&t).await.len(), 4, "a match of the first round is open");
    api.win(&t, &first, 2).await.expect(200);
    assert_eq!(api.matches(&t).await.len(), 6);
    api.state(&t, "reset").await.expect(200);
    assert_eq!(api.matches(&t).await.len(), 0);
}

#[rstest]
#[tokio::test]
async fn who_withdraws_is_not_paired_again(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = swiss(&api, 4, json!({"rounds": 2})).await;
    let of = api.match_named(&t, "A").await;
    api.win(&t, &of, 1).await.expect(200);
    let ids = ids(&api, &t).await;
    api.delete(&format!("{t}/participants/{}.json", ids[1])).await.expect(200);
    let pairs = round(&api, &t, 2).await;
    assert_eq!(pairs.len(), 1, "three are left");
    assert!(!pairs[0].contains(&2));
    favourites_win(&api, &t).await;
    assert_eq!(state(&api, &t).await, ("awaiting_review".to_owned(), 100));
}
