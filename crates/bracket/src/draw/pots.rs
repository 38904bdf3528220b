//! Keeping some apart in groups.

use std::cmp::Reverse;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::apart::{Mates, items};
use super::field::{Field, Haphazard, REACH, Set, around, at, pairs};
use super::refine::TRIALS;
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
/// list is spread evenly over the groups. Otherwise the same is tried, and single exchanges are made
/// while they help, from several starts; `is_least` says what is proved.
pub fn keep_apart_in_groups(groups: &[Vec<Entrant>], mates: &[Mates]) -> SeparatedGroups {
    let mut table = Table::new(groups, mates);
    if table.field.disjoint {
        table.spread();
    }
    table.search();
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
    counts: HashMap<(usize, usize), i64>,
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
        let mut table = Self { counts: HashMap::new(), field, seats, columns };
        table.recount();
        table
    }

    fn recount(&mut self) {
        self.counts.clear();
        for seat in 0..self.field.len() {
            self.count_in(seat, self.group(seat), 1);
        }
    }

    /// Adds whoever sits there to a group, or takes them from it.
    fn count_in(&mut self, seat: usize, group: usize, by: i64) {
        for set in self.field.sets_of(self.field.sitting(seat)) {
            *self.counts.entry((*set, group)).or_default() += by;
        }
    }

    fn group(&self, seat: usize) -> usize {
        self.seats.get(seat).map_or(0, |(group, _)| *group)
    }

    fn count(&self, set: usize, group: usize) -> i64 {
        self.counts.get(&(set, group)).copied().unwrap_or(0)
    }

    fn cost(&self) -> i64 {
        let of = |((set, _), count): (&(usize, usize), &i64)| {
            pairs(usize::try_from(*count).unwrap_or(0)).saturating_mul(self.field.weight(*set))
        };
        self.counts.iter().map(of).fold(0, i64::saturating_add)
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

    /// Splits the fullest groups of a set with emptier ones, the nearest first; whether that helped.
    fn relieve(&mut self, set: usize) -> bool {
        let home = |item: &usize| self.group(self.field.seat(*item));
        let mut full: Vec<usize> = self.field.members(set).iter().map(home).collect();
        full.sort_unstable();
        full.dedup();
        full.retain(|group| self.count(set, *group) > 1);
        full.sort_by_key(|group| Reverse(self.count(set, *group)));
        for full in full {
            let many = self.count(set, full);
            let emptier = around(full, self.columns.len())
                .filter(|group| self.count(set, *group) < many - 1)
                .take(REACH);
            for empty in emptier.collect::<Vec<_>>() {
                let of = |group: usize, lower| {
                    let column = self.columns.get(group).map_or(&[][..], Vec::as_slice);
                    column.iter().map(move |seat| (*seat, lower))
                };
                let sides: Vec<_> = of(full, false).chain(of(empty, true)).collect();
                for (seat, lower) in &sides {
                    self.count_in(*seat, if *lower { empty } else { full }, -1);
                }
                let better = split::balance(&mut self.field, &sides);
                for (seat, lower) in &sides {
                    self.count_in(*seat, if *lower { empty } else { full }, 1);
                }
                if better {
                    return true;
                }
            }
        }
        false
    }

    /// What even splits do not reach: single exchanges while they help, then again after some at
    /// haphazard, as long as there are trials left. What does not cost more is gone on with.
    fn search(&mut self) {
        let floor = self.floor();
        let mut trials = TRIALS;
        self.trade(&mut trials);
        self.restore();
        let movable: Vec<usize> =
            (0..self.field.len()).filter(|seat| self.field.free_band(*seat).len() > 1).collect();
        let mut any = Haphazard::default();
        let (mut order, mut cost) = (self.field.order(), self.cost());
        let first = (cost, order.clone());
        while trials > 0 && cost > floor && !movable.is_empty() {
            for _ in 0..=any.below(3) {
                let one = at(&movable, any.below(movable.len()));
                let row = self.field.free_band(one);
                let other = row.start + any.below(row.len());
                self.exchange(one, other);
            }
            // Making ready takes time, too.
            trials = trials.saturating_sub(self.field.len());
            self.trade(&mut trials);
            let found = self.cost();
            if found <= cost {
                (order, cost) = (self.field.order(), found);
            } else {
                self.arrange(&order);
            }
        }
        self.arrange(if cost < first.0 { &order } else { &first.1 });
        self.restore();
    }

    fn arrange(&mut self, order: &[usize]) {
        self.field.arrange(order);
        self.recount();
    }

    /// Those on two seats change places.
    fn exchange(&mut self, one: usize, other: usize) {
        let (from, to) = (self.group(one), self.group(other));
        for (seat, leave, enter) in [(one, from, to), (other, to, from)] {
            self.count_in(seat, leave, -1);
            self.count_in(seat, enter, 1);
        }
        let (one, other) = (self.field.sitting(one), self.field.sitting(other));
        self.field.exchange(one, other);
    }

    /// Single exchanges while they help.
    fn trade(&mut self, trials: &mut usize) {
        loop {
            let mut better = false;
            for seat in (0..self.field.len()).rev() {
                let item = self.field.sitting(seat);
                let group = self.group(seat);
                let row = self.field.free_band(seat);
                let alone = self.field.sets_of(item).iter().all(|set| self.count(*set, group) < 2);
                if alone || row.is_empty() {
                    continue;
                }
                if *trials == 0 {
                    return;
                }
                *trials = trials.saturating_sub(row.len().min(REACH));
                let best = around(seat - row.start, row.len())
                    .take(REACH)
                    .map(|place| row.start + place)
                    .map(|other| (self.change(seat, other), other.abs_diff(seat), other))
                    .min()
                    .filter(|(change, _, _)| *change < 0);
                if let Some((_, _, other)) = best {
                    self.exchange(seat, other);
                    better = true;
                }
            }
            if !better {
                return;
            }
        }
    }

    /// Sends people home to their first groups as long as it costs nothing.
    fn restore(&mut self) {
        loop {
            let mut restored = false;
            for home in 0..self.field.len() {
                let seat = self.field.seat(home);
                if seat != home && self.change(seat, home) <= 0 {
                    self.exchange(seat, home);
                    restored = true;
                }
            }
            if !restored {
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
