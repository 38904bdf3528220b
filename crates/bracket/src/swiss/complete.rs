//! A legal round from an illegal one, if there is any.

use std::collections::VecDeque;

use super::Pairs;
use super::table::Table;

const NONE: usize = usize::MAX;

/// Keeps the legal ones of `pairs` as far as can be and pairs the rest along alternating paths,
/// shortest first; `None` if there is no legal round.
///
/// The search is that of Edmonds for a matching of most pairs. A seat from which no path leads to
/// another free one stays free in every such matching, so the first failure proves that there is no
/// legal round.
pub(super) fn complete(table: &Table, pairs: &[(usize, usize)]) -> Option<Pairs> {
    let size = table.len();
    let mut mates = vec![NONE; size];
    for &(first, second) in pairs {
        if table.is_legal(first, second) {
            (mates[first], mates[second]) = (second, first);
        }
    }
    for root in 0..size {
        if mates[root] == NONE {
            Search::new(table, &mut mates).augment(root)?;
        }
    }
    Some((0..).zip(mates).filter(|(seat, mate)| seat < mate).collect())
}

/// A tree of alternating paths from one free seat. Odd cycles are shrunk to their base.
struct Search<'a> {
    table: &'a Table,
    mates: &'a mut Vec<usize>,
    base: Vec<usize>,
    /// The seat before one that was reached by a pair not of the matching.
    before: Vec<usize>,
    outer: Vec<bool>,
    open: VecDeque<usize>,
}

impl<'a> Search<'a> {
    fn new(table: &'a Table, mates: &'a mut Vec<usize>) -> Self {
        let size = table.len();
        Self {
            table,
            mates,
            base: (0..size).collect(),
            before: vec![NONE; size],
            outer: vec![false; size],
            open: VecDeque::new(),
        }
    }

    fn augment(mut self, root: usize) -> Option<()> {
        let size = self.table.len();
        self.outer[root] = true;
        self.open.push_back(root);
        while let Some(seat) = self.open.pop_front() {
            // Nearest first, so that a mended round stays near the ideal one.
            let near = (1..size).flat_map(|step| [seat.checked_sub(step), Some(seat + step)]);
            for other in near.flatten().filter(|other| *other < size) {
                let mate = self.mates[other];
                if self.base[seat] == self.base[other] || self.mates[seat] == other {
                    continue;
                }
                let even = other == root || (mate != NONE && self.before[mate] != NONE);
                if !(even || self.before[other] == NONE) || !self.table.is_legal(seat, other) {
                    continue;
                }
                if even {
                    self.shrink(seat, other);
                } else {
                    self.before[other] = seat;
                    if mate == NONE {
                        self.flip(other);
                        return Some(());
                    }
                    self.outer[mate] = true;
                    self.open.push_back(mate);
                }
            }
        }
        None
    }

    /// Changes the pairs along the path from a free seat to the root.
    fn flip(&mut self, last: usize) {
        let mut seat = last;
        while seat != NONE {
            let before = self.before[seat];
            let next = self.mates[before];
            (self.mates[seat], self.mates[before]) = (before, seat);
            seat = next;
        }
    }

    fn shrink(&mut self, one: usize, other: usize) {
        let base = self.common_base(one, other);
        let mut inside = vec![false; self.base.len()];
        self.mark(one, other, base, &mut inside);
        self.mark(other, one, base, &mut inside);
        for seat in 0..self.base.len() {
            if inside[self.base[seat]] {
                self.base[seat] = base;
                if !self.outer[seat] {
                    self.outer[seat] = true;
                    self.open.push_back(seat);
                }
            }
        }
    }

    fn common_base(&self, one: usize, other: usize) -> usize {
        let mut seen = vec![false; self.base.len()];
        let mut seat = one;
        loop {
            seat = self.base[seat];
            seen[seat] = true;
            if self.mates[seat] == NONE {
                break;
            }
            seat = self.before[self.mates[seat]];
        }
        let mut seat = other;
        loop {
            seat = self.base[seat];
            if seen[seat] {
                return seat;
            }
            seat = self.before[self.mates[seat]];
        }
    }

    /// Marks the cycle from a seat down to its base and turns it so that it can be walked both ways.
    fn mark(&mut self, seat: usize, child: usize, base: usize, inside: &mut [bool]) {
        let (mut seat, mut child) = (seat, child);
        while self.base[seat] != base {
            let mate = self.mates[seat];
            inside[self.base[seat]] = true;
            inside[self.base[mate]] = true;
            self.before[seat] = child;
            (child, seat) = (mate, self.before[mate]);
        }
    }
}
