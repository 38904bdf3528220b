//! Who stands where in the first round.

use crate::model::{Seed, Source};
use crate::settings::SeedingOrder;

/// Seeds by slot from top to bottom for a bracket of `size` slots, a power of two.
///
/// Each doubling puts beside every seed the one that completes the new pair sum, so the best two
/// can meet only in the final, the best four not before the semi-finals, and so on.
pub(crate) fn standard_order(size: u32) -> Vec<u32> {
    let mut order = vec![1];
    let mut len = 1;
    while len < size {
        len *= 2;
        order = order.iter().flat_map(|&seed| [seed, len + 1 - seed]).collect();
    }
    order
}

/// The template's first-round slots; `None` is a bye. The length is a power of two.
pub(crate) fn first_round(order: SeedingOrder, entrants: u32) -> Vec<Option<Source>> {
    let seats = standard_order(entrants.next_power_of_two());
    match order {
        SeedingOrder::Standard => {
            let seat = |&seed: &u32| (seed <= entrants).then_some(Source::Seed(Seed(seed)));
            seats.iter().map(seat).collect()
        }
        SeedingOrder::Sequential => sequential(&seats, entrants),
    }
}

/// Byes stay where the standard order has them. The matches are filled from the top first, then
/// the slots of those who enter later.
fn sequential(seats: &[u32], entrants: u32) -> Vec<Option<Source>> {
    let pairs = seats.len() / 2;
    let is_match = |pair: &usize| seats.iter().skip(pair * 2).take(2).all(|&seat| seat <= entrants);
    let (matches, qualifiers): (Vec<_>, Vec<_>) = (0..pairs).partition(is_match);
    let slots = matches.iter().flat_map(|pair| [pair * 2, pair * 2 + 1]).chain(
        // The standard order puts the better seed of a pair on top, so the bye is always below.
        qualifiers.iter().map(|pair| pair * 2),
    );
    let mut first = vec![None; seats.len()];
    for (slot, seed) in slots.zip(1..) {
        if let Some(place) = first.get_mut(slot) {
            *place = Some(Source::Seed(Seed(seed)));
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(4, &[1, 4, 2, 3])]
    #[case(8, &[1, 8, 4, 5, 2, 7, 3, 6])]
    #[case(16, &[1, 16, 8, 9, 4, 13, 5, 12, 2, 15, 7, 10, 3, 14, 6, 11])]
    #[case(32, &[1, 32, 16, 17, 8, 25, 9, 24, 4, 29, 13, 20, 5, 28, 12, 21,
                 2, 31, 15, 18, 7, 26, 10, 23, 3, 30, 14, 19, 6, 27, 11, 22])]
    #[case(64, &[1, 64, 32, 33, 16, 49, 17, 48, 8, 57, 25, 40, 9, 56, 24, 41,
                 4, 61, 29, 36, 13, 52, 20, 45, 5, 60, 28, 37, 12, 53, 21, 44,
                 2, 63, 31, 34, 15, 50, 18, 47, 7, 58, 26, 39, 10, 55, 23, 42,
                 3, 62, 30, 35, 14, 51, 19, 46, 6, 59, 27, 38, 11, 54, 22, 43])]
    fn standard_order_is_the_published_one(#[case] size: u32, #[case] expected: &[u32]) {
        assert_eq!(standard_order(size), expected);
    }

    #[rstest]
    #[case(512)]
    #[case(16_384)]
    fn favourites_meet_late(#[case] size: u32) {
        let mut alive = standard_order(size);
        while alive.len() > 1 {
            let len = u32::try_from(alive.len()).unwrap();
            assert!(alive.chunks(2).all(|pair| pair.iter().sum::<u32>() == len + 1));
            alive = alive.chunks(2).map(|pair| *pair.iter().min().unwrap()).collect();
            let mut best = alive.clone();
            best.sort_unstable();
            assert!(best.into_iter().eq(1..=len / 2));
        }
    }

    #[test]
    fn there_is_no_empty_pair() {
        for entrants in 2..=300 {
            for order in [SeedingOrder::Standard, SeedingOrder::Sequential] {
                let slots = first_round(order, entrants);
                assert!(slots.chunks(2).all(|pair| pair.iter().any(Option::is_some)));
                let mut seeds: Vec<_> = slots.iter().flatten().copied().collect();
                seeds.sort_unstable_by_key(|source| match source {
                    Source::Seed(seed) => seed.0,
                    Source::Winner(_) | Source::Loser(_) | Source::Place { .. } => 0,
                });
                let all: Vec<_> = (1..=entrants).map(|n| Source::Seed(Seed(n))).collect();
                assert_eq!(seeds, all);
            }
        }
    }
}
