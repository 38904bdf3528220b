//! The words of a bracket: entrants, matches, slots, outcomes, operations.
//!
//! The shapes are wider than the two formats built today on purpose: slots are a list, a set holds
//! one score per slot, sections and outcomes are enums. Round robin, Swiss, free-for-all and stage
//! graphs fit without another shape.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Fewest entrants a bracket starts with.
pub const MIN_ENTRANTS: u32 = 2;

/// Most entrants a bracket starts with.
///
/// The bound keeps a few bytes of hostile input from asking for a gigantic structure; the largest
/// open events have about 10,000 entrants.
pub const MAX_ENTRANTS: u32 = 16_384;

/// Most sets a single match records.
pub const MAX_SETS: usize = 64;

/// An entrant, by the seed number it had when the bracket started (1 is the favourite).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Entrant(pub u32);

impl Entrant {
    /// Position in lists with one place per entrant, such as [`crate::Bracket::ranks`].
    pub fn index(self) -> usize {
        (self.0 as usize).wrapping_sub(1)
    }
}

impl fmt::Display for Entrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A match of one bracket: dense from 0, in list order, the same for the bracket's whole life.
///
/// List order is winners by round, losers by round, grand finals; in single elimination the rounds
/// and then the placement matches. A key is always greater than those of the matches that feed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MatchKey(pub u32);

impl MatchKey {
    /// Position in lists with one place per match.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for MatchKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// Who meets whom at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeedingOrder {
    /// Best against worst, so that favourites meet as late as possible.
    #[default]
    Standard,
    /// Straight down the list: 1 v 2, 3 v 4 …; whoever has no first-round match comes last.
    Sequential,
}

/// How a double elimination ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrandFinal {
    /// The winners' finalist must be beaten twice: a second match follows if the first goes to the
    /// losers' finalist.
    #[default]
    Reset,
    /// One match decides.
    Single,
    /// No grand final: the winners' champion is first, the losers' champion second.
    None,
}

/// The kind of tournament.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Format {
    /// One loss and out.
    SingleElimination {
        /// Play on so that places down to this one are decided by matches: 3 adds the third-place
        /// match, 5 the matches for fifth, and so on; values above the number of entrants mean
        /// every place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        placement_to: Option<u32>,
    },
    /// Two losses and out.
    DoubleElimination {
        /// How the two finalists settle it.
        #[serde(default)]
        grand_final: GrandFinal,
    },
}

/// Everything but the number of entrants that decides a bracket's structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Settings {
    /// Kind of tournament.
    pub format: Format,
    /// Who meets whom at first.
    #[serde(default)]
    pub seeding: SeedingOrder,
}

/// Where a slot's entrant comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The entrant stands here from the start.
    Seed(Entrant),
    /// The winner of another match.
    Winner(MatchKey),
    /// The loser of another match.
    Loser(MatchKey),
}

/// Who stands in a slot now. The three are different things and never mixed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// An entrant.
    Entrant(Entrant),
    /// Somebody whom an earlier match has yet to decide.
    Undecided,
    /// Nobody, for good: the match that feeds this slot ended without anybody to pass on.
    Bye,
}

impl Content {
    /// The entrant, if there is one.
    pub fn entrant(self) -> Option<Entrant> {
        match self {
            Self::Entrant(entrant) => Some(entrant),
            Self::Undecided | Self::Bye => None,
        }
    }
}

/// One side of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Slot {
    /// Where its entrant comes from; fixed.
    pub source: Source,
    /// Who stands in it now.
    pub content: Content,
}

/// The part of the bracket a match belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// Main bracket: single elimination, or those without a loss.
    Winners,
    /// Those with one loss.
    Losers,
    /// The grand final and its reset.
    GrandFinal,
    /// Matches for places below the final.
    Placement,
}

/// How far a match is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchState {
    /// A side is not known yet.
    Pending,
    /// Can be played now.
    Open,
    /// Decided.
    Complete,
}

/// How a match ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// One side won.
    Winner {
        /// Index into the match's slots.
        slot: u8,
        /// The others did not play, or not to the end.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        forfeit: bool,
    },
    /// Nobody goes on: the slots fed by this match hold byes.
    DoubleForfeit,
    /// All sides are equal; refused in elimination formats.
    Draw,
}

impl Outcome {
    /// A win that was played.
    pub fn win(slot: u8) -> Self {
        Self::Winner { slot, forfeit: false }
    }

    /// Index of the winning slot, if there is a winner.
    pub fn winner_slot(self) -> Option<usize> {
        match self {
            Self::Winner { slot, .. } => Some(usize::from(slot)),
            Self::DoubleForfeit | Self::Draw => None,
        }
    }
}

/// A match as everybody may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Match {
    /// Identity within the bracket.
    pub key: MatchKey,
    /// Part of the bracket.
    pub section: Section,
    /// 1, 2 … in the winners' part, −1, −2 … in the losers' part. Both grand finals share the
    /// round after the winners' final; a placement match has the round it is played beside.
    pub round: i32,
    /// Letters shown to people: A … Z, AA, AB …
    pub identifier: String,
    /// Suggested position when all matches are played one after another, from 1.
    pub play_order: Option<u32>,
    /// The sides, upper first.
    pub slots: Vec<Slot>,
    /// How far it is.
    pub state: MatchState,
    /// The match is played only if another one ends in a certain way (grand final reset).
    pub optional: bool,
    /// False while an optional match turned out not to be needed; it keeps its key.
    pub present: bool,
    /// Score per set, one number per slot in slot order. On an open match this is the live score.
    pub sets: Vec<Vec<i64>>,
    /// How it ended; present exactly when complete.
    pub outcome: Option<Outcome>,
    /// The outcome follows from a bye or a withdrawal; nobody reported it.
    pub automatic: bool,
}

impl Match {
    /// Who won, once complete with a winner.
    pub fn winner(&self) -> Option<Entrant> {
        self.slots.get(self.outcome?.winner_slot()?)?.content.entrant()
    }

    /// Who lost, once complete with a winner over an entrant.
    pub fn loser(&self) -> Option<Entrant> {
        self.loser_content()?.entrant()
    }

    /// The slot an entrant stands in.
    pub fn slot_of(&self, entrant: Entrant) -> Option<usize> {
        self.slots.iter().position(|slot| slot.content == Content::Entrant(entrant))
    }

    /// Somebody reported something about this match.
    pub(crate) fn has_record(&self) -> bool {
        !self.sets.is_empty() || (self.outcome.is_some() && !self.automatic)
    }

    /// What the slot next to the winner's holds; `None` without a winner.
    fn loser_content(&self) -> Option<Content> {
        let won = self.outcome?.winner_slot()?;
        self.slots.iter().enumerate().find(|(i, _)| *i != won).map(|(_, slot)| slot.content)
    }

    /// What the match passes on to the slot fed by its winner.
    pub(crate) fn passes_winner(&self) -> Content {
        match self.outcome {
            None => Content::Undecided,
            Some(outcome) => outcome
                .winner_slot()
                .and_then(|slot| self.slots.get(slot))
                .map_or(Content::Bye, |slot| slot.content),
        }
    }

    /// What the match passes on to the slot fed by its loser.
    pub(crate) fn passes_loser(&self) -> Content {
        match self.outcome {
            None => Content::Undecided,
            Some(_) => self.loser_content().unwrap_or(Content::Bye),
        }
    }
}

/// Something that happens to a started bracket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", rename_all = "snake_case")]
pub enum Operation {
    /// Reports a score, with or without the outcome.
    Report {
        /// The match.
        key: MatchKey,
        /// Score per set, one number per slot; replaces what was reported before.
        #[serde(default)]
        sets: Vec<Vec<i64>>,
        /// `None` is a live score: the match stays open. On a complete match another winner resets
        /// every match that depends on it.
        #[serde(default)]
        outcome: Option<Outcome>,
    },
    /// Takes the outcome of a complete match back; its score stays as the live score. Every match
    /// that depends on it is reset.
    Reopen {
        /// The match.
        key: MatchKey,
    },
    /// Withdraws an entrant: all matches left are forfeited, each as soon as it would open.
    Forfeit {
        /// Who withdraws.
        entrant: Entrant,
    },
    /// Takes a withdrawal back: matches decided by it alone open again, and what depends on them
    /// is reset.
    Reinstate {
        /// Who returns.
        entrant: Entrant,
    },
}

/// What an operation did, in ascending order of keys.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Changes {
    /// Every match of which a visible field differs.
    pub changed: Vec<MatchKey>,
    /// Later matches that lost a reported score or outcome.
    pub reset: Vec<MatchKey>,
    /// Matches that joined the list.
    pub appeared: Vec<MatchKey>,
    /// Matches that left the list.
    pub vanished: Vec<MatchKey>,
    /// Matches that can be played now and could not before.
    pub opened: Vec<MatchKey>,
    /// The header differs and is to be stored again.
    pub header: bool,
}

/// How much of a bracket is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Complete matches.
    pub complete: u32,
    /// Matches to be played in all; an optional match counts once it is known to be needed.
    pub total: u32,
}

impl Progress {
    /// Whole percent, 0 to 100, rounded down: 100 means everything is played.
    pub fn percent(self) -> u8 {
        let percent = u64::from(self.complete) * 100 / u64::from(self.total.max(1));
        u8::try_from(percent).unwrap_or(100).min(100)
    }
}
