//! Groups before a final stage, from start to end (reference/challonge §4.2), and taking back.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::{
    round_robin::{ids, seeds},
    support::{Answer, Api, TestServer},
};

async fn two_stages(api: &Api<'_>, players: usize, groups: Value, kind: &str) -> String {
    let attributes = json!({
        "name": "Groups and a final",
        "url": "groups_cup",
        "tournament_type": kind,
        "group_stage_enabled": true,
        "group_stage_options": groups,
    });
    api.tournament(attributes, players).await
}

async fn state(api: &Api<'_>, t: &str) -> String {
    let shown = api.get(&format!("{t}.json")).await.expect(200).data();
    shown["attributes"]["state"].as_str().unwrap().to_owned()
}

/// The better seed wins every open match, until none is left.
async fn favourites_win(api: &Api<'_>, t: &str) {
    let ids = ids(api, t).await;
    let seed = |id: &Value| {
        let id = id.as_i64().unwrap().to_string();
        ids.iter().position(|known| *known == id).unwrap() + 1
    };
    let mut last = 0;
    loop {
        let open: Vec<Value> = api
            .matches(t)
            .await
            .into_iter()
            .filter(|of| of["attributes"]["state"] == "open")
            .collect();
        if open.is_empty() {
            return;
        }
        for of in open {
            let players: Vec<&Value> = of["attributes"]["points_by_participant"]
                .as_array()
                .unwrap()
                .iter()
                .map(|side| &side["participant_id"])
                .filter(|id| !id.is_null())
                .collect();
            let mut order: Vec<&Value> = players.clone();
            order.sort_by_key(|id| seed(id));
            let sides: Vec<Value> = players
                .iter()
                .map(|id| {
                    let place = order.iter().position(|other| other == id).unwrap() + 1;
                    let mut side =
                        json!({"participant_id": id, "score_set": (9 - place).to_string()});
                    if players.len() > 2 {
                        side["rank"] = place.into();
                    } else {
                        side["advancing"] = (place == 1).into();
                    }
                    side
                })
                .collect();
            let id = of["id"].as_str().unwrap();
            let path = format!("{t}/matches/{id}.json");
            api.put(&path, json!({"match": sides})).await.expect(200);
        }
        let shown = api.get(&format!("{t}.json")).await.expect(200).data();
        let progress = shown["attributes"]["progress_meter"].as_i64().unwrap();
        assert!(progress >= last, "progress went back from {last} to {progress}");
        last = progress;
    }
}

async fn ranks(api: &Api<'_>, t: &str) -> Vec<i64> {
    let list = api.get(&format!("{t}/participants.json?per_page=1000")).await.expect(200).data();
    let rank = |row: &Value| row["attributes"]["final_rank"].as_i64().unwrap_or(0);
    list.as_array().unwrap().iter().map(rank).collect()
}

#[rstest]
#[tokio::test]
async fn eight_players_in_two_groups(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = two_stages(&api, 8, json!({}), "single elimination").await;
    let shown = api.get(&format!("{t}.json")).await.data();
    let whole = json!({
        "stage_type": "round robin",
        "group_size": 4,
        "participant_count_to_advance_per_group": 2,
        "rr_iterations": 1,
        "ranked_by": "",
        "rr_pts_for_match_win": 1.0,
        "rr_pts_for_match_tie": 0.5,
        "rr_pts_for_game_win": 0.0,
        "rr_pts_for_game_tie": 0.0,
        "split_participants": false,
        "rounds": null,
    });
    assert_eq!(shown["attributes"]["group_stage_options"], whole);
    assert_eq!(shown["attributes"]["group_stage_enabled"], true);
    let groups = api.get(&format!("{t}/groups.json")).await.expect(200);
    assert_eq!(groups.json()["meta"]["count"], 0);
    api.state(&t, "finalize_group_stage").await.expect(422);
    let started = api.state(&t, "start_group_stage").await.expect(200).data();
    assert_eq!(started["attributes"]["state"], "group_stages_underway");
    api.state(&t, "start_group_stage").await.expect(422);

    let groups = api.get(&format!("{t}/groups.json")).await.expect(200).data();
    let names: Vec<&str> = groups
        .as_array()
        .unwrap()
        .iter()
        .map(|group| group["attributes"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Group A", "Group B"]);
    let before = ids(&api, &t).await;
    let mut by_group: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    let matches = api.matches(&t).await;
    assert_eq!(matches.len(), 12);
    for of in &matches {
        let group = of["attributes"]["group_name"].as_str().unwrap().to_owned();
        by_group.entry(group).or_default().extend(seeds(of, &before));
        assert!(of["attributes"]["suggested_play_order"].is_null());
        assert_eq!(of["attributes"]["state"], "open");
    }
    let groups_of = [("Group A", [1, 4, 5, 8]), ("Group B", [2, 3, 6, 7])];
    for (name, seeds) in groups_of {
        assert_eq!(by_group[name], BTreeSet::from(seeds));
    }
    let list = api.get(&format!("{t}/participants.json")).await.data();
    let first = groups[0]["id"].as_str().unwrap().parse::<i64>().unwrap();
    assert_eq!(list[0]["attributes"]["group_id"], first);
    assert_eq!(list[1]["attributes"]["group_id"], first + 1);

    api.state(&t, "finalize_group_stage").await.expect(422);
    favourites_win(&api, &t).await;
    assert_eq!(state(&api, &t).await, "group_stages_underway");
    let groups = api.get(&format!("{t}/groups.json")).await.expect(200).data();
    let standings = &groups[0]["attributes"]["standings"];
    let order: Vec<i64> = standings
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["participant_id"].as_i64().unwrap())
        .collect();
    let seed = |seed: usize| before[seed - 1].parse::<i64>().unwrap();
    assert_eq!(order, [seed(1), seed(4), seed(5), seed(8)]);
    api.state(&t, "finalize").await.expect(422);
    let done = api.state(&t, "finalize_group_stage").await.expect(200).data();
    assert_eq!(done["attributes"]["state"], "group_stages_finalized");
    assert!(done["attributes"]["progress_meter"].as_i64().unwrap() < 100);
    api.state(&t, "finalize_group_stage").await.expect(422);

    let started = api.state(&t, "start").await.expect(200).data();
    assert_eq!(started["attributes"]["state"], "underway");
    assert_eq!(ids(&api, &t).await, before, "nobody changes their id");
    let matches = api.matches(&t).await;
    let finals: Vec<[i64; 2]> = matches
        .iter()
        .filter(|of| of["attributes"]["group_id"].is_null())
        .filter(|of| of["attributes"]["state"] == "open")
        .map(|of| seeds(of, &before))
        .collect();
    assert_eq!(finals, [[1, 3], [2, 4]], "winners meet runners-up of the other group");
    favourites_win(&api, &t).await;
    assert_eq!(state(&api, &t).await, "awaiting_review");
    api.state(&t, "finalize").await.expect(200);
    assert_eq!(ranks(&api, &t).await, [1, 2, 3, 3, 5, 5, 7, 7]);
    for (address, parts) in [
        ("/groups_cup", ["Groups", "Final stage"]),
        ("/groups_cup?stage=1", ["Group A", "Group B"]),
    ] {
        let page = Answer::to(server.request(Method::GET, address)).await.expect(200);
        for part in parts {
            assert!(page.text.contains(part), "{part}");
        }
    }
    api.state(&t, "reset").await.expect(200);
    assert_eq!(state(&api, &t).await, "pending");
    assert_eq!(api.matches(&t).await.len(), 0);
}

#[rstest]
#[tokio::test]
async fn every_type_of_group_goes_into_every_type_of_final(
    #[values("round robin", "single elimination", "double elimination", "swiss", "free for all")]
    groups: &str,
) {
    let server = TestServer::start(Sqlite).await;
    let api = server.organizer("marshal").await;
    for (number, kind) in
        ["single elimination", "double elimination", "round robin", "swiss", "free for all"]
            .into_iter()
            .enumerate()
    {
        for players in [5, 9, 16] {
            let attributes = json!({
                "name": format!("{groups} into {kind}"),
                "url": format!("cup_{number}_{players}"),
                "tournament_type": kind,
                "group_stage_enabled": true,
                "group_stage_options": {"stage_type": groups, "group_size": 5},
            });
            let t = api.tournament(attributes, players).await;
            api.state(&t, "start_group_stage").await.expect(200);
            favourites_win(&api, &t).await;
            api.state(&t, "finalize_group_stage").await.expect(200);
            api.state(&t, "start").await.expect(200);
            favourites_win(&api, &t).await;
            let whole = api.state(&t, "finalize").await.expect(200).data();
            assert_eq!(whole["attributes"]["state"], "complete");
            let mut ranks = ranks(&api, &t).await;
            assert_eq!(ranks[0], 1, "{groups} into {kind} of {players}: {ranks:?}");
            ranks.sort_unstable();
            assert!(ranks[0] == 1 && ranks[players - 1] <= i64::try_from(players).unwrap());
            assert!(!ranks.contains(&0), "{groups} into {kind} of {players}: {ranks:?}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_tie_at_the_cut_goes_to_the_better_seeds(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = two_stages(&api, 6, json!({"group_size": 3}), "single elimination").await;
    api.state(&t, "start_group_stage").await.expect(200);
    for of in api.matches(&t).await {
        let id = of["id"].as_str().unwrap();
        let side = |player: &str| json!({"participant_id": of["relationships"][player]["data"]["id"], "score_set": "1"});
        let report = json!({"match": [side("player1"), side("player2")], "tie": true});
        api.put(&format!("{t}/matches/{id}.json"), report).await.expect(200);
    }
    api.state(&t, "finalize_group_stage").await.expect(200);
    api.state(&t, "start").await.expect(200);
    let ids = ids(&api, &t).await;
    let finals: Vec<[i64; 2]> = api
        .matches(&t)
        .await
        .iter()
        .filter(|of| of["attributes"]["group_id"].is_null())
        .filter(|of| of["attributes"]["state"] == "open")
        .map(|of| seeds(of, &ids))
        .collect();
    let going: BTreeSet<i64> = finals.into_iter().flatten().collect();
    assert_eq!(going, BTreeSet::from([1, 2, 3, 4]));
}

#[rstest]
#[tokio::test]
async fn a_corrected_group_moves_whom_it_moves(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let groups = json!({"participant_count_to_advance_per_group": 1});
    let t = two_stages(&api, 8, groups, "single elimination").await;
    // v1 has no verbs for groups: starting goes on to what comes next.
    assert_eq!(
        api.state(&t, "start").await.expect(200).data()["attributes"]["state"],
        "group_stages_underway"
    );
    favourites_win(&api, &t).await;
    api.state(&t, "start").await.expect(200);
    let ids = ids(&api, &t).await;
    let final_of = |matches: Vec<Value>| {
        matches.into_iter().find(|of| of["attributes"]["group_id"].is_null()).unwrap()
    };
    let last = final_of(api.matches(&t).await);
    assert_eq!(seeds(&last, &ids), [1, 2]);
    api.win(&t, &last, 1).await.expect(200);
    assert_eq!(state(&api, &t).await, "awaiting_review");
    // Seed 4 won against seed 1 after all.
    let of = api
        .matches(&t)
        .await
        .into_iter()
        .find(|of| BTreeSet::from(seeds(of, &ids)) == BTreeSet::from([1, 4]))
        .unwrap();
    let winner = if seeds(&of, &ids)[0] == 4 { 1 } else { 2 };
    api.win(&t, &of, winner).await.expect(200);
    let last = final_of(api.matches(&t).await);
    assert_eq!(seeds(&last, &ids), [4, 2]);
    assert_eq!(last["attributes"]["state"], "open");
    assert_eq!(state(&api, &t).await, "underway");
    // And once more as it was.
    api.post(&format!("{t}/undo.json"), json!({})).await.expect(200);
    let last = final_of(api.matches(&t).await);
    assert_eq!((seeds(&last, &ids), &last["attributes"]["state"]), ([1, 2], &json!("complete")));
    assert_eq!(state(&api, &t).await, "awaiting_review");

    let back = api.state(&t, "reset_final_stage").await.expect(200).data();
    assert_eq!(back["attributes"]["state"], "group_stages_finalized");
    assert_eq!(api.matches(&t).await.len(), 12);
    api.state(&t, "reset_final_stage").await.expect(422);
    let back = api.state(&t, "reset_group_stage").await.expect(200).data();
    assert_eq!(back["attributes"]["state"], "pending");
    api.state(&t, "reset_group_stage").await.expect(422);
}

#[rstest]
#[case::too_few_in_a_group(5, json!({"group_size": 4, "participant_count_to_advance_per_group": 3}))]
#[case::nobody_to_meet(3, json!({"group_size": 2}))]
#[case::one_finalist(4, json!({"participant_count_to_advance_per_group": 1}))]
#[tokio::test]
async fn groups_that_cannot_be_drawn_are_refused_at_the_start(
    #[case] players: usize,
    #[case] groups: Value,
) {
    let server = TestServer::start(Sqlite).await;
    let api = server.organizer("marshal").await;
    let t = two_stages(&api, players, groups, "single elimination").await;
    let answer = api.state(&t, "start_group_stage").await.expect(422);
    assert!(answer.text.contains("group"), "{}", answer.text);
    assert_eq!(state(&api, &t).await, "pending");
}

#[rstest]
#[case::size("group_size", json!(1))]
#[case::advance("participant_count_to_advance_per_group", json!(5))]
#[case::kind("stage_type", json!("leaderboard"))]
#[case::iterations("rr_iterations", json!(4))]
#[case::ranking("ranked_by", json!("beauty"))]
#[case::split("split_participants", json!(true))]
#[tokio::test]
async fn wrong_options_of_groups_are_named(#[case] field: &str, #[case] value: Value) {
    let server = TestServer::start(Sqlite).await;
    let api = server.organizer("marshal").await;
    let attributes = json!({
        "name": "Wrong",
        "group_stage_enabled": true,
        "group_stage_options": {field: value},
    });
    let answer = api.post("/tournaments.json", attributes).await;
    assert!([400, 422].contains(&answer.status), "{}", answer.text);
    let pointer = &answer.json()["errors"][0]["source"]["pointer"];
    assert_eq!(*pointer, format!("/data/attributes/group_stage_options/{field}"));
}

#[rstest]
#[tokio::test]
async fn a_free_for_all_to_the_end(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let attributes = json!({
        "name": "Melee",
        "tournament_type": "free for all",
        "free_for_all_options": {"max_participants": 4},
    });
    let t = api.tournament(attributes, 16).await;
    api.state(&t, "start").await.expect(200);
    let ids = ids(&api, &t).await;
    let first = api.matches(&t).await.remove(0);
    let points = first["attributes"]["points_by_participant"].as_array().unwrap();
    assert_eq!(points.len(), 4);
    let path = format!("{t}/matches/{}.json", first["id"].as_str().unwrap());
    let sides = |advancing: [bool; 4]| {
        let sides: Vec<Value> = points
            .iter()
            .zip(advancing)
            .enumerate()
            .map(|(index, (side, advancing))| {
                json!({
                    "participant_id": side["participant_id"],
                    "score_set": format!("{},{}", index, 10 - index),
                    "advancing": advancing,
                })
            })
            .collect();
        json!({"match": sides})
    };
    let live = api.put(&path, sides([false; 4])).await.expect(200).data();
    assert_eq!(live["attributes"]["state"], "open", "a live score");
    let refused = api.put(&path, sides([true, false, false, false])).await.expect(422);
    assert!(refused.text.contains("2 sides advance"), "{}", refused.text);
    let done = api.put(&path, sides([false, true, true, false])).await.expect(200).data();
    assert_eq!(done["attributes"]["state"], "complete");
    let places: Vec<i64> = done["attributes"]["points_by_participant"]
        .as_array()
        .unwrap()
        .iter()
        .map(|side| side["rank"].as_i64().unwrap())
        .collect();
    assert_eq!(places.iter().filter(|place| **place <= 2).count(), 2, "{places:?}");
    favourites_win(&api, &t).await;
    api.state(&t, "finalize").await.expect(200);
    let ranks = ranks(&api, &t).await;
    assert_eq!(ranks.iter().filter(|rank| **rank == 1).count(), 1, "{ranks:?}");
    assert_eq!(ids.len(), 16);
}

/// The tournament, its matches and participants, without what tells when it last changed.
async fn everything(api: &Api<'_>, t: &str) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.remove("updated_at");
                map.values_mut().for_each(strip);
            }
            Value::Array(list) => list.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut shown = api.get(&format!("{t}.json")).await.expect(200).json();
    strip(&mut shown);
    shown
}

#[rstest]
#[tokio::test]
async fn changes_are_taken_back_one_after_the_other(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let attributes = json!({"name": "Swiss", "tournament_type": "swiss", "url": "swiss_cup"});
    let t = api.tournament(attributes, 4).await;
    let undo = async || api.post(&format!("{t}/undo.json"), json!({})).await;
    undo().await.expect(422);
    api.state(&t, "start").await.expect(200);
    let refused = undo().await.expect(422);
    assert!(refused.text.contains("reset"), "{}", refused.text);

    let mut states = vec![everything(&api, &t).await];
    let matches = api.matches(&t).await;
    let first = format!("{t}/matches/{}", matches[0]["id"].as_str().unwrap());
    api.state(&first, "mark_as_underway").await.expect(200);
    states.push(everything(&api, &t).await);
    api.win(&t, &matches[0], 1).await.expect(200);
    states.push(everything(&api, &t).await);
    // The last result of a round brings the next one with it.
    api.win(&t, &matches[1], 2).await.expect(200);
    states.push(everything(&api, &t).await);
    let someone = ids(&api, &t).await.remove(3);
    api.delete(&format!("{t}/participants/{someone}.json")).await.expect(200);
    states.push(everything(&api, &t).await);
    favourites_win(&api, &t).await;
    let open = everything(&api, &t).await;
    api.state(&t, "finalize").await.expect(200);
    undo().await.expect(200);
    assert_eq!(everything(&api, &t).await, open);
    // What was played after the withdrawal.
    while state(&api, &t).await == "awaiting_review" {
        undo().await.expect(200);
    }
    while let Some(before) = states.pop() {
        assert_eq!(everything(&api, &t).await, before, "{} left", states.len());
        if !states.is_empty() {
            undo().await.expect(200);
        }
    }
    undo().await.expect(422);
    // And on again from there.
    favourites_win(&api, &t).await;
    assert_eq!(state(&api, &t).await, "awaiting_review");
}

/// Of many groups a page shows some, and leads to the others.
#[rstest]
#[tokio::test]
async fn many_groups_have_several_pages(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let groups = json!({"stage_type": "round robin", "group_size": 4});
    let t = two_stages(&api, 68, groups, "single elimination").await;
    api.state(&t, "start_group_stage").await.expect(200);
    let stages = async |path: &str| {
        let page = server.get(path).await.expect(200).text;
        let stage = |part: &str| part.split_once('"').unwrap().0.parse::<u32>().unwrap();
        let shown: BTreeSet<u32> = page.split("data-stage=\"").skip(1).map(stage).collect();
        let shown = Vec::from_iter(shown);
        (shown, page)
    };
    for address in ["/groups_cup", "/groups_cup/standings", "/groups_cup?stage=16"] {
        let (shown, page) = stages(address).await;
        assert_eq!(shown, (0..16).collect::<Vec<_>>(), "{address}");
        assert!(page.contains("Groups A–P"), "{address}");
        assert!(page.contains("?stage=17\">Group Q<"), "{address}");
    }
    for address in
        ["/groups_cup?stage=17", "/groups_cup/live?stage=17", "/groups_cup/standings?stage=17"]
    {
        assert_eq!(stages(address).await.0, [16], "{address}");
    }
    // Everybody's matches are found, wherever they play.
    for seed in [1, 17, 68] {
        let (_, page) = stages(&format!("/groups_cup?player={seed}")).await;
        assert_eq!(page.matches("data-step=").count(), 3, "seed {seed}");
    }
    // A frame has no other pages.
    assert_eq!(stages("/groups_cup/module?tab=groups").await.0.len(), 17);
}
