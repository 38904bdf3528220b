//! Results and standings of small races.

use rstest::rstest;
use tiltyard_bracket::race::RaceOperation::{End, FinishRound, StartRound};
use tiltyard_bracket::race::RaceResult::{
    DidNotFinish, DidNotStart, Disqualified, Finished, Score, Time,
};
use tiltyard_bracket::race::{
    Aggregate, MAX_NUMBER, MAX_ROUNDS, Race, RaceMark, RaceRefusal, RaceSettings, RoundState,
    ScoreOrder,
};

use crate::helpers::{
    apply, grand_prix, mark, placed, places, run, scores, table, times, underway, withdraw,
};

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
