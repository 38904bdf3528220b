//! One operation at work.

use std::collections::BTreeMap;

use super::record::{MatchRecord, record_of};
use super::{Header, Stage, counted};
use crate::model::{Match, MatchKey, MatchState};
use crate::operation::{Changes, Undo};

/// Carries a change on from match to match and notes what it touched.
pub(super) struct Edit<'a> {
    stage: &'a mut Stage,
    /// Matches to bring up to date, descending: the last one is next.
    queue: Vec<MatchKey>,
    /// Touched matches as they were, ascending.
    before: Vec<Match>,
    reset: Vec<MatchKey>,
    /// The header as it was, if it may change.
    header: Option<Box<Header>>,
}

impl<'a> Edit<'a> {
    /// An operation that leaves the header alone.
    pub(super) fn new(stage: &'a mut Stage) -> Self {
        Self { stage, queue: Vec::new(), before: Vec::new(), reset: Vec::new(), header: None }
    }

    /// An operation that changes the header: `queue` are the matches that it may affect at once,
    /// descending.
    pub(super) fn of_header(stage: &'a mut Stage, before: Header, queue: Vec<MatchKey>) -> Self {
        Self { queue, header: Some(Box::new(before)), ..Self::new(stage) }
    }

    /// Changes what is reported of a match. Only the first step of an edit.
    pub(super) fn record(&mut self, key: MatchKey, change: impl FnOnce(&mut Match)) {
        if let Some(m) = self.stage.matches.get_mut(key.index()) {
            self.before.push(m.clone());
            change(m);
            self.queue.push(key);
        }
    }

    /// Follows the change through. Feeders have smaller keys than the fed, so in ascending order
    /// every match is looked at once, after everything that it depends on.
    pub(super) fn finish(mut self) -> Changes {
        while let Some(key) = self.queue.pop() {
            if self.before.last().is_none_or(|touched| touched.key != key) {
                let Some(m) = self.stage.matches.get(key.index()) else { continue };
                self.before.push(m.clone());
            }
            if self.stage.refresh(key.index()) {
                self.reset.push(key);
            }
            self.pass_on(key);
        }
        self.changes()
    }

    /// Puts records back, `None` where there was none, and follows that through. Gives up if other
    /// records would be lost or one does not fit; then the stage is to be thrown away.
    pub(super) fn put_back(
        mut self,
        records: &BTreeMap<MatchKey, Option<&MatchRecord>>,
    ) -> Option<Changes> {
        self.queue = records.keys().rev().copied().collect();
        while let Some(key) = self.queue.pop() {
            let index = key.index();
            self.before.push(self.stage.matches.get(index)?.clone());
            if let Some(record) = records.get(&key) {
                let m = self.stage.matches.get_mut(index)?;
                m.sets.clear();
                if !m.automatic {
                    m.outcome = None;
                    m.places = Box::default();
                }
                self.stage.refresh(index);
                if let Some(record) = record {
                    self.stage.put(index, (*record).clone()).ok()?;
                }
            } else if self.stage.refresh(index) {
                return None;
            }
            self.pass_on(key);
        }
        Some(self.changes())
    }

    /// Queues the matches fed by `key` if it passes on somebody else than before. Another outcome
    /// counts even if the same go on, since a second grand final depends on which side won.
    fn pass_on(&mut self, key: MatchKey) {
        let (Some(before), Some(after)) = (self.before.last(), self.stage.get(key)) else { return };
        let Some(node) = self.stage.plan.node(key) else { return };
        let other = before.outcome != after.outcome
            || before.places != after.places
            || before.slots.iter().zip(&after.slots).any(|(was, is)| was.content != is.content);
        if !other {
            return;
        }
        for next in node.targets() {
            let place = self.queue.partition_point(|queued| *queued > next);
            if self.queue.get(place) != Some(&next) {
                self.queue.insert(place, next);
            }
        }
    }

    fn changes(self) -> Changes {
        let header = self.header.filter(|before| **before != self.stage.header());
        let mut changes =
            Changes { reset: self.reset, header: header.is_some(), ..Changes::default() };
        changes.undo.header = header;
        for before in &self.before {
            let Some(after) = self.stage.matches.get(before.key.index()) else { continue };
            if before == after {
                continue;
            }
            compare(before, after, &mut changes);
            let (was, is) = (counted(before), counted(after));
            let progress = &mut self.stage.progress;
            progress.complete = progress.complete + is.complete - was.complete;
            progress.total = progress.total + is.total - was.total;
        }
        changes
    }
}

/// Notes what differs between two states of a match.
pub(super) fn compare(before: &Match, after: &Match, changes: &mut Changes) {
    let key = after.key;
    changes.changed.push(key);
    match (before.present, after.present) {
        (false, true) => changes.appeared.push(key),
        (true, false) => changes.vanished.push(key),
        (true, true) | (false, false) => {}
    }
    if after.state == MatchState::Open && before.state != MatchState::Open {
        changes.opened.push(key);
    }
    undo_record(key, record_of(before), record_of(after).as_ref(), &mut changes.undo);
}

/// Notes how to get a record back.
pub(super) fn undo_record(
    key: MatchKey,
    before: Option<MatchRecord>,
    after: Option<&MatchRecord>,
    undo: &mut Undo,
) {
    if before.as_ref() == after {
        return;
    }
    match before {
        Some(record) => undo.records.push(record),
        None => undo.without.push(key),
    }
}
