//! No other round is better, by trying all of them.

use proptest::prelude::*;
use tiltyard_bracket::Entrant;
use tiltyard_bracket::history::{History, Pairing, Round, Unpaired};
use tiltyard_bracket::swiss::{
    Avoid, Criterion, Mode, NoRound, Order, Rules, Term, Verdict, explain, why_not,
};

use crate::{assert_legal, next, outcome};

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
    let criteria = [&Rules::default().criteria[..], &[Criterion::ByeUnplayed]].concat();
    let criteria = Just(criteria).prop_shuffle();
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
        Criterion::ByeUnplayed => vec![Term::ByeUnplayed],
        Criterion::Avoided => vec![Term::Avoided],
        Criterion::Differences => (1..40).rev().map(Term::Difference).collect(),
        Criterion::Exchanges => vec![Term::Exchanges],
        Criterion::Order => vec![Term::Order],
        other => unreachable!("the oracle has no costs for {other:?}"),
    };
    let criteria = rules.criteria.iter().flat_map(of);
    [Term::Illegal, Term::Rematch].into_iter().chain(criteria).collect()
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
    fn the_casual_round_is_legal_if_any_is(history in histories(8), rules in any_rules()) {
        let rules = Rules { mode: Mode::Casual, ..rules };
        let field: Vec<_> = (1..=history.entrants).collect();
        let steps = [Term::Illegal];
        let best = every_round(&field).iter().map(|r| cost(&history, &rules, r, &steps)).min();
        match next(&history, &rules) {
            Ok(round) => {
                assert_legal(&history, &rules, &history.all().collect::<Vec<_>>(), &round);
            }
            Err(NoRound::NoLegalPairing { .. }) => prop_assert!(best.unwrap()[0] > 0),
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    #[test]
    fn why_not_knows_the_best_round_with_a_pair(
        history in histories(7),
        rules in any_rules(),
        named in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
    ) {
        let steps = steps(&rules);
        let field: Vec<_> = (1..=history.entrants).collect();
        let Ok(round) = next(&history, &rules) else { return Ok(()) };
        let first = Entrant(field[named.0.index(field.len())]);
        let second = Some(Entrant(field[named.1.index(field.len())])).filter(|s| *s != first);
        let has = |round: &Round| {
            round.unpaired.contains(&(first, Unpaired::Bye)) && second.is_none()
                || round.pairings.iter().any(|p| p.opponent_of(first).is_some_and(|o| Some(o) == second))
        };
        let others: Vec<_> =
            every_round(&field).into_iter().filter(|other| has(other) != has(&round)).collect();
        let best = others.iter().map(|other| cost(&history, &rules, other, &steps)).min();
        let best = best.filter(|best| best[0] == 0);
        let answer = why_not(&history, &rules, &round, first, second).unwrap();
        prop_assert_eq!(answer.paired, has(&round));
        match (answer.verdict, best) {
            (Verdict::Broken(_) | Verdict::NoLegalRound, None) => {}
            (Verdict::Equal { other }, Some(best)) => {
                prop_assert_eq!(cost(&history, &rules, &other, &steps), best.clone());
                prop_assert_eq!(cost(&history, &rules, &round, &steps), best);
            }
            (Verdict::Worse { other, term, costs }, Some(best)) => {
                prop_assert_eq!(cost(&history, &rules, &other, &steps), best.clone());
                let ours = cost(&history, &rules, &round, &steps);
                let place = (0..ours.len()).find(|place| ours[*place] != best[*place]).unwrap();
                prop_assert_eq!((term, costs), (steps[place], [ours[place], best[place]]));
            }
            (verdict, best) => prop_assert!(false, "{:?} {:?}", verdict, best),
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
