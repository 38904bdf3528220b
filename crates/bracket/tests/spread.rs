//! Seeds to groups, and groups to the seeds of the next stage.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use rstest::rstest;
use tiltyard_bracket::spread::{Qualifier, Spread, cross, groups};

#[rstest]
#[case::effort(Spread::Effort, 16, 4, "1 5 9 13 / 2 6 10 14 / 3 7 11 15 / 4 8 12 16")]
#[case::snake(Spread::Snake, 16, 4, "1 8 9 16 / 2 7 10 15 / 3 6 11 14 / 4 5 12 13")]
#[case::bracket(Spread::Bracket, 16, 4, "1 7 12 14 / 2 8 11 13 / 3 5 10 16 / 4 6 9 15")]
#[case::effort_uneven(Spread::Effort, 6, 4, "1 5 / 2 6 / 3 / 4")]
#[case::snake_uneven_back(Spread::Snake, 6, 4, "1 / 2 / 3 6 / 4 5")]
#[case::snake_uneven_forth(Spread::Snake, 9, 4, "1 8 9 / 2 7 / 3 6 / 4 5")]
#[case::bracket_uneven(Spread::Bracket, 7, 3, "1 6 7 / 2 5 / 3 4")]
#[case::one_group(Spread::Snake, 3, 1, "1 2 3")]
#[case::more_groups_than_entrants(Spread::Bracket, 2, 5, "1 / 2")]
#[case::no_entrants(Spread::Snake, 0, 4, "")]
#[case::no_groups(Spread::Bracket, 4, 0, "")]
fn groups_are(
    #[case] spread: Spread,
    #[case] entrants: u32,
    #[case] count: u32,
    #[case] expected: &str,
) {
    let group = |group: &Vec<u32>| group.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
    let list: Vec<_> = groups(spread, entrants, count).iter().map(group).collect();
    assert_eq!(list.join(" / "), expected);
}

/// `A1 B1 A2 B2`.
fn written(order: &[Qualifier]) -> String {
    let name = |q: &Qualifier| {
        format!("{}{}", char::from(b'A' + u8::try_from(q.group).unwrap() - 1), q.place)
    };
    order.iter().map(name).collect::<Vec<_>>().join(" ")
}

#[rstest]
#[case::winners(&[4, 4, 4, 4], 1, "A1 B1 C1 D1")]
#[case::two_of_two(&[4, 4], 2, "A1 B1 A2 B2")]
#[case::three_of_two(&[3, 3], 3, "A1 B1 A2 B2 A3 B3")]
#[case::two_of_three(&[4, 4, 4], 2, "A1 B1 C1 C2 B2 A2")]
// 1 v 8: A1 v B2, 4 v 5: D1 v C2; 2 v 7: B1 v A2, 3 v 6: C1 v D2.
#[case::two_of_four(&[4, 4, 4, 4], 2, "A1 B1 C1 D1 C2 D2 A2 B2")]
#[case::all_of_one(&[3], 5, "A1 A2 A3")]
#[case::nobody_advances(&[3, 3], 0, "")]
#[case::no_groups(&[], 2, "")]
#[case::an_empty_group(&[2, 0], 2, "A1 A2")]
#[case::one_is_smaller(&[3, 2], 3, "A1 B1 A2 B2 A3")]
fn those_who_advance_are_seeded(
    #[case] sizes: &[u32],
    #[case] advance: u32,
    #[case] expected: &str,
) {
    assert_eq!(written(&cross(sizes, advance)), expected);
}

/// Groups by slot of a standard bracket, top to bottom; `None` is a bye.
fn in_bracket(group_of: &[u32]) -> Vec<Option<u32>> {
    let mut order = vec![1];
    while order.len() < group_of.len() {
        let sum = 2 * order.len() + 1;
        order = order.iter().flat_map(|&seed| [seed, sum - seed]).collect();
    }
    order.iter().map(|seed| group_of.get(seed - 1).copied()).collect()
}

/// In every part of the bracket the numbers of members of two groups differ by at most one.
fn is_even(group_of: &[u32], groups: u32) -> bool {
    let slots = in_bracket(group_of);
    let mut size = 1;
    while size < slots.len() {
        size *= 2;
        for part in slots.chunks(size) {
            let mut counts = vec![0; groups as usize];
            part.iter().flatten().for_each(|group| counts[*group as usize - 1] += 1);
            if counts.iter().max().unwrap() - counts.iter().min().unwrap() > 1 {
                return false;
            }
        }
    }
    true
}

/// Pairs of group-mates that can meet by the end of each round.
fn early(group_of: &[u32]) -> Vec<usize> {
    let slots = in_bracket(group_of);
    let mut cost = Vec::new();
    let mut size = 1;
    while size < slots.len() {
        size *= 2;
        let pairs = |part: &[Option<u32>]| {
            let mates = |(index, one): (usize, &Option<u32>)| {
                part[index + 1..].iter().filter(|other| one.is_some() && *other == one).count()
            };
            part.iter().enumerate().map(mates).sum::<usize>()
        };
        cost.push(slots.chunks(size).map(pairs).sum());
    }
    cost
}

fn check_groups(spread: Spread, entrants: u32, count: u32) {
    let list = groups(spread, entrants, count);
    assert_eq!(list.len(), count.min(entrants) as usize);
    let mut group_of = vec![0; entrants as usize];
    for (number, group) in (1..).zip(&list) {
        for (row, &seed) in (0..).zip(group) {
            assert_eq!((seed - 1) / count.min(entrants), row);
            assert_eq!(std::mem::replace(&mut group_of[seed as usize - 1], number), 0);
        }
    }
    assert!(group_of.iter().all(|group| *group > 0));
    let sizes = list.iter().map(Vec::len);
    assert!(sizes.clone().max().unwrap() - sizes.min().unwrap() <= 1);
    match spread {
        Spread::Effort => {}
        Spread::Snake => {
            let sums = list.iter().map(|group| {
                let full = group.len() / 2 * 2;
                group.iter().take(full.min(entrants as usize / list.len() / 2 * 2)).sum::<u32>()
            });
            assert_eq!(sums.clone().min(), sums.max());
        }
        Spread::Bracket => assert!(is_even(&group_of, count.min(entrants))),
    }
}

#[test]
fn every_small_spread_is_right() {
    for entrants in 1..=40 {
        for count in 1..=12 {
            for spread in [Spread::Effort, Spread::Snake, Spread::Bracket] {
                check_groups(spread, entrants, count);
            }
        }
    }
}

fn check_cross(sizes: &[u32], advance: u32) -> Vec<u32> {
    let order = cross(sizes, advance);
    let mut expected: Vec<Qualifier> = (1..)
        .zip(sizes)
        .flat_map(|(group, size)| {
            (1..=(*size).min(advance)).map(move |place| Qualifier { group, place })
        })
        .collect();
    expected.sort_by_key(|q| (q.place, q.group));
    let winners = order.iter().take_while(|q| q.place == 1).count();
    assert_eq!(order[..winners], expected[..winners]);
    assert!(order.is_sorted_by_key(|q| q.place));
    let group_of = order.iter().map(|q| q.group).collect();
    let mut sorted = order;
    sorted.sort_by_key(|q| (q.place, q.group));
    assert_eq!(sorted, expected);
    group_of
}

#[test]
fn those_of_equal_groups_are_crossed_as_well_as_can_be() {
    for count in 1..=17 {
        for advance in 1..=6 {
            let group_of = check_cross(&vec![6; count as usize], advance);
            assert!(is_even(&group_of, count), "{count} groups, {advance} advance");
            if advance == 2 {
                // All meetings before the final.
                assert_eq!(early(&group_of).iter().rev().nth(1).copied().unwrap_or(0), 0);
            }
        }
    }
}

/// All orders in which places keep their ranks and winners their order.
fn all_orders(rows: &[Vec<u32>], so_far: &mut Vec<u32>, each: &mut impl FnMut(&[u32])) {
    let Some((row, rest)) = rows.split_first() else { return each(so_far) };
    if row.is_empty() {
        return all_orders(rest, so_far, each);
    }
    for index in 0..row.len() {
        let mut left = row.clone();
        so_far.push(left.remove(index));
        let mut rows = vec![left];
        rows.extend_from_slice(rest);
        all_orders(&rows, so_far, each);
        so_far.pop();
    }
}

#[rstest]
#[case(&[3, 3, 3], 3)]
#[case(&[2, 2, 2, 2, 2], 2)]
#[case(&[3, 2, 3], 3)]
#[case(&[1, 2, 3], 3)]
#[case(&[4, 1, 4], 4)]
#[case(&[2, 3, 4, 3], 3)]
#[case(&[1, 1, 4], 4)]
#[case(&[5, 3], 5)]
#[case(&[4, 4, 2, 4], 4)]
fn no_other_order_is_better(#[case] sizes: &[u32], #[case] advance: u32) {
    let found = early(&check_cross(sizes, advance));
    let rows: Vec<Vec<u32>> = (1..=advance)
        .map(|place| {
            (1..).zip(sizes).filter(|(_, size)| **size >= place).map(|(group, _)| group).collect()
        })
        .collect();
    let (winners, rest) = rows.split_first().unwrap();
    let mut least = found.clone();
    all_orders(rest, &mut winners.clone(), &mut |order| least = least.clone().min(early(order)));
    assert_eq!(found, least);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn spreads_of_any_numbers_are_right(
        spread in prop::sample::select(vec![Spread::Effort, Spread::Snake, Spread::Bracket]),
        entrants in 1_u32..=400, count in 1_u32..=100,
    ) {
        check_groups(spread, entrants, count);
    }

    #[test]
    fn those_of_unequal_groups_meet_no_earlier_than_in_plain_order(
        sizes in prop::collection::vec(0_u32..=5, 1..=12), advance in 0_u32..=5,
    ) {
        let group_of = check_cross(&sizes, advance);
        let place = |place| (1..).zip(&sizes).filter(move |(_, size)| **size >= place);
        let plain: Vec<u32> =
            (1..=advance).flat_map(|row| place(row).map(|(group, _)| group)).collect();
        prop_assert!(early(&group_of) <= early(&plain));
    }
}
