//! The words of a race: settings, marks, operations and what they change.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::refusal::RaceRefusal;
use crate::model::Entrant;

/// Most entrants of a race.
pub const MAX_RACE_ENTRANTS: u32 = 131_072;

/// Most rounds of a race, planned or started one by one.
pub const MAX_ROUNDS: u32 = 1_000;

/// Most places in a table of points.
pub const MAX_PLACES: usize = 1_024;

/// Largest time (in milliseconds: 31 years), score and number of points, the last two also below
/// zero. A total over [`MAX_ROUNDS`] stays below 2⁵³, which every JSON reader takes exactly.
pub const MAX_NUMBER: i64 = 1_000_000_000_000;

/// Points by place where a grand prix names none.
pub const DEFAULT_POINTS: [i64; 10] = [25, 18, 15, 12, 10, 8, 6, 4, 2, 1];

/// What the total of an entrant is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// The best round.
    Best,
    /// All rounds together.
    Sum,
    /// The last round in which the entrant started. If it has no number there is no total.
    Last,
}

impl Aggregate {
    fn best() -> Self {
        Self::Best
    }

    fn sum() -> Self {
        Self::Sum
    }
}

/// Which score is the better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreOrder {
    /// The higher.
    #[default]
    HighestFirst,
    /// The lower, as in golf.
    LowestFirst,
}

/// The kind of race. `rounds` is at most [`MAX_ROUNDS`]; 0 means any number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum RaceSettings {
    /// Against the clock; the lower time is better. Several rounds may be underway at once, so
    /// that everybody makes their attempts when they like.
    TimeTrial {
        /// Attempts; 1 if not given.
        #[serde(default = "one")]
        rounds: u32,
        /// Which times count; the best if not given.
        #[serde(default = "Aggregate::best")]
        aggregate: Aggregate,
    },
    /// Points by place, one round after the other.
    GrandPrix {
        /// Races; 4 if not given.
        #[serde(default = "four")]
        rounds: u32,
        /// Points of the first place, the second and so on, at most [`MAX_PLACES`]; further places
        /// get 0. [`DEFAULT_POINTS`] if not given.
        #[serde(default = "default_points")]
        points: Vec<i64>,
        /// Only this many best rounds of each entrant count, at least 1; all if not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        best_of: Option<u32>,
    },
    /// Scores, which may come in at any time while their round is underway.
    Leaderboard {
        /// Any number if not given.
        #[serde(default)]
        rounds: u32,
        /// Which score is better; the higher if not given.
        #[serde(default)]
        order: ScoreOrder,
        /// Which scores count; all of them if not given.
        #[serde(default = "Aggregate::sum")]
        aggregate: Aggregate,
    },
}

fn one() -> u32 {
    1
}

fn four() -> u32 {
    4
}

fn default_points() -> Vec<i64> {
    DEFAULT_POINTS.to_vec()
}

impl RaceSettings {
    /// One attempt against the clock.
    pub fn time_trial() -> Self {
        Self::TimeTrial { rounds: one(), aggregate: Aggregate::Best }
    }

    /// Four rounds with [`DEFAULT_POINTS`].
    pub fn grand_prix() -> Self {
        Self::GrandPrix { rounds: four(), points: default_points(), best_of: None }
    }

    /// The sum of scores over any number of rounds, the highest first.
    pub fn leaderboard() -> Self {
        let order = ScoreOrder::HighestFirst;
        Self::Leaderboard { rounds: 0, order, aggregate: Aggregate::Sum }
    }

    /// How many rounds are planned; 0 means any number.
    pub fn rounds(&self) -> u32 {
        match *self {
            Self::TimeTrial { rounds, .. }
            | Self::GrandPrix { rounds, .. }
            | Self::Leaderboard { rounds, .. } => rounds,
        }
    }

    /// Whether a race can have them; [`super::Race::start`] asks too.
    ///
    /// # Errors
    /// The number that is out of bounds.
    pub fn check(&self) -> Result<(), RaceRefusal> {
        if self.rounds() > MAX_ROUNDS {
            return Err(RaceRefusal::TooManyRounds { given: self.rounds() });
        }
        let Self::GrandPrix { points, best_of, .. } = self else {
            return Ok(());
        };
        if points.len() > MAX_PLACES {
            return Err(RaceRefusal::TooManyPlaces { given: points.len() });
        }
        points.iter().try_for_each(|points| check_number(*points, -MAX_NUMBER))?;
        if *best_of == Some(0) { Err(RaceRefusal::NoRoundCounts) } else { Ok(()) }
    }

    /// Whether a mark may stand in a race of `entrants` with these settings.
    pub(super) fn check_mark(&self, mark: RaceMark, entrants: u32) -> Result<(), RaceRefusal> {
        match (mark.result, self) {
            (RaceResult::Time(time), Self::TimeTrial { .. } | Self::GrandPrix { .. }) => {
                check_number(time, 0)?;
            }
            (RaceResult::Score(score), Self::Leaderboard { .. }) => {
                check_number(score, -MAX_NUMBER)?;
            }
            (RaceResult::Time(_), _) => return Err(RaceRefusal::ScoresOnly),
            (RaceResult::Score(_), _) => return Err(RaceRefusal::TimesOnly),
            (RaceResult::Finished, Self::GrandPrix { .. })
            | (RaceResult::DidNotFinish | RaceResult::DidNotStart | RaceResult::Disqualified, _) => {
            }
            (RaceResult::Finished, _) => return Err(RaceRefusal::NumberMissing),
        }
        if let Some(points) = mark.points {
            check_number(points, -MAX_NUMBER)?;
        }
        match mark.rank {
            Some(rank) if rank == 0 || rank > entrants => {
                Err(RaceRefusal::RankOutOfRange { given: rank, entrants })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// A time or score turned so that less is better.
    pub(super) fn turned(&self, number: i64) -> i64 {
        match self {
            Self::Leaderboard { order: ScoreOrder::HighestFirst, .. } => number.saturating_neg(),
            Self::TimeTrial { .. } | Self::GrandPrix { .. } | Self::Leaderboard { .. } => number,
        }
    }

    /// Points of a place; `None` where places have no points.
    pub(super) fn points(&self, rank: Option<u32>) -> Option<i64> {
        let Self::GrandPrix { points, .. } = self else {
            return None;
        };
        let place = rank.and_then(|rank| (rank as usize).checked_sub(1));
        Some(place.and_then(|place| points.get(place)).copied().unwrap_or(0))
    }
}

fn check_number(given: i64, least: i64) -> Result<(), RaceRefusal> {
    if (least..=MAX_NUMBER).contains(&given) {
        return Ok(());
    }
    Err(match (least, given) {
        (0, ..0) => RaceRefusal::NegativeTime { given },
        _ => RaceRefusal::NumberOutOfRange { given },
    })
}

/// How a round went for one entrant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RaceResult {
    /// Finished in so many milliseconds.
    Time(i64),
    /// Scored so much.
    Score(i64),
    /// Finished, the time is not known. In a grand prix only, mostly with an explicit rank.
    Finished,
    /// Started and gave up, or ran out of time.
    DidNotFinish,
    /// Was not there. Whoever has no mark in a completed round is taken for this.
    DidNotStart,
    /// Broke the rules.
    Disqualified,
}

impl RaceResult {
    /// The time or score.
    pub fn number(self) -> Option<i64> {
        match self {
            Self::Time(number) | Self::Score(number) => Some(number),
            Self::Finished | Self::DidNotFinish | Self::DidNotStart | Self::Disqualified => None,
        }
    }

    /// Whether it is a place of honour and not just the end of a list.
    pub fn is_finish(self) -> bool {
        matches!(self, Self::Time(_) | Self::Score(_) | Self::Finished)
    }
}

/// A time as `1:01.250` (hours only if there are any), a score as a number, otherwise the letters of
/// result lists: DNF, DNS, DSQ.
///
/// ```
/// use tiltyard_bracket::race::RaceResult;
///
/// let shown = [RaceResult::Time(61_250), RaceResult::Time(3_600_005), RaceResult::DidNotFinish];
/// assert_eq!(shown.map(|result| result.to_string()), ["1:01.250", "1:00:00.005", "DNF"]);
/// ```
impl fmt::Display for RaceResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Time(time) => {
                let sign = if time < 0 { "-" } else { "" };
                let time = time.unsigned_abs();
                let (hours, minutes) = (time / 3_600_000, time / 60_000 % 60);
                let (seconds, millis) = (time / 1000 % 60, time % 1000);
                if hours > 0 {
                    write!(f, "{sign}{hours}:{minutes:02}:{seconds:02}.{millis:03}")
                } else {
                    write!(f, "{sign}{minutes}:{seconds:02}.{millis:03}")
                }
            }
            Self::Score(score) => write!(f, "{score}"),
            Self::Finished => f.write_str("finished"),
            Self::DidNotFinish => f.write_str("DNF"),
            Self::DidNotStart => f.write_str("DNS"),
            Self::Disqualified => f.write_str("DSQ"),
        }
    }
}

/// What is written down for one entrant in one round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RaceMark {
    /// How it went.
    pub result: RaceResult,
    /// Points instead of those by place. In a time trial and a leaderboard they are only shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<i64>,
    /// The rank instead of the one by time or score, from 1 to the number of entrants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u32>,
}

impl From<RaceResult> for RaceMark {
    fn from(result: RaceResult) -> Self {
        Self { result, points: None, rank: None }
    }
}

/// How far a round is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundState {
    /// Has not started.
    Pending,
    /// Takes marks.
    Underway,
    /// Takes no marks until it is reopened.
    Completed,
}

/// Something that happens to a started race.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "operation", rename_all = "snake_case")]
pub enum RaceOperation {
    /// Starts the round after those started before.
    StartRound {
        /// From 1.
        round: u32,
    },
    /// Writes down how a round underway went for an entrant, in place of what was there. Without a
    /// change it changes nothing and is not refused.
    Mark {
        /// From 1.
        round: u32,
        /// Who. An entrant who withdrew gets no new mark; an old one may be changed.
        entrant: Entrant,
        /// `None` takes the mark back.
        #[serde(default)]
        mark: Option<RaceMark>,
    },
    /// Completes a round underway; who has no mark did not start.
    FinishRound {
        /// From 1.
        round: u32,
    },
    /// Makes a completed round take marks again; it keeps those it has.
    ReopenRound {
        /// From 1.
        round: u32,
    },
    /// Makes the last round that has started pending again; all its marks are lost.
    ResetRound {
        /// From 1.
        round: u32,
    },
    /// Adds an entrant, whose number is the next one.
    Add,
    /// An entrant takes no further part; what they have done counts.
    Withdraw {
        /// Who.
        entrant: Entrant,
    },
    /// Takes a withdrawal back.
    Reinstate {
        /// Who.
        entrant: Entrant,
    },
    /// No more rounds start: the race is over with those completed.
    End,
    /// Takes [`RaceOperation::End`] back.
    Resume,
}

/// A round that is in another state than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RoundChange {
    /// From 1.
    pub round: u32,
    /// The state before. A round that is not planned is [`RoundState::Pending`] until it starts.
    pub from: RoundState,
    /// The state now.
    pub to: RoundState,
}

/// What an operation did. Ranks, points and standings follow from it and are not listed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RaceChanges {
    /// Marks that differ, by round and entrant: their records are to be stored again.
    pub marks: Vec<(u32, Entrant)>,
    /// Rounds in another state.
    pub rounds: Vec<RoundChange>,
    /// Who was added, withdrew or returned.
    pub entrants: Vec<Entrant>,
    /// The header differs and is to be stored again.
    pub header: bool,
}
