//! Keeping some apart in groups.

use serde::{Deserialize, Serialize};

use super::apart::{Mates, items};
use super::field::{Field, Set, pairs};
use super::split;
use crate::model::Entrant;

/// Groups in which few mates are together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeparatedGroups {
    /// The groups, each in the order of its rows.
    pub groups: Vec<Vec<Entrant>>,
    /// The weight of the pairs of mates in the same group.
    pub cost: u64,
    /// How many are in another group than before.
    pub moved: u32,
    /// It is proved that no exchange inside rows makes the cost less.
    pub is_least: bool,
}

/// Changes groups so that mates are in different ones, by exchanges inside a row: the first of all
/// groups, the second of all groups … (the pots of a draw). The first row stays, so groups keep
/// their heads.
///
/// If nobody is in two lists and all groups have the same size, the cost is the least there is: each
/// list is spread evenly over the groups. With groups of unequal size the same is tried and usually
/// reached. If lists overlap, exchanges are made while single ones help. `is_least` says what is
/// proved.
pub fn keep_apart_in_groups(groups: &[Vec<Entrant>], mates: &[Mates]) -> SeparatedGroups {
    let mut table = Table::new(groups, mates);
    if table.field.disjoint {
        table.spread();
    } else {
        table.trade();
    }
    let cost = table.cost();
    let is_least = cost <= table.floor();
    let mut separated: Vec<Vec<Entrant>> = groups.iter().map(|_| Vec::new()).collect();
    let mut moved = 0_u32;
    for (seat, (group, _)) in table.seats.iter().enumerate() {
        let item = table.field.sitting(seat);
        let from = table.seats.get(item);
        moved = moved.saturating_add(u32::from(from.is_none_or(|(from, _)| from != group)));
        let entrant = from.and_then(|(group, row)| groups.get(*group)?.get(*row).copied());
        if let (Some(entrant), Some(group)) = (entrant, separated.get_mut(*group)) {
            group.push(entrant);
        }
    }
    let cost = u64::try_from(cost).unwrap_or(0);
    SeparatedGroups { groups: separated, cost, moved, is_least }
}

struct Table {
    /// Seats are numbered row by row.
    field: Field,
    /// Group and row of each seat.
    seats: Vec<(usize, usize)>,
    /// Seats of each group, by row.
    columns: Vec<Vec<usize>>,
    /// How many of each set are in each group.
    counts: Vec<Vec<i64>>,
}

impl Table {
    fn new(groups: &[Vec<Entrant>], mates: &[Mates]) -> Self {
        let rows = groups.iter().map(Vec::len).max().unwrap_or(0);
        let mut seats = Vec::new();
        let mut columns = vec![Vec::new(); groups.len()];
        let mut entrants = Vec::new();
        for row in 0..rows {
            for (number, (group, column)) in groups.iter().zip(&mut columns).enumerate() {
                if let Some(entrant) = group.get(row) {
                    column.push(seats.len());
                    seats.push((number, row));
                    entrants.push(*entrant);
                }
            }
        }
        let bands = seats.iter().map(|(_, row)| *row).collect();
        let heads = seats.iter().filter(|(_, row)| *row == 0).count();
        let sets = items(entrants.into_iter(), mates)
            .into_iter()
            .map(|(members, weight)| Set { members, weight: i64::from(weight) })
            .collect();
        let field = Field::new(bands, heads, sets);
        let mut table = Self { counts: Vec::new(), field, seats, columns };
        table.recount();
        table
    }

    fn recount(&mut self) {
        let groups = self.columns.len();
        self.counts = self
            .field
            .sets
            .iter()
            .map(|set| {
                let mut counts = vec![0; groups];
                for item in &set.members {
                    if let Some(count) = counts.get_mut(self.group(self.field.seat(*item))) {
                        *count += 1;
                    }
                }
                counts
            })
            .collect();
    }

    fn group(&self, seat: usize) -> usize {
        self.seats.get(seat).map_or(0, |(group, _)| *group)
    }

    fn count(&self, set: usize, group: usize) -> i64 {
        self.counts.get(set).and_then(|counts| counts.get(group)).copied().unwrap_or(0)
    }

    fn cost(&self) -> i64 {
        let of = |(set, counts): (&Set, &Vec<i64>)| {
            let together = counts.iter().map(|count| pairs(usize::try_from(*count).unwrap_or(0)));
            together.fold(0, i64::saturating_add).saturating_mul(set.weight)
        };
        self.field.sets.iter().zip(&self.counts).map(of).fold(0, i64::saturating_add)
    }

    /// Every set spread evenly; nothing is known of sets that overlap.
    fn floor(&self) -> i64 {
        let groups = self.columns.len().max(1);
        let of = |set: &Set| {
            let (each, more) = (set.members.len() / groups, set.members.len() % groups);
            let weigh = |groups: usize, each| {
                pairs(each).saturating_mul(i64::try_from(groups).unwrap_or(i64::MAX))
            };
            weigh(more, each + 1)
                .saturating_add(weigh(groups - more, each))
                .saturating_mul(set.weight)
        };
        if !self.field.disjoint {
            return 0;
        }
        self.field.sets.iter().map(of).fold(0, i64::saturating_add)
    }

    /// Two groups after the other are split anew as a bracket's part is, until no set has two more
    /// members in one group than in another, or no split of two groups helps.
    fn spread(&mut self) {
        loop {
            let mut better = false;
            for set in 0..self.field.sets.len() {
                while self.relieve(set) {
                    better = true;
                }
            }
            if !better {
                return;
            }
        }
    }

    /// Splits the fullest groups of a set with emptier ones, the emptiest first; whether that helped.
    fn relieve(&mut self, set: usize) -> bool {
        let mut counts: Vec<(i64, usize)> =
            (0..self.columns.len()).map(|group| (self.count(set, group), group)).collect();
        counts.sort_unstable();
        for (many, full) in counts.iter().rev() {
            for (few, empty) in &counts {
                if many - few < 2 {
                    break;
                }
                let of = |group: usize, lower| {
                    let column = self.columns.get(group).map_or(&[][..], Vec::as_slice);
                    column.iter().map(move |seat| (*seat, lower))
                };
                let sides: Vec<_> = of(*full, false).chain(of(*empty, true)).collect();
                if split::balance(&mut self.field, &sides) {
                    self.recount_members(&sides);
                    return true;
                }
            }
        }
        false
    }

    /// Counts the sets of those on these seats again.
    fn recount_members(&mut self, sides: &[(usize, bool)]) {
        let mut sets: Vec<usize> = sides
            .iter()
            .flat_map(|(seat, _)| self.field.sets_of(self.field.sitting(*seat)))
            .copied()
            .collect();
        sets.sort_unstable();
        sets.dedup();
        for set in sets {
            let mut counts = vec![0; self.columns.len()];
            for item in self.field.members(set) {
                if let Some(count) = counts.get_mut(self.group(self.field.seat(*item))) {
                    *count += 1;
                }
            }
            if let Some(place) = self.counts.get_mut(set) {
                *place = counts;
            }
        }
    }

    /// Single exchanges while they help, for sets that overlap.
    fn trade(&mut self) {
        loop {
            let mut better = false;
            for seat in (0..self.field.len()).rev() {
                let item = self.field.sitting(seat);
                let group = self.group(seat);
                let alone = self.field.sets_of(item).iter().all(|set| self.count(*set, group) < 2);
                if alone || !self.field.is_free(seat) {
                    continue;
                }
                let others = (0..self.field.len())
                    .filter(|other| self.field.band(*other) == self.field.band(seat));
                let best = others
                    .map(|other| (self.change(seat, other), other.abs_diff(seat), other))
                    .min()
                    .filter(|(change, _, _)| *change < 0);
                if let Some((_, _, other)) = best {
                    let other_item = self.field.sitting(other);
                    self.field.exchange(item, other_item);
                    self.recount_members(&[(seat, false), (other, true)]);
                    better = true;
                }
            }
            if !better {
                return;
            }
        }
    }

    /// What the cost would change by if those on two seats changed places.
    fn change(&self, one: usize, other: usize) -> i64 {
        let (mine, theirs) = (self.sets_at(one), self.sets_at(other));
        let move_ = |sets: &[usize], others: &[usize], from: usize, to: usize| {
            let apart = sets.iter().filter(|set| !others.contains(set));
            apart
                .map(|set| {
                    let more = self.count(*set, to) - (self.count(*set, from) - 1);
                    more.saturating_mul(self.field.weight(*set))
                })
                .fold(0, i64::saturating_add)
        };
        let (from, to) = (self.group(one), self.group(other));
        if from == to {
            return 0;
        }
        move_(mine, theirs, from, to).saturating_add(move_(theirs, mine, to, from))
    }

    fn sets_at(&self, seat: usize) -> &[usize] {
        self.field.sets_of(self.field.sitting(seat))
    }
}
