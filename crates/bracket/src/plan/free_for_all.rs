//! Matches of many sides, of which some go on.

mod deal;

use std::collections::BTreeMap;

use smallvec::SmallVec;

use super::{Draft, Rank, Round};
use crate::layout::RoundName;
use crate::model::{MatchKey, Section, Seed, Source};

/// Who goes into a round, and the match of the round before.
#[derive(Clone, Copy)]
struct Going {
    source: Source,
    from: Option<MatchKey>,
    /// Who it is if favourites win.
    seed: u32,
}

/// How many go on from a match: from one that is too small for it all but one, and whoever has
/// nobody to play against.
fn going_on(size: usize, advance: usize) -> usize {
    if size == 1 { 1 } else { advance.min(size.saturating_sub(1)) }
}

/// The number of matches of a round by their size.
fn sizes(going: usize, sides: usize) -> impl Iterator<Item = (usize, usize)> {
    let groups = going.div_ceil(sides);
    let larger = going % groups;
    let smaller = going / groups;
    [(smaller, groups - larger), (smaller + 1, larger)].into_iter().filter(|(_, count)| *count > 0)
}

/// Sides of all matches together.
pub(crate) fn all_sides(entrants: u32, sides: u32, advance: u32) -> u64 {
    let (mut going, sides, advance) = (entrants as usize, sides as usize, advance as usize);
    let mut all = 0;
    while going > sides {
        all += going as u64;
        going = sizes(going, sides).map(|(size, count)| count * going_on(size, advance)).sum();
    }
    all + going as u64
}

/// Rounds until one match holds everybody who is left. The matches of a round are as equal in size
/// as can be.
pub(super) fn build(draft: &mut Draft, entrants: u32, sides: u32, advance: u32) {
    let entrant = |seed| Going { source: Source::Seed(Seed(seed)), from: None, seed };
    let mut going: Vec<_> = (1..=entrants).map(entrant).collect();
    let (sides, advance) = (sides as usize, advance as usize);
    for number in 1.. {
        let last = going.len() <= sides;
        let advance = if last { 0 } else { advance };
        let groups = deal::deal(&going, going.len().div_ceil(sides));
        let ranks = ranks(&sizes(going.len(), sides).collect::<Vec<_>>(), advance);
        let name = if last { RoundName::Final } else { RoundName::Round(number) };
        let number = i32::try_from(number).unwrap_or(i32::MAX);
        let round = Round { section: Section::Winners, number, name, loser_rank: 0 };
        let mut next: Vec<Vec<Going>> = vec![Vec::new(); advance];
        for group in &groups {
            if let ([alone], Some(first)) = (group.as_slice(), next.first_mut()) {
                first.push(*alone);
                continue;
            }
            let key = draft.add(group.iter().map(|going| going.source), &round);
            if let (Some(node), Some(ranks)) =
                (draft.nodes.get_mut(key.index()), ranks.get(&group.len()))
            {
                node.kind.ranks.clone_from(ranks);
            }
            let mut seeds: Vec<_> = group.iter().map(|going| going.seed).collect();
            seeds.sort_unstable();
            seeds.truncate(going_on(group.len(), advance));
            for ((places, place), seed) in next.iter_mut().zip(1..).zip(seeds) {
                let source = Source::Place { of: key, place };
                places.push(Going { source, from: Some(key), seed });
            }
        }
        if last {
            return;
        }
        // The winners first, each place in the order that is expected.
        for places in &mut next {
            places.sort_by_key(|going| going.seed);
        }
        going = next.concat();
    }
}

/// Final places by position, for each size of match in a round. Those who are worse placed in their
/// matches end behind.
fn ranks(sizes: &[(usize, usize)], advance: usize) -> BTreeMap<usize, SmallVec<[Rank; 2]>> {
    // Positions of those who are out, with the number of such matches.
    let out = |(size, count): (usize, usize)| (going_on(size, advance)..size, count);
    let alive: usize = sizes.iter().map(|(size, count)| count * going_on(*size, advance)).sum();
    let place = |better: usize| u32::try_from(alive + better + 1).unwrap_or(u32::MAX);
    let of = |own: usize| {
        let first = going_on(own, advance);
        (0..own)
            .map(|position| {
                if position < first {
                    return Rank::default();
                }
                let matches = || sizes.iter().copied().map(out);
                let ahead = |(out, count): (std::ops::Range<usize>, usize)| {
                    count * (position.clamp(out.start, out.end) - out.start)
                };
                // All of another match may be level on a better position.
                let level = |(out, count): (std::ops::Range<usize>, usize)| {
                    if out.start < position { count * out.len() } else { 0 }
                };
                let nominal = matches().map(ahead).sum();
                let own_level = if first < position { own - position } else { 0 };
                let worst = matches().map(level).sum::<usize>() - own_level;
                Rank { nominal: place(nominal), worst: place(worst) }
            })
            .collect()
    };
    sizes.iter().map(|(size, _)| (*size, of(*size))).collect()
}
