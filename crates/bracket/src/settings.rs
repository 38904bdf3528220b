//! What a stage is like: its format and who meets whom at first.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{MAX_ENTRANTS, MAX_SIDES, MAX_SIDES_IN_ALL, MIN_ENTRANTS};
use crate::plan::free_for_all;
use crate::refusal::Refusal;
use crate::schedule::Table;
use crate::standings::{Criterion, Ranking};
use crate::swiss::Rules;

/// Most times that everybody meets everybody.
pub const MAX_CYCLES: u32 = 3;

/// Most rounds of a Swiss stage.
pub const MAX_ROUNDS: u32 = 256;

/// Most entrants of a round robin: three cycles of so many are 1.6 million matches.
pub const MAX_IN_TABLE: u32 = 1_024;

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

/// How a stage is played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
        /// The worse half of the seeds starts in the losers' part, as if the first winners' round
        /// had gone to the favourites.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        split: bool,
    },
    /// Two losses and out, and two who go on: a double elimination without a grand final. Groups of
    /// four are the usual ones.
    Gsl,
    /// The two worst seeds meet, the winner meets the next better one, and so on up to the first
    /// (a gauntlet).
    Stepladder,
    /// Four entrants. The better two meet for a place in the final; the loser has a second chance
    /// against the winner of the other two.
    PagePlayoff,
    /// Matches of many sides, of which some go on to the next round.
    FreeForAll {
        /// Most sides of a match, 2 to [`MAX_SIDES`].
        sides: u32,
        /// How many go on from a match, fewer than its sides.
        advance: u32,
    },
    /// Rounds in which those meet who have done equally well. Each is added when the one before is
    /// played ([`crate::Stage::pair`] proposes it).
    Swiss {
        /// How many rounds; 0 is as many as are wanted.
        #[serde(default)]
        rounds: u32,
        /// How rounds are paired.
        #[serde(default)]
        rules: Box<Rules>,
    },
    /// Everybody against everybody.
    RoundRobin {
        /// How often, 1 to [`MAX_CYCLES`].
        #[serde(default = "once")]
        cycles: u32,
        /// The order of the matches.
        #[serde(default)]
        table: Table,
    },
}

fn once() -> u32 {
    1
}

impl Format {
    /// A single elimination without placement matches.
    pub fn single_elimination() -> Self {
        Self::SingleElimination { placement_to: None }
    }

    /// Swiss by the default rules; 0 is as many rounds as are wanted.
    pub fn swiss(rounds: u32) -> Self {
        Self::Swiss { rounds, rules: Box::default() }
    }

    /// Everybody against everybody, once.
    pub fn round_robin() -> Self {
        Self::RoundRobin { cycles: 1, table: Table::default() }
    }

    /// A table decides, not who is left.
    pub fn is_table(&self) -> bool {
        matches!(self, Self::RoundRobin { .. } | Self::Swiss { .. })
    }

    /// How many rounds are to be added, where rounds are added; 0 is as many as are wanted.
    pub(crate) fn added_rounds(&self) -> Option<u32> {
        match *self {
            Self::Swiss { rounds, .. } => Some(rounds),
            _ => None,
        }
    }

    /// A double elimination whose grand final may need a second match.
    pub fn double_elimination() -> Self {
        Self::DoubleElimination { grand_final: GrandFinal::Reset, split: false }
    }

    /// Checks what does not depend on the number of entrants.
    pub(crate) fn check(&self, entrants: u32) -> Result<(), Refusal> {
        match *self {
            Self::PagePlayoff if entrants != 4 => {
                Err(Refusal::WrongNumber { given: entrants, expected: 4 })
            }
            Self::Swiss { rounds, .. } if rounds > MAX_ROUNDS => {
                Err(Refusal::WrongRounds { given: rounds })
            }
            Self::FreeForAll { sides, .. } if !(2..=MAX_SIDES).contains(&sides) => {
                Err(Refusal::WrongSides { given: sides })
            }
            Self::RoundRobin { cycles, .. } => {
                if !(1..=MAX_CYCLES).contains(&cycles) {
                    return Err(Refusal::WrongCycles { given: cycles });
                }
                if entrants > MAX_IN_TABLE {
                    return Err(Refusal::TooManyForTable { given: entrants });
                }
                Ok(())
            }
            Self::FreeForAll { sides, advance } if !(1..sides).contains(&advance) => {
                Err(Refusal::WrongAdvance { given: advance, sides })
            }
            Self::FreeForAll { sides, advance } => {
                match free_for_all::all_sides(entrants, sides, advance) {
                    all if all > u64::from(MAX_SIDES_IN_ALL) => {
                        Err(Refusal::TooManySides { sides: all })
                    }
                    _ => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SingleElimination { .. } => "single elimination",
            Self::DoubleElimination { .. } => "double elimination",
            Self::Gsl => "GSL",
            Self::Stepladder => "stepladder",
            Self::PagePlayoff => "page playoff",
            Self::FreeForAll { .. } => "free-for-all",
            Self::Swiss { .. } => "Swiss",
            Self::RoundRobin { .. } => "round robin",
        })
    }
}

/// Everything but the number of entrants that decides a stage's structure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// How it is played.
    pub format: Format,
    /// Who meets whom at first.
    #[serde(default)]
    pub seeding: SeedingOrder,
    /// How a table is ordered; left out for the format's usual way (see [`Settings::ranking`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ranking: Option<Box<Ranking>>,
}

impl Settings {
    /// The same, with the table ordered in a way of its own.
    #[must_use]
    pub fn ranked_by(mut self, ranking: Ranking) -> Self {
        self.ranking = Some(Box::new(ranking));
        self
    }

    /// Checks that a stage of so many entrants can be made.
    pub(crate) fn check(&self, entrants: u32) -> Result<(), Refusal> {
        if entrants < MIN_ENTRANTS {
            return Err(Refusal::TooFewEntrants { given: entrants });
        }
        if entrants > MAX_ENTRANTS {
            return Err(Refusal::TooManyEntrants { given: entrants });
        }
        self.format.check(entrants)
    }

    /// How a table is ordered. Unless it is said, a round robin is ordered by points, then by wins
    /// against those who are level, sets won and points scored; Swiss by points, median Buchholz,
    /// wins against those who are level and the seed.
    pub fn ranking(&self) -> Cow<'_, Ranking> {
        match (&self.ranking, &self.format) {
            (Some(ranking), _) => Cow::Borrowed(ranking),
            (None, Format::Swiss { .. }) => Cow::Owned(Ranking::challonge_swiss()),
            (None, _) => Cow::Owned(Ranking::challonge(Criterion::Points)),
        }
    }
}

impl From<Format> for Settings {
    fn from(format: Format) -> Self {
        Self { format, seeding: SeedingOrder::default(), ranking: None }
    }
}
