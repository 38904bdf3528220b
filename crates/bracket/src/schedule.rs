//! Who meets whom in a round robin: tables of numbers, round by round.
//!
//! Nothing is stored: each round is worked out from its number, so a thousand entrants cost no more
//! than the round one looks at. With an odd number everybody has one bye a cycle. Even cycles repeat
//! the odd ones with sides swapped.

use serde::{Deserialize, Serialize};

/// Which of the published tables.
///
/// All of them pair everybody once a cycle; they differ in the order of rounds and in the sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// The Berger tables of the FIDE handbook (C.05, annex 1). Over a cycle nobody is on one side
    /// more than once above the other, nor more than twice in a row.
    ///
    /// With an even number of entrants the last two rounds of each cycle but the last change
    /// places, as the handbook recommends: otherwise the swap of sides would put some of them on
    /// the same side three times in a row. With an odd number they are never more than twice.
    #[default]
    Berger,
    /// The circle method as brackets-manager lays it out: the last entrant stays and the others
    /// turn by one. With an even number the last entrant is on the second side all cycle.
    Circle,
    /// The order seen on Challonge with eight entrants: Berger's table, the last entrant's side
    /// flipped, and their match exchanged with the one at place min(r, n + 1 − r) of round r. How
    /// Challonge orders an odd number or a second cycle has not been seen; here the bye takes the
    /// last entrant's part, which leaves Berger's rounds as they are, and no rounds change places.
    Challonge,
}

/// One round: numbers from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// The matches in board order; the first side (white, home, player 1) first.
    pub pairs: Vec<[u32; 2]>,
    /// Who has no match; only with an odd number of entrants.
    pub bye: Option<u32>,
}

/// The rounds of one cycle; none with fewer than two entrants.
pub fn rounds_per_cycle(entrants: u32) -> u32 {
    match entrants {
        0 | 1 => 0,
        odd if odd % 2 == 1 => odd,
        even => even - 1,
    }
}

/// The matches of one cycle: everybody against everybody.
pub fn matches_per_cycle(entrants: u32) -> u64 {
    let entrants = u64::from(entrants);
    entrants * entrants.saturating_sub(1) / 2
}

/// All rounds of `cycles` round robins, in order. Fewer than two entrants have none.
///
/// Any numbers are fine; a round takes memory only while it is looked at.
pub fn rounds(table: Table, entrants: u32, cycles: u32) -> Rounds {
    let end = u64::from(rounds_per_cycle(entrants)) * u64::from(cycles);
    Rounds { table, entrants, next: 0, end }
}

/// The iterator that [`rounds`] returns. Skipping (`nth`) costs nothing.
#[derive(Debug, Clone)]
pub struct Rounds {
    table: Table,
    entrants: u32,
    next: u64,
    end: u64,
}

impl Rounds {
    fn round(&self, number: u64) -> Round {
        // One entrant is fixed if the number is even; the others, from 0, move modulo their odd
        // number. Each round has a pivot: those equally far from it on both sides meet, and itself
        // meets the fixed entrant or has the bye.
        let moving = u64::from(rounds_per_cycle(self.entrants)).max(1);
        let fixed = self.entrants.is_multiple_of(2).then_some(self.entrants);
        let half = moving.div_ceil(2);
        let (cycle, place) = (number / moving, number % moving);
        let last_cycle = number >= self.end.saturating_sub(moving);
        let row = match (self.table, moving - place) {
            (Table::Berger, 1) if fixed.is_some() && !last_cycle => place.saturating_sub(1),
            (Table::Berger, 2) if fixed.is_some() && !last_cycle => place + 1,
            _ => place,
        };
        let pivot = match self.table {
            Table::Berger | Table::Challonge => row * half % moving,
            Table::Circle => row,
        };
        // Below `moving`, so it always fits.
        let number_of = |from_0: u64| u32::try_from(from_0 % moving + 1).unwrap_or(u32::MAX);
        let swapped = cycle % 2 == 1;
        let sides = |first, second| if swapped { [second, first] } else { [first, second] };

        let pair = |distance| {
            let (above, below) =
                (number_of(pivot + distance), number_of(pivot + moving - distance));
            match (self.table, fixed.filter(|_| distance == 0), row.is_multiple_of(2)) {
                (Table::Circle, Some(fixed), _) | (Table::Berger, Some(fixed), true) => {
                    sides(above, fixed)
                }
                (Table::Challonge, Some(fixed), false) => sides(above, fixed),
                (Table::Berger, Some(fixed), false) | (Table::Challonge, Some(fixed), true) => {
                    sides(fixed, above)
                }
                (Table::Berger | Table::Challonge, None, _) => sides(above, below),
                (Table::Circle, None, _) => sides(below, above),
            }
        };
        let mut pairs: Vec<_> = (u64::from(fixed.is_none())..half).map(pair).collect();
        if self.table == Table::Challonge && fixed.is_some() {
            let board = usize::try_from(row.min(moving - row)).unwrap_or(0);
            if board < pairs.len() {
                pairs.swap(0, board);
            }
        }
        Round { pairs, bye: fixed.is_none().then(|| number_of(pivot)) }
    }
}

impl Iterator for Rounds {
    type Item = Round;

    fn next(&mut self) -> Option<Round> {
        self.nth(0)
    }

    fn nth(&mut self, skip: usize) -> Option<Round> {
        let number = self.next.saturating_add(u64::try_from(skip).unwrap_or(u64::MAX));
        self.next = number.saturating_add(1).min(self.end);
        (number < self.end).then(|| self.round(number))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.end - self.next);
        (left.unwrap_or(usize::MAX), left.ok())
    }
}
