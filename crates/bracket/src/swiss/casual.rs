//! Score groups paired in order, then conflicts mended.

use super::table::Table;
use super::{Order, Pairs, Term};

/// `None` if a conflict cannot be mended by exchanging sides with one other pair.
pub(super) fn pair(table: &Table) -> Option<Pairs> {
    let size = table.len();
    let mut seats: Vec<usize> = (0..size).collect();
    let mut pairs = Pairs::with_capacity(size / 2);
    if let Some(empty) = seats.last().copied().filter(|seat| table.entrant(*seat).is_none()) {
        seats.pop();
        let lucky = |seat: &usize| table.cost(Term::Illegal, *seat, empty) == 0;
        let place = seats.iter().rposition(lucky)?;
        pairs.push((seats.remove(place), empty));
    }
    let byes = pairs.len();
    let mut waiting: Option<usize> = None;
    for group in seats.chunk_by(|first, second| table.score(*first) == table.score(*second)) {
        let mut group = group;
        if let (Some(floater), [first, rest @ ..]) = (waiting, group) {
            pairs.push((floater, *first));
            (waiting, group) = (None, rest);
        }
        if let (1, [rest @ .., last]) = (group.len() % 2, group) {
            (waiting, group) = (Some(*last), rest);
        }
        let (upper, lower) = group.split_at(group.len() / 2);
        match table.order() {
            Order::Halves | Order::Random { .. } => {
                pairs.extend(upper.iter().copied().zip(lower.iter().copied()));
            }
            Order::Ends => pairs.extend(upper.iter().copied().zip(lower.iter().rev().copied())),
            Order::Monrad => {
                let (two, _) = group.as_chunks::<2>();
                pairs.extend(two.iter().map(|[first, second]| (*first, *second)));
            }
        }
    }
    mend(table, &mut pairs, byes)?;
    pairs.sort_unstable();
    Some(pairs)
}

/// Exchanges sides with the nearest pair that allows it; the first `byes` pairs stay.
fn mend(table: &Table, pairs: &mut [(usize, usize)], byes: usize) -> Option<()> {
    for place in byes..pairs.len() {
        let (first, second) = pairs.get(place).copied()?;
        if table.is_clean(first, second) {
            continue;
        }
        let reach = (place - byes).max(pairs.len() - 1 - place);
        let near = (1..=reach).flat_map(|step| [place.checked_add(step), place.checked_sub(step)]);
        let (other, mine, theirs) = near
            .flatten()
            .filter(|other| *other >= byes)
            .filter_map(|other| pairs.get(other).map(|(third, fourth)| (other, *third, *fourth)))
            .find_map(|(other, third, fourth)| {
                [((first, fourth), (third, second)), ((first, third), (second, fourth))]
                    .into_iter()
                    .find(|(one, two)| table.is_clean(one.0, one.1) && table.is_clean(two.0, two.1))
                    .map(|(one, two)| (other, one, two))
            })?;
        let sorted = |(one, two): (usize, usize)| (one.min(two), one.max(two));
        *pairs.get_mut(place)? = sorted(mine);
        *pairs.get_mut(other)? = sorted(theirs);
    }
    Some(())
}
