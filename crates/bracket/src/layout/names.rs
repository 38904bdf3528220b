//! Names of rounds.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a round is called; `Display` is English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundName {
    /// A round without a name of its own.
    Round(u32),
    /// Eight entrants left.
    QuarterFinals,
    /// Four entrants left.
    SemiFinals,
    /// The final of a single elimination.
    Final,
    /// The last round of those without a loss.
    WinnersFinal,
    /// A round of those with one loss, counted from 1.
    LosersRound(u32),
    /// The last round of those with one loss.
    LosersFinal,
    /// Winners' champion against losers' champion.
    GrandFinal,
    /// The second grand final.
    GrandFinalReset,
    /// The match for third place.
    ThirdPlace,
    /// The first matches of a group of four.
    OpeningMatches,
    /// The winners of the opening matches; the winner is first of the group.
    WinnersMatch,
    /// The losers of the opening matches; the loser is out.
    EliminationMatch,
    /// The last match of a group of four: the winner is second.
    DeciderMatch,
    /// The better two of a page playoff: the winner is in the final.
    Qualifier,
    /// The other two of a page playoff: the loser is out.
    Eliminator,
    /// The last match before the final of a page playoff.
    Preliminary,
    /// Matches between those whom a table leaves equal.
    TieBreak,
    /// A match at which the places `from` to `to` are at stake.
    Placement {
        /// Best place at stake.
        from: u32,
        /// Worst place at stake.
        to: u32,
    },
}

impl fmt::Display for RoundName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Round(round) => write!(f, "Round {round}"),
            Self::QuarterFinals => f.write_str("Quarter-finals"),
            Self::SemiFinals => f.write_str("Semi-finals"),
            Self::Final => f.write_str("Final"),
            Self::WinnersFinal => f.write_str("Winners' final"),
            Self::LosersRound(round) => write!(f, "Losers' round {round}"),
            Self::LosersFinal => f.write_str("Losers' final"),
            Self::GrandFinal => f.write_str("Grand final"),
            Self::GrandFinalReset => f.write_str("Grand final reset"),
            Self::ThirdPlace => f.write_str("Third place"),
            Self::OpeningMatches => f.write_str("Opening matches"),
            Self::WinnersMatch => f.write_str("Winners' match"),
            Self::EliminationMatch => f.write_str("Elimination match"),
            Self::DeciderMatch => f.write_str("Decider match"),
            Self::Qualifier => f.write_str("Qualifier"),
            Self::Eliminator => f.write_str("Eliminator"),
            Self::Preliminary => f.write_str("Preliminary final"),
            Self::TieBreak => f.write_str("Tie-break"),
            Self::Placement { from, to } => write!(f, "Places {from}\u{2013}{to}"),
        }
    }
}
