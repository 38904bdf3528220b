//! Round robin: published tables value by value, then what has to hold for every number.

use std::collections::HashMap;

use proptest::prelude::*;
use rstest::rstest;
use tiltyard_bracket::schedule::{Round, Table, matches_per_cycle, rounds, rounds_per_cycle};

/// `1-4 2-3 | 4-3 1-2`, and with an odd number the bye as a lone number at the end.
fn written(rounds: impl Iterator<Item = Round>) -> String {
    let round = |round: Round| {
        let pairs = round.pairs.iter().map(|[first, second]| format!("{first}-{second}"));
        pairs.chain(round.bye.map(|bye| bye.to_string())).collect::<Vec<_>>().join(" ")
    };
    rounds.map(round).collect::<Vec<_>>().join(" | ")
}

#[rstest]
#[case::two(2, 1, "1-2")]
#[case::two_twice(2, 3, "1-2 | 2-1 | 1-2")]
#[case::three(3, 1, "2-3 1 | 1-2 3 | 3-1 2")]
#[case::four(4, 1, "1-4 2-3 | 4-3 1-2 | 2-4 3-1")]
#[case::four_twice(4, 2, "1-4 2-3 | 2-4 3-1 | 4-3 1-2 | 4-1 3-2 | 3-4 2-1 | 4-2 1-3")]
#[case::six(6, 1, "1-6 2-5 3-4 | 6-4 5-3 1-2 | 2-6 3-1 4-5 | 6-5 1-4 2-3 | 3-6 4-2 5-1")]
#[case::eight(
    8,
    1,
    "1-8 2-7 3-6 4-5 | 8-5 6-4 7-3 1-2 | 2-8 3-1 4-7 5-6 | 8-6 7-5 1-4 2-3 \
     | 3-8 4-2 5-1 6-7 | 8-7 1-6 2-5 3-4 | 4-8 5-3 6-2 7-1"
)]
#[case::seven(
    7,
    1,
    "2-7 3-6 4-5 1 | 6-4 7-3 1-2 5 | 3-1 4-7 5-6 2 | 7-5 1-4 2-3 6 \
     | 4-2 5-1 6-7 3 | 1-6 2-5 3-4 7 | 5-3 6-2 7-1 4"
)]
fn berger(#[case] entrants: u32, #[case] cycles: u32, #[case] expected: &str) {
    assert_eq!(written(rounds(Table::Berger, entrants, cycles)), expected);
}

#[rstest]
#[case(3, 1, "3-2 1 | 1-3 2 | 2-1 3")]
#[case(4, 1, "1-4 3-2 | 2-4 1-3 | 3-4 2-1")]
#[case(4, 2, "1-4 3-2 | 2-4 1-3 | 3-4 2-1 | 4-1 2-3 | 4-2 3-1 | 4-3 1-2")]
#[case(6, 1, "1-6 5-2 4-3 | 2-6 1-3 5-4 | 3-6 2-4 1-5 | 4-6 3-5 2-1 | 5-6 4-1 3-2")]
fn circle(#[case] entrants: u32, #[case] cycles: u32, #[case] expected: &str) {
    assert_eq!(written(rounds(Table::Circle, entrants, cycles)), expected);
}

/// The list of a tournament that was seen.
#[test]
fn challonge_with_eight() {
    let expected = "8-1 2-7 3-6 4-5 | 6-4 5-8 7-3 1-2 | 4-7 3-1 8-2 5-6 | 2-3 7-5 1-4 6-8 \
                    | 6-7 4-2 5-1 8-3 | 2-5 1-6 7-8 3-4 | 5-3 8-4 6-2 7-1";
    assert_eq!(written(rounds(Table::Challonge, 8, 1)), expected);
}

#[test]
fn challonge_with_an_odd_number_is_berger() {
    assert_eq!(written(rounds(Table::Challonge, 7, 1)), written(rounds(Table::Berger, 7, 1)));
}

/// The printed tables go up to 16; of the largest the first two rounds and the last.
#[test]
fn berger_with_sixteen() {
    let all: Vec<_> = rounds(Table::Berger, 16, 1).collect();
    let line = |index: usize| written(all.iter().skip(index).take(1).cloned());
    assert_eq!(line(0), "1-16 2-15 3-14 4-13 5-12 6-11 7-10 8-9");
    assert_eq!(line(1), "16-9 10-8 11-7 12-6 13-5 14-4 15-3 1-2");
    assert_eq!(line(14), "8-16 9-7 10-6 11-5 12-4 13-3 14-2 15-1");
}

#[rstest]
#[case(0, 0, 0)]
#[case(1, 0, 0)]
#[case(2, 1, 1)]
#[case(3, 3, 3)]
#[case(4, 3, 6)]
#[case(1_000, 999, 499_500)]
#[case(u32::MAX, u32::MAX, 9_223_372_030_412_324_865)]
fn counts(#[case] entrants: u32, #[case] rounds_: u32, #[case] matches: u64) {
    assert_eq!(rounds_per_cycle(entrants), rounds_);
    assert_eq!(matches_per_cycle(entrants), matches);
}

#[rstest]
#[case::nobody(Table::Berger, 0)]
#[case::one(Table::Berger, 1)]
#[case::nobody_in_a_circle(Table::Circle, 0)]
#[case::one_on_challonge(Table::Challonge, 1)]
fn fewer_than_two_play_nothing(#[case] table: Table, #[case] entrants: u32) {
    assert_eq!(rounds(table, entrants, 3).next(), None);
}

/// Nothing overflows, and nothing is allocated until a round is looked at.
#[test]
fn any_number_is_fine() {
    for table in [Table::Berger, Table::Circle, Table::Challonge] {
        let mut all = rounds(table, u32::MAX, u32::MAX);
        assert_eq!(all.size_hint().0, 18_446_744_065_119_617_025);
        assert_eq!(all.nth(usize::MAX), None);
        assert_eq!(all.next(), None);
        assert_eq!(rounds(table, u32::MAX, 0).next(), None);
    }
}

fn table() -> impl Strategy<Value = Table> {
    prop::sample::select(vec![Table::Berger, Table::Circle, Table::Challonge])
}

/// The sides each entrant has, round by round; `None` is the bye.
fn sides(all: &[Round], entrants: u32) -> HashMap<u32, Vec<Option<usize>>> {
    let mut sides: HashMap<u32, Vec<Option<usize>>> = HashMap::new();
    for round in all {
        let mut playing = 0;
        for pair in &round.pairs {
            for (side, entrant) in pair.iter().enumerate() {
                sides.entry(*entrant).or_default().push(Some(side));
                playing += 1;
            }
        }
        if let Some(bye) = round.bye {
            sides.entry(bye).or_default().push(None);
            playing += 1;
        }
        assert_eq!(playing, entrants);
    }
    sides
}

fn longest_run(sides: &[Option<usize>]) -> usize {
    let played: Vec<_> = sides.iter().flatten().collect();
    played.chunk_by(|a, b| a == b).map(<[_]>::len).max().unwrap_or(0)
}

proptest! {
    #[test]
    fn everybody_meets_everybody_once_a_cycle(
        table in table(), entrants in 2_u32..=64, cycles in 1_u32..=3,
    ) {
        let all: Vec<Round> = rounds(table, entrants, cycles).collect();
        let in_cycle = rounds_per_cycle(entrants) as usize;
        prop_assert_eq!(all.len(), in_cycle * cycles as usize);
        let mut earlier: Option<HashMap<(u32, u32), bool>> = None;
        for cycle in all.chunks(in_cycle) {
            // One game a round, or the bye: everybody has one entry a round.
            let sides = sides(cycle, entrants);
            prop_assert_eq!(sides.len(), entrants as usize);
            for (entrant, sides) in &sides {
                prop_assert!((1..=entrants).contains(entrant));
                prop_assert_eq!(sides.len(), in_cycle);
                let byes = sides.iter().filter(|side| side.is_none()).count();
                prop_assert_eq!(byes, (entrants % 2) as usize);
                let first = sides.iter().filter(|side| **side == Some(0)).count();
                let second = sides.len() - byes - first;
                let fixed_in_circle =
                    table == Table::Circle && entrants % 2 == 0 && *entrant == entrants;
                if fixed_in_circle {
                    prop_assert_eq!(first.min(second), 0);
                } else {
                    prop_assert!(first.abs_diff(second) <= 1);
                }
            }
            let mut met = HashMap::new();
            for &[first, second] in cycle.iter().flat_map(|round| &round.pairs) {
                let pair = (first.min(second), first.max(second));
                prop_assert_eq!(met.insert(pair, first < second), None);
            }
            prop_assert_eq!(met.len() as u64, matches_per_cycle(entrants));
            if let Some(earlier) = earlier {
                prop_assert!(met.iter().all(|(pair, side)| earlier.get(pair) == Some(&!side)));
            }
            earlier = Some(met);
        }
    }

    #[test]
    fn berger_is_never_three_times_on_one_side_in_a_row(
        entrants in 2_u32..=64, cycles in 1_u32..=3,
    ) {
        // Four entrants have too few rounds for the exchange to help twice.
        prop_assume!((entrants, cycles) != (4, 3));
        let all: Vec<Round> = rounds(Table::Berger, entrants, cycles).collect();
        for sides in sides(&all, entrants).values() {
            prop_assert!(longest_run(sides) <= 2);
        }
    }

    #[test]
    fn skipping_finds_the_same_rounds(
        table in table(), entrants in 0_u32..=20, cycles in 0_u32..=3, skip in 0_usize..70,
    ) {
        let all: Vec<Round> = rounds(table, entrants, cycles).collect();
        let mut skipped = rounds(table, entrants, cycles);
        prop_assert_eq!(skipped.size_hint(), (all.len(), Some(all.len())));
        prop_assert_eq!(skipped.nth(skip), all.get(skip).cloned());
        prop_assert!(skipped.eq(all.into_iter().skip(skip + 1)));
    }
}
