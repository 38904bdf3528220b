//! Whether prices of a few pairs hold for all pairs of the field.

use super::solve::{Cut, Scale};
use super::table::{Table, distance};
use crate::matching::{Edge, Optimum, Weight};

/// How many missing pairs a seat may add at once: those that contradict most.
const MOST: usize = 3;

/// A seat in the order in which nests are intervals.
struct Spot<W> {
    seat: usize,
    /// The number of its score group; one more than there are for the empty seat.
    group: usize,
    place: i64,
    size: i64,
    price: W,
    nest: Option<usize>,
}

/// Legal pairs, not cut, whose slack is negative. If there are none, the prices prove the matching
/// the least of the whole field.
///
/// Every two seats are looked at once. A pair's slack is bounded from below by its difference and its
/// order, all that costs nothing to look up; only where that is negative the rest is added. Seats are
/// taken in an order in which each nest is an interval, so that the nests that two seats have in
/// common change only at the ends of intervals.
pub(super) fn missing<W: Weight>(
    table: &Table,
    cut: &Cut,
    scale: &Scale,
    optimum: &Optimum<W>,
) -> Vec<Edge<W>> {
    let (spots, ends, prices) = spots(table, optimum);
    let groups = table.groups();
    let score = |group: usize| groups.get(group).and_then(|group| table.score(group.start));
    let (word, unit) = scale.order();
    let (order, zero) = (table.order(), W::default());
    let mut missing = Vec::new();
    let mut row: Vec<Option<W>> = Vec::new();
    let mut row_of = usize::MAX;
    for (at, one) in spots.iter().enumerate() {
        if one.group != row_of {
            row_of = one.group;
            row = (0..=groups.len())
                .map(|group| match (score(row_of), score(group)) {
                    (Some(upper), Some(lower)) => {
                        let points = upper.abs_diff(lower);
                        (!cut.has_difference(points))
                            .then(|| scale.difference::<W>(points).twice().twice())
                    }
                    _ => Some(zero),
                })
                .collect();
        }
        let mut found: Vec<(W, Edge<W>)> = Vec::new();
        let mut from = at + 1;
        let mut nest = one.nest;
        while from < spots.len() {
            // All up to the end of the innermost nest have it and those around it in common.
            let (end, common) = match nest {
                Some(nest) => (ends[nest], prices[nest]),
                None => (spots.len(), zero),
            };
            let bonus = common - one.price;
            for other in spots.get(from..end).unwrap_or_default() {
                let Some(difference) = row[other.group] else { continue };
                let (upper, lower) =
                    if one.seat < other.seat { (one, other) } else { (other, one) };
                let apart = one.group != other.group;
                let steps = distance(order, apart, [upper.place, lower.place], upper.size);
                let steps = i128::from(steps * steps);
                let floor = difference + bonus - other.price;
                if floor + W::from_word(word, 4 * unit * steps) >= zero
                    && lower.group < groups.len()
                {
                    continue;
                }
                let (first, second) = (upper.seat, lower.seat);
                if table.is_legal(first, second) && !cut.has(table, first, second) {
                    let weight: W = scale.weigh(table, first, second);
                    let slack = weight.twice().twice() + bonus - other.price;
                    if slack < zero {
                        found.push((slack, Edge { ends: [first, second], weight }));
                    }
                }
            }
            from = from.max(end);
            let Some(inner) = nest else { break };
            nest = optimum.nests[inner].around;
        }
        found.sort_by_key(|(slack, _)| *slack);
        missing.extend(found.into_iter().take(MOST).map(|(_, edge)| edge));
    }
    missing
}

/// Seats nest by nest, where each nest ends, and the prices of each nest and all around it together.
fn spots<W: Weight>(table: &Table, optimum: &Optimum<W>) -> (Vec<Spot<W>>, Vec<usize>, Vec<W>) {
    let nests = optimum.nests.len();
    let mut seats: Vec<Vec<usize>> = vec![Vec::new(); nests + 1];
    let mut inside: Vec<Vec<usize>> = vec![Vec::new(); nests + 1];
    for (seat, nest) in optimum.nest_of.iter().enumerate() {
        seats[nest.unwrap_or(nests)].push(seat);
    }
    for (nest, around) in optimum.nests.iter().map(|nest| nest.around).enumerate() {
        inside[around.unwrap_or(nests)].push(nest);
    }
    let mut group_of = vec![table.groups().len(); table.len()];
    for (number, group) in table.groups().iter().enumerate() {
        group_of[group.clone()].fill(number);
    }
    let mut spots = Vec::with_capacity(table.len());
    let (mut ends, mut prices) = (vec![0; nests], vec![W::default(); nests]);
    // Entering a nest, or leaving it.
    let mut open = vec![(nests, false)];
    while let Some((nest, leaving)) = open.pop() {
        if leaving {
            ends[nest] = spots.len();
            continue;
        }
        if let Some(entered) = optimum.nests.get(nest) {
            let around = entered.around.map_or_else(W::default, |around| prices[around]);
            prices[nest] = around + entered.price;
            open.push((nest, true));
        }
        for &seat in &seats[nest] {
            let group = group_of[seat];
            let range = table.groups().get(group).cloned().unwrap_or_default();
            let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
            spots.push(Spot {
                seat,
                group,
                place: number(seat - range.start),
                size: number(range.len()),
                price: optimum.prices[seat],
                nest: optimum.nest_of[seat],
            });
        }
        open.extend(inside[nest].iter().map(|nest| (*nest, false)));
    }
    (spots, ends, prices)
}
