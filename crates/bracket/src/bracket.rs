//! A started bracket: its state and the questions one may ask it.

mod apply;
mod ranks;
mod record;
mod withdrawals;

use std::sync::Arc;

use withdrawals::{Strength, Withdrawals};

pub use record::{Header, MatchRecord, VERSION};

use crate::layout::RoundName;
use crate::model::{
    Content, Entrant, MAX_ENTRANTS, MIN_ENTRANTS, Match, MatchKey, MatchState, Outcome, Progress,
    Settings, Source,
};
use crate::plan::{Plan, Target};
use crate::refusal::Refusal;

/// A started bracket.
///
/// Everything visible follows from the header and the records (see [`Bracket::restore`]); two
/// brackets with the same ones are equal. Cloning shares the structure and all matches until one
/// of the copies changes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bracket {
    plan: Arc<Plan>,
    /// By key.
    matches: Vec<Arc<Match>>,
    withdrawn: Withdrawals,
    progress: Progress,
}

impl Bracket {
    /// Starts a bracket with entrants 1 to `entrants`, in seeding order.
    ///
    /// # Errors
    /// Fewer than [`MIN_ENTRANTS`] or more than [`MAX_ENTRANTS`] entrants are refused.
    pub fn start(settings: Settings, entrants: u32) -> Result<Self, Refusal> {
        if entrants < MIN_ENTRANTS {
            return Err(Refusal::TooFewEntrants { given: entrants });
        }
        if entrants > MAX_ENTRANTS {
            return Err(Refusal::TooManyEntrants { given: entrants });
        }
        let (plan, matches) = Plan::build(settings, entrants);
        let matches: Vec<_> = matches.into_iter().map(Arc::new).collect();
        let mut bracket = Self {
            plan: Arc::new(plan),
            matches,
            withdrawn: Withdrawals::default(),
            progress: Progress::default(),
        };
        bracket.count();
        Ok(bracket)
    }

    /// What was asked for at the start.
    pub fn settings(&self) -> Settings {
        self.plan.settings
    }

    /// Number of entrants.
    pub fn entrants(&self) -> u32 {
        self.plan.entrants
    }

    /// Who withdrew, first one first.
    pub fn withdrawn(&self) -> &[Entrant] {
        self.withdrawn.list()
    }

    /// The matches of the list: all but optional ones known not to be needed, in list order.
    pub fn matches(&self) -> impl Iterator<Item = &Match> {
        self.all_matches().filter(|m| m.present)
    }

    /// All matches in list order, also those not needed.
    pub fn all_matches(&self) -> impl Iterator<Item = &Match> {
        self.matches.iter().map(Arc::as_ref)
    }

    /// One match, also if it is not needed.
    pub fn get(&self, key: MatchKey) -> Option<&Match> {
        self.matches.get(key.index()).map(Arc::as_ref)
    }

    /// The slot that the winner of a match goes to; `None` if the bracket ends there.
    pub fn winner_goes_to(&self, key: MatchKey) -> Option<(MatchKey, u8)> {
        self.target(self.plan.node(key)?.winner_to)
    }

    /// The slot that the loser of a match goes to; `None` if they are out.
    pub fn loser_goes_to(&self, key: MatchKey) -> Option<(MatchKey, u8)> {
        self.target(self.plan.node(key)?.loser_to)
    }

    fn target(&self, target: Option<Target>) -> Option<Target> {
        target.filter(|(key, _)| self.get(*key).is_some_and(|m| m.present))
    }

    /// What the round of a match is called.
    pub fn round_name(&self, key: MatchKey) -> Option<RoundName> {
        Some(self.plan.node(key)?.name)
    }

    /// Every match of the list is complete.
    pub fn is_over(&self) -> bool {
        self.progress.complete == self.progress.total
    }

    /// How much is played.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// Counts the matches from scratch.
    fn count(&mut self) {
        let counts = self.matches.iter().map(|m| counted(m));
        self.progress = counts.fold(Progress::default(), |sum, one| Progress {
            complete: sum.complete + one.complete,
            total: sum.total + one.total,
        });
    }

    /// Brings one match up to date with its sources and the withdrawals. Its record is lost if it
    /// was of other opponents; says so.
    fn refresh(&mut self, index: usize) -> bool {
        let Some(current) = self.matches.get(index) else { return false };
        let (present, contents) = self.inputs(current);
        let moved = current.slots.iter().zip(&contents).any(|(slot, new)| slot.content != *new);
        let lost = moved && current.has_record();
        let reported = current.outcome.filter(|_| !moved && !current.automatic);
        let outcome = reported.or_else(|| self.walkover(&contents));
        let automatic = reported.is_none() && outcome.is_some();
        let state = if outcome.is_some() {
            MatchState::Complete
        } else if contents.iter().all(|content| content.entrant().is_some()) {
            MatchState::Open
        } else {
            MatchState::Pending
        };
        let same = !moved
            && (present, outcome, automatic, state)
                == (current.present, current.outcome, current.automatic, current.state);
        if !same && let Some(shared) = self.matches.get_mut(index) {
            let m = Arc::make_mut(shared);
            for (slot, content) in m.slots.iter_mut().zip(contents) {
                slot.content = content;
            }
            if moved {
                m.sets.clear();
            }
            m.present = present;
            m.outcome = outcome;
            m.automatic = automatic;
            m.state = state;
        }
        lost
    }

    /// Whether a match is in the list, and who stands in its slots.
    fn inputs(&self, m: &Match) -> (bool, Vec<Content>) {
        let nobody = || vec![Content::Undecided; m.slots.len()];
        if m.optional {
            // The second grand final: needed once the finalist without a loss was beaten.
            let first = m.slots.first().and_then(|slot| match slot.source {
                Source::Winner(key) => self.get(key),
                Source::Seed(_) | Source::Loser(_) => None,
            });
            let upper = first.and_then(|first| first.slots.first());
            let beaten = upper.is_some_and(|slot| slot.content.entrant().is_some());
            match first.and_then(|first| first.outcome) {
                None => return (true, nobody()),
                Some(Outcome::Winner { slot: 1, .. }) if beaten => {}
                Some(_) => return (false, nobody()),
            }
        }
        let content = |source| match source {
            Source::Seed(entrant) => Content::Entrant(entrant),
            Source::Winner(key) => self.get(key).map_or(Content::Undecided, Match::passes_winner),
            Source::Loser(key) => self.get(key).map_or(Content::Undecided, Match::passes_loser),
        };
        (true, m.slots.iter().map(|slot| content(slot.source)).collect())
    }

    /// The outcome that byes and withdrawals force, once everybody is known.
    ///
    /// Anybody beats a bye, and of two who withdrew the later one goes on. So a withdrawal never
    /// changes a walkover of before, and the outcome does not depend on when the match filled.
    fn walkover(&self, contents: &[Content]) -> Option<Outcome> {
        let strengths: Option<Vec<_>> =
            contents.iter().map(|content| self.withdrawn.strength(*content)).collect();
        let strengths = strengths?;
        let able = strengths.iter().filter(|strength| **strength == Strength::Able).count();
        if able > 1 || able == contents.len() {
            return None;
        }
        let best = strengths.iter().max().filter(|best| **best > Strength::Bye);
        let Some(best) = best else { return Some(Outcome::DoubleForfeit) };
        let slot = strengths.iter().position(|strength| strength == best)?;
        Some(Outcome::Winner { slot: u8::try_from(slot).ok()?, forfeit: true })
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
