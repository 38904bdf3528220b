//! The square picture of a round robin.

use serde::Serialize;

use crate::model::{MatchKey, Section, Seed, Source};
use crate::stage::Stage;

/// Who meets whom, and where: a row and a column for every seed. In a round robin of two or three
/// cycles a pair has as many matches; in Swiss most pairs have none. Tie-break matches are not in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CrossTable {
    /// Number of rows, and of columns.
    pub size: u32,
    /// By row and column.
    cells: Vec<Cell>,
    meetings: Vec<Meeting>,
}

/// The meetings of a pair are those up to `end` that belong to no cell before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct Cell {
    row: Seed,
    column: Seed,
    end: usize,
}

/// A match of two seeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Meeting {
    /// Its round.
    pub round: i32,
    /// The match.
    pub key: MatchKey,
    /// The slot of the seed of the row; that of the column has the other.
    pub slot: u8,
}

impl CrossTable {
    /// The table of a stage; without matches unless it is a round robin or Swiss.
    pub fn of(stage: &Stage) -> Self {
        let mut all = Vec::new();
        for m in stage.matches().filter(|m| m.section == Section::Table) {
            let [first, second] = m.slots.as_slice() else { continue };
            let (Source::Seed(first), Source::Seed(second)) = (first.source, second.source) else {
                continue;
            };
            let meeting = |slot| Meeting { round: m.round, key: m.key, slot };
            all.push((first, second, meeting(0)));
            all.push((second, first, meeting(1)));
        }
        all.sort_unstable();
        let mut table = Self { size: stage.entrants(), ..Self::default() };
        for (row, column, meeting) in all {
            table.meetings.push(meeting);
            let end = table.meetings.len();
            match table.cells.last_mut().filter(|cell| (cell.row, cell.column) == (row, column)) {
                Some(cell) => cell.end = end,
                None => table.cells.push(Cell { row, column, end }),
            }
        }
        table
    }

    /// The matches of two seeds, by round.
    pub fn between(&self, row: Seed, column: Seed) -> &[Meeting] {
        let found = self.cells.binary_search_by_key(&(row, column), |cell| (cell.row, cell.column));
        found.map_or(&[], |index| self.meetings_at(index))
    }

    /// Whom a seed meets, in the order of seeds, and where.
    pub fn row(&self, row: Seed) -> impl Iterator<Item = (Seed, &[Meeting])> {
        let begin = self.cells.partition_point(|cell| cell.row < row);
        let cells = self.cells.iter().enumerate().skip(begin);
        let own = cells.take_while(move |(_, cell)| cell.row == row);
        own.map(|(index, cell)| (cell.column, self.meetings_at(index)))
    }

    fn meetings_at(&self, index: usize) -> &[Meeting] {
        let begin = index.checked_sub(1).and_then(|before| self.cells.get(before));
        let begin = begin.map_or(0, |cell| cell.end);
        let end = self.cells.get(index).map_or(begin, |cell| cell.end);
        self.meetings.get(begin..end).unwrap_or_default()
    }
}
