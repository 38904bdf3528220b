//! Swiss rounds: vectors, an exhaustive oracle, whole events.

use std::collections::HashSet;

use proptest::prelude::*;
use rstest::rstest;
use tiltyard_bracket::history::{History, Pairing, Round, Unpaired};
use tiltyard_bracket::swiss::{
    Avoid, Criterion, Mode, NoRound, Order, Rules, Term, WayOut, compare, explain, pair,
};
use tiltyard_bracket::{Entrant, Outcome};

fn round(pairs: &[(u32, u32)], byes: &[u32], outcome: Option<Outcome>) -> Round {
    let pairing =
        |&(a, b): &(u32, u32)| Pairing { outcome, ..Pairing::new(Entrant(a), Entrant(b)) };
    Round {
        pairings: pairs.iter().map(pairing).collect(),
        unpaired: byes.iter().map(|&bye| (Entrant(bye), Unpaired::Bye)).collect(),
    }
}

fn won(pairs: &[(u32, u32)], byes: &[u32]) -> Round {
    round(pairs, byes, Some(Outcome::win(0)))
}

fn next(history: &History, rules: &Rules) -> Result<Round, NoRound> {
    pair(history, rules, &history.all().collect::<Vec<_>>(), &[])
}

fn numbers(round: &Round) -> Vec<(u32, u32)> {
    round.pairings.iter().map(|p| (p.sides[0].0, p.sides[1].0)).collect()
}

fn byes(round: &Round) -> Vec<u32> {
    let byes = round.unpaired.iter().filter(|(_, kind)| *kind == Unpaired::Bye);
    byes.map(|(entrant, _)| entrant.0).collect()
}

#[rstest]
#[case(Order::Halves, &[(1, 5), (2, 6), (3, 7), (4, 8)])]
#[case(Order::Ends, &[(1, 8), (2, 7), (3, 6), (4, 5)])]
#[case(Order::Monrad, &[(1, 2), (3, 4), (5, 6), (7, 8)])]
fn the_first_round_is_the_ideal_one(
    #[case] order: Order,
    #[case] expected: &[(u32, u32)],
    #[values(Mode::Optimal, Mode::Casual)] mode: Mode,
) {
    let rules = Rules { order, mode, ..Rules::default() };
    assert_eq!(numbers(&next(&History::new(8), &rules).unwrap()), expected);
}

#[test]
fn a_draw_shuffles_the_same_way_each_time() {
    let of = |draw| {
        let rules = Rules { order: Order::Random { draw }, ..Rules::default() };
        numbers(&next(&History::new(32), &rules).unwrap())
    };
    assert_eq!(of(7), of(7));
    assert_ne!(of(7), of(8));
}

/// Six players, three rounds all between {1,2,3} and {4,5,6}: two triangles are left.
fn dead_end() -> History {
    History {
        entrants: 6,
        rounds: vec![
            won(&[(1, 4), (2, 5), (3, 6)], &[]),
            won(&[(1, 5), (2, 6), (3, 4)], &[]),
            won(&[(1, 6), (2, 4), (3, 5)], &[]),
        ],
    }
}

#[rstest]
fn two_triangles_are_no_legal_round(#[values(Mode::Optimal, Mode::Casual)] mode: Mode) {
    let rules = Rules { mode, ..Rules::default() };
    let ways_out = vec![WayOut::AllowRematches, WayOut::End, WayOut::Manual];
    assert_eq!(next(&dead_end(), &rules), Err(NoRound::NoLegalPairing { ways_out }));
    let rules = Rules { allow_rematches: true, mode, ..rules };
    let round = next(&dead_end(), &rules).unwrap();
    let explained = explain(&dead_end(), &rules, &round).unwrap();
    let rematches = explained.iter().flat_map(|e| &e.terms).filter(|(t, _)| *t == Term::Rematch);
    assert_eq!(rematches.count(), 1, "{round:?}");
}

#[rstest]
fn the_bye_goes_to_the_lowest_who_may_have_it(#[values(Mode::Optimal, Mode::Casual)] mode: Mode) {
    let rules = Rules { mode, ..Rules::default() };
    let mut history = History::new(5);
    let first = next(&history, &rules).unwrap();
    assert_eq!(byes(&first), [5]);
    history.rounds.push(won(&numbers(&first), &[5]));
    // 1 and 2 won, 5 had the bye: 4 is the last of those without a point.
    assert_eq!(byes(&next(&history, &rules).unwrap()), [4]);
    // A forfeit win blocks as a bye does.
    history.rounds.push(won(&[(1, 5), (2, 4)], &[3]));
    let forfeit = Some(Outcome::Winner { slot: 1, forfeit: true });
    history.rounds[1].pairings[1].outcome = forfeit;
    let third = next(&history, &rules).unwrap();
    assert!([1, 2].contains(&byes(&third)[0]), "{third:?}");
}

#[test]
fn settled_byes_are_kept_and_block() {
    let history = History::new(5);
    let present: Vec<_> = (1..5).map(Entrant).collect();
    for kind in [Unpaired::FullPoint, Unpaired::HalfPoint, Unpaired::ZeroPoint] {
        let given = [(Entrant(5), kind)];
        let mut round = pair(&history, &Rules::default(), &present, &given).unwrap();
        assert_eq!(round.unpaired, given);
        round.pairings.iter_mut().for_each(|pairing| pairing.outcome = Some(Outcome::Draw));
        let history = History { entrants: 5, rounds: vec![round] };
        let blocked = byes(&next(&history, &Rules::default()).unwrap()) != [5];
        assert_eq!(blocked, kind != Unpaired::ZeroPoint, "{kind:?}");
    }
}

#[test]
fn forfeits_may_be_paired_again_and_forbidden_pairs_never() {
    let mut history = History::new(2);
    history.rounds.push(won(&[(1, 2)], &[]));
    assert!(next(&history, &Rules::default()).is_err());
    history.rounds[0].pairings[0].outcome = Some(Outcome::DoubleForfeit);
    assert!(next(&history, &Rules::default()).is_ok());
    let forbidden = vec![[Entrant(2), Entrant(1)]];
    let rules = Rules { forbidden, allow_rematches: true, ..Rules::default() };
    let ways_out = vec![WayOut::End, WayOut::Manual];
    assert_eq!(next(&history, &rules), Err(NoRound::NoLegalPairing { ways_out }));
}

#[test]
fn clubs_stay_apart_in_the_first_rounds_only() {
    let groups = [1, 5].map(|member| (Entrant(member), 1)).into();
    let rules = |rounds| Rules {
        avoid: vec![Avoid { groups: std::collections::BTreeMap::clone(&groups), rounds }],
        ..Rules::default()
    };
    let history = History::new(8);
    assert!(!numbers(&next(&history, &rules(1)).unwrap()).contains(&(1, 5)));
    assert!(numbers(&next(&history, &rules(0)).unwrap()).contains(&(1, 5)));
}

#[test]
fn acceleration_pairs_the_upper_half_among_itself() {
    let rules = Rules { accelerated: Some(8), ..Rules::default() };
    let first = next(&History::new(8), &rules).unwrap();
    assert_eq!(numbers(&first), [(1, 3), (2, 4), (5, 7), (6, 8)]);
}

#[test]
fn who_has_lost_or_won_enough_is_out_and_the_last_one_gets_a_bye() {
    let rules = Rules { first_to: Some(1), ..Rules::default() };
    let mut history = History::new(5);
    history.rounds.push(won(&[(1, 3), (2, 4)], &[]));
    assert_eq!(byes(&next(&history, &rules).unwrap()), [5]);
    history.rounds.push(won(&[], &[5]));
    assert_eq!(next(&history, &rules), Err(NoRound::Nobody));
}

#[test]
fn another_round_is_worse_on_the_first_criterion_it_loses() {
    let history = History { entrants: 4, rounds: vec![won(&[(1, 3), (2, 4)], &[])] };
    let rules = Rules::default();
    let best = next(&history, &rules).unwrap();
    assert_eq!(numbers(&best), [(1, 2), (3, 4)]);
    let floats = round(&[(1, 4), (2, 3)], &[], None);
    let again = round(&[(1, 3), (2, 4)], &[], None);
    let why = |other| compare(&history, &rules, &best, other).unwrap();
    assert_eq!(why(&floats), Some((Term::Difference(2), [0, 2])));
    assert_eq!(why(&again), Some((Term::Illegal, [0, 2])));
    assert_eq!(why(&best), None);
}

#[test]
fn bad_input_is_refused() {
    let history = History { entrants: 2, rounds: vec![round(&[(1, 2)], &[], None)] };
    assert_eq!(next(&history, &Rules::default()), Err(NoRound::Unfinished { round: 1 }));
    let stranger = pair(&History::new(2), &Rules::default(), &[Entrant(3)], &[]);
    assert_eq!(stranger, Err(NoRound::Unknown { entrant: Entrant(3) }));
    let twice = pair(&History::new(2), &Rules::default(), &[Entrant(1), Entrant(1)], &[]);
    assert_eq!(twice, Err(NoRound::Unknown { entrant: Entrant(1) }));
    assert_eq!(next(&History::new(0), &Rules::default()), Err(NoRound::Nobody));
    let huge = pair(&History::new(u32::MAX), &Rules::default(), &[Entrant(1)], &[]);
    assert_eq!(huge, Err(NoRound::TooManyEntrants { given: u32::MAX }));
}

/// Every way to pair these, with a bye if they are odd.
fn every_round(left: &[u32]) -> Vec<Round> {
    let Some((&first, rest)) = left.split_first() else { return vec![Round::default()] };
    let mut rounds = Vec::new();
    for (place, &second) in rest.iter().enumerate() {
        let mut others = rest.to_vec();
        others.remove(place);
        for mut round in every_round(&others) {
            round.pairings.push(Pairing::new(Entrant(first), Entrant(second)));
            rounds.push(round);
        }
    }
    if left.len() % 2 == 1 {
        for mut round in every_round(rest) {
            round.unpaired.push((Entrant(first), Unpaired::Bye));
            rounds.push(round);
        }
    }
    rounds
}

fn outcome(die: u8) -> Outcome {
    match die % 8 {
        0..=2 => Outcome::win(0),
        3..=4 => Outcome::win(1),
        5 => Outcome::Draw,
        6 => Outcome::Winner { slot: 0, forfeit: true },
        _ => Outcome::DoubleForfeit,
    }
}

/// Rounds of anybody against anybody, so that all kinds of conflicts come up.
fn random_history(entrants: u32, orders: &[Vec<u32>], dice: &[u8]) -> History {
    let mut dice = dice.iter().copied().cycle();
    let mut history = History::new(entrants);
    for order in orders {
        let mut round = Round::default();
        for two in order.chunks(2) {
            match *two {
                [a, b] => round.pairings.push(Pairing {
                    outcome: dice.next().map(outcome),
                    ..Pairing::new(Entrant(a), Entrant(b))
                }),
                [a] => round.unpaired.push((Entrant(a), Unpaired::Bye)),
                _ => {}
            }
        }
        history.rounds.push(round);
    }
    history
}

fn histories(most: u32) -> impl Strategy<Value = History> {
    (2..=most).prop_flat_map(|entrants| {
        let order = Just((1..=entrants).collect::<Vec<_>>()).prop_shuffle();
        let dice = prop::collection::vec(any::<u8>(), 1..60);
        (prop::collection::vec(order, 0..6), dice)
            .prop_map(move |(orders, dice)| random_history(entrants, &orders, &dice))
    })
}

fn any_rules() -> impl Strategy<Value = Rules> {
    let criteria = Just(Rules::default().criteria).prop_shuffle();
    let orders = prop_oneof![
        Just(Order::Halves),
        Just(Order::Ends),
        Just(Order::Monrad),
        any::<u64>().prop_map(|draw| Order::Random { draw }),
    ];
    let clubs = prop::collection::btree_map((1..=10_u32).prop_map(Entrant), 0..3_u32, 0..8);
    let pairs = prop::collection::vec((1..=10_u32, 1..=10_u32), 0..4);
    (criteria, orders, clubs, pairs, any::<bool>(), any::<bool>()).prop_map(
        |(criteria, order, groups, pairs, allow_rematches, accelerated)| Rules {
            criteria,
            order,
            avoid: vec![Avoid { groups, rounds: 4 }],
            forbidden: pairs.into_iter().map(|(a, b)| [Entrant(a), Entrant(b)]).collect(),
            allow_rematches,
            accelerated: accelerated.then_some(6),
            ..Rules::default()
        },
    )
}

/// What a round costs on each step, from the explanation.
fn cost(history: &History, rules: &Rules, round: &Round, steps: &[Term]) -> Vec<i64> {
    let explained = explain(history, rules, round).unwrap_or_default();
    assert!(!explained.is_empty());
    let terms = || explained.iter().flat_map(|pair| &pair.terms);
    steps.iter().map(|step| terms().filter(|t| t.0 == *step).map(|t| t.1).sum()).collect()
}

fn steps(rules: &Rules) -> Vec<Term> {
    let of = |criterion: &Criterion| match criterion {
        Criterion::ByeScore => vec![Term::ByeScore],
        Criterion::Avoided => vec![Term::Avoided],
        Criterion::Differences => (1..40).rev().map(Term::Difference).collect(),
        Criterion::Order => vec![Term::Order],
    };
    let criteria = rules.criteria.iter().flat_map(of);
    [Term::Illegal, Term::Rematch].into_iter().chain(criteria).collect()
}

/// Hard rules, judged from the history alone.
fn assert_legal(history: &History, rules: &Rules, present: &[Entrant], round: &Round) {
    let played = history.rounds.iter().flat_map(|r| &r.pairings).filter(|p| p.is_played());
    let met: HashSet<_> = played.flat_map(|p| [p.sides, [p.sides[1], p.sides[0]]]).collect();
    let mut seen = Vec::new();
    for pairing in &round.pairings {
        assert!(rules.allow_rematches || !met.contains(&pairing.sides), "rematch: {pairing:?}");
        let [a, b] = pairing.sides;
        assert!(!rules.forbidden.contains(&[a, b]) && !rules.forbidden.contains(&[b, a]));
        seen.extend(pairing.sides);
    }
    assert_eq!(byes(round).len(), present.len() % 2);
    for bye in byes(round) {
        let bye = Entrant(bye);
        for earlier in &history.rounds {
            assert!(!earlier.unpaired.contains(&(bye, Unpaired::Bye)), "second bye: {bye}");
            let given = earlier.pairings.iter().any(|p| !p.is_played() && p.winner() == Some(bye));
            assert!(!given, "bye after a forfeit win: {bye}");
        }
        seen.push(bye);
    }
    seen.sort();
    let mut present = present.to_vec();
    present.sort();
    assert_eq!(seen, present);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_other_round_is_better(history in histories(8), rules in any_rules()) {
        let steps = steps(&rules);
        let field: Vec<_> = (1..=history.entrants).collect();
        let all = every_round(&field);
        let best = all.iter().map(|round| cost(&history, &rules, round, &steps)).min().unwrap();
        match next(&history, &rules) {
            Ok(round) => {
                assert_legal(&history, &rules, &history.all().collect::<Vec<_>>(), &round);
                prop_assert_eq!(cost(&history, &rules, &round, &steps), best);
            }
            Err(NoRound::NoLegalPairing { .. }) => prop_assert!(best[0] > 0),
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    #[test]
    fn whole_events_keep_the_hard_rules(
        size in 8..=128_u32,
        dice in prop::collection::vec(any::<u8>(), 64..200),
        casual in any::<bool>(),
    ) {
        let mode = if casual { Mode::Casual } else { Mode::Optimal };
        let rules = Rules { mode, ..Rules::default() };
        let mut history = History::new(size);
        let mut present: Vec<_> = history.all().collect();
        let mut dice = dice.into_iter().cycle();
        for number in 0..8 {
            match pair(&history, &rules, &present, &[]) {
                Ok(mut round) => {
                    assert_legal(&history, &rules, &present, &round);
                    for pairing in &mut round.pairings {
                        pairing.outcome = dice.next().map(outcome);
                    }
                    history.rounds.push(round);
                }
                // With few entrants who forfeit a lot, this happens.
                Err(NoRound::NoLegalPairing { .. }) => break,
                Err(other) => prop_assert!(false, "{}", other),
            }
            if number < 3 {
                history.entrants += 1;
                present.push(Entrant(history.entrants));
            }
            present.retain(|_| dice.next() != Some(7));
            if present.is_empty() {
                break;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn no_other_round_of_ten_is_better(
        order in prop::collection::vec(Just((1..=10).collect::<Vec<u32>>()).prop_shuffle(), 5),
        dice in prop::collection::vec(any::<u8>(), 25),
        rules in any_rules(),
    ) {
        let history = random_history(10, &order, &dice);
        let steps = steps(&rules);
        let all = every_round(&(1..=10).collect::<Vec<_>>());
        let best = all.iter().map(|round| cost(&history, &rules, round, &steps)).min().unwrap();
        match next(&history, &rules) {
            Ok(round) => prop_assert_eq!(cost(&history, &rules, &round, &steps), best),
            Err(_) => prop_assert!(best[0] > 0),
        }
    }
}
