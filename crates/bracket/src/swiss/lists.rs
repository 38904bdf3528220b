//! Whom each seat has met, and the like.

use std::ops::Range;

/// Lists longer than this are sorted, and searched by halves.
const LONG: usize = 32;

/// Seats per seat, in one list.
#[derive(Default)]
pub(super) struct Lists {
    starts: Vec<usize>,
    seats: Vec<usize>,
}

impl Lists {
    pub(super) fn new(size: usize, pairs: impl Iterator<Item = (usize, usize)> + Clone) -> Self {
        let mut starts = vec![0; size + 1];
        let mut any = false;
        for (first, second) in pairs.clone() {
            any = true;
            for seat in [first, second] {
                if let Some(count) = starts.get_mut(seat + 1) {
                    *count += 1;
                }
            }
        }
        if !any {
            return Self::default();
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut seats = vec![0; sum];
        for (first, second) in pairs {
            for (seat, other) in [(first, second), (second, first)] {
                if let Some(place) = next.get_mut(seat) {
                    if let Some(entry) = seats.get_mut(*place) {
                        *entry = other;
                    }
                    *place += 1;
                }
            }
        }
        let mut lists = Self { starts, seats };
        for seat in 0..size {
            let range = lists.range(seat);
            if range.len() > LONG {
                lists.seats.get_mut(range).unwrap_or_default().sort_unstable();
            }
        }
        lists
    }

    fn range(&self, seat: usize) -> Range<usize> {
        let bound = |seat: usize| self.starts.get(seat).copied().unwrap_or(0);
        bound(seat)..bound(seat + 1)
    }

    pub(super) fn of(&self, seat: usize) -> &[usize] {
        self.seats.get(self.range(seat)).unwrap_or_default()
    }

    pub(super) fn has(&self, first: usize, second: usize) -> bool {
        let (ones, others) = (self.of(first), self.of(second));
        let (list, sought) =
            if ones.len() <= others.len() { (ones, second) } else { (others, first) };
        if list.len() > LONG { list.binary_search(&sought).is_ok() } else { list.contains(&sought) }
    }
}
