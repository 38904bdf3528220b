//! Score groups paired in order, then conflicts mended.

use super::table::Table;
use super::{NoRound, Order, Pairs, Term, complete};

/// How many pairs on either side are looked at to spare a club-mate or a second meeting.
const NEAR: usize = 64;

/// A legal round, near the ideal one.
///
/// A pair that breaks a hard rule exchanges sides with the nearest pair that allows it; where no
/// single exchange helps, longer ones are searched, and they find a legal round if there is one.
pub(super) fn pair(table: &Table) -> Result<Pairs, NoRound> {
    let mut pairs = in_order(table);
    for place in 0..pairs.len() {
        mend(table, &mut pairs, place);
    }
    if pairs.iter().any(|&(first, second)| !table.is_legal(first, second)) {
        pairs = complete::complete(table, &pairs).ok_or_else(|| table.no_legal_pairing())?;
    }
    pairs.sort_unstable();
    Ok(pairs)
}

fn in_order(table: &Table) -> Pairs {
    let size = table.len();
    let mut seats: Vec<usize> = (0..size).collect();
    let mut pairs = Pairs::with_capacity(size / 2);
    if let Some(empty) = seats.last().copied().filter(|seat| table.entrant(*seat).is_none()) {
        seats.pop();
        let lucky = |seat: &usize| table.cost(Term::Illegal, *seat, empty) == 0;
        let place = seats.iter().rposition(lucky).unwrap_or(seats.len() - 1);
        pairs.push((seats.remove(place), empty));
    }
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
    pairs
}

/// Exchanges sides with the nearest pair that allows it; the bye stays where it is if it may.
fn mend(table: &Table, pairs: &mut [(usize, usize)], place: usize) {
    let Some(&(first, second)) = pairs.get(place) else { return };
    if table.is_clean(first, second) {
        return;
    }
    let found = exchange(table, pairs, place, NEAR, |one, other| table.is_clean(one, other));
    let found = found.or_else(|| {
        if table.is_legal(first, second) {
            return None;
        }
        exchange(table, pairs, place, pairs.len(), |one, other| table.is_legal(one, other))
    });
    if let Some((other, mine, theirs)) = found {
        for (place, (one, two)) in [(place, mine), (other, theirs)] {
            if let Some(pair) = pairs.get_mut(place) {
                *pair = (one.min(two), one.max(two));
            }
        }
    }
}

type Exchange = (usize, (usize, usize), (usize, usize));

fn exchange(
    table: &Table,
    pairs: &[(usize, usize)],
    place: usize,
    reach: usize,
    good: impl Fn(usize, usize) -> bool,
) -> Option<Exchange> {
    let &(first, second) = pairs.get(place)?;
    let reach = reach.min(place.max(pairs.len() - 1 - place));
    let near = (1..=reach).flat_map(|step| [place.checked_add(step), place.checked_sub(step)]);
    near.flatten()
        .filter_map(|other| pairs.get(other).map(|(third, fourth)| (other, *third, *fourth)))
        .filter(|(_, _, fourth)| table.entrant(*fourth).is_some())
        .find_map(|(other, third, fourth)| {
            [((first, fourth), (third, second)), ((first, third), (second, fourth))]
                .into_iter()
                .find(|(one, two)| good(one.0, one.1) && good(two.0, two.1))
                .map(|(one, two)| (other, one, two))
        })
}
