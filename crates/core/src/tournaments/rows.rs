//! The rows of a tournament's matches, by stage and key.

use rpds::VectorSync;
use tiltyard_bracket::{MatchKey, event::StageKey};
use tiltyard_store::repo::matches::MatchRow;

/// Keys of one stage's matches in `match_key`.
const KEYS: i64 = 1 << 32;

/// The key of a match's row.
pub(super) fn row_key(stage: StageKey, key: MatchKey) -> i64 {
    i64::from(stage.0) * KEYS + i64::from(key.0)
}

/// The keys of all rows of a stage from a match on: from the first to below the second.
pub(super) fn keys_from(stage: StageKey, key: MatchKey) -> (i64, i64) {
    (row_key(stage, key), (i64::from(stage.0) + 1) * KEYS)
}

/// What a row's key says.
pub(super) fn split(row_key: i64) -> Option<(StageKey, MatchKey)> {
    let stage = u32::try_from(row_key / KEYS).ok()?;
    let key = u32::try_from(row_key % KEYS).ok()?;
    Some((StageKey(stage), MatchKey(key)))
}

/// The rows of all matches. Copies share what they do not change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows(Vec<VectorSync<MatchRow>>);

impl Rows {
    /// No rows yet, of so many stages.
    pub(super) fn of(stages: usize) -> Self {
        Self(vec![VectorSync::new_sync(); stages])
    }

    /// Adds a row behind those of its stage; false if its key is another than the next one.
    pub(super) fn push(&mut self, row: MatchRow) -> bool {
        let Some((stage, key)) = split(row.match_key) else { return false };
        match self.0.get_mut(stage.index()) {
            Some(rows) if rows.len() == key.index() => {
                rows.push_back_mut(row);
                true
            }
            _ => false,
        }
    }

    /// Leaves a stage the rows below `key`.
    pub(super) fn truncate(&mut self, stage: StageKey, key: MatchKey) {
        if let Some(rows) = self.0.get_mut(stage.index()) {
            while rows.len() > key.index() && rows.drop_last_mut() {}
        }
    }

    /// The row of a match.
    pub fn get(&self, stage: StageKey, key: MatchKey) -> Option<&MatchRow> {
        self.0.get(stage.index())?.get(key.index())
    }

    /// The row of a match, to be changed.
    pub(super) fn get_mut(&mut self, stage: StageKey, key: MatchKey) -> Option<&mut MatchRow> {
        self.0.get_mut(stage.index())?.get_mut(key.index())
    }

    /// The row with this id, to be changed.
    pub(super) fn find_mut(&mut self, id: i64) -> Option<&mut MatchRow> {
        let (stage, key) = split(self.find(id)?.match_key)?;
        self.get_mut(stage, key)
    }

    /// How many rows a stage has.
    pub fn len_of(&self, stage: StageKey) -> usize {
        self.0.get(stage.index()).map_or(0, VectorSync::len)
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.0.iter().map(VectorSync::len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(VectorSync::is_empty)
    }

    /// All rows, stage by stage.
    pub fn iter(&self) -> impl Iterator<Item = &MatchRow> {
        self.0.iter().flat_map(VectorSync::iter)
    }

    /// The row with this id.
    pub fn find(&self, id: i64) -> Option<&MatchRow> {
        self.0.iter().find_map(|rows| {
            // Ids ascend with the keys of a stage.
            let (mut low, mut high) = (0, rows.len());
            if rows.last().is_none_or(|last| last.id < id) {
                return None;
            }
            while low < high {
                let middle = low.midpoint(high);
                let row = rows.get(middle)?;
                match row.id.cmp(&id) {
                    std::cmp::Ordering::Equal => return Some(row),
                    std::cmp::Ordering::Less => low = middle + 1,
                    std::cmp::Ordering::Greater => high = middle,
                }
            }
            None
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: i64, stage: u32, key: u32) -> MatchRow {
        MatchRow {
            id,
            match_key: row_key(StageKey(stage), MatchKey(key)),
            record: None,
            location: None,
            scheduled_at: None,
            started_at: None,
            underway_at: None,
            completed_at: None,
            created_at: 0,
            updated_at: 0,
            attachments: 0,
        }
    }

    #[test]
    fn rows_are_found_by_key_and_by_id() {
        let mut rows = Rows::of(3);
        for (id, stage, key) in [(5, 0, 0), (6, 0, 1), (7, 2, 0), (9, 2, 1), (8, 0, 2)] {
            assert!(rows.push(row(id, stage, key)));
        }
        assert!(!rows.push(row(10, 2, 3)), "a gap");
        assert!(!rows.push(row(10, 3, 0)), "no such stage");
        for id in 5..=9 {
            assert_eq!(rows.find(id).map(|row| row.id), Some(id));
        }
        assert_eq!(rows.find(4), None);
        assert_eq!(rows.find(10), None);
        assert_eq!((rows.len(), rows.len_of(StageKey(1))), (5, 0));
        rows.truncate(StageKey(0), MatchKey(1));
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [5, 7, 9]);
        assert_eq!(split(row_key(StageKey(7), MatchKey(9))), Some((StageKey(7), MatchKey(9))));
    }
}
