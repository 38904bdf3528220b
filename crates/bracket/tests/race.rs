//! Races: vectors, refusals, records, and random races beside a naive reckoning.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rstest::rstest;
use tiltyard_bracket::Entrant;
use tiltyard_bracket::race::{
    Aggregate, MAX_NUMBER, MAX_PLACES, MAX_RACE_ENTRANTS, MAX_ROUNDS, Race, RaceChanges, RaceMark,
    RaceOperation, RaceRecord, RaceRefusal, RaceRestoreError, RaceResult, RaceSettings,
    RoundChange, RoundState, ScoreOrder,
};

use RaceOperation::{Add, End, FinishRound, ReopenRound, ResetRound, Resume, StartRound};
use RaceResult::{DidNotFinish, DidNotStart, Disqualified, Finished, Score, Time};
use RoundState::{Completed, Pending, Underway};

fn mark(round: u32, entrant: u32, mark: impl Into<RaceMark>) -> RaceOperation {
    RaceOperation::Mark { round, entrant: Entrant(entrant), mark: Some(mark.into()) }
}

fn unmark(round: u32, entrant: u32) -> RaceOperation {
    RaceOperation::Mark { round, entrant: Entrant(entrant), mark: None }
}

fn withdraw(entrant: u32) -> RaceOperation {
    RaceOperation::Withdraw { entrant: Entrant(entrant) }
}

fn placed(result: RaceResult, rank: u32) -> RaceMark {
    RaceMark { rank: Some(rank), ..result.into() }
}

fn apply(race: &mut Race, operations: &[RaceOperation]) {
    for operation in operations {
        race.apply(operation).unwrap_or_else(|refusal| panic!("{operation:?}: {refusal}"));
    }
}

/// A whole round: one result each, in order of entrants, `None` for no mark.
fn run(race: &mut Race, results: &[Option<RaceResult>]) {
    let round = race.next_round().unwrap();
    apply(race, &[StartRound { round }]);
    for (entrant, result) in (1..).zip(results) {
        if let Some(result) = result {
            apply(race, &[mark(round, entrant, *result)]);
        }
    }
    apply(race, &[FinishRound { round }]);
}

fn times(race: &mut Race, times: &[i64]) {
    run(race, &times.iter().map(|time| Some(Time(*time))).collect::<Vec<_>>());
}

fn scores(race: &mut Race, scores: &[i64]) {
    run(race, &scores.iter().map(|score| Some(Score(*score))).collect::<Vec<_>>());
}

fn grand_prix(rounds: u32, points: &[i64], best_of: Option<u32>) -> RaceSettings {
    RaceSettings::GrandPrix { rounds, points: points.to_vec(), best_of }
}

/// Rank, entrant, total, gap.
fn table(race: &Race) -> Vec<(u32, u32, Option<i64>, Option<i64>)> {
    let rows = race.standings().into_iter();
    rows.map(|row| (row.rank, row.entrant.0, row.total, row.gap)).collect()
}

/// Rank, entrant, points.
fn places(race: &Race, round: u32) -> Vec<(Option<u32>, u32, Option<i64>)> {
    let rows = race.results(round).unwrap().into_iter();
    rows.map(|row| (row.rank, row.entrant.0, row.points)).collect()
}

fn json<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}

#[rstest]
#[case(r#"{"type":"time_trial"}"#, RaceSettings::time_trial())]
#[case(r#"{"type":"grand_prix"}"#, RaceSettings::grand_prix())]
#[case(r#"{"type":"leaderboard"}"#, RaceSettings::leaderboard())]
fn the_type_alone_is_enough(#[case] text: &str, #[case] settings: RaceSettings) {
    assert_eq!(json::<RaceSettings>(text), settings);
    let written = serde_json::to_string(&settings).unwrap();
    assert_eq!(json::<RaceSettings>(&written), settings);
}

#[test]
fn a_round_in_every_kind_of_result() {
    let mut race = Race::start(RaceSettings::grand_prix(), 9).unwrap();
    let results = [
        Some(Disqualified),
        Some(Time(61_000)),
        None,
        Some(DidNotFinish),
        Some(Time(60_000)),
        Some(Finished),
        Some(Time(61_000)),
        Some(DidNotStart),
        Some(DidNotFinish),
    ];
    apply(&mut race, &[StartRound { round: 1 }]);
    assert!(places(&race, 1).iter().all(|row| (row.0, row.2) == (None, None)));
    for (entrant, result) in (1..).zip(results) {
        apply(
            &mut race,
            &result.map(|result| mark(1, entrant, result)).into_iter().collect::<Vec<_>>(),
        );
    }
    let unranked = places(&race, 1).pop().unwrap();
    assert_eq!(unranked, (None, 3, None), "no mark yet");

    apply(&mut race, &[FinishRound { round: 1 }]);
    let expected = [
        (1, 5, 25),
        (2, 2, 18),
        (2, 7, 18),
        (4, 6, 12),
        (5, 4, 0),
        (5, 9, 0),
        (7, 3, 0),
        (7, 8, 0),
        (9, 1, 0),
    ];
    let expected = expected.map(|(rank, entrant, points)| (Some(rank), entrant, Some(points)));
    assert_eq!(places(&race, 1), expected);
    let gaps: Vec<_> = race.results(1).unwrap().iter().map(|row| row.gap).collect();
    assert_eq!(gaps[..4], [Some(0), Some(1_000), Some(1_000), None]);
    assert_eq!(race.results(2).unwrap().len(), 9);
    assert_eq!((race.results(0), race.results(5)), (None, None));
}

#[test]
fn explicit_ranks_and_points_replace_those_of_one_mark_only() {
    let mut race = Race::start(grand_prix(1, &[10, 6, 4], None), 4).unwrap();
    apply(
        &mut race,
        &[
            StartRound { round: 1 },
            mark(1, 1, placed(Time(1_000), 3)),
            mark(1, 2, Time(2_000)),
            mark(1, 3, RaceMark { points: Some(7), ..Time(3_000).into() }),
            mark(1, 4, placed(DidNotFinish, 2)),
            FinishRound { round: 1 },
        ],
    );
    // Those who share an explicit rank stand in the order of their times.
    let expected = [(2, 2, 6), (2, 4, 6), (3, 1, 4), (3, 3, 7)];
    let expected = expected.map(|(rank, entrant, points)| (Some(rank), entrant, Some(points)));
    assert_eq!(places(&race, 1), expected);
    let points = [(1, 3, Some(7), Some(0)), (2, 2, Some(6), Some(1)), (2, 4, Some(6), Some(1))];
    assert_eq!(table(&race)[..3], points);
}

#[test]
fn places_without_times_are_enough_for_a_grand_prix() {
    let mut race = Race::start(grand_prix(1, &[3, 2, 1], None), 3).unwrap();
    apply(&mut race, &[StartRound { round: 1 }]);
    for (entrant, rank) in [(1, 2), (2, 3), (3, 1)] {
        apply(&mut race, &[mark(1, entrant, placed(Finished, rank))]);
    }
    apply(&mut race, &[FinishRound { round: 1 }]);
    assert_eq!(race.ranks(), [Some(2), Some(3), Some(1)]);
}

#[test]
fn equal_points_are_decided_by_the_countback() {
    let mut race = Race::start(grand_prix(2, &[10, 6, 4, 3], None), 5).unwrap();
    times(&mut race, &[1, 2, 3, 4, 5]);
    assert!(!race.is_over());
    assert_eq!(race.ranks(), [None; 5]);
    // 1: 10 + 0 by places 1 and 5; 3: 4 + 6 by 3 and 2; 2: 6 + 4 by 2 and 3; 5: 0 + 10.
    times(&mut race, &[9, 3, 2, 4, 1]);
    assert!(race.is_over());
    let expected = [
        (1, 1, Some(10), Some(0)),
        (1, 5, Some(10), Some(0)),
        (3, 2, Some(10), Some(0)),
        (3, 3, Some(10), Some(0)),
        (5, 4, Some(6), Some(4)),
    ];
    assert_eq!(table(&race), expected);
}

#[test]
fn places_without_points_count_back_too() {
    let mut race = Race::start(grand_prix(2, &[10], None), 4).unwrap();
    run(&mut race, &[Some(Time(1)), Some(Time(2)), Some(Time(3)), None]);
    run(&mut race, &[Some(Time(1)), Some(Time(3)), None, None]);
    assert_eq!(race.ranks(), [Some(1), Some(2), Some(3), Some(4)]);
}

#[test]
fn equal_places_are_decided_by_the_best_round() {
    let mut race = Race::start(RaceSettings::grand_prix(), 3).unwrap();
    let given = |points| RaceMark { points: Some(points), ..DidNotFinish.into() };
    for (round, points) in [(1, [4, 6, 4]), (2, [4, 2, 4])] {
        apply(&mut race, &[StartRound { round }]);
        for (entrant, points) in (1..).zip(points) {
            apply(&mut race, &[mark(round, entrant, given(points))]);
        }
        apply(&mut race, &[FinishRound { round }]);
    }
    let ranks: Vec<_> = table(&race).iter().map(|row| (row.0, row.1, row.2)).collect();
    assert_eq!(ranks, [(1, 2, Some(8)), (2, 1, Some(8)), (2, 3, Some(8))]);
}

#[test]
fn only_the_best_rounds_count() {
    let mut race = Race::start(grand_prix(3, &[5, 3, 1], Some(2)), 3).unwrap();
    times(&mut race, &[1, 2, 3]);
    times(&mut race, &[3, 2, 1]);
    times(&mut race, &[1, 2, 3]);
    let expected = [(1, 1, Some(10), Some(0)), (2, 3, Some(6), Some(4)), (3, 2, Some(6), Some(4))];
    assert_eq!(table(&race), expected);
    let row = &race.standings()[0];
    let rounds: Vec<_> = row.rounds.iter().map(|v| (v.round, v.value, v.rank, v.counts)).collect();
    let expected = [(1, Some(5), 1, true), (2, Some(1), 3, false), (3, Some(5), 1, true)];
    assert_eq!(rounds, expected);
}

#[rstest]
#[case(Aggregate::Best, &[(1, 2, Some(40), Some(0)), (2, 1, Some(50), Some(10)), (3, 3, Some(50), Some(10)), (4, 4, None, None)])]
#[case(Aggregate::Sum, &[(1, 1, Some(110), Some(0)), (2, 3, Some(120), Some(10)), (3, 2, Some(40), None), (4, 4, None, None)])]
#[case(Aggregate::Last, &[(1, 1, Some(60), Some(0)), (2, 3, Some(70), Some(10)), (3, 2, None, None), (4, 4, None, None)])]
fn time_trials(
    #[case] aggregate: Aggregate,
    #[case] expected: &[(u32, u32, Option<i64>, Option<i64>)],
) {
    let mut race = Race::start(RaceSettings::TimeTrial { rounds: 2, aggregate }, 4).unwrap();
    run(&mut race, &[Some(Time(50)), Some(Time(40)), Some(Time(50)), None]);
    run(&mut race, &[Some(Time(60)), Some(DidNotFinish), Some(Time(70)), Some(Disqualified)]);
    assert_eq!(table(&race), expected);
}

#[test]
fn a_last_round_missed_is_not_the_last_time() {
    let aggregate = Aggregate::Last;
    let mut race = Race::start(RaceSettings::TimeTrial { rounds: 2, aggregate }, 2).unwrap();
    times(&mut race, &[50, 60]);
    run(&mut race, &[Some(DidNotStart), None]);
    assert_eq!(table(&race), [(1, 1, Some(50), Some(0)), (2, 2, Some(60), Some(10))]);
}

#[rstest]
#[case(ScoreOrder::HighestFirst, Aggregate::Sum, &[(1, 2, Some(9), Some(0)), (2, 1, Some(-1), Some(10)), (2, 3, Some(-1), Some(10)), (4, 4, None, None)])]
#[case(ScoreOrder::HighestFirst, Aggregate::Best, &[(1, 2, Some(9), Some(0)), (2, 1, Some(2), Some(7)), (3, 3, Some(-1), Some(10)), (4, 4, None, None)])]
#[case(ScoreOrder::LowestFirst, Aggregate::Sum, &[(1, 1, Some(-1), Some(0)), (2, 3, Some(-1), None), (3, 2, Some(9), None), (4, 4, None, None)])]
#[case(ScoreOrder::LowestFirst, Aggregate::Last, &[(1, 1, Some(-3), Some(0)), (2, 3, Some(-1), Some(2)), (3, 2, Some(9), Some(12)), (4, 4, None, None)])]
fn leaderboards(
    #[case] order: ScoreOrder,
    #[case] aggregate: Aggregate,
    #[case] expected: &[(u32, u32, Option<i64>, Option<i64>)],
) {
    let settings = RaceSettings::Leaderboard { rounds: 0, order, aggregate };
    let mut race = Race::start(settings, 4).unwrap();
    run(&mut race, &[Some(Score(2)), None, Some(Score(-1)), None]);
    run(&mut race, &[Some(Score(-3)), Some(Score(9)), None, None]);
    assert_eq!(table(&race), expected);
    assert!(!race.is_over(), "another round may follow");
    apply(&mut race, &[End]);
    assert!(race.is_over());
    let first = usize::try_from(expected[0].1).unwrap() - 1;
    assert_eq!(race.ranks()[first], Some(1));
}

#[test]
fn a_single_round_stands_as_it_is_ranked() {
    let mut race = Race::start(RaceSettings::time_trial(), 5).unwrap();
    apply(
        &mut race,
        &[
            StartRound { round: 1 },
            mark(1, 1, Time(10)),
            mark(1, 2, placed(Time(20), 1)),
            mark(1, 3, Disqualified),
            mark(1, 4, DidNotFinish),
        ],
    );
    let ranks: Vec<_> = table(&race).iter().map(|row| (row.0, row.1)).collect();
    assert_eq!(ranks, [(1, 1), (1, 2), (3, 4), (4, 3), (5, 5)], "the fifth has no mark yet");
    apply(&mut race, &[FinishRound { round: 1 }]);
    assert_eq!(race.ranks(), [Some(1), Some(1), Some(5), Some(3), Some(4)]);
}

#[test]
fn attempts_run_beside_each_other_but_grand_prix_rounds_do_not() {
    let aggregate = Aggregate::Best;
    let mut race = Race::start(RaceSettings::TimeTrial { rounds: 0, aggregate }, 2).unwrap();
    assert_eq!((race.rounds(), race.state(1), race.next_round()), (0, None, Some(1)));
    apply(&mut race, &[StartRound { round: 1 }, StartRound { round: 2 }]);
    apply(&mut race, &[mark(2, 1, Time(10)), mark(1, 2, Time(20))]);
    assert_eq!((race.rounds(), race.completed()), (2, 0));
    assert_eq!(table(&race), [(1, 1, Some(10), Some(0)), (2, 2, Some(20), Some(10))]);

    let mut race = Race::start(RaceSettings::grand_prix(), 2).unwrap();
    assert_eq!((race.rounds(), race.state(4)), (4, Some(RoundState::Pending)));
    apply(&mut race, &[StartRound { round: 1 }]);
    assert_eq!(race.next_round(), None);
    assert_eq!(race.apply(&StartRound { round: 2 }), Err(RaceRefusal::StillUnderway { round: 1 }));
}

#[test]
fn what_changed_is_said() {
    let mut race = Race::start(RaceSettings::grand_prix(), 2).unwrap();
    let turn = |round, from, to| RaceChanges {
        rounds: vec![RoundChange { round, from, to }],
        header: true,
        ..RaceChanges::default()
    };
    let marked = |marks: &[(u32, u32)]| RaceChanges {
        marks: marks.iter().map(|&(round, entrant)| (round, Entrant(entrant))).collect(),
        ..RaceChanges::default()
    };
    assert_eq!(race.apply(&StartRound { round: 1 }), Ok(turn(1, Pending, Underway)));
    assert_eq!(race.apply(&mark(1, 2, Time(5))), Ok(marked(&[(1, 2)])));
    assert_eq!(race.apply(&mark(1, 2, Time(5))), Ok(marked(&[])));
    assert_eq!(race.apply(&unmark(1, 1)), Ok(marked(&[])));
    assert_eq!(race.apply(&mark(1, 1, Time(6))), Ok(marked(&[(1, 1)])));
    assert_eq!(race.apply(&FinishRound { round: 1 }), Ok(turn(1, Underway, Completed)));
    assert_eq!(race.apply(&ReopenRound { round: 1 }), Ok(turn(1, Completed, Underway)));
    let reset =
        RaceChanges { marks: marked(&[(1, 1), (1, 2)]).marks, ..turn(1, Underway, Pending) };
    assert_eq!(race.preview(&ResetRound { round: 1 }), Ok(reset.clone()));
    assert_eq!(race.apply(&ResetRound { round: 1 }), Ok(reset));
    assert_eq!(race.add(), Ok(Entrant(3)));
    let withdrew =
        RaceChanges { entrants: vec![Entrant(3)], header: true, ..RaceChanges::default() };
    assert_eq!(race.apply(&withdraw(3)), Ok(withdrew));
    assert_eq!(race.withdrawn().collect::<Vec<_>>(), [Entrant(3)]);
}

/// Round 1 completed with all marks, round 2 underway with one of entrant 1; entrant 3 withdrew.
fn underway(settings: RaceSettings) -> Race {
    let mut race = Race::start(settings, 3).unwrap();
    let result = |number| match race.settings() {
        RaceSettings::Leaderboard { .. } => Score(number),
        _ => Time(number),
    };
    let results = [10, 20, 30].map(result);
    run(&mut race, &results.map(Some));
    apply(&mut race, &[StartRound { round: 2 }, mark(2, 1, results[0]), withdraw(3)]);
    race
}

#[rstest]
#[case(StartRound { round: 0 }, "this race has no round 0")]
#[case(StartRound { round: 5 }, "this race has no round 5")]
#[case(StartRound { round: 1 }, "round 1 has started already")]
#[case(StartRound { round: 3 }, "round 2 is still underway: finish it first")]
#[case(StartRound { round: 4 }, "round 3 has to start before round 4")]
#[case(mark(1, 1, Time(1)), "round 1 is completed: reopen it first")]
#[case(mark(3, 1, Time(1)), "round 3 has not started")]
#[case(mark(9, 1, Time(1)), "this race has no round 9")]
#[case(mark(2, 0, Time(1)), "this race has no entrant 0")]
#[case(mark(2, 4, Time(1)), "this race has no entrant 4")]
#[case(unmark(2, 4), "this race has no entrant 4")]
#[case(mark(2, 3, Time(1)), "entrant 3 has withdrawn: reinstate them first")]
#[case(mark(2, 1, Time(-1)), "a time is not negative, as -1 is")]
#[case(
    mark(2, 1, Time(i64::MAX)),
    "the number 9223372036854775807 is out of range: 1000000000000 is the greatest"
)]
#[case(mark(2, 1, Score(1)), "this race takes times, not scores")]
#[case(mark(2, 1, RaceMark { points: Some(i64::MIN), ..Time(1).into() }), "the number -9223372036854775808 is out of range: 1000000000000 is the greatest")]
#[case(mark(2, 1, placed(Time(1), 0)), "the rank 0 is out of range: there are 3 entrants")]
#[case(mark(2, 1, placed(Time(1), 4)), "the rank 4 is out of range: there are 3 entrants")]
#[case(FinishRound { round: 1 }, "round 1 is completed: reopen it first")]
#[case(FinishRound { round: 3 }, "round 3 has not started")]
#[case(ReopenRound { round: 2 }, "round 2 is not completed")]
#[case(ReopenRound { round: 3 }, "round 3 has not started")]
#[case(ResetRound { round: 1 }, "round 2 has started after round 1: reset that one first")]
#[case(ResetRound { round: 3 }, "round 3 has not started")]
#[case(withdraw(3), "entrant 3 has withdrawn already")]
#[case(withdraw(4), "this race has no entrant 4")]
#[case(RaceOperation::Reinstate { entrant: Entrant(2) }, "entrant 2 has not withdrawn")]
#[case(End, "round 2 is still underway: finish it first")]
#[case(Resume, "the race has not been ended")]
fn refusals_say_what_is_wrong(#[case] operation: RaceOperation, #[case] words: &str) {
    let mut race = underway(RaceSettings::grand_prix());
    let before = race.clone();
    assert_eq!(race.apply(&operation).unwrap_err().to_string(), words);
    assert_eq!(race, before);
}

#[rstest]
#[case(RaceSettings::TimeTrial { rounds: 0, aggregate: Aggregate::Sum }, Finished, RaceRefusal::NumberMissing)]
#[case(RaceSettings::leaderboard(), Finished, RaceRefusal::NumberMissing)]
#[case(RaceSettings::leaderboard(), Time(1), RaceRefusal::ScoresOnly)]
#[case(RaceSettings::TimeTrial { rounds: 0, aggregate: Aggregate::Sum }, Score(1), RaceRefusal::TimesOnly)]
fn each_kind_takes_its_own_marks(
    #[case] settings: RaceSettings,
    #[case] result: RaceResult,
    #[case] refusal: RaceRefusal,
) {
    assert_eq!(underway(settings).apply(&mark(2, 2, result)), Err(refusal));
}

#[test]
fn a_race_may_end_early_and_go_on() {
    let mut race = Race::start(RaceSettings::grand_prix(), 2).unwrap();
    assert_eq!(race.apply(&End), Err(RaceRefusal::NothingCompleted));
    times(&mut race, &[2, 1]);
    apply(&mut race, &[End]);
    assert_eq!(race.ranks(), [Some(2), Some(1)]);
    assert_eq!(race.apply(&End), Err(RaceRefusal::AlreadyOver));
    assert_eq!(race.apply(&Add), Err(RaceRefusal::Over));
    assert_eq!(race.apply(&StartRound { round: 2 }), Err(RaceRefusal::Ended));
    assert_eq!(race.apply(&ResetRound { round: 1 }), Err(RaceRefusal::Ended));
    // A protest: the round is corrected, and the race is over as it was.
    apply(&mut race, &[ReopenRound { round: 1 }, mark(1, 2, Disqualified)]);
    assert!(!race.is_over());
    assert_eq!(race.apply(&End), Err(RaceRefusal::Ended));
    apply(&mut race, &[FinishRound { round: 1 }]);
    assert_eq!(race.ranks(), [Some(1), Some(2)]);
    apply(&mut race, &[Resume, Add, StartRound { round: 2 }]);
    assert!(!race.is_over());
}

#[test]
fn who_withdrew_keeps_marks_which_officials_may_change() {
    let mut race = underway(RaceSettings::grand_prix());
    apply(&mut race, &[withdraw(1), mark(2, 1, Disqualified), ReopenRound { round: 1 }]);
    apply(&mut race, &[mark(1, 3, Disqualified), unmark(1, 3)]);
    assert_eq!(
        race.apply(&mark(1, 3, Time(1))),
        Err(RaceRefusal::Withdrawn { entrant: Entrant(3) })
    );
    apply(&mut race, &[RaceOperation::Reinstate { entrant: Entrant(3) }, mark(1, 3, Time(1))]);
}

#[rstest]
#[case(RaceSettings::TimeTrial { rounds: MAX_ROUNDS + 1, aggregate: Aggregate::Sum }, "a race has at most 1000 rounds, not 1001")]
#[case(grand_prix(1, &[0; MAX_PLACES + 1], None), "at most 1024 places get points, not 1025")]
#[case(grand_prix(1, &[MAX_NUMBER + 1], None), "the number 1000000000001 is out of range: 1000000000000 is the greatest")]
#[case(grand_prix(1, &[1], Some(0)), "at least one round has to count, not the best 0")]
fn settings_are_checked(#[case] settings: RaceSettings, #[case] words: &str) {
    assert_eq!(Race::start(settings, 2).unwrap_err().to_string(), words);
}

#[test]
fn bounds_of_a_race() {
    let given = MAX_RACE_ENTRANTS + 1;
    let refused = Err(RaceRefusal::TooManyEntrants { given });
    assert_eq!(Race::start(RaceSettings::time_trial(), given), refused);
    let mut full = Race::start(RaceSettings::leaderboard(), MAX_RACE_ENTRANTS).unwrap();
    assert_eq!(full.add(), Err(RaceRefusal::TooManyEntrants { given }));
    for round in 1..=MAX_ROUNDS {
        apply(&mut full, &[StartRound { round }]);
    }
    let too_many = Err(RaceRefusal::TooManyRounds { given: MAX_ROUNDS + 1 });
    assert_eq!(full.apply(&StartRound { round: MAX_ROUNDS + 1 }), too_many);
    assert_eq!(full.next_round(), None);

    // Nobody yet: an open leaderboard.
    let mut race = Race::start(RaceSettings::leaderboard(), 0).unwrap();
    assert!(race.standings().is_empty() && race.ranks().is_empty());
    assert_eq!(race.add(), Ok(Entrant(1)));
    scores(&mut race, &[-MAX_NUMBER]);
    assert_eq!(table(&race), [(1, 1, Some(-MAX_NUMBER), Some(0))]);
}

#[test]
fn totals_of_the_greatest_numbers_are_exact() {
    let order = ScoreOrder::HighestFirst;
    let settings =
        RaceSettings::Leaderboard { rounds: MAX_ROUNDS, order, aggregate: Aggregate::Sum };
    let mut race = Race::start(settings, 2).unwrap();
    for _ in 0..MAX_ROUNDS {
        scores(&mut race, &[MAX_NUMBER, -MAX_NUMBER]);
    }
    let total = MAX_NUMBER * i64::from(MAX_ROUNDS);
    assert!(total < 1 << 53);
    assert_eq!(table(&race), [(1, 1, Some(total), Some(0)), (2, 2, Some(-total), Some(2 * total))]);
}

#[test]
fn records_are_small_plain_json() {
    let mut race = underway(RaceSettings::grand_prix());
    apply(&mut race, &[mark(2, 2, RaceMark { points: Some(3), ..placed(DidNotFinish, 2) })]);
    let header = serde_json::to_string(&race.header()).unwrap();
    let settings = r#"{"type":"grand_prix","rounds":4,"points":[25,18,15,12,10,8,6,4,2,1]}"#;
    let rest = r#""entrants":3,"withdrawn":[3],"rounds":["completed","underway"]"#;
    assert_eq!(header, format!(r#"{{"version":1,"settings":{settings},{rest}}}"#));
    let records: Vec<_> = race.marks().map(|m| serde_json::to_string(&m).unwrap()).collect();
    assert_eq!(records[0], r#"{"round":1,"entrant":1,"result":{"time":10}}"#);
    assert_eq!(
        records[4],
        r#"{"round":2,"entrant":2,"result":"did_not_finish","points":3,"rank":2}"#
    );
    let read = records.iter().map(|text| json::<RaceRecord>(text));
    assert_eq!(Race::restore(json(&header), read), Ok(race.clone()));
    assert_eq!(race.record(2, Entrant(2)), Some(json(&records[4])));
    assert_eq!(race.record(2, Entrant(3)), None);
    let operation = r#"{"operation":"mark","round":2,"entrant":1,"mark":{"result":{"time":7}}}"#;
    assert_eq!(json::<RaceOperation>(operation), mark(2, 1, Time(7)));
    let operation = r#"{"operation":"mark","round":2,"entrant":1}"#;
    assert_eq!(json::<RaceOperation>(operation), unmark(2, 1));
}

#[rstest]
#[case(r#"{"version":2}"#, "", "version 2 of the race data is not known")]
#[case(
    r#"{"entrants":131073}"#,
    "",
    "the header is not valid: a race has at most 131072 entrants, not 131073"
)]
#[case(r#"{"withdrawn":[4]}"#, "", "the header is not valid: this race has no entrant 4")]
#[case(r#"{"withdrawn":[1,1]}"#, "", "the header is not valid: entrant 1 has withdrawn already")]
#[case(
    r#"{"rounds":["completed","pending"]}"#,
    "",
    "the header lists round 2 among those started, as pending"
)]
#[case(
    r#"{"rounds":["completed","completed","completed","completed","underway"]}"#,
    "",
    "the header is not valid: this race has no round 5"
)]
#[case(
    r#"{"rounds":["completed","completed","completed","completed"],"ended":true}"#,
    "",
    "the header says that the race was ended, which this one cannot be"
)]
#[case(
    r#"{"rounds":[],"ended":true}"#,
    "",
    "the header says that the race was ended, which this one cannot be"
)]
#[case(
    "{}",
    r#"{"round":1,"entrant":1,"result":"finished"}"#,
    "there are two records of entrant 1 in round 1"
)]
#[case(
    "{}",
    r#"{"round":3,"entrant":1,"result":"finished"}"#,
    "the record of entrant 1 in round 3 is not valid: round 3 has not started"
)]
#[case(
    "{}",
    r#"{"round":0,"entrant":1,"result":"finished"}"#,
    "the record of entrant 1 in round 0 is not valid: this race has no round 0"
)]
#[case(
    "{}",
    r#"{"round":2,"entrant":9,"result":"finished"}"#,
    "the record of entrant 9 in round 2 is not valid: this race has no entrant 9"
)]
#[case(
    "{}",
    r#"{"round":2,"entrant":2,"result":{"score":1}}"#,
    "the record of entrant 2 in round 2 is not valid: this race takes times, not scores"
)]
fn states_that_cannot_be_are_refused(
    #[case] header: &str,
    #[case] record: &str,
    #[case] words: &str,
) {
    let race = underway(RaceSettings::grand_prix());
    let mut changed = serde_json::to_value(race.header()).unwrap();
    let fields = json::<serde_json::Map<String, serde_json::Value>>(header);
    changed.as_object_mut().unwrap().extend(fields);
    let extra = Some(record).filter(|text| !text.is_empty()).map(json::<RaceRecord>);
    let restored: Result<Race, RaceRestoreError> =
        Race::restore(serde_json::from_value(changed).unwrap(), race.marks().chain(extra));
    assert_eq!(restored.unwrap_err().to_string(), words);
}

#[test]
fn guaranteed_ranks_know_the_points_left() {
    let mut race = Race::start(grand_prix(3, &[10, 6, 4], None), 4).unwrap();
    assert_eq!(race.guaranteed_ranks(), [4; 4]);
    times(&mut race, &[1, 2, 3, 4]);
    times(&mut race, &[1, 2, 3, 4]);
    // 20, 12, 8, 0 with 10 to be had: the first is out of reach of the last two.
    assert_eq!(race.guaranteed_ranks(), [2, 3, 4, 4]);
    apply(&mut race, &[withdraw(2)]);
    assert_eq!(race.guaranteed_ranks(), [1, 3, 4, 4]);
    apply(&mut race, &[StartRound { round: 3 }]);
    assert_eq!(race.guaranteed_ranks(), [1, 3, 4, 4]);
    apply(&mut race, &[FinishRound { round: 3 }]);
    assert_eq!(race.guaranteed_ranks(), [1, 2, 3, 4]);
    assert_eq!(underway(RaceSettings::leaderboard()).guaranteed_ranks(), [3; 3]);
}

/// The last round would drop the points lost, but the race may be ended before it.
#[test]
fn guaranteed_ranks_reckon_with_an_early_end() {
    let mut race = Race::start(grand_prix(3, &[10, 7], Some(2)), 2).unwrap();
    times(&mut race, &[1, 2]);
    let fined = RaceMark { points: Some(-5), ..Disqualified.into() };
    apply(&mut race, &[withdraw(2), StartRound { round: 2 }, mark(2, 1, fined)]);
    apply(&mut race, &[FinishRound { round: 2 }]);
    assert_eq!(race.guaranteed_ranks(), [2, 2]);
    apply(&mut race, &[End]);
    assert_eq!(race.ranks(), [Some(2), Some(1)]);
}

// Random races.

fn settings() -> impl Strategy<Value = RaceSettings> {
    let aggregate = || prop::sample::select(vec![Aggregate::Best, Aggregate::Sum, Aggregate::Last]);
    let order = prop::sample::select(vec![ScoreOrder::HighestFirst, ScoreOrder::LowestFirst]);
    let points = prop::collection::vec(-3..12_i64, 0..5);
    prop_oneof![
        (0..4_u32, aggregate())
            .prop_map(|(rounds, aggregate)| RaceSettings::TimeTrial { rounds, aggregate }),
        (0..6_u32, points, prop::option::of(1..5_u32)).prop_map(|(rounds, points, best_of)| {
            RaceSettings::GrandPrix { rounds, points, best_of }
        }),
        (0..4_u32, order, aggregate()).prop_map(|(rounds, order, aggregate)| {
            RaceSettings::Leaderboard { rounds, order, aggregate }
        }),
    ]
}

fn number() -> impl Strategy<Value = i64> {
    prop_oneof![20 => 0..6_i64, 2 => -4..0_i64, 1 => any::<i64>(), 1 => Just(MAX_NUMBER)]
}

fn result() -> impl Strategy<Value = RaceResult> {
    prop_oneof![
        8 => number().prop_map(Time),
        8 => number().prop_map(Score),
        1 => prop::sample::select(vec![Finished, DidNotFinish, DidNotStart, Disqualified]),
    ]
}

fn any_mark() -> impl Strategy<Value = RaceMark> {
    (result(), prop::option::weighted(0.1, number()), prop::option::weighted(0.1, 0..8_u32))
        .prop_map(|(result, points, rank)| RaceMark { result, points, rank })
}

fn operation() -> impl Strategy<Value = RaceOperation> {
    // Mostly the first rounds, so that several get played.
    let round = || prop_oneof![12 => 1..4_u32, 1 => 0..7_u32];
    let entrant = || (0..8_u32).prop_map(Entrant);
    prop_oneof![
        8 => round().prop_map(|round| StartRound { round }),
        30 => (round(), entrant(), prop::option::weighted(0.9, any_mark()))
            .prop_map(|(round, entrant, mark)| RaceOperation::Mark { round, entrant, mark }),
        4 => round().prop_map(|round| FinishRound { round }),
        1 => round().prop_map(|round| ReopenRound { round }),
        1 => round().prop_map(|round| ResetRound { round }),
        1 => Just(Add),
        1 => entrant().prop_map(|entrant| RaceOperation::Withdraw { entrant }),
        1 => entrant().prop_map(|entrant| RaceOperation::Reinstate { entrant }),
        1 => Just(End),
        1 => Just(Resume),
    ]
}

fn all_marks(race: &Race) -> BTreeMap<(u32, Entrant), RaceMark> {
    race.marks().map(|record| ((record.round, record.entrant), record.mark)).collect()
}

fn state(race: &Race, round: u32) -> RoundState {
    race.state(round).unwrap_or(RoundState::Pending)
}

/// What the changes must be, found by comparing everything.
fn difference(before: &Race, after: &Race) -> RaceChanges {
    let (old, new) = (all_marks(before), all_marks(after));
    let cells: BTreeSet<_> = old.keys().chain(new.keys()).copied().collect();
    let rounds = (1..=before.rounds().max(after.rounds())).filter_map(|round| {
        let (from, to) = (state(before, round), state(after, round));
        (from != to).then_some(RoundChange { round, from, to })
    });
    let withdrew = |race: &Race, entrant| race.withdrawn().any(|other| other == entrant);
    let entrants = (1..=after.entrants()).map(Entrant).filter(|entrant| {
        entrant.0 > before.entrants() || withdrew(before, *entrant) != withdrew(after, *entrant)
    });
    RaceChanges {
        marks: cells.into_iter().filter(|cell| old.get(cell) != new.get(cell)).collect(),
        rounds: rounds.collect(),
        entrants: entrants.collect(),
        header: before.header() != after.header(),
    }
}

/// Every rank is one more than the number of those with better ranks.
fn is_competition(ranks: &[u32]) -> bool {
    ranks.iter().all(|rank| {
        let better = ranks.iter().filter(|other| *other < rank).count();
        usize::try_from(*rank).unwrap() == better + 1
    })
}

fn assert_sound(race: &Race) {
    let everybody: Vec<_> = (1..=race.entrants()).collect();
    let standings = race.standings();
    let mut seen: Vec<_> = standings.iter().map(|row| row.entrant.0).collect();
    assert!(standings.is_sorted_by_key(|row| (row.rank, row.entrant)));
    seen.sort_unstable();
    assert_eq!(seen, everybody);
    assert!(is_competition(&standings.iter().map(|row| row.rank).collect::<Vec<_>>()));
    for row in &standings {
        let value = row.rounds.iter().filter(|value| value.counts).filter_map(|value| value.value);
        let kind = race.settings();
        let empty = if matches!(kind, RaceSettings::GrandPrix { .. }) { Some(0) } else { None };
        assert_eq!(row.total, value.reduce(|a, b| a + b).or(empty));
    }
    let ranks = race.ranks();
    for row in &standings {
        assert_eq!(ranks[row.entrant.index()], race.is_over().then_some(row.rank));
    }
    for (rank, guaranteed) in ranks.iter().zip(race.guaranteed_ranks()) {
        assert!(guaranteed >= 1 && guaranteed <= race.entrants());
        assert!(rank.is_none_or(|rank| rank == guaranteed));
    }
    for round in 1..=race.rounds() {
        let results = race.results(round).unwrap();
        let mut seen: Vec<_> = results.iter().map(|row| row.entrant.0).collect();
        seen.sort_unstable();
        assert_eq!(seen, everybody);
        assert!(results.is_sorted_by_key(|row| row.rank.unwrap_or(u32::MAX)));
        let ranks: Vec<_> = results.iter().filter_map(|row| row.rank).collect();
        let explicit = results.iter().any(|row| row.mark.is_some_and(|mark| mark.rank.is_some()));
        assert!(explicit || is_competition(&ranks), "{results:?}");
    }
}

/// A grand prix reckoned slowly: total, how often each place was taken, most points in one round.
fn naive(race: &Race, entrant: Entrant) -> (i64, Vec<usize>, i64) {
    let RaceSettings::GrandPrix { points: table, best_of, .. } = race.settings() else {
        panic!("a grand prix");
    };
    let order = |mark: RaceMark| match mark.result {
        Time(time) => (0, time),
        Finished => (1, 0),
        _ => (2, 0),
    };
    let (mut points, mut best) = (Vec::new(), None);
    let mut places = vec![0; usize::try_from(race.entrants()).unwrap() + 1];
    for round in 1..=race.started() {
        let Some(mark) = race.mark(round, entrant) else {
            points.push(0);
            continue;
        };
        let ahead = race.marks().filter(|m| m.round == round && order(m.mark) < order(mark));
        let finished = order(mark).0 < 2;
        let rank = mark.rank.map(|rank| usize::try_from(rank).unwrap());
        let place = rank.or(finished.then_some(ahead.count() + 1));
        let by_place = place.and_then(|place| table.get(place - 1)).copied().unwrap_or(0);
        if let Some(place) = place {
            places[place] += 1;
        }
        points.push(mark.points.unwrap_or(by_place));
        best = best.max(Some(mark.points.unwrap_or(by_place)));
    }
    points.sort_unstable();
    points.reverse();
    points.truncate(best_of.map_or(usize::MAX, |best| usize::try_from(best).unwrap()));
    (points.iter().sum(), places, best.unwrap_or(0))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Any operations keep the race sound and say what they change; header and marks are all of it.
    #[test]
    fn any_operations(
        settings in settings(),
        n in 0..7_u32,
        operations in prop::collection::vec(operation(), 0..120),
    ) {
        let mut race = Race::start(settings.clone(), n).unwrap();
        let mut accepted = Vec::new();
        for operation in &operations {
            let before = race.clone();
            let stored = (race.header(), race.marks().collect::<Vec<_>>());
            let preview = race.preview(operation);
            let applied = race.apply(operation);
            prop_assert_eq!(&preview, &applied);
            if let Ok(changes) = applied {
                prop_assert_eq!(changes, difference(&before, &race));
                accepted.push(*operation);
            } else {
                prop_assert_eq!(&before, &race);
            }
            // Undo.
            prop_assert_eq!(Race::restore(stored.0, stored.1), Ok(before));
        }
        assert_sound(&race);
        let next = race.next_round();
        prop_assert_eq!(next, (0..9).find(|round| race.preview(&StartRound { round: *round }).is_ok()));

        let mut again = Race::start(settings, n).unwrap();
        apply(&mut again, &accepted);
        prop_assert_eq!(&again, &race);
        let header = serde_json::to_string(&race.header()).unwrap();
        let marks = serde_json::to_string(&race.marks().collect::<Vec<_>>()).unwrap();
        let marks = json::<Vec<RaceRecord>>(&marks);
        prop_assert_eq!(Race::restore(json(&header), marks.into_iter().rev()), Ok(race));
    }

    /// In whatever order the marks of a round come in, the round is the same.
    #[test]
    fn the_order_of_marks_does_not_matter(
        settings in settings(),
        marks in prop::collection::vec((1..7_u32, any_mark()), 0..12).prop_shuffle(),
    ) {
        let unique: BTreeMap<_, _> = marks.iter().copied().collect();
        let play = |marks: &mut dyn Iterator<Item = (u32, RaceMark)>| {
            let mut race = Race::start(settings.clone(), 6).unwrap();
            apply(&mut race, &[StartRound { round: 1 }]);
            for (entrant, given) in marks {
                // Marks of another kind are refused in either order.
                let _ = race.apply(&mark(1, entrant, given));
            }
            apply(&mut race, &[FinishRound { round: 1 }]);
            race
        };
        let mut order: Vec<_> = Vec::new();
        for (entrant, _) in &marks {
            if !order.contains(entrant) {
                order.push(*entrant);
            }
        }
        let shuffled = play(&mut order.iter().map(|entrant| (*entrant, unique[entrant])));
        let sorted = play(&mut unique.iter().map(|(entrant, mark)| (*entrant, *mark)));
        prop_assert_eq!(shuffled.standings(), sorted.standings());
        prop_assert_eq!(shuffled.results(1), sorted.results(1));
        prop_assert_eq!(shuffled, sorted);
    }

    /// Points, countback and dropped rounds agree with a reckoning that counts one by one.
    #[test]
    fn grand_prix_beside_a_naive_reckoning(
        points in prop::collection::vec(-3..12_i64, 0..5),
        best_of in prop::option::of(1..4_u32),
        operations in prop::collection::vec(operation(), 0..150),
    ) {
        let mut race = Race::start(grand_prix(0, &points, best_of), 6).unwrap();
        apply(&mut race, &[StartRound { round: 1 }]);
        for operation in &operations {
            let _ = race.apply(operation);
        }
        let standings = race.standings();
        for row in &standings {
            prop_assert_eq!(row.total, Some(naive(&race, row.entrant).0));
        }
        for pair in standings.windows(2) {
            let (better, worse) = (naive(&race, pair[0].entrant), naive(&race, pair[1].entrant));
            prop_assert!(better >= worse);
            prop_assert_eq!(better == worse, pair[0].rank == pair[1].rank);
        }
    }

    /// As long as nothing is taken back, guaranteed ranks only get better and are kept.
    #[test]
    fn guaranteed_ranks_are_kept(
        rounds in 1..5_u32,
        points in prop::collection::vec(-3..12_i64, 0..5),
        best_of in prop::option::of(1..4_u32),
        marks in prop::collection::vec((1..6_u32, any_mark()), 0..40),
        each in 1..10_usize,
        withdrawn in prop::collection::vec((0..40_usize, 1..6_u32), 0..2),
        ends in 1..5_u32,
    ) {
        let mut race = Race::start(grand_prix(rounds, &points, best_of), 5).unwrap();
        let mut guaranteed = race.guaranteed_ranks();
        let mut marks = marks.into_iter().enumerate();
        let (fewest, most) =
            (points.iter().copied().min().unwrap_or(0).min(0), points.iter().copied().max().unwrap_or(0).max(0));
        while !race.is_over() {
            let round = race.next_round().unwrap();
            let mut operations = vec![StartRound { round }];
            for (position, (entrant, given)) in marks.by_ref().take(each) {
                // Points beyond those of places are the one thing not foreseen.
                let within = given.points.is_none_or(|points| points >= fewest && points <= most);
                let leaves = withdrawn.iter().filter(|(when, _)| *when == position);
                operations.extend(leaves.map(|(_, entrant)| withdraw(*entrant)));
                operations.extend(within.then(|| mark(round, entrant, given)));
            }
            operations.push(FinishRound { round });
            operations.extend((round == ends).then_some(End));
            for operation in &operations {
                let _ = race.apply(operation);
                let now = race.guaranteed_ranks();
                prop_assert!(now.iter().zip(&guaranteed).all(|(now, then)| now <= then));
                guaranteed = now;
            }
        }
        let ranks: Vec<_> = race.ranks().into_iter().map(Option::unwrap).collect();
        prop_assert_eq!(ranks, guaranteed);
    }
}
