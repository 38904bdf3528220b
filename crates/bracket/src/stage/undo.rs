//! Taking an operation back.

use std::collections::BTreeMap;

use super::edit::{Edit, compare, undo_record};
use super::record::record_of;
use super::{Stage, record::MatchRecord};
use crate::model::{MatchKey, MatchState};
use crate::operation::{Changes, Undo};
use crate::refusal::RestoreError;

impl Stage {
    /// Takes the last operation back, with the [`Changes::undo`] it gave: the stage is exactly as
    /// before. What is returned tells what that changed, and how to do it again. The cost depends on
    /// the number of matches affected, unless the header differs: then everything is made anew.
    ///
    /// # Errors
    /// An undo of something else than the last operation may fit nothing; then nothing changes.
    pub fn undo(&mut self, undo: &Undo) -> Result<Changes, RestoreError> {
        if undo.header.is_none() {
            let without = undo.without.iter().map(|key| (*key, None));
            let with = undo.records.iter().map(|record| (record.key, Some(record)));
            let mut before = self.clone();
            let changes = Edit::new(&mut before).put_back(&without.chain(with).collect());
            // What does not fit is refused below, with the reason.
            if let Some(changes) = changes.filter(|_| !before.finalized || before.is_over()) {
                *self = before;
                return Ok(changes);
            }
        }
        let header = undo.header.as_deref().cloned().unwrap_or_else(|| self.header());
        let mut records: BTreeMap<MatchKey, MatchRecord> =
            self.records().map(|record| (record.key, record)).collect();
        for key in &undo.without {
            records.remove(key);
        }
        records.extend(undo.records.iter().map(|record| (record.key, record.clone())));
        let before = Self::restore(header, records.into_values())?;
        let mut changes = self.difference(&before);
        if undo.header.is_some() {
            changes.header = true;
            changes.undo.header = Some(Box::new(self.header()));
        }
        *self = before;
        Ok(changes)
    }

    /// What differs in another state, match by match.
    pub(crate) fn difference(&self, other: &Self) -> Changes {
        let mut changes = Changes { rebuilt: !self.same_structure(other), ..Changes::default() };
        for (was, is) in self.all_matches().zip(other.all_matches()) {
            if was != is {
                compare(was, is, &mut changes);
            }
        }
        let common = self.matches.len().min(other.matches.len());
        for new in other.all_matches().skip(common) {
            changes.changed.push(new.key);
            if new.present {
                changes.appeared.push(new.key);
            }
            if new.state == MatchState::Open {
                changes.opened.push(new.key);
            }
            undo_record(new.key, None, record_of(new).as_ref(), &mut changes.undo);
        }
        for gone in self.all_matches().skip(common) {
            changes.changed.push(gone.key);
            if gone.present {
                changes.vanished.push(gone.key);
            }
            undo_record(gone.key, record_of(gone), None, &mut changes.undo);
        }
        changes
    }

    /// Whether the matches that both have are the same ones.
    fn same_structure(&self, other: &Self) -> bool {
        let fed = |stage: &Self, index: usize| {
            stage.matches.get(index).map(|m| m.slots.iter().map(|s| s.source).collect::<Vec<_>>())
        };
        let common = self.matches.len().min(other.matches.len());
        std::sync::Arc::ptr_eq(&self.plan, &other.plan)
            || (0..common).all(|index| fed(self, index) == fed(other, index))
    }
}
