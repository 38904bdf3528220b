//! The words of a stage: entrants, seeds, matches with their slots, outcomes.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};
use smallvec::SmallVec;
use thiserror::Error;

/// Fewest entrants a stage starts with.
pub const MIN_ENTRANTS: u32 = 2;

/// Most entrants a stage starts with.
///
/// The bound keeps a few bytes of hostile input from asking for a gigantic structure; the largest
/// open events have about 10,000 entrants.
pub const MAX_ENTRANTS: u32 = 65_536;

/// Most sets a single match records.
pub const MAX_SETS: usize = 64;

/// Most sides a single match has.
pub const MAX_SIDES: u32 = 128;

/// Most sides that the matches of a free-for-all have together, so that a few bytes of hostile
/// input do not ask for hundreds of rounds: up to three quarters can go on in the largest field.
pub const MAX_SIDES_IN_ALL: u32 = 4 * MAX_ENTRANTS;

/// Who takes part: a number of the whole event, from 1. In a stage that stands alone the entrant
/// with number n is the one on seed n.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Entrant(pub u32);

impl Entrant {
    /// Position in lists with one place per entrant.
    pub fn index(self) -> usize {
        (self.0 as usize).wrapping_sub(1)
    }
}

impl fmt::Display for Entrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A place in the field of one stage: 1 is the favourite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seed(pub u32);

impl Seed {
    /// Position in lists with one place per seed, such as [`crate::Stage::ranks`].
    pub fn index(self) -> usize {
        (self.0 as usize).wrapping_sub(1)
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A match of one stage: dense from 0, in list order, the same for the stage's whole life.
///
/// List order is winners by round, losers by round, grand finals; in other formats the rounds and
/// then the placement matches. Matches that are added later come last. A key is always greater than
/// those of the matches that feed it.
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

/// Letters shown to people: A … Z, AA, AB … as in the columns of a spreadsheet. In JSON a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier(u32);

impl Identifier {
    /// The letters of a number, from 0.
    pub fn new(number: u32) -> Self {
        Self(number)
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = SmallVec::<[char; 8]>::new();
        let mut rest = self.0;
        loop {
            letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
            match (rest / 26).checked_sub(1) {
                Some(next) => rest = next,
                None => break,
            }
        }
        letters.iter().rev().try_for_each(|letter| write!(f, "{letter}"))
    }
}

/// The text is not the letters of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a match is called by letters, such as A or AB")]
pub struct NotLetters;

impl FromStr for Identifier {
    type Err = NotLetters;

    fn from_str(text: &str) -> Result<Self, NotLetters> {
        let number = text.bytes().try_fold(0_u32, |number, byte| {
            let letter = byte.checked_sub(b'A').filter(|letter| *letter < 26)?;
            number.checked_mul(26)?.checked_add(u32::from(letter) + 1)
        });
        number.and_then(|number| number.checked_sub(1)).map(Self).ok_or(NotLetters)
    }
}

impl Serialize for Identifier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Where a slot's entrant comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Whoever is on this seed stands here from the start.
    Seed(Seed),
    /// The winner of another match.
    Winner(MatchKey),
    /// The loser of another match.
    Loser(MatchKey),
    /// Whoever reached a place in a match with more than two sides.
    Place {
        /// The match.
        of: MatchKey,
        /// The place, from 1.
        place: u8,
    },
}

impl Source {
    /// The match that decides it, and the position of whom it passes on, from 0.
    pub(crate) fn feeder(self) -> Option<(MatchKey, usize)> {
        match self {
            Self::Seed(_) => None,
            Self::Winner(of) => Some((of, 0)),
            Self::Loser(of) => Some((of, 1)),
            Self::Place { of, place } => Some((of, usize::from(place).saturating_sub(1))),
        }
    }
}

/// Who stands in a slot now. The three are different things and never mixed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// An entrant.
    Entrant(Entrant),
    /// Somebody whom an earlier match, or an earlier stage, has yet to decide.
    Undecided,
    /// Nobody, for good: what feeds this slot ended without anybody to pass on.
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

/// The sides of a match, upper first.
pub type Slots = SmallVec<[Slot; 2]>;

/// The part of a stage a match belongs to.
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
    /// Rounds that count for a table: round robin and Swiss.
    Table,
    /// Matches between those whom a table leaves equal.
    TieBreak,
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
    /// One side won. In a match of many it is the one with the best place.
    Winner {
        /// Index into the match's slots.
        slot: u8,
        /// The others did not play, or not to the end.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        forfeit: bool,
    },
    /// Nobody goes on: the slots fed by this match hold byes.
    DoubleForfeit,
    /// The sides are equal; refused in elimination formats. In a match of many several share the
    /// best place.
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

    /// What places come to: slot by slot, 1 is the best.
    pub(crate) fn of_places(places: &[u8]) -> Self {
        let best = places.iter().min();
        let mut first = (0..).zip(places).filter(|(_, place)| Some(*place) == best);
        match (first.next(), first.next()) {
            (Some((slot, _)), None) => Self::win(slot),
            _ => Self::Draw,
        }
    }
}

/// A match as everybody may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Match {
    /// Identity within the stage.
    pub key: MatchKey,
    /// Part of the stage.
    pub section: Section,
    /// 1, 2 … in most parts, −1, −2 … in the losers' part. Both grand finals share the round after
    /// the winners' final; a placement match has the round it is played beside.
    pub round: i32,
    /// Letters shown to people.
    pub identifier: Identifier,
    /// Suggested position when all matches are played one after another, from 1.
    pub play_order: Option<NonZeroU32>,
    /// The sides, upper first.
    pub slots: Slots,
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
    /// In a complete match of more than two sides the place of each, in slot order: 1 is the best,
    /// equal numbers share a place. Otherwise empty.
    #[serde(skip_serializing_if = "<[u8]>::is_empty")]
    pub places: Box<[u8]>,
    /// The outcome follows from a bye or a withdrawal; nobody reported it.
    pub automatic: bool,
}

impl Match {
    /// Who won, once complete with a winner.
    pub fn winner(&self) -> Option<Entrant> {
        self.slots.get(self.outcome?.winner_slot()?)?.content.entrant()
    }

    /// Who lost, once complete with a winner over an entrant; for matches of two.
    pub fn loser(&self) -> Option<Entrant> {
        let won = self.outcome?.winner_slot()?;
        let other = 1_usize.checked_sub(won).filter(|_| self.slots.len() == 2)?;
        self.slots.get(other)?.content.entrant()
    }

    /// The slot an entrant stands in.
    pub fn slot_of(&self, entrant: Entrant) -> Option<usize> {
        self.slots.iter().position(|slot| slot.content == Content::Entrant(entrant))
    }

    /// Those who are known to take part, in slot order.
    pub fn entrants(&self) -> impl Iterator<Item = Entrant> {
        self.slots.iter().filter_map(|slot| slot.content.entrant())
    }

    /// The two sides as entrants; `None` unless there are two and both are known.
    pub fn pair(&self) -> Option<[Entrant; 2]> {
        match self.slots.as_slice() {
            [upper, lower] => Some([upper.content.entrant()?, lower.content.entrant()?]),
            _ => None,
        }
    }

    /// Somebody reported something about this match.
    pub(crate) fn has_record(&self) -> bool {
        !self.sets.is_empty() || (self.outcome.is_some() && !self.automatic)
    }

    /// Byes leave nothing to play.
    pub(crate) fn is_walkover(&self) -> bool {
        let bye = self.slots.iter().any(|slot| slot.content == Content::Bye);
        bye && self.entrants().nth(1).is_none()
    }

    /// Slots from the best to the last with the place of each, byes last. `None` if nobody is
    /// placed.
    pub(crate) fn placed(&self) -> Option<SmallVec<[(u8, usize); 2]>> {
        let place = |slot: usize| match self.outcome? {
            Outcome::Winner { .. } | Outcome::Draw if self.slots.len() > 2 => {
                self.places.get(slot).copied()
            }
            Outcome::Winner { slot: won, .. } => Some(if usize::from(won) == slot { 1 } else { 2 }),
            Outcome::DoubleForfeit | Outcome::Draw => None,
        };
        let mut placed: SmallVec<[(u8, usize); 2]> =
            (0..self.slots.len()).map(|slot| Some((place(slot)?, slot))).collect::<Option<_>>()?;
        let bye = |slot: usize| self.slots.get(slot).is_some_and(|s| s.content == Content::Bye);
        placed.sort_by_key(|(place, slot)| (bye(*slot), *place, *slot));
        Some(placed)
    }

    /// What the match passes on from a position, from 0: the winner, the next one …
    pub(crate) fn passes(&self, position: usize) -> Content {
        let slot = match self.outcome {
            None => return Content::Undecided,
            Some(Outcome::Winner { slot, .. }) if self.slots.len() == 2 => {
                let won = usize::from(slot);
                if position == 0 { Some(won) } else { 1_usize.checked_sub(won) }
            }
            Some(_) => self.placed().and_then(|p| p.get(position).map(|(_, slot)| *slot)),
        };
        slot.and_then(|slot| self.slots.get(slot)).map_or(Content::Bye, |slot| slot.content)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Identifier, NotLetters};

    #[rstest]
    #[case(0, "A")]
    #[case(25, "Z")]
    #[case(26, "AA")]
    #[case(51, "AZ")]
    #[case(52, "BA")]
    #[case(701, "ZZ")]
    #[case(702, "AAA")]
    fn letters_are_those_of_spreadsheet_columns(#[case] number: u32, #[case] expected: &str) {
        assert_eq!(Identifier::new(number).to_string(), expected);
        assert_eq!(expected.parse(), Ok(Identifier::new(number)));
    }

    #[rstest]
    #[case("")]
    #[case("a")]
    #[case("A1")]
    #[case("ZZZZZZZZZ")]
    fn other_texts_are_no_letters(#[case] text: &str) {
        assert_eq!(text.parse::<Identifier>(), Err(NotLetters));
    }
}
