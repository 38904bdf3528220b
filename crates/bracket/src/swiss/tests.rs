//! The sparse way against the dense one, in fields up to 300.

mod dense;

use proptest::prelude::*;
use rstest::rstest;

use super::likely::Reach;
use super::solve::{self, Limits};
use super::table::Table;
use super::{Avoid, Criterion, Mode, NoRound, Order, Rules, pair};
use crate::history::{History, Unpaired};
use crate::model::{Entrant, Outcome};

/// Numbers without end, the same for the same seed (an xorshift generator).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn entrant(&mut self, entrants: u32) -> Entrant {
        Entrant(u32::try_from(self.roll(entrants.into())).unwrap() + 1)
    }
}

/// How an event goes.
#[derive(Debug, Clone, Copy)]
struct Course {
    entrants: u32,
    rounds: usize,
    /// In percent.
    draws: u64,
    forfeits: u64,
    leaving: u64,
    /// Forbidden pairs, clubs.
    forbidden: usize,
    clubs: u64,
    /// Everybody meets those of nearest seed, whatever the scores, so that score groups have met.
    pressure: bool,
}

fn event(course: Course, rules: &mut Rules, dice: &mut Dice) -> (History, Vec<Entrant>) {
    let Course { entrants, clubs, .. } = course;
    let mut history = History::new(entrants);
    for _ in 0..course.forbidden {
        rules.forbidden.push([dice.entrant(entrants), dice.entrant(entrants)]);
    }
    if clubs > 0 {
        let club = |entrant| (entrant, u32::try_from(dice.roll(clubs)).unwrap());
        let groups = history.all().map(club).collect();
        rules.avoid.push(Avoid { groups, rounds: 20 });
    }
    let mut present: Vec<_> = history.all().collect();
    for _ in 0..course.rounds {
        let casual = if course.pressure {
            Rules { win: 0, draw: 0, order: Order::Monrad, mode: Mode::Casual, ..rules.clone() }
        } else {
            Rules { mode: Mode::Casual, ..rules.clone() }
        };
        let away = dice.entrant(entrants);
        let given: Vec<_> =
            present.iter().filter(|e| **e == away).map(|e| (*e, Unpaired::HalfPoint)).collect();
        let playing: Vec<_> = present.iter().copied().filter(|e| *e != away).collect();
        let Ok(mut round) = pair(&history, &casual, &playing, &given) else { break };
        for pairing in &mut round.pairings {
            let slot = u8::from(dice.roll(10) < 4);
            pairing.outcome = Some(if dice.roll(100) < course.draws {
                Outcome::Draw
            } else {
                Outcome::Winner { slot, forfeit: dice.roll(100) < course.forfeits }
            });
        }
        history.rounds.push(round);
        present.retain(|_| dice.roll(100) >= course.leaving);
    }
    (history, present)
}

/// Few pairs, so that many are missing and have to be found; short words, so that not all terms fit
/// at once and what is settled takes several words.
const SCARCE: Limits = Limits { bits: 18, reach: Reach { all: 8, near: 1, floats: 1, byes: 1 } };

/// Whether there is a round; it has to cost as much as by the dense way on every term.
fn assert_best(history: &History, rules: &Rules, present: &[Entrant]) -> bool {
    let Ok(table) = Table::new(history, rules, present, &[]) else { return false };
    let terms = || table.terms().filter(|term| *term != super::Term::Illegal);
    let dense = dense::optimum(&table);
    for sparse in [solve::optimum(&table), solve::optimum_within(&table, &SCARCE)] {
        match (sparse, &dense) {
            (Ok(sparse), Some(dense)) => {
                assert!(sparse.iter().all(|&(one, other)| table.is_legal(one, other)));
                let costs = terms().map(|term| (term, table.total(term, &sparse)));
                let expected = terms().map(|term| (term, table.total(term, dense)));
                assert_eq!(costs.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
            }
            (Err(NoRound::NoLegalPairing { .. }), None) => {}
            (sparse, dense) => panic!("{sparse:?}, {dense:?}"),
        }
    }
    dense.is_some()
}

fn rules(dice: &mut Dice, plain: bool) -> Rules {
    let mut criteria = Rules::default().criteria;
    if !plain {
        criteria.push(Criterion::ByeUnplayed);
        for place in (1..criteria.len()).rev() {
            let other = usize::try_from(dice.roll(place as u64 + 1)).unwrap();
            criteria.swap(place, other);
        }
        if dice.roll(4) == 0 {
            let place = usize::try_from(dice.roll(4)).unwrap();
            criteria.remove(place);
        }
    }
    let order = match dice.roll(4) {
        0 => Order::Halves,
        1 => Order::Ends,
        2 => Order::Monrad,
        _ => Order::Random { draw: dice.roll(1000) },
    };
    let (win, draw) = if dice.roll(2) == 0 { (2, 1) } else { (3, 1) };
    let allow_rematches = !plain && dice.roll(4) == 0;
    let accelerated = (dice.roll(4) == 0).then_some(9);
    Rules { win, draw, criteria, order, accelerated, allow_rematches, ..Rules::default() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn the_sparse_way_costs_as_much_as_the_dense_one(
        seed in 1..u64::MAX,
        entrants in 20..=100_u32,
        plain in any::<bool>(),
    ) {
        let mut dice = Dice(seed);
        let mut rules = rules(&mut dice, plain);
        let course = Course {
            entrants,
            rounds: usize::try_from(dice.roll(9)).unwrap(),
            draws: dice.roll(2) * 20,
            forfeits: dice.roll(2) * 5,
            leaving: dice.roll(3),
            forbidden: usize::try_from(dice.roll(2)).unwrap() * entrants as usize,
            clubs: dice.roll(2) * dice.roll(9),
            pressure: dice.roll(3) == 0,
        };
        let (history, present) = event(course, &mut rules, &mut dice);
        assert_best(&history, &rules, &present);
    }
}

const CASES: u32 = 150;

#[rstest]
#[case(300, 5, 0, 0)]
#[case(299, 8, 25, 6)]
fn large_fields_cost_as_much_as_by_the_dense_way(
    #[case] entrants: u32,
    #[case] rounds: usize,
    #[case] draws: u64,
    #[case] clubs: u64,
) {
    let mut dice = Dice(0x9e37_79b9);
    let (forfeits, leaving, forbidden, pressure) = (2, 1, 20, false);
    let course = Course { entrants, rounds, draws, forfeits, leaving, forbidden, clubs, pressure };
    let mut rules = Rules::default();
    let (history, present) = event(course, &mut rules, &mut dice);
    assert!(assert_best(&history, &rules, &present));
}

#[test]
fn every_criterion_may_come_first() {
    for first in [Criterion::Avoided, Criterion::Differences, Criterion::Order] {
        let mut dice = Dice(7);
        let criteria = [&[first][..], &Rules::default().criteria].concat();
        let mut rules = Rules { criteria, ..Rules::default() };
        let course = Course {
            entrants: 61,
            rounds: 4,
            draws: 10,
            forfeits: 2,
            leaving: 1,
            forbidden: 9,
            clubs: 2,
            pressure: false,
        };
        let (history, present) = event(course, &mut rules, &mut dice);
        assert!(assert_best(&history, &rules, &present));
    }
}
