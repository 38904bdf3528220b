//! Small fields: every arrangement is tried.

use super::field::{Field, at};

/// Most arrangements that are tried: all fields of up to 13 entrants, if they can be arranged freely.
const MOST: usize = 6_000;

/// Finds the least cost up to round `last`, then the fewest who move, then the least distance they
/// move in all; whether the field was small enough.
pub(super) fn best(field: &mut Field, last: u32) -> bool {
    let mut free: Vec<Vec<usize>> = Vec::new();
    for seat in (0..field.len()).filter(|seat| field.is_free(*seat)) {
        match free.last_mut() {
            Some(band) if band.last().is_some_and(|one| field.band(*one) == field.band(seat)) => {
                band.push(seat);
            }
            _ => free.push(vec![seat]),
        }
        let arrangements = free.iter().flat_map(|band| 1..=band.len());
        if arrangements.fold(1, usize::saturating_mul) > MOST {
            return false;
        }
    }
    let seats: Vec<usize> = free.iter().flatten().copied().collect();
    let mut search = Search {
        weights: weights(field),
        rounds: usize::try_from(last.min(field.rounds)).unwrap_or(usize::MAX),
        placed: (0..field.len())
            .filter(|seat| !field.is_free(*seat))
            .map(|seat| (seat, seat))
            .collect(),
        used: vec![false; field.len()],
        best: None,
        field,
    };
    search.place(&seats);
    if let Some((_, placed)) = search.best.take() {
        let mut order = field.order();
        for (seat, item) in placed {
            if let Some(place) = order.get_mut(seat) {
                *place = item;
            }
        }
        field.arrange(&order);
    }
    true
}

/// Cost by the end of each round, how many moved, how far in all.
type Score = (Vec<i64>, usize, usize);

struct Search<'a> {
    field: &'a Field,
    /// What a pair of items weighs.
    weights: Vec<Vec<i64>>,
    rounds: usize,
    /// Seats with their items.
    placed: Vec<(usize, usize)>,
    used: Vec<bool>,
    best: Option<(Score, Vec<(usize, usize)>)>,
}

impl Search<'_> {
    fn place(&mut self, seats: &[usize]) {
        let Some((seat, rest)) = seats.split_first() else {
            let score = self.score();
            if self.best.as_ref().is_none_or(|(best, _)| score < *best) {
                self.best = Some((score, self.placed.clone()));
            }
            return;
        };
        let band = self.field.band(*seat);
        // Seat and item numbers are the same at first, and nobody leaves their band.
        for item in 0..self.field.len() {
            let fits = self.field.band(item) == band && self.field.is_free(item);
            if !fits || at(&self.used, item) {
                continue;
            }
            self.take(item, true);
            self.placed.push((*seat, item));
            self.place(rest);
            self.placed.pop();
            self.take(item, false);
        }
    }

    fn take(&mut self, item: usize, used: bool) {
        if let Some(place) = self.used.get_mut(item) {
            *place = used;
        }
    }

    fn score(&self) -> Score {
        let mut cost = vec![0_i64; self.rounds];
        let mut moved = 0;
        let mut distance = 0;
        for (index, (seat, item)) in self.placed.iter().enumerate() {
            moved += usize::from(seat != item);
            distance += seat.abs_diff(*item);
            let weights = self.weights.get(*item).map_or(&[][..], Vec::as_slice);
            for (other_seat, other) in self.placed.iter().skip(index + 1) {
                let weight = at(weights, *other);
                if weight != 0 {
                    let round = meet(self.field, *seat, *other_seat);
                    for cost in cost.iter_mut().skip(round.saturating_sub(1)) {
                        *cost = cost.saturating_add(weight);
                    }
                }
            }
        }
        (cost, moved, distance)
    }
}

/// The round in which two seats can first meet.
fn meet(field: &Field, one: usize, other: usize) -> usize {
    let apart = field.slot(one) ^ field.slot(other);
    usize::try_from(u32::BITS - apart.leading_zeros()).unwrap_or(0)
}

fn weights(field: &Field) -> Vec<Vec<i64>> {
    let mut weights = vec![vec![0_i64; field.len()]; field.len()];
    for set in &field.sets {
        for one in &set.members {
            for other in set.members.iter().filter(|other| *other != one) {
                if let Some(weight) = weights.get_mut(*one).and_then(|row| row.get_mut(*other)) {
                    *weight = weight.saturating_add(set.weight);
                }
            }
        }
    }
    weights
}
