//! The pairs that the best round is likely made of.

use super::Order;
use super::Pairs;
use super::solve::Cut;
use super::table::Table;

/// How many pairs are likely; more cost time, and missing ones cost another turn.
pub(super) struct Reach {
    /// Up to so many seats, all pairs.
    pub(super) all: usize,
    /// On either side of the ideal partner, so many.
    pub(super) near: usize,
    /// How many at the end of a group may go down, and how many at the head of those below meet them.
    pub(super) floats: usize,
    /// How many at the end may have the bye.
    pub(super) byes: usize,
}

/// Pairs of seats that are legal and not cut, those of `best` among them.
pub(super) fn pairs(
    table: &Table,
    cut: &Cut,
    reach: &Reach,
    best: &[(usize, usize)],
) -> Vec<[usize; 2]> {
    let size = table.len();
    let mut found = Found { table, cut, reach, pairs: best.to_vec() };
    if size <= reach.all {
        for first in 0..size {
            for second in first + 1..size {
                found.add(first, second);
            }
        }
    } else {
        for (number, group) in table.groups().iter().enumerate() {
            for seat in group.clone() {
                found.partners(seat, group.start, group.len());
            }
            let below = table.groups().iter().skip(number + 1);
            let last = group.clone().rev().take(reach.floats);
            found.floats(&last.collect::<Vec<_>>(), below);
        }
        let empty = size - 1;
        if table.entrant(empty).is_none() {
            let mut left = reach.byes;
            for seat in (0..empty).rev() {
                if left > 0 && found.add(seat, empty) {
                    left -= 1;
                }
            }
        }
    }
    let mut pairs: Vec<_> =
        found.pairs.iter().map(|&(one, other)| [one.min(other), one.max(other)]).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

struct Found<'a> {
    table: &'a Table,
    cut: &'a Cut,
    reach: &'a Reach,
    pairs: Pairs,
}

impl Found<'_> {
    /// Whether the pair is possible, and nothing speaks against it beside score and order.
    fn add(&mut self, first: usize, second: usize) -> bool {
        let possible =
            self.table.is_legal(first, second) && !self.cut.has(self.table, first, second);
        if possible {
            self.pairs.push((first, second));
        }
        possible && self.table.is_clean(first, second)
    }

    /// Inside a score group, around the ideal partner.
    fn partners(&mut self, seat: usize, start: usize, size: usize) {
        let (place, half) = (seat - start, size / 2);
        let ideal = match self.table.order() {
            Order::Halves | Order::Random { .. } if place < half => place + half,
            Order::Halves | Order::Random { .. } => place - half,
            Order::Ends => size - 1 - place,
            Order::Monrad => place + 1,
        };
        for down in [false, true] {
            let mut left = self.reach.near + usize::from(down);
            for step in usize::from(!down)..size {
                let other = if down { ideal.checked_sub(step) } else { Some(ideal + step) };
                let Some(other) = other.filter(|other| *other < size + step && left > 0) else {
                    break;
                };
                if other < size && other != place && self.add(seat, start + other) {
                    left -= 1;
                }
            }
        }
    }

    /// From the end of a group to the heads of those below.
    fn floats<'b>(
        &mut self,
        last: &[usize],
        below: impl Iterator<Item = &'b std::ops::Range<usize>>,
    ) {
        let mut seen = 0;
        for (step, group) in below.enumerate() {
            if step >= 3 && seen >= 4 * self.reach.floats {
                break;
            }
            let possible = last
                .first()
                .is_some_and(|seat| !self.cut.has_difference(self.table.apart(*seat, group.start)));
            if possible {
                seen += group.len();
                for seat in last {
                    for other in group.clone().take(self.reach.floats) {
                        self.add(*seat, other);
                    }
                }
            }
        }
    }
}
