//! One member a row for every group, as evenly over the bracket as can be.
//!
//! Take two groups. Their members are joined in pairs twice: those of one row, and, from the
//! smallest parts of the bracket to the largest, those left over in one part. Two matchings make
//! paths and even cycles, so the members can be given to the two groups anew such that partners
//! always part: both still have one in every row, and in every part of the bracket their numbers
//! differ by at most one. Each such exchange lowers (or keeps) the sum of squares of these numbers
//! in every part at once; when no two groups differ by two anywhere, every part is as even as
//! numbers allow, which no arrangement can beat.

use crate::seeding::standard_order;

/// The group of each seat (seed from 0); seat and group are the same in the first row.
pub(super) fn equitable(seats: usize, groups: usize) -> Vec<usize> {
    let mut table = Table::start(seats, groups);
    for level in (1..=table.levels()).rev() {
        // Everybody once, in the order of the bracket; one chunk is one part.
        let parts = table.by_slot.clone();
        for part in parts.chunk_by(|(one, _), (other, _)| one >> level == other >> level) {
            table.even_out(part);
        }
    }
    table.group_of
}

struct Table {
    groups: usize,
    /// Slot in the bracket, by seat.
    slots: Vec<u32>,
    /// Slot and seat, from the top.
    by_slot: Vec<(u32, usize)>,
    group_of: Vec<usize>,
    /// Seats by group and row.
    members: Vec<Vec<usize>>,
}

impl Table {
    fn start(seats: usize, groups: usize) -> Self {
        let size = u32::try_from(seats).ok().and_then(u32::checked_next_power_of_two);
        let order = standard_order(size.unwrap_or(1));
        let by_slot: Vec<(u32, usize)> = (0..)
            .zip(order)
            .filter_map(|(slot, seed)| Some((slot, usize::try_from(seed).ok()?.checked_sub(1)?)))
            .filter(|(_, seat)| *seat < seats)
            .collect();
        let mut slots = vec![0; seats];
        for (slot, seat) in &by_slot {
            if let Some(place) = slots.get_mut(*seat) {
                *place = *slot;
            }
        }
        let group_of: Vec<usize> =
            (0..seats).map(|seat| start(groups, seat / groups, seat % groups)).collect();
        let mut members = vec![Vec::new(); groups];
        for (seat, group) in group_of.iter().enumerate() {
            if let Some(members) = members.get_mut(*group) {
                members.push(seat);
            }
        }
        Self { groups, slots, by_slot, group_of, members }
    }

    fn levels(&self) -> u32 {
        self.by_slot.len().next_power_of_two().trailing_zeros()
    }

    fn slot(&self, seat: usize) -> u32 {
        self.slots.get(seat).copied().unwrap_or(0)
    }

    /// Re-deals pairs of groups until no two of them differ by more than one in this part.
    fn even_out(&mut self, part: &[(u32, usize)]) {
        loop {
            let mut present: Vec<usize> =
                part.iter().filter_map(|(_, seat)| self.group_of.get(*seat).copied()).collect();
            present.sort_unstable();
            let mut counts: Vec<(usize, usize)> = present
                .chunk_by(|one, other| one == other)
                .filter_map(|same| Some((same.len(), *same.first()?)))
                .collect();
            // As many absent groups as could be needed.
            let absent = (0..self.groups).filter(|group| present.binary_search(group).is_err());
            counts.extend(absent.take(part.len()).map(|group| (0, group)));
            counts.sort_unstable();
            let mut even = true;
            let mut ends = counts.iter();
            while let (Some(few), Some(many)) = (ends.next(), ends.next_back()) {
                if many.0 < few.0 + 2 {
                    break;
                }
                even = false;
                self.deal_again(few.1.min(many.1), few.1.max(many.1));
            }
            if even {
                return;
            }
        }
    }

    fn deal_again(&mut self, one: usize, other: usize) {
        let hands = [one, other].map(|group| self.members.get(group).cloned().unwrap_or_default());
        let rows = hands.iter().map(Vec::len).max().unwrap_or(0);
        // Item 2·row + hand, so the partner by row is the item with the last bit flipped.
        let seat = |item: usize| hands.get(item % 2)?.get(item / 2).copied();
        let by_part = self.partners(2 * rows, seat);
        let mut hand_of: Vec<Option<usize>> = vec![None; 2 * rows];
        for first in 0..2 * rows {
            if seat(first).is_none() || hand_of.get(first).copied().flatten().is_some() {
                continue;
            }
            // The component, each with the hand it gets if the first one stays.
            let mut component = Vec::new();
            let mut open = vec![(first, first % 2)];
            while let Some((item, hand)) = open.pop() {
                match hand_of.get_mut(item) {
                    Some(known @ None) if seat(item).is_some() => *known = Some(hand),
                    _ => continue,
                }
                component.push(item);
                open.push((item ^ 1, 1 - hand));
                open.extend(by_part.get(item).copied().flatten().map(|next| (next, 1 - hand)));
            }
            // The first row stays, and otherwise the greater part.
            let stays = |item: &&usize| hand_of.get(**item).copied().flatten() == Some(**item % 2);
            let staying = component.iter().filter(stays).count();
            if first > 1 && 2 * staying < component.len() {
                for item in component {
                    if let Some(Some(hand)) = hand_of.get_mut(item) {
                        *hand = 1 - *hand;
                    }
                }
            }
        }
        let mut dealt = [Vec::with_capacity(rows), Vec::with_capacity(rows)];
        for (item, hand) in hand_of.into_iter().enumerate() {
            if let (Some(seat), Some(hand)) = (seat(item), hand)
                && let Some(hand) = dealt.get_mut(hand)
            {
                hand.push(seat);
            }
        }
        for (group, seats) in [one, other].into_iter().zip(dealt) {
            for seat in &seats {
                if let Some(place) = self.group_of.get_mut(*seat) {
                    *place = group;
                }
            }
            if let Some(members) = self.members.get_mut(group) {
                *members = seats;
            }
        }
    }

    /// Joins items in pairs, those in the smallest parts first; at most one is left in each part.
    fn partners(&self, items: usize, seat: impl Fn(usize) -> Option<usize>) -> Vec<Option<usize>> {
        let mut partner = vec![None; items];
        let mut left: Vec<(u32, usize)> =
            (0..items).filter_map(|item| Some((self.slot(seat(item)?), item))).collect();
        left.sort_unstable();
        for level in 1..=self.levels() {
            let mut next = Vec::with_capacity(left.len());
            for part in left.chunk_by(|(one, _), (other, _)| one >> level == other >> level) {
                match part {
                    [(_, one), (_, other)] => {
                        for (item, with) in [(*one, *other), (*other, *one)] {
                            if let Some(place) = partner.get_mut(item) {
                                *place = Some(with);
                            }
                        }
                    }
                    alone => next.extend_from_slice(alone),
                }
            }
            left = next;
        }
        partner
    }
}

/// A first deal. For a power of two of groups and at most as many rows it is the final one: bit
/// after bit, the part where a member stands is the group's own part moved by the bits of the row.
fn start(groups: usize, row: usize, place: usize) -> usize {
    if !groups.is_power_of_two() {
        return place;
    }
    let bits = groups.trailing_zeros();
    let bit = |index: u32| (row >> index) & 1;
    let mut mask = 0;
    let mut last = bit(0);
    for index in (0..bits).rev() {
        last ^= bit(index);
        mask |= last << index;
    }
    place ^ mask
}
