//! From seeds to groups, and from groups to the seeds of the next stage.
//!
//! Both are the same question read in two directions. A group has one member in each row (the first
//! so many seeds, the next so many …), and where a bracket follows, its members should stand in it
//! as far from each other as can be.

mod rows;

use std::iter;

use serde::{Deserialize, Serialize};

use crate::draw::separate;

/// How seeds are spread over groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spread {
    /// In turn: `1 5 9 13`, `2 6 10 14` … The first group is the strongest. If the last row is not
    /// full, the first groups are one larger.
    Effort,
    /// There and back: `1 8 9 16`, `2 7 10 15` … Two full rows give all groups the same sum of
    /// seeds. If the last row is not full, the groups where it begins are one larger: the first
    /// ones if the row runs forth, the last ones if it runs back.
    #[default]
    Snake,
    /// As far apart in one bracket of all entrants as can be: `1 7 12 14`, `2 8 11 13`,
    /// `3 5 10 16`, `4 6 9 15`, of which each has one member in each quarter of the bracket of 16.
    ///
    /// For any numbers, at every level of the bracket (halves, quarters, eighths …) the numbers of
    /// members that two groups have in the same part differ by at most one. If the last row is not
    /// full, the groups that are one larger are those for which this comes out.
    Bracket,
}

/// The seeds of each group, best first; every seed from 1 to `entrants` is in exactly one.
///
/// Sizes differ by at most one. No group is empty: with more groups than entrants there are as many
/// groups as entrants.
pub fn groups(spread: Spread, entrants: u32, groups: u32) -> Vec<Vec<u32>> {
    let count = groups.min(entrants);
    if count == 0 {
        return Vec::new();
    }
    let mut list = vec![Vec::new(); index(count)];
    let mut put = |group: usize, seed: u32| {
        if let Some(group) = list.get_mut(group) {
            group.push(seed);
        }
    };
    match spread {
        Spread::Effort => (0..entrants).for_each(|from_0| put(index(from_0 % count), from_0 + 1)),
        Spread::Snake => (0..entrants).for_each(|from_0| {
            let place = from_0 % count;
            let back = (from_0 / count) % 2 == 1;
            put(index(if back { count - 1 - place } else { place }), from_0 + 1);
        }),
        Spread::Bracket => {
            iter::zip(rows::equitable(index(entrants), index(count)), 1..)
                .for_each(|(group, seed)| put(group, seed));
        }
    }
    list
}

/// Somebody who goes on: who they are is known when the group has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Qualifier {
    /// Which group, from 1.
    pub group: u32,
    /// The place in it, from 1.
    pub place: u32,
}

/// The order in which those who advance are seeded into a bracket: the first `advance` of every
/// group, or all of a group that is smaller; `sizes` says how many each group has.
///
/// All winners come first, in the order of the groups, then all runners-up, and so on; so byes go to
/// winners. Inside a place the order is such that group-mates meet late in a bracket of standard
/// order (1 v last …). If no group is smaller than `advance`, it is the best there is, in every
/// round at once: in each part of the bracket (halves, quarters …) two groups have the same number
/// of entrants or one more. So with two groups or more nobody meets a group-mate in the first round,
/// and with two that advance never before the final, whatever the number of groups. With smaller groups the same is aimed at by exchanging those of
/// one place until no exchange helps.
pub fn cross(sizes: &[u32], advance: u32) -> Vec<Qualifier> {
    let groups = u32::try_from(sizes.len()).unwrap_or(u32::MAX);
    let full = sizes.iter().copied().min().unwrap_or(0).min(advance);
    let most = sizes.iter().copied().max().unwrap_or(0).min(advance);
    let mut order = Vec::new();
    if full > 0 {
        // Rows that everybody has can be arranged without looking at the rest.
        let seats = sizes.len().saturating_mul(index(full));
        let numbers = (1..=full).flat_map(|place| iter::repeat_n(place, sizes.len()));
        order = iter::zip(rows::equitable(seats, sizes.len()), numbers)
            .map(|(group, place)| Qualifier { group: number(group), place })
            .collect();
    }
    if most > full {
        let rest = (full + 1..=most).flat_map(|place| {
            let has = move |(group, size): (u32, &u32)| {
                (*size >= place).then_some(Qualifier { group, place })
            };
            iter::zip(1..=groups, sizes).filter_map(has)
        });
        order.extend(rest);
        order = separate_rows(&order, sizes.len());
    }
    order
}

/// Exchanges inside places, the first of them excepted.
fn separate_rows(order: &[Qualifier], groups: usize) -> Vec<Qualifier> {
    let mut mates = vec![Vec::new(); groups];
    for (item, qualifier) in order.iter().enumerate() {
        if let Some(mates) = mates.get_mut(index(qualifier.group.saturating_sub(1))) {
            mates.push(item);
        }
    }
    let bands = order.iter().map(|qualifier| index(qualifier.place)).collect();
    let winners = order.iter().filter(|qualifier| qualifier.place == 1).count();
    let sets = mates.into_iter().map(|mates| (mates, 1)).collect();
    let seats = separate(bands, winners, sets, u32::MAX).order;
    seats.into_iter().filter_map(|item| order.get(item).copied()).collect()
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1)
}
