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
            Self::Placement { from, to } => write!(f, "Places {from}\u{2013}{to}"),
        }
    }
}
