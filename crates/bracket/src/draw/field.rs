//! Seats of a bracket, who sits on them, and who is to be kept apart.

use std::collections::HashMap;
use std::ops::Range;

use crate::seeding::standard_order;

/// Some who are to be kept apart, by item, and how much a pair of them weighs.
pub(super) struct Set {
    pub(super) members: Vec<usize>,
    pub(super) weight: i64,
}

/// A bracket being rearranged. An item is an entrant, by the seat (seed from 0) it had at first.
pub(super) struct Field {
    /// Log₂ of the number of slots: how many rounds there are.
    pub(super) rounds: u32,
    /// Slot and seat from the top, without byes.
    pub(super) by_slot: Vec<(u32, usize)>,
    slots: Vec<u32>,
    bands: Vec<usize>,
    /// Seats below this are not given to others.
    fixed: usize,
    sitting: Vec<usize>,
    seats: Vec<usize>,
    pub(super) sets: Vec<Set>,
    /// The sets of each item.
    sets_of: Vec<Vec<usize>>,
    /// Nobody is in two sets.
    pub(super) disjoint: bool,
}

/// One word of a list; lists here are as long as the field, so the default is never seen.
pub(super) fn at<T: Copy + Default>(list: &[T], index: usize) -> T {
    list.get(index).copied().unwrap_or_default()
}

/// Numbers that look like chance and are always the same.
#[derive(Default)]
pub(super) struct Haphazard(u64);

impl Haphazard {
    /// A number below `bound`; 0 if that is 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        // Knuth's constants; the high bits are the good ones.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let bound = u64::try_from(bound.max(1)).unwrap_or(1);
        usize::try_from((self.0 >> 33) % bound).unwrap_or(0)
    }
}

/// Most candidates that are looked at for one exchange where all of them is not needed; below it the
/// search is complete.
pub(super) const REACH: usize = 512;

/// Those around a place in a list, nearest first, without that place.
pub(super) fn around(place: usize, len: usize) -> impl Iterator<Item = usize> {
    let farthest = place.max(len.saturating_sub(place));
    (1..=farthest)
        .flat_map(move |step| [place.checked_sub(step), place.checked_add(step)])
        .flatten()
        .filter(move |near| *near < len)
}

/// Two of n, saturating: for numbers of entrants.
pub(super) fn pairs(count: usize) -> i64 {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    count.saturating_mul(count.saturating_sub(1)) / 2
}

impl Field {
    /// Everybody on the seat of their number. `bands` ascend and say who may exchange seats;
    /// sets name seats below `bands.len()`, each once.
    pub(super) fn new(bands: Vec<usize>, fixed: usize, sets: Vec<Set>) -> Self {
        let seats = bands.len();
        let size = u32::try_from(seats).ok().and_then(u32::checked_next_power_of_two).unwrap_or(1);
        let mut slots = vec![0; seats];
        let mut by_slot = Vec::with_capacity(seats);
        for (slot, seed) in (0..).zip(standard_order(size)) {
            let seat = usize::try_from(seed).unwrap_or(0).wrapping_sub(1);
            if let Some(place) = slots.get_mut(seat) {
                *place = slot;
                by_slot.push((slot, seat));
            }
        }
        let mut sets_of = vec![Vec::new(); seats];
        for (number, set) in sets.iter().enumerate() {
            for member in &set.members {
                if let Some(sets) = sets_of.get_mut(*member) {
                    sets.push(number);
                }
            }
        }
        let disjoint = sets_of.iter().all(|sets| sets.len() <= 1);
        Self {
            rounds: size.trailing_zeros(),
            by_slot,
            slots,
            bands,
            fixed,
            sitting: (0..seats).collect(),
            seats: (0..seats).collect(),
            sets,
            sets_of,
            disjoint,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.seats.len()
    }

    pub(super) fn seat(&self, item: usize) -> usize {
        at(&self.seats, item)
    }

    pub(super) fn sitting(&self, seat: usize) -> usize {
        at(&self.sitting, seat)
    }

    pub(super) fn band(&self, seat: usize) -> usize {
        at(&self.bands, seat)
    }

    pub(super) fn is_free(&self, seat: usize) -> bool {
        seat >= self.fixed
    }

    /// The seats that may exchange with this one, itself among them; bands are runs of seats.
    pub(super) fn free_band(&self, seat: usize) -> Range<usize> {
        if !self.is_free(seat) {
            return seat..seat;
        }
        let band = self.band(seat);
        let start = self.bands.partition_point(|other| *other < band).max(self.fixed);
        start..self.bands.partition_point(|other| *other <= band)
    }

    pub(super) fn slot(&self, seat: usize) -> u32 {
        at(&self.slots, seat)
    }

    pub(super) fn sets_of(&self, item: usize) -> &[usize] {
        self.sets_of.get(item).map_or(&[], Vec::as_slice)
    }

    pub(super) fn members(&self, set: usize) -> &[usize] {
        self.sets.get(set).map_or(&[], |set| &set.members)
    }

    pub(super) fn weight(&self, set: usize) -> i64 {
        self.sets.get(set).map_or(0, |set| set.weight)
    }

    /// Both sit on each other's seat.
    pub(super) fn exchange(&mut self, one: usize, other: usize) {
        let (first, second) = (self.seat(one), self.seat(other));
        self.seats.swap(one, other);
        self.sitting.swap(first, second);
    }

    /// Items by seat.
    pub(super) fn order(&self) -> Vec<usize> {
        self.sitting.clone()
    }

    pub(super) fn arrange(&mut self, order: &[usize]) {
        self.sitting.clear();
        self.sitting.extend_from_slice(order);
        for (seat, item) in order.iter().enumerate() {
            if let Some(place) = self.seats.get_mut(*item) {
                *place = seat;
            }
        }
    }

    pub(super) fn moved(&self) -> usize {
        self.seats.iter().enumerate().filter(|(item, seat)| item != *seat).count()
    }

    /// Weight of the pairs that can meet by the end of round 1, 2, …
    pub(super) fn cost(&self) -> Vec<i64> {
        let mut cost = vec![0_i64; usize::try_from(self.rounds).unwrap_or(0)];
        for set in &self.sets {
            let mut slots: Vec<u32> =
                set.members.iter().map(|item| self.slot(self.seat(*item))).collect();
            slots.sort_unstable();
            for (level, cost) in (1..).zip(&mut cost) {
                let parts = slots.chunk_by(|one, other| one >> level == other >> level);
                let met = parts.map(|part| pairs(part.len())).fold(0, i64::saturating_add);
                *cost = cost.saturating_add(met.saturating_mul(set.weight));
            }
        }
        cost
    }

    /// What no order whatever can undercut, if sets are disjoint: each of them spread evenly over
    /// the parts of the bracket. Zero otherwise.
    pub(super) fn floor(&self) -> Vec<i64> {
        let even = |level: u32| {
            let parts = 1_usize << (self.rounds - level).min(usize::BITS - 1);
            let of = |set: &Set| {
                let (each, more) = (set.members.len() / parts, set.members.len() % parts);
                let weigh = |parts: usize, each| {
                    pairs(each).saturating_mul(i64::try_from(parts).unwrap_or(i64::MAX))
                };
                weigh(more, each + 1)
                    .saturating_add(weigh(parts - more, each))
                    .saturating_mul(set.weight)
            };
            self.sets.iter().map(of).fold(0, i64::saturating_add)
        };
        (1..=self.rounds).map(|level| if self.disjoint { even(level) } else { 0 }).collect()
    }
}

/// How many of each set sit in each part of the bracket.
pub(super) struct Census {
    counts: HashMap<(usize, u32, u32), i64>,
}

impl Census {
    pub(super) fn new(field: &Field) -> Self {
        let mut census = Self { counts: HashMap::new() };
        for item in 0..field.len() {
            census.count(field, item, field.slot(field.seat(item)), 1);
        }
        census
    }

    fn count(&mut self, field: &Field, item: usize, slot: u32, by: i64) {
        for set in field.sets_of(item) {
            for level in 1..=field.rounds {
                *self.counts.entry((*set, level, slot >> level)).or_default() += by;
            }
        }
    }

    fn of(&self, set: usize, level: u32, slot: u32) -> i64 {
        self.counts.get(&(set, level, slot >> level)).copied().unwrap_or(0)
    }

    /// How the cost by the end of each round would change, up to the first that does and with that
    /// round; `None` if none does up to round `last`.
    pub(super) fn change(
        &self,
        field: &Field,
        one: usize,
        other: usize,
        last: u32,
    ) -> Option<(u32, i64)> {
        let [from, to] = [one, other].map(|item| field.slot(field.seat(item)));
        let (mine, theirs) = (field.sets_of(one), field.sets_of(other));
        // Above this level both are in one part.
        let common = u32::BITS - (from ^ to).leading_zeros();
        (1..common.min(last.saturating_add(1))).find_map(|level| {
            let leave = |sets: &[usize], others: &[usize], from, to| {
                let apart = sets.iter().filter(|set| !others.contains(set));
                apart
                    .map(|set| {
                        let more = self.of(*set, level, to) - (self.of(*set, level, from) - 1);
                        more.saturating_mul(field.weight(*set))
                    })
                    .fold(0, i64::saturating_add)
            };
            let change =
                leave(mine, theirs, from, to).saturating_add(leave(theirs, mine, to, from));
            (change != 0).then_some((level, change))
        })
    }

    /// Whether somebody of the same sets sits in the same part.
    pub(super) fn conflict(&self, field: &Field, item: usize, level: u32) -> bool {
        let slot = field.slot(field.seat(item));
        field.sets_of(item).iter().any(|set| self.of(*set, level, slot) > 1)
    }

    pub(super) fn exchange(&mut self, field: &mut Field, one: usize, other: usize) {
        let [from, to] = [one, other].map(|item| field.slot(field.seat(item)));
        for (item, leave, enter) in [(one, from, to), (other, to, from)] {
            self.count(field, item, leave, -1);
            self.count(field, item, enter, 1);
        }
        field.exchange(one, other);
    }
}
