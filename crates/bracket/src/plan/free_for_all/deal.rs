//! Who meets whom in a round of matches of many.

use std::collections::BTreeMap;

use super::Going;
use crate::model::MatchKey;

/// Deals into groups back and forth, so that every group gets as good ones as the others, one of
/// every row. Those who come from one match are spread over the groups as evenly as can be.
///
/// A group is a colour of the edge between a row and a match of before: neither has two edges of
/// one colour. As no vertex has more edges than there are groups, that is always possible (König),
/// and an alternating path makes room where it is tight.
pub(super) fn deal(going: &[Going], groups: usize) -> Vec<Vec<Going>> {
    let mut table = Table { groups, ..Table::default() };
    let mut seen: BTreeMap<MatchKey, usize> = BTreeMap::new();
    for (number, row) in going.chunks(groups).enumerate() {
        for (place, one) in row.iter().enumerate() {
            let part = match one.from {
                // Anywhere.
                None => (None, table.edges.len()),
                // Of more than fit one fills all groups, the others are spread again.
                Some(from) => {
                    let count = seen.entry(from).or_default();
                    *count += 1;
                    (Some(from), (*count - 1) / groups)
                }
            };
            let wanted = if number % 2 == 1 { groups - 1 - place } else { place };
            table.seat((number, part), wanted);
        }
    }
    let mut dealt: Vec<Vec<Going>> = vec![Vec::new(); groups];
    for ((_, group), edge) in &table.rows {
        if let (Some(group), Some(one)) = (dealt.get_mut(*group), going.get(*edge)) {
            group.push(*one);
        }
    }
    dealt
}

/// Those who come from one match, no more than there are groups.
type Part = (Option<MatchKey>, usize);

#[derive(Default)]
struct Table {
    groups: usize,
    /// Row and part of everybody so far.
    edges: Vec<(usize, Part)>,
    /// Who of a row is in a group.
    rows: BTreeMap<(usize, usize), usize>,
    /// Who of a part is in a group.
    parts: BTreeMap<(Part, usize), usize>,
}

impl Table {
    /// Seats the next one as near to the group that is wanted as can be.
    fn seat(&mut self, (row, part): (usize, Part), wanted: usize) {
        let edge = self.edges.len();
        self.edges.push((row, part));
        let in_row = |group: &usize| !self.rows.contains_key(&(row, *group));
        let in_part = |group: &usize| !self.parts.contains_key(&(part, *group));
        let nearest = |free: &dyn Fn(&usize) -> bool| {
            let up = wanted..self.groups;
            let both = (1..=self.groups).flat_map(|far| {
                let below = wanted.checked_sub(far);
                [below, wanted.checked_add(far)]
            });
            let near = up.take(1).chain(both.flatten().filter(|group| *group < self.groups));
            near.into_iter().find(free)
        };
        let group = if let Some(group) = nearest(&|group| in_row(group) && in_part(group)) {
            group
        } else {
            let (Some(in_row), Some(in_part)) = (nearest(&in_row), nearest(&in_part)) else {
                return;
            };
            self.exchange(part, in_row, in_part);
            in_row
        };
        self.put(edge, group);
    }

    /// Exchanges two groups along the path that begins with who of the part is in the first one. It
    /// never comes to the row that wants it, where the first group is free.
    fn exchange(&mut self, part: Part, first: usize, second: usize) {
        let mut path = Vec::new();
        let mut part = part;
        while let Some(edge) = self.parts.get(&(part, first)) {
            path.push((*edge, first, second));
            let Some((row, _)) = self.edges.get(*edge) else { break };
            let Some(edge) = self.rows.get(&(*row, second)) else { break };
            path.push((*edge, second, first));
            let Some((_, next)) = self.edges.get(*edge) else { break };
            part = *next;
        }
        for (edge, from, _) in &path {
            if let Some((row, part)) = self.edges.get(*edge) {
                self.rows.remove(&(*row, *from));
                self.parts.remove(&(*part, *from));
            }
        }
        for (edge, _, to) in path {
            self.put(edge, to);
        }
    }

    fn put(&mut self, edge: usize, group: usize) {
        if let Some((row, part)) = self.edges.get(edge) {
            self.rows.insert((*row, group), edge);
            self.parts.insert((*part, group), edge);
        }
    }
}
