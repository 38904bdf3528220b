//! Swiss: the next round, by hard rules and a lexicographic list of criteria.
//!
//! Hard rules come first: nobody meets twice, nobody gets a second bye, forbidden pairs stay apart.
//! Among all rounds that keep them, one of least cost is found as a perfect matching of a general
//! graph; the cost is compared criterion by criterion and never blended.
//!
//! [`pair`] finds the round, [`explain`], [`compare`] and [`why_not`] account for it, and
//! [`rounds_certain`] says how long the event can go on. How the best of all rounds is proved to be
//! the best without looking at all rounds, or even at all pairs in full, is written in `swiss/solve.rs`.

mod casual;
mod certain;
mod check;
mod complete;
mod likely;
mod lists;
mod records;
mod rules;
mod solve;
mod table;
#[cfg(test)]
mod tests;
mod why;

use thiserror::Error;

use crate::history::{History, Pairing, Round, Unpaired};
use crate::model::Entrant;

pub use certain::{Certain, rounds_certain};
pub use rules::{Avoid, Criterion, Mode, Order, Rules};
pub use why::{Explained, HardRule, Term, Verdict, WhyNot, compare, explain, why_not};

use table::Table;

/// The largest field. It keeps hostile input from asking for gigantic lists.
pub const MAX_FIELD: u32 = 131_072;

/// The largest field that is paired as the true optimum; the time to prove it grows with its square.
pub const MAX_OPTIMAL: usize = 16_384;

/// What an organiser can do when there is no legal round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WayOut {
    /// Pair again with [`Rules::allow_rematches`].
    AllowRematches,
    /// End the event here.
    End,
    /// Pair by hand.
    Manual,
}

/// Why there is no round.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NoRound {
    /// Somebody stands twice in a round, or outside the field.
    #[error("entrant {entrant} stands twice in round {round}, or is not in the field")]
    Misplaced {
        /// The round's number, from 1.
        round: usize,
        /// Who.
        entrant: Entrant,
    },
    /// Somebody to be paired is not in the field, or is named twice.
    #[error("entrant {entrant} is named twice for this round, or is not in the field")]
    Unknown {
        /// Who.
        entrant: Entrant,
    },
    /// More entrants than an event has.
    #[error("a Swiss event has at most {MAX_FIELD} entrants, not {given}")]
    TooManyEntrants {
        /// How many there are.
        given: u32,
    },
    /// Results are missing.
    #[error("round {round} is still being played: report its results first")]
    Unfinished {
        /// The round's number, from 1.
        round: usize,
    },
    /// Nobody is left to pair.
    #[error("nobody is left to be paired")]
    Nobody,
    /// Every round would break a hard rule.
    #[error("no legal pairing is left: allow rematches, end the event, or pair by hand")]
    NoLegalPairing {
        /// What can be done.
        ways_out: Vec<WayOut>,
    },
    /// More unlike scores meet in the best round than its costs are told apart for: hundreds, which
    /// no event of a few dozen rounds has.
    #[error(
        "the scores are apart in too many ways to find the best of all rounds: use the casual mode, \
         or pair by hand"
    )]
    TooUnlike,
    /// Too many for the optimum.
    #[error(
        "the best of all rounds is found for at most {MAX_OPTIMAL} entrants, not {given}: \
         use the casual mode, or pair by hand"
    )]
    TooMany {
        /// How many are to be paired.
        given: usize,
    },
}

/// Pairs the next round of those who are `present`.
///
/// `unpaired` are byes and absences that are settled already; they go into the round as they are.
/// Late entrants are simply present, those who dropped are not. The same arguments give the same
/// round; which one of several equally good ones may change with a version of this crate.
///
/// On one core of 2026 the best round of 1,000 entrants takes some milliseconds and of 10,000 half a
/// second; rules that nobody could keep (most of the field in one club) take up to twenty times as long.
///
/// # Errors
/// No legal round is left ([`NoRound::NoLegalPairing`], with the ways out), results are missing, or the
/// arguments are none; never a round that breaks a hard rule.
pub fn pair(
    history: &History,
    rules: &Rules,
    present: &[Entrant],
    unpaired: &[(Entrant, Unpaired)],
) -> Result<Round, NoRound> {
    let table = Table::new(history, rules, present, unpaired)?;
    let mates = match rules.mode {
        Mode::Casual => casual::pair(&table)?,
        Mode::Optimal => solve::optimum(&table)?,
    };
    Ok(round_of(&table, &mates, unpaired))
}

/// Seats against each other.
type Pairs = Vec<(usize, usize)>;

fn round_of(table: &Table, pairs: &[(usize, usize)], settled: &[(Entrant, Unpaired)]) -> Round {
    let mut round = Round { pairings: Vec::new(), unpaired: settled.to_vec() };
    for &(first, second) in pairs {
        match (table.entrant(first), table.entrant(second)) {
            (Some(first), Some(second)) => round.pairings.push(Pairing::new(first, second)),
            (Some(alone), None) | (None, Some(alone)) => {
                round.unpaired.push((alone, Unpaired::Bye));
            }
            (None, None) => {}
        }
    }
    round
}
