//! Naive references, and hostile histories.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;
use tiltyard_bracket::history::{History, Pairing, Round, Unpaired};
use tiltyard_bracket::standings::{
    Criterion, Extra, Ranking, Row, Value, attainable, guaranteed, standings,
};
use tiltyard_bracket::{Entrant, Outcome};

use crate::helpers::{by, table};
use crate::strategies::{histories, outcomes, rankings};

fn mirrored(history: &History) -> History {
    let mut history = history.clone();
    for round in &mut history.rounds {
        round.pairings.reverse();
        round.unpaired.reverse();
        for pairing in &mut round.pairings {
            pairing.sides.reverse();
            pairing.sets.iter_mut().for_each(|set| set.reverse());
            if let Some(Outcome::Winner { slot, .. }) = &mut pairing.outcome {
                *slot = 1 - *slot;
            }
        }
    }
    history
}

/// Head to head as its definition reads.
fn naive_head_to_head(history: &History, set: &[Entrant], difference: bool) -> Vec<Vec<Entrant>> {
    let score = |entrant: Entrant| -> i64 {
        let all = history.rounds.iter().flat_map(|round| &round.pairings);
        let inside = all.filter(|p| p.sides.iter().all(|side| set.contains(side)));
        let own = inside.filter_map(|p| {
            let side = p.side_of(entrant)?;
            let outcome = p.outcome?;
            if difference {
                return Some(p.sets.iter().map(|set| set[side] - set[1 - side]).sum());
            }
            Some(match outcome {
                Outcome::Draw => 1,
                Outcome::Winner { .. } if p.winner() == Some(entrant) => 2,
                Outcome::Winner { .. } | Outcome::DoubleForfeit => 0,
            })
        });
        own.sum()
    };
    let mut buckets: BTreeMap<i64, Vec<Entrant>> = BTreeMap::new();
    for entrant in set {
        buckets.entry(-score(*entrant)).or_default().push(*entrant);
    }
    if buckets.len() == 1 {
        return vec![set.to_vec()];
    }
    buckets.values().flat_map(|set| naive_head_to_head(history, set, difference)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn boards_and_sides_do_not_matter(history in histories(1..9, 0..6), ranking in rankings()) {
        prop_assert_eq!(table(&history, &ranking), table(&mirrored(&history), &ranking));
    }

    /// Without the criteria made among the tied, a line is better exactly if its values are.
    #[test]
    fn ranks_count_those_who_are_better(history in histories(1..9, 0..6), ranking in rankings()) {
        let table = table(&history, &ranking);
        let key = |row: &Row| -> Vec<Value> {
            let values = table.criteria.iter().zip(&row.values);
            let free = values.filter(|(criterion, _)| !criterion.is_among_tied());
            free.map(|(criterion, value)| {
                let value = value.clone().unwrap();
                // The worst first makes the lexicographic comparison one of "better".
                if criterion.lower_is_better() {
                    Value::from(-i64::try_from(value.ratio().unwrap().to_integer()).unwrap())
                } else {
                    value
                }
            }).collect()
        };
        let among_tied = table.criteria.iter().any(|criterion| criterion.is_among_tied());
        for (place, row) in table.rows.iter().enumerate() {
            let above = table.rows.iter().filter(|other| other.rank < row.rank).count();
            prop_assert_eq!(row.rank as usize, above + 1);
            if !among_tied {
                let better = table.rows.iter().filter(|other| key(other) > key(row)).count();
                prop_assert_eq!(row.rank as usize, better + 1);
            }
            let same = place > 0 && table.rows[place - 1].rank == row.rank;
            prop_assert_eq!(row.decided_by.is_none(), same || place == 0);
            if same {
                prop_assert!(table.rows[place - 1].entrant < row.entrant);
            }
        }
    }

    #[test]
    fn a_further_criterion_only_refines(history in histories(1..9, 0..6), ranking in rankings()) {
        let mut shorter = ranking.clone();
        shorter.criteria.pop();
        let (coarse, fine) = (table(&history, &shorter).ranks(), table(&history, &ranking).ranks());
        for (one, fine_one) in coarse.iter().zip(&fine) {
            for (two, fine_two) in coarse.iter().zip(&fine) {
                prop_assert!(one >= two || fine_one < fine_two);
            }
        }
    }

    #[test]
    fn head_to_head_is_what_its_definition_says(
        history in histories(1..13, 0..6),
        difference in prop::bool::ANY,
    ) {
        let criterion =
            if difference { Criterion::HeadToHeadDifference } else { Criterion::HeadToHead };
        let table = table(&history, &by(&[criterion]));
        let all: Vec<_> = history.all().collect();
        let mut expected = Vec::new();
        for set in naive_head_to_head(&history, &all, difference) {
            let rank = expected.len() + 1;
            expected.extend(set.into_iter().map(|entrant| (entrant, u32::try_from(rank).unwrap())));
        }
        let actual: Vec<_> = table.rows.iter().map(|row| (row.entrant, row.rank)).collect();
        prop_assert_eq!(actual, expected);
    }

    /// Magic's rates by their definition, in numbers of any size.
    #[test]
    fn rates_are_what_their_definition_says(history in histories(1..9, 0..6)) {
        let ranking = Ranking::magic();
        let table = table(&history, &ranking);
        let floor = BigRational::new(33.into(), 100.into());
        let whole = |n: i64| BigRational::from(BigInt::from(n));
        let mut rates = Vec::new();
        let mut opponents = Vec::new();
        for entrant in history.all() {
            let (mut points, mut most, mut games, mut most_games) = (0, 0, 0, 0);
            let mut rivals = Vec::new();
            for round in &history.rounds {
                if let Some(p) = round.pairings.iter().find(|p| p.side_of(entrant).is_some())
                    && let Some(outcome) = p.outcome
                {
                    let side = p.side_of(entrant).unwrap();
                    rivals.push(p.opponent_of(entrant).unwrap());
                    let victory = p.winner() == Some(entrant);
                    most += 3;
                    points += if outcome == Outcome::Draw { 1 } else { 3 * i64::from(victory) };
                    let of_set = |set: &[i64; 2]| match set[side].cmp(&set[1 - side]) {
                        std::cmp::Ordering::Greater => 3,
                        std::cmp::Ordering::Equal => 1,
                        std::cmp::Ordering::Less => 0,
                    };
                    games += p.sets.iter().map(of_set).sum::<i64>();
                    most_games += 3 * i64::try_from(p.sets.len()).unwrap();
                    if p.sets.is_empty() && outcome != Outcome::Draw && !p.is_played() {
                        games += 6 * i64::from(victory);
                        most_games += 6;
                    }
                }
                match round.unpaired.iter().find(|(other, _)| *other == entrant) {
                    Some((_, Unpaired::Bye | Unpaired::FullPoint)) => {
                        (points, most) = (points + 3, most + 3);
                        (games, most_games) = (games + 6, most_games + 6);
                    }
                    Some((_, Unpaired::HalfPoint)) => (points, most) = (points + 1, most + 3),
                    Some((_, Unpaired::ZeroPoint)) | None => {}
                }
            }
            let rate = |points, most| {
                if most == 0 { floor.clone() } else { (whole(points) / whole(most)).max(floor.clone()) }
            };
            rates.push([rate(points, most), rate(games, most_games)]);
            opponents.push(rivals);
        }
        for entrant in history.all() {
            let rivals = &opponents[entrant.index()];
            let mean = |which: usize| {
                let sum = rivals.iter().map(|rival| rates[rival.index()][which].clone());
                let sum = sum.fold(whole(0), |a, b| a + b);
                let count = i64::try_from(rivals.len()).unwrap();
                if count == 0 { floor.clone() } else { sum / whole(count) }
            };
            let value = |criterion| table.value(entrant, criterion).unwrap().big_ratio();
            prop_assert_eq!(value(Criterion::GameWinRate), rates[entrant.index()][1].clone());
            prop_assert_eq!(value(Criterion::OpponentsMatchWinRate), mean(0));
            prop_assert_eq!(value(Criterion::OpponentsGameWinRate), mean(1));
        }
    }

    /// Anything at all is a table or a refusal.
    #[test]
    fn hostile_histories(
        entrants in 0u32..6,
        rounds in prop::collection::vec(
            prop::collection::vec(
                (prop::array::uniform2(0u32..7), outcomes(), 0u8..4,
                 prop::collection::vec(prop::array::uniform2(prop_oneof![
                    Just(i64::MIN), Just(i64::MAX), any::<i64>(), 0i64..3]), 0..5)),
                0..3),
            0..4),
        ranking in rankings(),
        ratings in prop::collection::btree_map((0u32..9).prop_map(Entrant), any::<i64>(), 0..5),
        left in prop::collection::vec(any::<u32>(), 0..7),
    ) {
        let rounds = rounds.into_iter().map(|boards| {
            let pairings = boards.into_iter().map(|([first, second], outcome, slot, sets)| {
                let outcome = match outcome {
                    Some(Outcome::Winner { forfeit, .. }) => Some(Outcome::Winner { slot, forfeit }),
                    other => other,
                };
                Pairing { sides: [Entrant(first), Entrant(second)], outcome, sets }
            });
            Round { pairings: pairings.collect(), unpaired: Vec::new() }
        });
        let history = History { entrants, rounds: rounds.collect() };
        let tie_break_wins = BTreeMap::from([(Entrant(2), 1), (Entrant(0), 3)]);
        let extra = Extra { ratings, tie_break_wins, lots: vec![Entrant(0), Entrant(9), Entrant(2)] };
        let ranking = Ranking { criteria: Criterion::ALL.to_vec(), ..ranking };
        match standings(&history, &ranking, &extra) {
            Ok(table) => prop_assert_eq!(table.rows.len(), entrants as usize),
            Err(refused) => prop_assert!(!refused.to_string().is_empty()),
        }
        let _ = guaranteed(&history, &ranking, &extra, &left);
        let _ = attainable(&history, &ranking, &extra, &left);
    }
}
