//! Operations on a bracket.

use std::sync::Arc;

use super::{Bracket, counted};
use crate::model::{
    Changes, Content, Entrant, MAX_SETS, Match, MatchKey, MatchState, Operation, Outcome,
};
use crate::refusal::Refusal;

impl Bracket {
    /// Applies an operation and says what it changed. The cost depends on the number of matches
    /// affected, but for withdrawals, which look at all matches.
    ///
    /// # Errors
    /// A refused operation changes nothing.
    pub fn apply(&mut self, operation: &Operation) -> Result<Changes, Refusal> {
        match operation {
            Operation::Report { key, sets, outcome } => self.report(*key, sets, *outcome),
            Operation::Reopen { key } => self.reopen(*key),
            Operation::Forfeit { entrant } => self.forfeit(*entrant),
            Operation::Reinstate { entrant } => self.reinstate(*entrant),
        }
    }

    /// Says what [`Bracket::apply`] would change.
    ///
    /// # Errors
    /// Those of `apply`.
    pub fn preview(&self, operation: &Operation) -> Result<Changes, Refusal> {
        self.clone().apply(operation)
    }

    fn report(
        &mut self,
        key: MatchKey,
        sets: &[Vec<i64>],
        outcome: Option<Outcome>,
    ) -> Result<Changes, Refusal> {
        let m = self.known(key)?;
        match (m.state, outcome) {
            (MatchState::Pending, _) => {
                let identifier = m.identifier.clone();
                return Err(if m.present {
                    Refusal::NotOpen { identifier }
                } else {
                    Refusal::NotNeeded { identifier }
                });
            }
            (MatchState::Complete, _) if has_bye(m) => {
                return Err(Refusal::DecidedByBye { identifier: m.identifier.clone() });
            }
            (MatchState::Complete, None) => {
                return Err(Refusal::AlreadyComplete { identifier: m.identifier.clone() });
            }
            (MatchState::Open, _) | (MatchState::Complete, Some(_)) => {}
        }
        check_result(m.slots.len(), sets, outcome)?;
        let mut edit = Edit::new(self);
        edit.record(key, |m| {
            if m.sets != sets {
                m.sets = sets.to_vec();
            }
            if outcome.is_some() {
                m.outcome = outcome;
                m.automatic = false;
            }
        });
        Ok(edit.finish(false))
    }

    fn reopen(&mut self, key: MatchKey) -> Result<Changes, Refusal> {
        let m = self.known(key)?;
        let identifier = || m.identifier.clone();
        if m.state != MatchState::Complete {
            return Err(Refusal::NotComplete { identifier: identifier() });
        }
        if has_bye(m) {
            return Err(Refusal::DecidedByBye { identifier: identifier() });
        }
        let entrants = m.slots.iter().filter_map(|slot| slot.content.entrant());
        if let Some(entrant) =
            entrants.into_iter().find(|entrant| self.withdrawn.contains(*entrant))
        {
            return Err(Refusal::Withdrawn { identifier: identifier(), entrant });
        }
        let mut edit = Edit::new(self);
        edit.record(key, |m| m.outcome = None);
        Ok(edit.finish(false))
    }

    fn forfeit(&mut self, entrant: Entrant) -> Result<Changes, Refusal> {
        self.check_entrant(entrant)?;
        if self.withdrawn.contains(entrant) {
            return Err(Refusal::AlreadyWithdrawn { entrant });
        }
        let left = self.keys_of(entrant, |m| m.state != MatchState::Complete);
        if left.is_empty() {
            return Err(Refusal::NoMatchLeft { entrant });
        }
        self.withdrawn.add(entrant);
        let mut edit = Edit::new(self);
        edit.queue = left;
        Ok(edit.finish(true))
    }

    fn reinstate(&mut self, entrant: Entrant) -> Result<Changes, Refusal> {
        self.check_entrant(entrant)?;
        if !self.withdrawn.remove(entrant) {
            return Err(Refusal::NotWithdrawn { entrant });
        }
        let left = self.keys_of(entrant, |m| m.automatic);
        let mut edit = Edit::new(self);
        edit.queue = left;
        Ok(edit.finish(true))
    }

    fn known(&self, key: MatchKey) -> Result<&Match, Refusal> {
        self.get(key).ok_or(Refusal::UnknownMatch { key })
    }

    pub(super) fn check_entrant(&self, entrant: Entrant) -> Result<(), Refusal> {
        if (1..=self.entrants()).contains(&entrant.0) {
            Ok(())
        } else {
            Err(Refusal::UnknownEntrant { entrant })
        }
    }

    /// Matches in which an entrant stands, the last one first.
    fn keys_of(&self, entrant: Entrant, which: impl Fn(&Match) -> bool) -> Vec<MatchKey> {
        let matches = self.matches.iter().rev();
        matches.filter(|m| which(m) && m.slot_of(entrant).is_some()).map(|m| m.key).collect()
    }
}

fn has_bye(m: &Match) -> bool {
    m.slots.iter().any(|slot| slot.content == Content::Bye)
}

/// Checks what a report says by itself.
///
/// Scores that contradict the winner are accepted: a referee may know more than the score shows.
pub(super) fn check_result(
    slots: usize,
    sets: &[Vec<i64>],
    outcome: Option<Outcome>,
) -> Result<(), Refusal> {
    if sets.len() > MAX_SETS {
        return Err(Refusal::TooManySets { given: sets.len() });
    }
    if let Some((set, scores)) = (1..).zip(sets).find(|(_, scores)| scores.len() != slots) {
        return Err(Refusal::WrongScoreCount { set, given: scores.len(), expected: slots });
    }
    match outcome {
        Some(Outcome::Draw) => Err(Refusal::DrawNotAllowed),
        Some(Outcome::Winner { slot, .. }) if usize::from(slot) >= slots => {
            Err(Refusal::UnknownSlot { slot })
        }
        Some(Outcome::Winner { .. } | Outcome::DoubleForfeit) | None => Ok(()),
    }
}

/// One operation at work: carries a change on from match to match and notes what it touched.
struct Edit<'a> {
    bracket: &'a mut Bracket,
    /// Matches to bring up to date, descending: the last one is next.
    queue: Vec<MatchKey>,
    /// Touched matches as they were, ascending.
    before: Vec<Arc<Match>>,
    reset: Vec<MatchKey>,
}

impl<'a> Edit<'a> {
    fn new(bracket: &'a mut Bracket) -> Self {
        Self { bracket, queue: Vec::new(), before: Vec::new(), reset: Vec::new() }
    }

    /// Changes what is reported of a match. Only the first step of an edit.
    fn record(&mut self, key: MatchKey, change: impl FnOnce(&mut Match)) {
        if let Some(shared) = self.bracket.matches.get_mut(key.index()) {
            self.before.push(Arc::clone(shared));
            change(Arc::make_mut(shared));
            self.queue.push(key);
        }
    }

    /// Follows the change through. Feeders have smaller keys than the fed, so in ascending order
    /// every match is looked at once, after everything that it depends on.
    fn finish(mut self, header: bool) -> Changes {
        while let Some(key) = self.queue.pop() {
            if self.before.last().is_none_or(|touched| touched.key != key) {
                let Some(shared) = self.bracket.matches.get(key.index()) else { continue };
                self.before.push(Arc::clone(shared));
            }
            if self.bracket.refresh(key.index()) {
                self.reset.push(key);
            }
            self.pass_on(key);
        }
        self.changes(header)
    }

    /// Queues the matches fed by `key` if it passes on somebody else than before. Another outcome
    /// counts even if the same go on, since a second grand final depends on which side won.
    fn pass_on(&mut self, key: MatchKey) {
        let (Some(before), Some(after)) = (self.before.last(), self.bracket.get(key)) else {
            return;
        };
        let Some(node) = self.bracket.plan.node(key) else { return };
        let other = before.outcome != after.outcome;
        let winner = other || before.passes_winner() != after.passes_winner();
        let loser = other || before.passes_loser() != after.passes_loser();
        let winner = winner.then_some(node.winner_to);
        let loser = loser.then_some(node.loser_to);
        for (next, _) in [winner.flatten(), loser.flatten()].into_iter().flatten() {
            let place = self.queue.partition_point(|queued| *queued > next);
            if self.queue.get(place) != Some(&next) {
                self.queue.insert(place, next);
            }
        }
    }

    fn changes(self, header: bool) -> Changes {
        let mut changes = Changes { reset: self.reset, header, ..Changes::default() };
        for before in &self.before {
            let Some(after) = self.bracket.matches.get(before.key.index()) else { continue };
            if Arc::ptr_eq(before, after) || before == after {
                continue;
            }
            let key = before.key;
            changes.changed.push(key);
            match (before.present, after.present) {
                (false, true) => changes.appeared.push(key),
                (true, false) => changes.vanished.push(key),
                (true, true) | (false, false) => {}
            }
            if after.state == MatchState::Open && before.state != MatchState::Open {
                changes.opened.push(key);
            }
            let (was, is) = (counted(before), counted(after));
            let progress = &mut self.bracket.progress;
            progress.complete = progress.complete + is.complete - was.complete;
            progress.total = progress.total + is.total - was.total;
        }
        changes
    }
}
