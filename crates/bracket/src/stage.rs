//! A started stage: its state and the questions one may ask it.

mod apply;
mod edit;
mod late;
mod matches;
mod ranks;
mod record;
mod table;
mod undo;
mod withdrawals;

use std::sync::Arc;

use matches::Matches;
use withdrawals::{Strength, Withdrawals};

pub use record::{Header, MatchRecord, VERSION};
pub use table::{Added, PairedRound};

use crate::layout::RoundName;
use crate::model::{
    Content, Entrant, Identifier, Match, MatchKey, MatchState, Outcome, Seed, Source,
};
use crate::operation::Progress;
use crate::plan::Plan;
use crate::refusal::Refusal;
use crate::settings::Settings;

/// A started stage.
///
/// Everything visible follows from the header and the records (see [`Stage::restore`]); two
/// stages with the same ones are equal. Cloning shares the structure and all matches until one
/// of the copies changes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    plan: Arc<Plan>,
    /// By seed; left out while every seed holds the entrant of its number.
    field: Option<Arc<[Content]>>,
    /// By key.
    matches: Matches,
    withdrawn: Withdrawals,
    progress: Progress,
    finalized: bool,
    /// What joined a table after its start.
    added: Vec<Added>,
}

impl Stage {
    /// Starts a stage with entrants 1 to `entrants`, in seeding order.
    ///
    /// # Errors
    /// Fewer than [`crate::MIN_ENTRANTS`] or more than [`crate::MAX_ENTRANTS`] entrants are refused,
    /// and settings that do not go together.
    pub fn start(settings: impl Into<Settings>, entrants: u32) -> Result<Self, Refusal> {
        let settings = settings.into();
        settings.check(entrants)?;
        let (plan, matches) = Plan::build(settings, entrants);
        let mut stage = Self {
            plan: Arc::new(plan),
            field: None,
            matches: Matches::new(matches),
            withdrawn: Withdrawals::default(),
            progress: Progress::default(),
            finalized: false,
            added: Vec::new(),
        };
        stage.count();
        Ok(stage)
    }

    /// What was asked for at the start.
    pub fn settings(&self) -> &Settings {
        &self.plan.settings
    }

    /// Number of entrants: that of seeds, also while it is not known who stands on them.
    pub fn entrants(&self) -> u32 {
        self.plan.entrants
    }

    /// Who stands on a seed; a bye for seeds that do not exist.
    pub fn on_seed(&self, seed: Seed) -> Content {
        match &self.field {
            None if (1..=self.entrants()).contains(&seed.0) => Content::Entrant(Entrant(seed.0)),
            None => Content::Bye,
            Some(field) => field.get(seed.index()).copied().unwrap_or(Content::Bye),
        }
    }

    /// Who stands on each seed.
    pub fn field(&self) -> impl Iterator<Item = Content> {
        (1..=self.entrants()).map(|seed| self.on_seed(Seed(seed)))
    }

    /// The seed on which an entrant stands.
    pub fn seed_of(&self, entrant: Entrant) -> Option<Seed> {
        let number = match &self.field {
            None => entrant.0,
            Some(field) => {
                let place = field.iter().position(|content| content.entrant() == Some(entrant))?;
                u32::try_from(place + 1).ok()?
            }
        };
        (1..=self.entrants()).contains(&number).then_some(Seed(number))
    }

    /// Who withdrew, first one first.
    pub fn withdrawn(&self) -> &[Entrant] {
        self.withdrawn.list()
    }

    /// Whether the stage was ended for good.
    pub fn is_finalized(&self) -> bool {
        self.finalized
    }

    /// The matches of the list: all but optional ones known not to be needed, in list order.
    pub fn matches(&self) -> impl Iterator<Item = &Match> {
        self.all_matches().filter(|m| m.present)
    }

    /// The matches that can be played now, in list order.
    pub fn open_matches(&self) -> impl Iterator<Item = &Match> {
        self.matches().filter(|m| m.state == MatchState::Open)
    }

    /// All matches in list order, also those not needed.
    pub fn all_matches(
        &self,
    ) -> impl ExactSizeIterator<Item = &Match> + DoubleEndedIterator + Clone {
        self.matches.iter()
    }

    /// The match that people call by these letters, also if it is not needed. O(n).
    pub fn named(&self, identifier: Identifier) -> Option<&Match> {
        self.all_matches().find(|m| m.identifier == identifier)
    }

    /// One match, also if it is not needed.
    pub fn get(&self, key: MatchKey) -> Option<&Match> {
        self.matches.get(key.index())
    }

    /// The slot that the winner of a match goes to; `None` if the stage ends there.
    pub fn winner_goes_to(&self, key: MatchKey) -> Option<(MatchKey, u8)> {
        self.goes_to(key, 1)
    }

    /// The slot that the loser of a match goes to; `None` if they are out.
    pub fn loser_goes_to(&self, key: MatchKey) -> Option<(MatchKey, u8)> {
        self.goes_to(key, 2)
    }

    /// The slot to which whoever reaches a place in a match goes (1 is the winner's); `None` if
    /// they are out.
    pub fn goes_to(&self, key: MatchKey, place: usize) -> Option<(MatchKey, u8)> {
        let position = place.checked_sub(1)?;
        let next = self.plan.node(key)?.target(position)?;
        let m = self.get(next).filter(|m| m.present)?;
        let fed = |source: Source| source.feeder() == Some((key, position));
        let slot = m.slots.iter().position(|slot| fed(slot.source))?;
        Some((next, u8::try_from(slot).ok()?))
    }

    /// What the round of a match is called.
    pub fn round_name(&self, key: MatchKey) -> Option<RoundName> {
        Some(self.plan.node(key)?.kind.name)
    }

    /// Everything is played: every match of the list is complete, and there are no more rounds to
    /// come. A Swiss stage without a planned number of rounds is over when it is finalized, or when
    /// fewer than two are left to be paired.
    pub fn is_over(&self) -> bool {
        self.progress.complete == self.progress.total && self.rounds_to_come() == Some(0)
    }

    /// Every match so far is complete.
    pub(crate) fn is_played(&self) -> bool {
        self.progress.complete == self.progress.total
    }

    /// How much is played, rounds that are to come included as far as they are known.
    pub fn progress(&self) -> Progress {
        let Progress { complete, total } = self.progress;
        let to_come = match self.rounds_to_come() {
            None | Some(0) => 0,
            Some(rounds) => {
                let pairs = u32::try_from(self.still_in() / 2).unwrap_or(u32::MAX);
                rounds.saturating_mul(pairs)
            }
        };
        Progress { complete, total: total.saturating_add(to_come) }
    }

    /// Counts the matches from scratch.
    fn count(&mut self) {
        let counts = self.matches.iter().map(counted);
        self.progress = counts.fold(Progress::default(), |sum, one| Progress {
            complete: sum.complete + one.complete,
            total: sum.total + one.total,
        });
    }

    /// Brings one match up to date with its sources and the withdrawals. Its record is lost if it
    /// was of other opponents; says so.
    fn refresh(&mut self, index: usize) -> bool {
        let Some(current) = self.matches.get(index) else { return false };
        let present = self.is_needed(current);
        let content = |slot: usize| {
            let source = current.slots.get(slot).map(|slot| slot.source);
            match present {
                Some(true) => source.map_or(Content::Bye, |source| self.content(source)),
                Some(false) | None => Content::Undecided,
            }
        };
        let contents: smallvec::SmallVec<[Content; 2]> =
            (0..current.slots.len()).map(content).collect();
        let present = present.unwrap_or(true);
        let moved = current.slots.iter().zip(&contents).any(|(slot, new)| slot.content != *new);
        let lost = moved && current.has_record();
        let reported = current.outcome.filter(|_| !moved && !current.automatic);
        let walkover = if reported.is_none() { self.walkover(&contents) } else { None };
        let automatic = walkover.is_some();
        let state = if reported.is_some() || automatic {
            MatchState::Complete
        } else if contents.iter().all(|content| content.entrant().is_some()) {
            MatchState::Open
        } else {
            // Sides may be empty if there are others to play.
            let open = contents.len() > 2 && !contents.contains(&Content::Undecided);
            if open { MatchState::Open } else { MatchState::Pending }
        };
        let (outcome, places) = match (reported, walkover) {
            (Some(outcome), _) => (Some(outcome), current.places.clone()),
            (None, Some((outcome, places))) => (Some(outcome), places),
            (None, None) => (None, Box::default()),
        };
        let same = !moved
            && (present, automatic, state) == (current.present, current.automatic, current.state)
            && (outcome, &places) == (current.outcome, &current.places);
        if !same && let Some(m) = self.matches.get_mut(index) {
            for (slot, content) in m.slots.iter_mut().zip(contents) {
                slot.content = content;
            }
            if moved {
                m.sets.clear();
            }
            m.present = present;
            m.outcome = outcome;
            m.places = places;
            m.automatic = automatic;
            m.state = state;
        }
        lost
    }

    /// Whether an optional match, the second grand final, is played: it is once the finalist
    /// without a loss was beaten. `None` while that is not known.
    fn is_needed(&self, m: &Match) -> Option<bool> {
        if !m.optional {
            return Some(true);
        }
        let first = m.slots.first().and_then(|slot| self.get(slot.source.feeder()?.0))?;
        let upper = first.slots.first().and_then(|slot| slot.content.entrant());
        Some(first.outcome?.winner_slot() == Some(1) && upper.is_some())
    }

    fn content(&self, source: Source) -> Content {
        match source {
            Source::Seed(seed) => self.on_seed(seed),
            Source::Winner(_) | Source::Loser(_) | Source::Place { .. } => {
                let feeder = source.feeder();
                let passed = feeder.and_then(|(of, position)| Some(self.get(of)?.passes(position)));
                passed.unwrap_or(Content::Undecided)
            }
        }
    }

    /// The outcome that byes and withdrawals force, once everybody is known, and the places in a
    /// match of many.
    ///
    /// Anybody beats a bye, and of two who withdrew the later one goes on. So a withdrawal never
    /// changes a walkover of before, and the outcome does not depend on when the match filled.
    fn walkover(&self, contents: &[Content]) -> Option<(Outcome, Box<[u8]>)> {
        let strengths: Option<smallvec::SmallVec<[Strength; 2]>> =
            contents.iter().map(|content| self.withdrawn.strength(*content)).collect();
        let strengths = strengths?;
        let able = strengths.iter().filter(|strength| **strength == Strength::Able).count();
        if able > 1 || able == contents.len() {
            return None;
        }
        let best = strengths.iter().max().filter(|best| **best > Strength::Bye);
        let Some(best) = best else { return Some((Outcome::DoubleForfeit, Box::default())) };
        let mut places = Box::default();
        if contents.len() > 2 {
            let better = |own: &Strength| strengths.iter().filter(|other| *other > own).count();
            let place = |own| u8::try_from(better(own) + 1).unwrap_or(u8::MAX);
            places = strengths.iter().map(place).collect();
        }
        let slot = strengths.iter().position(|strength| strength == best)?;
        Some((Outcome::Winner { slot: u8::try_from(slot).ok()?, forfeit: true }, places))
    }
}

/// What one match adds to the progress.
fn counted(m: &Match) -> Progress {
    let counts = m.present && !(m.optional && m.state == MatchState::Pending);
    Progress {
        complete: u32::from(counts && m.state == MatchState::Complete),
        total: u32::from(counts),
    }
}
