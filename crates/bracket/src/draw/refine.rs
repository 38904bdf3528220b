//! Mending what the splits left, and taking back what was not needed.

use std::ops::Range;

use super::field::{Census, Field, Haphazard, REACH, around, at};

/// Exchanges tried by one step of the work; a bound for time.
pub(super) const TRIALS: usize = 100_000;

/// Single exchanges inside bands while they lower the cost, first rounds first, of rounds up to
/// `last`. A round whose cost is at its floor is left alone.
pub(super) fn mend(field: &mut Field, floor: &[i64], last: u32, trials: &mut usize) {
    let mut census = Census::new(field);
    for level in 1..=last.min(field.rounds) {
        let place = usize::try_from(level).unwrap_or(0).saturating_sub(1);
        while *trials > 0 && field.cost().get(place) > floor.get(place) {
            if !improve(field, &mut census, level, trials) {
                break;
            }
        }
    }
}

/// Shakes an arrangement that single exchanges cannot mend: some exchanges at haphazard, always the
/// same ones, and then mending anew. What does not cost more is gone on with.
pub(super) fn shake(field: &mut Field, floor: &[i64], last: u32, trials: &mut usize) {
    let matters = usize::try_from(last).unwrap_or(usize::MAX);
    let cost_of = |field: &Field| {
        let mut cost = field.cost();
        cost.truncate(matters);
        cost
    };
    let movable: Vec<usize> = (0..field.len())
        .filter(|seat| field.is_free(*seat) && !band_of(field, *seat).is_empty())
        .collect();
    let mut any = Haphazard::default();
    let (mut order, mut cost) = (field.order(), cost_of(field));
    while *trials > 0
        && !movable.is_empty()
        && cost.iter().zip(floor).any(|(cost, floor)| cost > floor)
    {
        for _ in 0..=any.below(3) {
            let one = at(&movable, any.below(movable.len()));
            let others = band_of(field, one);
            let other = at(&others, any.below(others.len()));
            field.exchange(field.sitting(one), field.sitting(other));
        }
        // Making ready takes time, too.
        *trials = trials.saturating_sub(field.len().saturating_mul(floor.len()) / 2);
        mend(field, floor, last, trials);
        let found = cost_of(field);
        if found <= cost {
            (order, cost) = (field.order(), found);
        } else {
            field.arrange(&order);
        }
    }
    field.arrange(&order);
}

/// One pass over all who can meet one of their own in the round; whether that helped.
fn improve(field: &mut Field, census: &mut Census, level: u32, trials: &mut usize) -> bool {
    let mut helped = false;
    // The worst seeds first, since seeds matter least there.
    for seat in (0..field.len()).rev() {
        let item = field.sitting(seat);
        if !field.is_free(seat) || !census.conflict(field, item, level) {
            continue;
        }
        let mut best: Option<(u32, i64, usize, usize)> = None;
        for other in band_of(field, seat) {
            if *trials == 0 {
                return helped;
            }
            *trials -= 1;
            let change = census.change(field, item, field.sitting(other), level);
            if let Some((round, change)) = change.filter(|(_, change)| *change < 0) {
                // A gain in an earlier round counts first; greater gains are lesser numbers.
                let found = (round, change, other.abs_diff(seat), other);
                best = Some(best.map_or(found, |best| best.min(found)));
            }
        }
        if let Some((_, _, _, other)) = best {
            census.exchange(field, item, field.sitting(other));
            helped = true;
        }
    }
    helped
}

/// Sends people home to their first seats as long as no round up to `last` costs more for it.
pub(super) fn restore(field: &mut Field, last: u32) {
    let mut census = Census::new(field);
    loop {
        let mut restored = false;
        for item in 0..field.len() {
            let other = field.sitting(item);
            if other == item {
                continue;
            }
            let change = census.change(field, item, other, last.min(field.rounds));
            if change.is_none_or(|(_, change)| change < 0) {
                census.exchange(field, item, other);
                restored = true;
            }
        }
        if !restored {
            return;
        }
    }
}

/// The other seats to exchange with, nearest first.
fn band_of(field: &Field, seat: usize) -> Vec<usize> {
    let Range { start, end } = field.free_band(seat);
    let seats = around(seat.saturating_sub(start), end - start).take(REACH);
    seats.map(|place| start + place).collect()
}
