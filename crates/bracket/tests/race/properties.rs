//! Random races, beside a naive reckoning.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tiltyard_bracket::Entrant;
use tiltyard_bracket::race::RaceOperation::{
    Add, End, FinishRound, ReopenRound, ResetRound, Resume, StartRound,
};
use tiltyard_bracket::race::RaceResult::{
    DidNotFinish, DidNotStart, Disqualified, Finished, Score, Time,
};
use tiltyard_bracket::race::{
    Aggregate, MAX_NUMBER, Race, RaceChanges, RaceMark, RaceOperation, RaceRecord, RaceResult,
    RaceSettings, RoundChange, RoundState, ScoreOrder,
};

use crate::helpers::{apply, grand_prix, json, mark, withdraw};

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
