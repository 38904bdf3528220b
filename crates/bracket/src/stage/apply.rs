//! Operations on a stage.

use std::collections::BTreeSet;

use super::edit::Edit;
use super::table::Added;
use super::{Header, Stage};
use crate::model::{
    Content, Entrant, MAX_ENTRANTS, MAX_SETS, Match, MatchKey, MatchState, Outcome, Section, Source,
};
use crate::operation::{Changes, Operation};
use crate::refusal::Refusal;

/// What is said of a match.
#[derive(Clone, Copy)]
pub(super) struct Report<'a> {
    pub(super) sets: &'a [Vec<i64>],
    pub(super) outcome: Option<Outcome>,
    pub(super) places: &'a [u8],
}

impl Stage {
    /// Applies an operation and says what it changed. The cost depends on the number of matches
    /// affected, but for withdrawals, which look at all matches.
    ///
    /// # Errors
    /// A refused operation changes nothing.
    pub fn apply(&mut self, operation: &Operation) -> Result<Changes, Refusal> {
        let frozen = matches!(operation, Operation::Resume | Operation::Reset);
        if self.finalized && !frozen {
            return Err(Refusal::Finalized);
        }
        match operation {
            Operation::Seed { order } => self.seed(order),
            Operation::Report { key, sets, outcome } => {
                self.report(*key, Report { sets, outcome: *outcome, places: &[] })
            }
            Operation::Rank { key, sets, places } => {
                let places = &cleared(self.known(*key)?, places);
                let outcome = Some(Outcome::of_places(places));
                self.report(*key, Report { sets, outcome, places })
            }
            Operation::Reopen { key } => self.reopen(*key),
            Operation::Forfeit { key, slots } => self.forfeit(*key, slots),
            Operation::Drop { entrant } => self.drop_entrant(*entrant),
            Operation::Reinstate { entrant } => self.reinstate(*entrant),
            Operation::AddLate { entrant } => self.add_late(*entrant),
            Operation::AddRound(round) => self.add_round(round),
            Operation::RemoveRound => self.remove_round(),
            Operation::TieBreak { pairs } => self.tie_break(pairs),
            Operation::Finalize => self.finalize(),
            Operation::Resume => self.resume(),
            Operation::Reset => self.reset(),
        }
    }

    /// Says what [`Stage::apply`] would change.
    ///
    /// # Errors
    /// Those of `apply`.
    pub fn preview(&self, operation: &Operation) -> Result<Changes, Refusal> {
        self.clone().apply(operation)
    }

    fn report(&mut self, key: MatchKey, report: Report<'_>) -> Result<Changes, Refusal> {
        let m = self.known(key)?;
        match (m.state, report.outcome) {
            (MatchState::Pending, _) => {
                let identifier = m.identifier;
                return Err(if m.present {
                    Refusal::NotOpen { identifier }
                } else {
                    Refusal::NotNeeded { identifier }
                });
            }
            (MatchState::Complete, _) if m.is_walkover() => {
                return Err(Refusal::DecidedByBye { identifier: m.identifier });
            }
            (MatchState::Complete, None) => {
                return Err(Refusal::AlreadyComplete { identifier: m.identifier });
            }
            (MatchState::Open, _) | (MatchState::Complete, Some(_)) => {}
        }
        self.check(m, report)?;
        let mut edit = Edit::new(self);
        edit.record(key, |m| {
            if m.sets != report.sets {
                m.sets = report.sets.to_vec();
            }
            if report.outcome.is_some() {
                m.outcome = report.outcome;
                m.places = report.places.into();
                m.automatic = false;
            }
        });
        Ok(edit.finish())
    }

    fn reopen(&mut self, key: MatchKey) -> Result<Changes, Refusal> {
        let m = self.known(key)?;
        let identifier = m.identifier;
        if m.state != MatchState::Complete {
            return Err(Refusal::NotComplete { identifier });
        }
        if m.is_walkover() {
            return Err(Refusal::DecidedByBye { identifier });
        }
        let contents: Vec<_> = m.slots.iter().map(|slot| slot.content).collect();
        if self.walkover(&contents).is_some()
            && let Some(entrant) = m.entrants().find(|entrant| self.withdrawn.contains(*entrant))
        {
            return Err(Refusal::Withdrawn { identifier, entrant });
        }
        let mut edit = Edit::new(self);
        edit.record(key, |m| {
            m.outcome = None;
            m.places = Box::default();
        });
        Ok(edit.finish())
    }

    fn forfeit(&mut self, key: MatchKey, slots: &[u8]) -> Result<Changes, Refusal> {
        let m = self.known(key)?;
        if m.slots.len() != 2 {
            return Err(Refusal::PlacesNeeded { identifier: m.identifier });
        }
        let outcome = match slots {
            [0] => Outcome::Winner { slot: 1, forfeit: true },
            [1] => Outcome::Winner { slot: 0, forfeit: true },
            [0, 1] | [1, 0] => Outcome::DoubleForfeit,
            other => {
                let identifier = m.identifier;
                let unknown = other.iter().copied().find(|slot| *slot > 1);
                return Err(unknown.map_or(Refusal::WhoForfeits { identifier }, |slot| {
                    Refusal::UnknownSlot { slot }
                }));
            }
        };
        let sets = m.sets.clone();
        self.report(key, Report { sets: &sets, outcome: Some(outcome), places: &[] })
    }

    fn drop_entrant(&mut self, entrant: Entrant) -> Result<Changes, Refusal> {
        self.check_entrant(entrant)?;
        if self.withdrawn.contains(entrant) {
            return Err(Refusal::AlreadyWithdrawn { entrant });
        }
        let left = self.keys_of(entrant, |m| m.state != MatchState::Complete);
        if left.is_empty() && self.rounds_to_come() == Some(0) {
            return Err(Refusal::NoMatchLeft { entrant });
        }
        Ok(self.withdraw(entrant, left))
    }

    /// Withdraws an entrant who may have no match left: what opens again is forfeited, too.
    pub(crate) fn withdraw_anyway(&mut self, entrant: Entrant) -> Changes {
        let left = self.keys_of(entrant, |m| m.state != MatchState::Complete);
        self.withdraw(entrant, left)
    }

    fn withdraw(&mut self, entrant: Entrant, left: Vec<MatchKey>) -> Changes {
        let before = self.header();
        self.withdrawn.add(entrant);
        Edit::of_header(self, before, left).finish()
    }

    fn reinstate(&mut self, entrant: Entrant) -> Result<Changes, Refusal> {
        let before = self.header();
        if !self.withdrawn.remove(entrant) {
            return Err(Refusal::NotWithdrawn { entrant });
        }
        let left = self.keys_of(entrant, |m| m.automatic);
        Ok(Edit::of_header(self, before, left).finish())
    }

    fn seed(&mut self, order: &[Content]) -> Result<Changes, Refusal> {
        self.check_field(order)?;
        let before = self.header();
        let moved: Vec<_> = self.field().zip(order).map(|(was, is)| was != *is).collect();
        self.field = standing_alone(order);
        let gone: Vec<_> =
            self.withdrawn().iter().copied().filter(|one| self.seed_of(*one).is_none()).collect();
        for entrant in gone {
            self.withdrawn.remove(entrant);
        }
        let affected = |m: &Match| {
            m.slots.iter().any(|slot| match slot.source {
                Source::Seed(seed) => moved.get(seed.index()).copied().unwrap_or(false),
                Source::Winner(_) | Source::Loser(_) | Source::Place { .. } => false,
            })
        };
        let keys = self.matches.iter().rev().filter(|m| affected(m)).map(|m| m.key).collect();
        Ok(Edit::of_header(self, before, keys).finish())
    }

    /// One entry a seed, nobody twice.
    pub(super) fn check_field(&self, order: &[Content]) -> Result<(), Refusal> {
        if order.len() != self.entrants() as usize {
            return Err(Refusal::WrongNumber {
                given: u32::try_from(order.len()).unwrap_or(u32::MAX),
                expected: self.entrants(),
            });
        }
        let mut seen = BTreeSet::new();
        for entrant in order.iter().filter_map(|content| content.entrant()) {
            if entrant.0 == 0 {
                return Err(Refusal::UnknownEntrant { entrant });
            }
            if !seen.insert(entrant) {
                return Err(Refusal::SeatedTwice { entrant });
            }
        }
        Ok(())
    }

    /// Elimination formats have no place to spare: they are made anew, as long as nothing was
    /// played.
    fn add_late(&mut self, entrant: Entrant) -> Result<Changes, Refusal> {
        if entrant.0 == 0 {
            return Err(Refusal::UnknownEntrant { entrant });
        }
        if self.seed_of(entrant).is_some() {
            return Err(Refusal::SeatedTwice { entrant });
        }
        let entrants = self.entrants() + 1;
        if entrants > MAX_ENTRANTS {
            return Err(Refusal::TooManyEntrants { given: entrants });
        }
        if self.settings().format.is_table() {
            return self.join_late(entrant);
        }
        self.settings().format.check(entrants)?;
        if self.matches.iter().any(Match::has_record) {
            return Err(Refusal::TooLate);
        }
        let header = self.header();
        let mut field: Vec<_> = self.field().collect();
        field.push(Content::Entrant(entrant));
        let field = standing_alone(&field).map(|field| field.to_vec());
        self.start_over(Header { entrants, field, ..header })
    }

    fn finalize(&mut self) -> Result<Changes, Refusal> {
        let left = self.progress.total - self.progress.complete;
        if left > 0 {
            return Err(Refusal::NotOver { left });
        }
        let before = self.header();
        self.finalized = true;
        Ok(Edit::of_header(self, before, Vec::new()).finish())
    }

    fn resume(&mut self) -> Result<Changes, Refusal> {
        if !self.finalized {
            return Err(Refusal::NotFinalized);
        }
        let before = self.header();
        self.finalized = false;
        Ok(Edit::of_header(self, before, Vec::new()).finish())
    }

    fn reset(&mut self) -> Result<Changes, Refusal> {
        let header = self.header();
        let added = header.added.iter().filter(|added| **added == Added::Entrant).cloned();
        let added = added.collect();
        self.start_over(Header { withdrawn: Vec::new(), finalized: false, added, ..header })
    }

    /// Starts over with another header.
    fn start_over(&mut self, header: Header) -> Result<Changes, Refusal> {
        let after = Self::fresh(header)?;
        let reset = self.records().map(|record| record.key).collect();
        Ok(Changes { reset, ..self.turn_into(after) })
    }

    /// Becomes another state.
    pub(super) fn turn_into(&mut self, after: Self) -> Changes {
        let mut changes = self.difference(&after);
        let before = self.header();
        *self = after;
        if before != self.header() {
            changes.header = true;
            changes.undo.header = Some(Box::new(before));
        }
        changes
    }

    fn known(&self, key: MatchKey) -> Result<&Match, Refusal> {
        self.get(key).ok_or(Refusal::UnknownMatch { key })
    }

    pub(super) fn check_entrant(&self, entrant: Entrant) -> Result<(), Refusal> {
        let known = self.seed_of(entrant);
        known.map(|_| ()).ok_or(Refusal::UnknownEntrant { entrant })
    }

    /// Matches in which an entrant stands, the last one first.
    fn keys_of(&self, entrant: Entrant, which: impl Fn(&Match) -> bool) -> Vec<MatchKey> {
        let matches = self.matches.iter().rev();
        matches.filter(|m| which(m) && m.slot_of(entrant).is_some()).map(|m| m.key).collect()
    }

    /// Checks what a report says by itself.
    ///
    /// Scores that contradict the winner are accepted: a referee may know more than the score
    /// shows.
    pub(super) fn check(&self, m: &Match, report: Report<'_>) -> Result<(), Refusal> {
        let Report { sets, outcome, places } = report;
        let slots = m.slots.len();
        if sets.len() > MAX_SETS {
            return Err(Refusal::TooManySets { given: sets.len() });
        }
        if let Some((set, scores)) = (1..).zip(sets).find(|(_, scores)| scores.len() != slots) {
            return Err(Refusal::WrongScoreCount { set, given: scores.len(), expected: slots });
        }
        match outcome {
            Some(Outcome::Winner { slot, .. }) if usize::from(slot) >= slots => {
                Err(Refusal::UnknownSlot { slot })
            }
            Some(Outcome::Winner { .. } | Outcome::Draw) if slots > 2 => {
                self.check_places(m, places)?;
                let places_say = (Some(Outcome::of_places(places)), cleared(m, places));
                if (outcome, places) == (places_say.0, places_say.1.as_slice()) {
                    Ok(())
                } else {
                    Err(Refusal::OtherPlaces { identifier: m.identifier })
                }
            }
            _ if slots > 2 && !places.is_empty() => {
                Err(Refusal::OtherPlaces { identifier: m.identifier })
            }
            Some(_) if !places.is_empty() => Err(Refusal::NoPlaces { identifier: m.identifier }),
            Some(Outcome::Draw) if m.section != Section::Table => Err(Refusal::DrawNotAllowed),
            Some(Outcome::Winner { .. } | Outcome::DoubleForfeit | Outcome::Draw) | None => Ok(()),
        }
    }

    /// One place a side, and no tie across the line between those who go on and those who do not.
    fn check_places(&self, m: &Match, places: &[u8]) -> Result<(), Refusal> {
        let identifier = m.identifier;
        if places.len() != m.slots.len() || places.contains(&0) {
            return Err(Refusal::PlacesNeeded { identifier });
        }
        let advancing = self.plan.node(m.key).map_or(0, |node| node.advancing());
        let entered = m.slots.iter().zip(places).filter(|(slot, _)| slot.content != Content::Bye);
        let mut entered: Vec<_> = entered.map(|(_, place)| *place).collect();
        entered.sort_unstable();
        let last = advancing.checked_sub(1).and_then(|last| entered.get(last));
        if last.is_some() && last == entered.get(advancing) {
            return Err(Refusal::TieAtCut { identifier, advance: advancing });
        }
        Ok(())
    }
}

/// Nothing, if every seed holds the entrant of its number.
pub(super) fn standing_alone(order: &[Content]) -> Option<std::sync::Arc<[Content]>> {
    let alone = (1..).zip(order).all(|(n, content)| *content == Content::Entrant(Entrant(n)));
    (!alone).then(|| order.into())
}

/// Places of a match of many in which whatever was given for empty sides comes last.
fn cleared(m: &Match, places: &[u8]) -> Vec<u8> {
    let bye = |slot: usize| m.slots.get(slot).is_some_and(|slot| slot.content == Content::Bye);
    let entered = places.iter().enumerate().filter(|(slot, _)| !bye(*slot));
    let last = entered.map(|(_, place)| *place).max().unwrap_or(0);
    let place = |(slot, place): (usize, &u8)| {
        if bye(slot) { last.saturating_add(1) } else { *place }
    };
    places.iter().enumerate().map(place).collect()
}
