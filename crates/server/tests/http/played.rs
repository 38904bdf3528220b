//! Every format at every size, played to its end over HTTP by chance that is the same in every run:
//! after each report what a client sees must hold together, and in the end the ranks must be those
//! that the matches tell.

use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::{
    reporters::verify,
    support::{
        Api, TestServer,
        dice::Dice,
        seen::{Seen, SeenMatch, random_report},
    },
};

/// Up to this many matches everything is read after each report; above it now and then.
const READ_ALWAYS: usize = 24;

/// Plays a tournament to its end and finalizes it.
async fn play(api: &Api<'_>, attributes: &Value, size: usize, dice: &mut Dice) -> Seen {
    let kind = attributes["tournament_type"].as_str().unwrap();
    let draws = matches!(kind, "round robin" | "swiss");
    let t = api.tournament(attributes.clone(), size).await;
    api.state(&t, "start").await.expect(200);
    let mut seen = Seen::read(api, &t).await;
    let mut known = seen.progress;
    assert_eq!((seen.state.as_str(), seen.progress), ("underway", 0));
    seen.assert_sound();
    while seen.state == "underway" {
        let open = seen.open();
        assert!(!open.is_empty(), "underway, and nothing can be played: {seen:?}");
        // Several between two looks where there is much to look at.
        let many = if seen.matches.len() <= READ_ALWAYS { 1 } else { 1 + open.len() / 3 };
        let first = dice.roll(open.len());
        for number in 0..many {
            let of = open[(first + number) % open.len()];
            let (report, winner) = random_report(of, draws, dice);
            let path = format!("{t}/matches/{}.json", of.id);
            let answer = api.put(&path, report).await.expect(200).data();
            assert_eq!(answer["attributes"]["state"], "complete");
            if of.players.len() == 2 {
                assert_eq!(answer["attributes"]["winner_id"].as_i64(), winner);
            }
        }
        let now = Seen::read(api, &t).await;
        now.assert_sound();
        // Nothing goes back, and what is complete stays as it is.
        assert!(now.progress >= known, "{} after {known}", now.progress);
        known = now.progress;
        for before in seen.matches.iter().filter(|of| of.state == "complete") {
            assert!(now.matches.contains(before), "{before:?} has changed");
        }
        seen = now;
    }
    assert_eq!((seen.state.as_str(), seen.progress), ("awaiting_review", 100));
    api.state(&t, "finalize").await.expect(200);
    let done = Seen::read(api, &t).await;
    assert_eq!(done.state, "complete");
    done.assert_sound();
    assert_eq!(done.matches, seen.matches);
    done
}

fn ranks(seen: &Seen) -> Vec<i64> {
    seen.participants.iter().map(|(_, rank)| rank.unwrap()).collect()
}

/// All sizes on SQLite; those where something changes on PostgreSQL.
fn sizes(engine: Engine, largest: usize) -> Vec<usize> {
    (2..=largest).filter(|size| engine == Sqlite || [2, 3, 5, 8, 13].contains(size)).collect()
}

#[rstest]
#[case("single", json!({"tournament_type": "single elimination"}), 33)]
#[case("third", json!({
    "tournament_type": "single elimination",
    "match_options": {"consolation_matches_target_rank": 3},
}), 33)]
#[case("double", json!({"tournament_type": "double elimination"}), 33)]
#[case("one final", json!({
    "tournament_type": "double elimination",
    "double_elimination_options": {"grand_finals_modifier": "single match"},
}), 33)]
#[case("no final", json!({
    "tournament_type": "double elimination",
    "double_elimination_options": {"grand_finals_modifier": "skip"},
}), 33)]
#[case("split", json!({
    "tournament_type": "double elimination",
    "double_elimination_options": {"split_participants": true},
}), 33)]
#[case("split, one final", json!({
    "tournament_type": "double elimination",
    "double_elimination_options": {
        "split_participants": true, "grand_finals_modifier": "single match",
    },
}), 17)]
#[case("sequential", json!({
    "tournament_type": "single elimination",
    "seeding_options": {"sequential_pairings": true},
}), 17)]
#[tokio::test]
async fn eliminations_of_all_sizes(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] name: &str,
    #[case] mut attributes: Value,
    #[case] largest: usize,
) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    attributes["name"] = name.into();
    let mut dice = Dice(2027);
    for size in sizes(engine, largest) {
        let seen = play(&api, &attributes, size, &mut dice).await;
        assert_eq!(ranks(&seen), seen.ranks_of_elimination(), "{name} of {size}: {seen:?}");
        let mut all = ranks(&seen);
        all.sort_unstable();
        assert_eq!(all[..2], [1, 2], "{name} of {size}");
        if name == "third" && size > 3 {
            assert_eq!(all[..4], [1, 2, 3, 4], "{size}");
        }
        let double = name.contains("final") || matches!(name, "double" | "split");
        let played = seen.matches.len();
        match name {
            "third" => assert_eq!(played, size - 1 + usize::from(size > 3)),
            _ if !double => assert_eq!(played, size - 1),
            _ => assert!((size - 2..=2 * size - 1).contains(&played), "{name} of {size}: {played}"),
        }
    }
}

#[rstest]
#[case(1, 33)]
#[case(2, 9)]
#[case(3, 7)]
#[tokio::test]
async fn round_robins_of_all_sizes(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] iterations: usize,
    #[case] largest: usize,
) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let attributes = json!({
        "name": "Round robin",
        "tournament_type": "round robin",
        "round_robin_options": {"iterations": iterations},
    });
    let mut dice = Dice(2028);
    for size in sizes(engine, largest) {
        // The largest are long and all alike.
        if size > 17 && size % 5 != 3 {
            continue;
        }
        let seen = play(&api, &attributes, size, &mut dice).await;
        assert_eq!(seen.matches.len(), iterations * size * (size - 1) / 2);
        let each = i64::try_from(iterations * (size - 1)).unwrap();
        assert!(seen.tallies().iter().all(|tally| tally.played == each));
        assert_eq!(ranks(&seen), seen.ranks_of_round_robin(), "{size}: {seen:?}");
        // Nobody plays twice in a round.
        for round in 1..=size * iterations {
            let of_round = seen.matches.iter().filter(|of| usize::try_from(of.round) == Ok(round));
            let players: Vec<_> = of_round.flat_map(|of| &of.players).collect();
            let once: BTreeSet<_> = players.iter().collect();
            assert_eq!(once.len(), players.len(), "round {round} of {size}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn swiss_of_all_sizes(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let attributes = json!({"name": "Swiss", "tournament_type": "swiss"});
    let mut dice = Dice(2029);
    for size in sizes(engine, 33) {
        let seen = play(&api, &attributes, size, &mut dice).await;
        let rounds = seen.matches.iter().map(|of| of.round).max().unwrap();
        assert_eq!(rounds, i64::from(size.next_power_of_two().trailing_zeros()), "{size}");
        let mut pairs = BTreeSet::new();
        for of in &seen.matches {
            let mut pair = of.players.clone();
            pair.sort_unstable();
            assert!(pairs.insert(pair), "{size}: {of:?} again");
        }
        for round in 1..=rounds {
            let of_round = seen.matches.iter().filter(|of| of.round == round).count();
            assert_eq!(of_round, size / 2, "round {round} of {size}");
        }
        // By points: a win is one, a draw a half, a round without an opponent one.
        let tallies = seen.tallies();
        let points = tallies.iter().map(|it| 2 * it.wins + it.ties + 2 * (rounds - it.played));
        let points: Vec<i64> = points.collect();
        assert!(tallies.iter().all(|it| rounds - it.played <= i64::from(size % 2 == 1)), "{size}");
        let ranks = ranks(&seen);
        for (one, rank) in ranks.iter().enumerate() {
            for (two, other) in ranks.iter().enumerate() {
                if points[one] > points[two] {
                    assert!(rank < other, "{size}: {points:?} {ranks:?}");
                }
            }
        }
        assert_eq!(ranks.iter().collect::<BTreeSet<_>>().len(), size, "the seed parts the rest");
    }
}

#[rstest]
#[case(3, None)]
#[case(4, None)]
#[case(8, Some(3))]
#[tokio::test]
async fn free_for_alls_of_all_sizes(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] sides: usize,
    #[case] advancing: Option<usize>,
) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let attributes = json!({
        "name": "Melee",
        "tournament_type": "free for all",
        "free_for_all_options": {"max_participants": sides, "advancing": advancing},
    });
    let mut dice = Dice(2031);
    for size in sizes(engine, 33) {
        let seen = play(&api, &attributes, size, &mut dice).await;
        let fits = |of: &&SeenMatch| of.players.iter().flatten().count() <= sides;
        assert!(seen.matches.iter().all(|of| fits(&of)), "{size}: {seen:?}");
        let ranks = ranks(&seen);
        assert_eq!(ranks.iter().filter(|rank| **rank == 1).count(), 1, "{size}: {ranks:?}");
        // Who won the last match won it all.
        let last = seen.matches.iter().max_by_key(|of| (of.round, of.id)).unwrap();
        let first = last.places.iter().position(|place| *place == Some(1));
        let champion = first.map_or(last.winner, |side| last.players[side]);
        let at = seen.participants.iter().position(|(id, _)| Some(*id) == champion);
        assert_eq!(at.map(|at| ranks[at]), Some(1), "{size}: {seen:?}");
    }
}

/// Groups of every format before every format of a final, by chance.
#[rstest]
#[tokio::test]
async fn groups_before_every_final(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[values("round robin", "single elimination", "double elimination", "swiss", "free for all")]
    groups: &str,
) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let mut dice = Dice(2032);
    let finals =
        ["single elimination", "double elimination", "round robin", "swiss", "free for all"];
    for kind in if engine == Sqlite { &finals[..] } else { &finals[..1] } {
        for size in if engine == Sqlite { vec![5, 8, 11, 16] } else { vec![8] } {
            let attributes = json!({
                "name": "Two stages",
                "tournament_type": kind,
                "group_stage_enabled": true,
                "group_stage_options": {"stage_type": groups, "group_size": 4},
            });
            let t = api.tournament(attributes, size).await;
            let mut progress = 0;
            for state in ["start_group_stage", "start"] {
                api.state(&t, state).await.expect(200);
                loop {
                    let seen = Seen::read(&api, &t).await;
                    seen.assert_sound();
                    assert!(seen.progress >= progress, "{} after {progress}", seen.progress);
                    progress = seen.progress;
                    let open = seen.open();
                    if open.is_empty() {
                        break;
                    }
                    let of = *dice.pick(&open);
                    let own = if of.group.is_some() { groups } else { kind };
                    let draws = matches!(own, "round robin" | "swiss");
                    let (report, _) = random_report(of, draws, &mut dice);
                    api.put(&format!("{t}/matches/{}.json", of.id), report).await.expect(200);
                }
                if state == "start_group_stage" {
                    api.state(&t, "finalize_group_stage").await.expect(200);
                    Seen::read(&api, &t).await.assert_sound();
                }
            }
            let standings = api.get(&format!("{t}/groups.json")).await.expect(200).data();
            let going: BTreeSet<i64> = standings
                .as_array()
                .unwrap()
                .iter()
                .flat_map(|group| {
                    group["attributes"]["standings"].as_array().unwrap().iter().take(2)
                })
                .map(|row| row["participant_id"].as_i64().unwrap())
                .collect();
            let seen = Seen::read(&api, &t).await;
            let finalists: BTreeSet<i64> = seen
                .matches
                .iter()
                .filter(|of| of.group.is_none())
                .flat_map(|of| of.players.iter().copied().flatten())
                .collect();
            assert_eq!(finalists.len(), going.len(), "{groups} into {kind} of {size}");
            api.state(&t, "finalize").await.expect(200);
            let done = Seen::read(&api, &t).await;
            done.assert_sound();
            // Whoever went on is before everybody who did not.
            let last = i64::try_from(finalists.len()).unwrap();
            for (id, rank) in &done.participants {
                let went = rank.is_some_and(|rank| rank <= last);
                assert_eq!(went, finalists.contains(id), "{groups} into {kind} of {size}");
            }
            verify(&server, &t).await;
        }
    }
}

/// Play with corrections: winners change, matches are reopened, and what depended on them starts anew.
#[rstest]
#[case(json!({"tournament_type": "single elimination"}))]
#[case(json!({"tournament_type": "double elimination"}))]
#[case(json!({"tournament_type": "round robin"}))]
#[case(json!({"tournament_type": "swiss"}))]
#[tokio::test]
async fn corrections_keep_everything_together(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] mut attributes: Value,
) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    attributes["name"] = "Corrected".into();
    let kind = attributes["tournament_type"].as_str().unwrap();
    let draws = matches!(kind, "round robin" | "swiss");
    let mut dice = Dice(2030);
    for size in if engine == Sqlite { vec![4, 7, 11] } else { vec![6] } {
        let t = api.tournament(attributes.clone(), size).await;
        api.state(&t, "start").await.expect(200);
        let mut seen = Seen::read(&api, &t).await;
        for _ in 0..12 * size {
            seen.assert_sound();
            let complete: Vec<_> =
                seen.matches.iter().filter(|it| it.state == "complete").collect();
            let open = seen.open();
            let correct = open.is_empty() || (!complete.is_empty() && dice.once_in(4));
            let of = *dice.pick(if correct { &complete } else { &open });
            let path = format!("{t}/matches/{}", of.id);
            if correct && dice.once_in(2) {
                let answer = api.state(&path, "reopen").await;
                // Of a Swiss round only the last can be taken back.
                assert!(matches!(answer.status, 200 | 422), "{}", answer.text);
                if answer.status == 200 {
                    assert_eq!(answer.data()["attributes"]["state"], "open");
                }
            } else {
                let (report, winner) = random_report(of, draws, &mut dice);
                let answer = api.put(&format!("{path}.json"), report).await.expect(200).data();
                assert_eq!(answer["attributes"]["winner_id"].as_i64(), winner);
            }
            seen = Seen::read(&api, &t).await;
        }
        seen.assert_sound();
        while seen.state == "underway" {
            let of = *dice.pick(&seen.open());
            let (report, _) = random_report(of, draws, &mut dice);
            api.put(&format!("{t}/matches/{}.json", of.id), report).await.expect(200);
            seen = Seen::read(&api, &t).await;
            seen.assert_sound();
        }
        api.state(&t, "finalize").await.expect(200);
        let done = Seen::read(&api, &t).await;
        done.assert_sound();
        verify(&server, &t).await;
        match kind {
            "round robin" => assert_eq!(ranks(&done), done.ranks_of_round_robin()),
            "swiss" => {}
            _ => assert_eq!(ranks(&done), done.ranks_of_elimination()),
        }
    }
}
