//! From the whole bracket down to the pairs: each part is split in two, as evenly for every set as
//! can be, by exchanges inside bands.

use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};
use std::iter;

use super::field::{Field, REACH, at};

/// Splits every part, greatest first.
pub(super) fn split(field: &mut Field) {
    let seats = field.by_slot.clone();
    for level in (1..=field.rounds).rev() {
        for part in seats.chunk_by(|(one, _), (other, _)| one >> level == other >> level) {
            let lower = |slot: &u32| (slot >> (level - 1)) & 1 == 1;
            let sides: Vec<(usize, bool)> =
                part.iter().map(|(slot, seat)| (*seat, lower(slot))).collect();
            if field.disjoint {
                balance(field, &sides);
            } else {
                trade(field, &sides);
            }
        }
    }
}

/// Exchanges between two sides until no split of these seats is better for disjoint sets; whether
/// anything was exchanged. Each step takes as few exchanges as it can.
///
/// The sides are a flow between bands, which must stay as full as they are, and sets, whose cost
/// (the pairs on the same side) is convex in their numbers. So the split is the best one exactly if
/// no path leads from a set with too many on one side to a set that costs less there.
pub(super) fn balance(field: &mut Field, sides: &[(usize, bool)]) -> bool {
    let mut network = Network::new(field, sides);
    let mut changed = false;
    loop {
        let mut better = false;
        for set in network.crowded() {
            while let Some(path) = network.path(field, set) {
                network.exchange(field, &path);
                better = true;
            }
        }
        if !better {
            return changed;
        }
        changed = true;
    }
}

struct Network {
    /// The side of each seat: whether it is the lower one.
    lower: HashMap<usize, bool>,
    /// Of each set the number on the lower side minus that on the upper side.
    surplus: HashMap<usize, i64>,
    /// Seats that may be given to others, by side and band, ascending.
    in_band: HashMap<(bool, usize), Vec<usize>>,
    /// Members of each set on either side.
    in_set: HashMap<usize, Vec<usize>>,
}

impl Network {
    fn new(field: &Field, sides: &[(usize, bool)]) -> Self {
        let mut network = Self {
            lower: sides.iter().copied().collect(),
            surplus: HashMap::new(),
            in_band: HashMap::new(),
            in_set: HashMap::new(),
        };
        for (seat, lower) in sides {
            if field.is_free(*seat) {
                network.in_band.entry((*lower, field.band(*seat))).or_default().push(*seat);
            }
            if let Some(set) = set_of(field, *seat) {
                *network.surplus.entry(set).or_default() += if *lower { 1 } else { -1 };
                network.in_set.entry(set).or_default().push(field.sitting(*seat));
            }
        }
        for seats in network.in_band.values_mut() {
            seats.sort_unstable();
        }
        network
    }

    /// Sets that could be split better.
    fn crowded(&self) -> Vec<usize> {
        let uneven = self.surplus.iter().filter(|(_, more)| more.abs() > 1);
        let mut sets: Vec<usize> = uneven.map(|(set, _)| *set).collect();
        sets.sort_unstable();
        sets
    }

    /// What the set's cost rises by if one more comes to the side and leaves the other.
    fn rise(&self, field: &Field, set: Option<usize>, lower: bool) -> i64 {
        let Some(set) = set else { return 0 };
        let more = self.surplus.get(&set).copied().unwrap_or(0);
        let more = if lower { more } else { -more };
        (more + 1).saturating_mul(field.weight(set))
    }

    /// The shortest path that relieves the set, as exchanges: the first leaves its crowded side, the
    /// second comes to it.
    fn path(&self, field: &Field, start: usize) -> Option<Vec<(usize, usize)>> {
        let more = self.surplus.get(&start).copied().unwrap_or(0);
        if more.abs() <= 1 {
            return None;
        }
        let lower = more > 0;
        let gain = -self.rise(field, Some(start), !lower);
        let mut came_by: HashMap<usize, (usize, usize)> = HashMap::new();
        let mut seen: Vec<usize> = Vec::new();
        let mut queue = VecDeque::from([start]);
        while let Some(set) = queue.pop_front() {
            // The worst seed first, since seeds matter least there.
            let mut leaving: Vec<usize> = self
                .in_set
                .get(&set)
                .into_iter()
                .flatten()
                .map(|item| field.seat(*item))
                .filter(|seat| field.is_free(*seat) && self.lower.get(seat) == Some(&lower))
                .collect();
            leaving.sort_unstable_by_key(|seat| Reverse(*seat));
            for one in leaving {
                let band = field.band(one);
                let Some(coming) = self.in_band.get(&(!lower, band)) else { continue };
                if seen.contains(&band) {
                    continue;
                }
                seen.push(band);
                let rise_of = |seat: usize| {
                    let set = set_of(field, seat);
                    let rise = self.rise(field, set, lower);
                    (set != Some(start) && rise < gain).then_some((rise, seat))
                };
                // The nearest seat where nothing is lost, else the least loss that is worth it.
                let mut least: Option<(i64, usize)> = None;
                for (rise, seat) in outwards(coming, one).filter_map(rise_of) {
                    if least.is_none_or(|(least, _)| rise < least) {
                        least = Some((rise, seat));
                    }
                    if rise <= 0 {
                        break;
                    }
                }
                if let Some((_, end)) = least {
                    let mut path = vec![(field.sitting(one), field.sitting(end))];
                    let mut step = came_by.get(&set);
                    while let Some((left, came)) = step {
                        path.push((*left, *came));
                        let before = field.sets_of(*left).first();
                        step = before.and_then(|set| came_by.get(set));
                    }
                    return Some(path);
                }
                for seat in coming {
                    if let Some(next) = set_of(field, *seat)
                        && next != start
                        && !came_by.contains_key(&next)
                    {
                        came_by.insert(next, (field.sitting(one), field.sitting(*seat)));
                        queue.push_back(next);
                    }
                }
            }
        }
        None
    }

    fn exchange(&mut self, field: &mut Field, path: &[(usize, usize)]) {
        for (one, other) in path {
            for item in [*one, *other] {
                let was_lower = self.lower.get(&field.seat(item)) == Some(&true);
                if let Some(set) = field.sets_of(item).first() {
                    *self.surplus.entry(*set).or_default() += if was_lower { -2 } else { 2 };
                }
            }
            field.exchange(*one, *other);
        }
    }
}

/// Ascending seats, those nearest to one that is not among them first.
fn outwards(seats: &[usize], from: usize) -> impl Iterator<Item = usize> {
    let (below, above) = seats.split_at(seats.partition_point(|seat| *seat < from));
    let (mut below, mut above) = (below.iter().rev().peekable(), above.iter().peekable());
    iter::from_fn(move || match (below.peek(), above.peek()) {
        (Some(one), Some(other)) if from - **one <= **other - from => below.next().copied(),
        (Some(_), None) => below.next().copied(),
        (_, _) => above.next().copied(),
    })
}

/// The only set of whoever sits there.
fn set_of(field: &Field, seat: usize) -> Option<usize> {
    field.sets_of(field.sitting(seat)).first().copied()
}

/// The same for sets that overlap: single exchanges while they help, which is no proof of the best.
fn trade(field: &mut Field, sides: &[(usize, bool)]) {
    let side_of: HashMap<usize, bool> = sides.iter().copied().collect();
    let mut in_band: HashMap<(bool, usize), Vec<usize>> = HashMap::new();
    let mut surplus: HashMap<usize, i64> = HashMap::new();
    for (seat, lower) in sides {
        if field.is_free(*seat) {
            in_band.entry((*lower, field.band(*seat))).or_default().push(*seat);
        }
        for set in field.sets_of(field.sitting(*seat)) {
            *surplus.entry(*set).or_default() += if *lower { 1 } else { -1 };
        }
    }
    for seats in in_band.values_mut() {
        seats.sort_unstable();
    }
    // What is gained if the one on a seat alone changes sides.
    let gain = |field: &Field, surplus: &HashMap<usize, i64>, seat: usize, lower: bool| {
        let of = |set: &usize| {
            let more = surplus.get(set).copied().unwrap_or(0);
            let more = if lower { more } else { -more };
            (more - 1).saturating_mul(field.weight(*set))
        };
        field.sets_of(field.sitting(seat)).iter().map(of).fold(0, i64::saturating_add)
    };
    let mut gains = vec![0; field.len()];
    let renew =
        |field: &Field, surplus: &HashMap<usize, i64>, gains: &mut Vec<i64>, seat: usize| {
            if let (Some(lower), Some(place)) = (side_of.get(&seat), gains.get_mut(seat)) {
                *place = gain(field, surplus, seat, *lower);
            }
        };
    for (seat, _) in sides {
        renew(field, &surplus, &mut gains, *seat);
    }
    // Each exchange lowers the cost of the split; the bound is for time only.
    for _ in 0..sides.len() {
        let mut eager: Vec<(usize, bool)> = sides
            .iter()
            .copied()
            .filter(|(seat, _)| field.is_free(*seat) && at(&gains, *seat) > 0)
            .collect();
        eager.sort_unstable_by_key(|(seat, _)| Reverse((at(&gains, *seat), *seat)));
        let mut better = false;
        for (seat, lower) in eager {
            // Earlier exchanges may have done it.
            if at(&gains, seat) <= 0 {
                continue;
            }
            let Some(coming) = in_band.get(&(!lower, field.band(seat))) else { continue };
            let Some(other) = partner(field, coming, &gains, seat) else { continue };
            let (one, two) = (field.sitting(seat), field.sitting(other));
            for (item, was_lower) in [(one, lower), (two, !lower)] {
                for set in field.sets_of(item) {
                    *surplus.entry(*set).or_default() += if was_lower { -2 } else { 2 };
                }
            }
            field.exchange(one, two);
            for item in [one, two] {
                renew(field, &surplus, &mut gains, field.seat(item));
                for set in field.sets_of(item) {
                    for member in field.members(*set) {
                        renew(field, &surplus, &mut gains, field.seat(*member));
                    }
                }
            }
            better = true;
        }
        if !better {
            return;
        }
    }
}

/// The one of these seats with which an exchange gains most; of several the nearest.
fn partner(field: &Field, coming: &[usize], gains: &[i64], seat: usize) -> Option<usize> {
    let mine = field.sets_of(field.sitting(seat));
    let total = |other: usize| {
        let theirs = field.sets_of(field.sitting(other));
        // What both are in stays as it was.
        let shared = mine.iter().filter(|set| theirs.contains(set));
        let back = shared.map(|set| field.weight(*set)).fold(0, i64::saturating_add);
        at(gains, seat).saturating_add(at(gains, other)).saturating_add(back.saturating_mul(2))
    };
    let (total, _, other) = outwards(coming, seat)
        .take(REACH)
        .map(|other| (total(other), Reverse(other.abs_diff(seat)), other))
        .max()?;
    (total > 0).then_some(other)
}
