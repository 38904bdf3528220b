//! Draws, ratings, and keeping some apart.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::convert::Infallible;

use proptest::prelude::*;
use rand_core::{SeedableRng, TryRng};
use rand_xorshift::XorShiftRng;
use rstest::rstest;
use tiltyard_bracket::Entrant;
use tiltyard_bracket::draw::{
    Limits, Mates, Separated, by_rating, keep_apart, keep_apart_in_groups, meetings, random,
    seeded_then_random,
};

fn entrants(numbers: impl IntoIterator<Item = u32>) -> Vec<Entrant> {
    numbers.into_iter().map(Entrant).collect()
}

fn numbers(order: &[Entrant]) -> Vec<u32> {
    order.iter().map(|entrant| entrant.0).collect()
}

fn mates(numbers: impl IntoIterator<Item = u32>) -> Mates {
    Mates::new(entrants(numbers))
}

/// Gives these words in turn.
struct Words(Vec<u64>);

impl TryRng for Words {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("draws take words of 64 bits")
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.remove(0))
    }
    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Infallible> {
        unreachable!("draws take words of 64 bits")
    }
}

/// The documented method by hand: 4 ↔ place 1, then 3 ↔ place 2 (itself), then 2 ↔ place 0.
#[test]
fn a_draw_can_be_checked_by_hand() {
    let mut words = Words(vec![5, 8, 2]);
    assert_eq!(numbers(&random(&entrants(1..=4), &mut words)), [4, 1, 3, 2]);
    assert!(words.0.is_empty());
    // 2⁶⁴ − 1 is the one word left over for three choices.
    let mut words = Words(vec![u64::MAX, 3, 1]);
    assert_eq!(numbers(&random(&entrants(1..=3), &mut words)), [3, 2, 1]);
    assert!(words.0.is_empty());
}

#[test]
fn every_order_is_as_likely() {
    let mut rng = XorShiftRng::seed_from_u64(1);
    let mut seen: HashMap<Vec<u32>, u32> = HashMap::new();
    for _ in 0..24_000 {
        *seen.entry(numbers(&random(&entrants(1..=4), &mut rng))).or_default() += 1;
    }
    assert_eq!(seen.len(), 24);
    assert!(seen.values().all(|count| (850..1_150).contains(count)), "{seen:?}");
}

#[test]
fn ratings_first_then_the_order_given_then_those_without() {
    let list = [(4, Some(10)), (1, None), (2, Some(30)), (5, Some(10)), (3, None)];
    let list = list.map(|(number, rating)| (Entrant(number), rating));
    assert_eq!(numbers(&by_rating(&list)), [2, 4, 5, 1, 3]);
    assert!(by_rating::<u32>(&[]).is_empty());
}

#[rstest]
#[case(0, &[])]
#[case(2, &[2, 4])]
#[case(3, &[2, 4, 5])]
// Those without a rating are drawn however many are asked for.
#[case(4, &[2, 4, 5])]
fn the_first_by_rating_and_the_rest_drawn(#[case] seeded: usize, #[case] first: &[u32]) {
    let list = [(4, Some(10)), (1, None), (2, Some(30)), (5, Some(10)), (3, None)];
    let list = list.map(|(number, rating)| (Entrant(number), rating));
    let others = list.iter().map(|(entrant, _)| entrant.0).filter(|n| !first.contains(n));
    let draw = || XorShiftRng::seed_from_u64(7);
    let drawn = numbers(&random(&entrants(others), &mut draw()));
    let expected: Vec<u32> = first.iter().copied().chain(drawn).collect();
    assert_eq!(numbers(&seeded_then_random(&list, seeded, &mut draw())), expected);
}

#[test]
fn nothing_changes_without_need() {
    let order = entrants(1..=16);
    // Opposite quarters and halves already: 1–8 meet in the quarter-finals at best.
    let found = keep_apart(&order, &[mates([1, 2]), mates([5, 6])], Limits::default());
    assert_eq!((found.order, found.moved, found.is_least), (order.clone(), 0, true));
    let found = keep_apart(&order, &[], Limits::default());
    assert_eq!((found.cost, found.moved, found.is_least), (vec![0; 4], 0, true));
}

#[test]
fn two_mates_part_by_one_exchange() {
    // 4 v 5 in the first round.
    let found = keep_apart(&entrants(1..=8), &[mates([4, 5])], Limits::default());
    assert_eq!((found.moved, found.is_least), (2, true));
    assert_eq!(found.cost, [0, 0, 1]);
    assert_eq!(numbers(&found.order), [1, 2, 3, 4, 6, 5, 7, 8]);
}

#[test]
fn seeds_that_are_fixed_stay() {
    let limits = Limits { fixed: 8, ..Limits::default() };
    let found = keep_apart(&entrants(1..=8), &[mates([4, 5])], limits);
    assert_eq!((numbers(&found.order), found.moved), ((1..=8).collect(), 0));
    assert_eq!((found.cost, found.is_least), (vec![1, 0, 0], true));
}

#[test]
fn later_rounds_may_not_matter() {
    // 1 and 8 can meet in round 1, 2 and 3 in round 2 of 3.
    let list = [mates([1, 8]), mates([2, 3])];
    let all = keep_apart(&entrants(1..=8), &list, Limits::default());
    assert_eq!((all.cost, all.moved), (vec![0, 0, 2], 4));
    let first = keep_apart(&entrants(1..=8), &list, Limits { rounds: 1, fixed: 0 });
    assert_eq!((first.cost, first.moved), (vec![0, 1, 1], 2));
}

#[test]
fn weights_say_which_pair_parts() {
    // 1 v 8 and 1 v 5 … all of the lower band: one of them has to meet 1.
    let list = |weights: [u16; 4]| -> Vec<Mates> {
        (5..=8).zip(weights).map(|(n, weight)| Mates { weight, ..mates([1, n]) }).collect()
    };
    let found = keep_apart(&entrants(1..=8), &list([1, 5, 5, 5]), Limits::default());
    assert_eq!(found.cost.first(), Some(&1));
    assert_eq!(found.order.last(), Some(&Entrant(5)));
    let found = keep_apart(&entrants(1..=8), &list([0, 0, 0, 0]), Limits::default());
    assert_eq!((found.moved, found.cost), (0, vec![0, 0, 0]));
}

#[test]
fn odd_lists_do_no_harm() {
    let list = [mates([]), mates([3]), mates([9, 77]), mates([4, 4, 4])];
    let found = keep_apart(&entrants([7, 7, 3, 4]), &list, Limits::default());
    assert_eq!((numbers(&found.order), found.cost), (vec![7, 7, 3, 4], vec![0, 0]));
    assert_eq!(keep_apart(&[], &list, Limits::default()).order, []);
    assert!(keep_apart(&entrants([3]), &list, Limits::default()).cost.is_empty());
    assert_eq!(keep_apart_in_groups(&[], &list).groups, Vec::<Vec<Entrant>>::new());
}

fn slots(size: usize) -> Vec<usize> {
    let mut order = vec![1];
    while order.len() < size {
        let sum = 2 * order.len() + 1;
        order = order.iter().flat_map(|&seed| [seed, sum - seed]).collect();
    }
    let mut slots = vec![0; order.len()];
    order.iter().enumerate().for_each(|(slot, seed)| slots[seed - 1] = slot);
    slots
}

/// Weight of mates by the round in which they can meet, pair by pair.
fn cost(order: &[Entrant], list: &[Mates]) -> Vec<u64> {
    let slots = slots(order.len());
    let mut cost = vec![0; slots.len().ilog2() as usize];
    let place: HashMap<Entrant, usize> = order.iter().copied().zip(0..).collect();
    for mates in list {
        let members: HashSet<usize> =
            mates.members.iter().filter_map(|member| place.get(member).copied()).collect();
        for one in &members {
            for other in members.iter().filter(|other| *other > one) {
                let mut round = 0;
                while slots[*one] >> round != slots[*other] >> round {
                    round += 1;
                }
                cost[round - 1] += u64::from(mates.weight);
            }
        }
    }
    cost
}

fn band(seat: usize) -> u32 {
    usize::BITS - seat.leading_zeros()
}

fn check(found: &Separated, before: &[Entrant], list: &[Mates], fixed: usize) {
    assert_eq!(found.cost, cost(&found.order, list));
    let home: HashMap<Entrant, usize> = before.iter().copied().zip(0..).collect();
    assert_eq!(found.order.iter().collect::<HashSet<_>>().len(), before.len());
    let mut moved = 0;
    for (seat, entrant) in found.order.iter().enumerate() {
        assert_eq!(band(home[entrant]), band(seat));
        assert!(seat >= fixed || home[entrant] == seat);
        moved += u32::from(home[entrant] != seat);
    }
    assert_eq!(found.moved, moved);
    assert!(found.cost <= cost(before, list));
}

/// Every order that bands allow.
fn all_orders(before: &[Entrant], fixed: usize, seat: usize, each: &mut impl FnMut(&[Entrant])) {
    if seat == before.len() {
        return each(before);
    }
    for other in seat..before.len() {
        if other == seat || (seat >= fixed && band(seat) == band(other)) {
            let mut next = before.to_vec();
            next.swap(seat, other);
            all_orders(&next, fixed, seat + 1, each);
        }
    }
}

/// Least cost, then fewest who move.
fn oracle(before: &[Entrant], list: &[Mates], limits: Limits) -> (Vec<u64>, u32) {
    let mut best: Option<(Vec<u64>, u32)> = None;
    all_orders(before, limits.fixed as usize, 0, &mut |order| {
        let mut cost = cost(order, list);
        cost.truncate(limits.rounds as usize);
        let moved = before.iter().zip(order).filter(|(one, other)| one != other).count();
        let score = (cost, u32::try_from(moved).unwrap());
        if best.as_ref().is_none_or(|best| score < *best) {
            best = Some(score);
        }
    });
    best.unwrap()
}

/// Everybody in one of the teams, or in none (0).
fn teams(of: &[u32]) -> Vec<Mates> {
    let mut teams: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (number, team) in (1..).zip(of) {
        teams.entry(*team).or_default().push(number);
    }
    teams.into_iter().filter(|(team, _)| *team > 0).map(|(_, members)| mates(members)).collect()
}

fn up_to(entrants: u32) -> Vec<Entrant> {
    (1..=entrants).map(Entrant).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn small_fields_are_arranged_as_well_as_can_be(
        of in prop::collection::vec(0_u32..=3, 2..=8),
        pairs in prop::collection::vec((1_u32..=8, 1_u32..=8, 0_u16..=3), 0..=4),
        fixed in 0_u32..=5, rounds in 1_u32..=4,
    ) {
        let before = up_to(u32::try_from(of.len()).unwrap());
        let mut list = teams(&of);
        list.extend(pairs.into_iter().map(|(one, other, weight)| Mates {
            weight, ..mates([one, other])
        }));
        let limits = Limits { fixed, rounds };
        let found = keep_apart(&before, &list, limits);
        check(&found, &before, &list, fixed as usize);
        let mut least = found.cost.clone();
        least.truncate(rounds as usize);
        prop_assert_eq!((least, found.moved), oracle(&before, &list, limits));
        prop_assert!(found.is_least);
    }

    #[test]
    fn teams_in_full_brackets_are_split_evenly(
        (of, teams_) in (1_u32..=40, 4_u32..=7).prop_flat_map(|(teams_, log)| {
            (prop::collection::vec(0..=teams_, 1_usize << log), Just(teams_))
        }),
    ) {
        let before = up_to(u32::try_from(of.len()).unwrap());
        let list = teams(&of);
        let found = keep_apart(&before, &list, Limits::default());
        check(&found, &before, &list, 0);
        prop_assert!(found.is_least);
        // Evenly in every part: that is the least there can be.
        let slots = slots(of.len());
        let mut size = of.len();
        while size > 1 {
            let mut counts: HashMap<(u32, usize), usize> = HashMap::new();
            for (seat, entrant) in found.order.iter().enumerate() {
                *counts.entry((of[entrant.0 as usize - 1], slots[seat] / size)).or_default() += 1;
            }
            for team in 1..=teams_ {
                let parts = (0..of.len() / size).map(|part| {
                    counts.get(&(team, part)).copied().unwrap_or(0)
                });
                prop_assert!(parts.clone().max().unwrap() - parts.min().unwrap() <= 1);
            }
            size /= 2;
        }
    }

}

proptest! {
    // Those that cannot be proved are searched to the end.
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn any_field_keeps_its_bands(
        of in prop::collection::vec(0_u32..=12, 2..=70),
        pairs in prop::collection::vec((1_u32..=70, 1_u32..=70, 0_u16..=3), 0..=6),
        fixed in 0_u32..=20, rounds in 1_u32..=7,
    ) {
        let before = up_to(u32::try_from(of.len()).unwrap());
        let mut list = teams(&of);
        list.extend(pairs.into_iter().map(|(one, other, weight)| Mates {
            weight, ..mates([one, other])
        }));
        let found = keep_apart(&before, &list, Limits { fixed, rounds: u32::MAX });
        check(&found, &before, &list, fixed as usize);
        let listed = meetings(&found.order, &list, rounds);
        let mut by_round = vec![0; found.cost.len()];
        for meeting in &listed {
            by_round[meeting.round as usize - 1] += u64::from(meeting.weight);
        }
        let expected: Vec<u64> =
            (0..).zip(&found.cost).map(|(at, cost)| if at < rounds { *cost } else { 0 }).collect();
        prop_assert_eq!(by_round, expected);
        prop_assert!(listed.is_sorted_by_key(|meeting| meeting.round));
    }
}

/// With byes the even split is not always there; how often it is found is held here.
#[test]
fn teams_in_brackets_with_byes() {
    let mut rng = XorShiftRng::seed_from_u64(3);
    let (mut tried, mut least) = (0, 0);
    for entrants in (14..=80).step_by(3) {
        for size in [2, 3, 5, 8] {
            let before = up_to(entrants);
            let shuffled = random(&before, &mut rng);
            let list: Vec<Mates> =
                shuffled.chunks(size).map(|team| Mates::new(team.iter().copied())).collect();
            let found = keep_apart(&before, &list, Limits::default());
            check(&found, &before, &list, 0);
            assert_eq!(found.cost.first(), Some(&0), "{entrants} in teams of {size}");
            tried += 1;
            least += u32::from(found.is_least);
        }
    }
    assert!(least * 10 >= tried * 9, "{least} of {tried}");
}

/// Groups of these sizes, numbered row by row.
fn table(sizes: &[usize]) -> Vec<Vec<Entrant>> {
    let mut groups = vec![Vec::new(); sizes.len()];
    let mut next = 1;
    for row in 0..sizes.iter().copied().max().unwrap_or(0) {
        for (group, _) in groups.iter_mut().zip(sizes).filter(|(_, size)| **size > row) {
            group.push(Entrant(next));
            next += 1;
        }
    }
    groups
}

fn together(groups: &[Vec<Entrant>], list: &[Mates]) -> u64 {
    let pairs = |mates: &Mates| {
        let members: HashSet<&Entrant> = mates.members.iter().collect();
        let count = |group: &Vec<Entrant>| group.iter().filter(|e| members.contains(e)).count();
        let pairs = groups.iter().map(count).map(|n| n * n.saturating_sub(1) / 2).sum::<usize>();
        u64::try_from(pairs).unwrap() * u64::from(mates.weight)
    };
    list.iter().map(pairs).sum()
}

/// The least weight together over all ways to fill each row but the first.
fn least_together(groups: &[Vec<Entrant>], list: &[Mates], row: usize, column: usize) -> u64 {
    if groups.iter().all(|group| group.len() <= row) {
        return together(groups, list);
    }
    if column == groups.len() {
        return least_together(groups, list, row + 1, 0);
    }
    let mut least = least_together(groups, list, row, column + 1);
    for other in column + 1..groups.len() {
        if groups[column].len() > row && groups[other].len() > row {
            let mut next = groups.to_vec();
            (next[column][row], next[other][row]) = (next[other][row], next[column][row]);
            least = least.min(least_together(&next, list, row, column + 1));
        }
    }
    least
}

fn check_groups(before: &[Vec<Entrant>], list: &[Mates]) -> (u64, bool) {
    let found = keep_apart_in_groups(before, list);
    assert_eq!(found.cost, together(&found.groups, list));
    assert!(found.cost <= together(before, list));
    let row = |groups: &[Vec<Entrant>], row: usize| -> Vec<Option<Entrant>> {
        groups.iter().map(|group| group.get(row).copied()).collect()
    };
    let mut moved = 0;
    for place in 0..before.iter().map(Vec::len).max().unwrap_or(0) {
        let (mut one, mut other) = (row(before, place), row(&found.groups, place));
        if place == 0 {
            assert_eq!(one, other);
        }
        moved += one.iter().zip(&other).filter(|(one, other)| one != other).count();
        assert!(one.iter().zip(&other).all(|(one, other)| one.is_some() == other.is_some()));
        one.sort_unstable();
        other.sort_unstable();
        assert_eq!(one, other);
    }
    assert_eq!(found.moved as usize, moved);
    (found.cost, found.is_least)
}

#[test]
fn team_mates_go_to_different_groups() {
    let groups = table(&[2, 2, 2]);
    let found = keep_apart_in_groups(&groups, &[mates([1, 4]), mates([2, 6])]);
    let expected = [[1, 5], [2, 4], [3, 6]].map(entrants);
    assert_eq!((found.groups, found.cost, found.moved), (expected.to_vec(), 0, 2));
    assert!(found.is_least);
    let groups = table(&[3, 3, 3]);
    let found = keep_apart_in_groups(&groups, &[mates([2, 6])]);
    assert_eq!((found.groups, found.moved), (groups, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn teams_are_spread_evenly_over_equal_groups(
        (groups, of) in (1_usize..=9, 1_usize..=6).prop_flat_map(|(groups, rows)| {
            (Just(vec![rows; groups]), prop::collection::vec(0_u32..=8, groups * rows))
        }),
    ) {
        let (_, is_least) = check_groups(&table(&groups), &teams(&of));
        prop_assert!(is_least);
    }

    #[test]
    fn small_groups_have_the_least_together(
        sizes in prop::collection::vec(0_usize..=4, 1..=3),
        of in prop::collection::vec(0_u32..=4, 12),
        pairs in prop::collection::vec((1_u32..=12, 1_u32..=12, 0_u16..=3), 0..=3),
    ) {
        let before = table(&sizes);
        let mut list = teams(&of);
        let (cost, _) = check_groups(&before, &list);
        prop_assert_eq!(cost, least_together(&before, &list, 1, 0));
        list.extend(pairs.into_iter().map(|(one, other, weight)| Mates {
            weight, ..mates([one, other])
        }));
        let (cost, is_least) = check_groups(&before, &list);
        if is_least {
            prop_assert_eq!(cost, least_together(&before, &list, 1, 0));
        }
    }
}

/// What is not proved is not promised, but on this sample the search finds the least every time.
#[test]
fn overlapping_lists_and_unequal_groups_are_searched_well() {
    let mut rng = XorShiftRng::seed_from_u64(11);
    let tables: [&[usize]; 6] =
        [&[4, 4, 4], &[3, 3, 3, 3], &[5, 5, 5], &[4, 3, 3], &[2, 3, 3, 3], &[5, 4, 5]];
    for (case, sizes) in (0..36).zip(tables.iter().cycle()) {
        let before = table(sizes);
        let all = up_to(u32::try_from(sizes.iter().sum::<usize>()).unwrap());
        let mut list = Vec::new();
        for size in [2 + case % 4, 2 + case % 3].into_iter().take(1 + case % 2) {
            let shuffled = random(&all, &mut rng);
            list.extend(shuffled.chunks(size).map(|team| Mates::new(team.iter().copied())));
        }
        let (cost, _) = check_groups(&before, &list);
        assert_eq!(cost, least_together(&before, &list, 1, 0), "case {case}");
    }
}
