//! Matches of many sides, of which some go on.

use super::{Draft, Round};
use crate::layout::RoundName;
use crate::model::{MatchKey, Section, Seed, Source};

/// Who goes into a round, and the match of the round before.
#[derive(Clone, Copy)]
struct Going {
    source: Source,
    from: Option<MatchKey>,
}

/// Rounds until one match holds everybody who is left. The matches of a round are as equal in size
/// as can be; from one that is too small for it, all but one go on.
pub(super) fn build(draft: &mut Draft, entrants: u32, sides: u32, advance: u32) {
    let mut going: Vec<_> =
        (1..=entrants).map(|n| Going { source: Source::Seed(Seed(n)), from: None }).collect();
    let (sides, advance) = (sides as usize, advance as usize);
    for number in 1.. {
        let last = going.len() <= sides;
        let groups = deal(&going, going.len().div_ceil(sides));
        let goes_on = |group: &Vec<Going>| match group.len() {
            _ if last => 0,
            // Nobody to play against.
            1 => 1,
            many => advance.min(many - 1),
        };
        let alive: usize = groups.iter().map(goes_on).sum();
        // Final place by position: those who are worse placed in their matches end behind.
        let mut ranks = Vec::with_capacity(sides);
        let mut best = alive + 1;
        for position in 0..sides {
            ranks.push(u32::try_from(best).unwrap_or(u32::MAX));
            let out = |group: &&Vec<Going>| (goes_on(group)..group.len()).contains(&position);
            best += groups.iter().filter(out).count();
        }
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
            for (position, rank) in ranks.iter().enumerate().take(group.len()) {
                if position >= goes_on(group)
                    && let Some(node) = draft.nodes.get_mut(key.index())
                {
                    node.set_rank(position, *rank);
                }
            }
            for (places, place) in next.iter_mut().zip(1..).take(goes_on(group)) {
                let source = Source::Place { of: key, place };
                places.push(Going { source, from: Some(key) });
            }
        }
        if last {
            return;
        }
        going = next.concat();
    }
}

/// Deals into groups back and forth, so that every group gets as good ones as the others. Those who
/// come from one match go to different groups if an exchange within the row allows it.
fn deal(going: &[Going], groups: usize) -> Vec<Vec<Going>> {
    let mut dealt: Vec<Vec<Going>> = vec![Vec::new(); groups];
    for (number, row) in going.chunks(groups).enumerate() {
        let mut row = row.to_vec();
        // A short row goes to the groups that come first in its direction.
        let mut seats: Vec<usize> = (0..groups).collect();
        if number % 2 == 1 {
            seats.reverse();
        }
        seats.truncate(row.len());
        let clashes = |one: &Going, seat: usize| {
            let group = dealt.get(seat).into_iter().flatten();
            one.from.is_some() && group.into_iter().any(|other| other.from == one.from)
        };
        for place in 0..row.len() {
            let (Some(one), Some(&seat)) = (row.get(place), seats.get(place)) else { continue };
            if !clashes(one, seat) {
                continue;
            }
            let fits =
                |(other, theirs): (&Going, &usize)| !clashes(one, *theirs) && !clashes(other, seat);
            if let Some(other) = row.iter().zip(&seats).position(fits) {
                row.swap(place, other);
            }
        }
        for (one, seat) in row.into_iter().zip(seats) {
            if let Some(group) = dealt.get_mut(seat) {
                group.push(one);
            }
        }
    }
    dealt
}
