//! Swiss: the next round, by hard rules and a lexicographic list of criteria.
//!
//! Hard rules come first: nobody meets twice, nobody gets a second bye, forbidden pairs stay apart.
//! Among all rounds that keep them, the one of least cost is found as a perfect matching of a
//! general graph; the cost is compared criterion by criterion and never blended.

mod casual;
mod rules;
mod solve;
mod table;

use thiserror::Error;

use crate::history::{History, Pairing, Round, Unpaired};
use crate::model::{Entrant, MAX_ENTRANTS};

pub use rules::{Avoid, Criterion, Mode, Order, Rules};
use table::Table;

/// The largest field that is paired as the true optimum; memory grows with its square.
pub const MAX_OPTIMAL: usize = 1_024;

/// What an organiser can do when there is no legal round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    #[error("an event has at most {MAX_ENTRANTS} entrants, not {given}")]
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

/// What a pair, or a bye, costs on one step of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Term {
    /// A hard rule is broken.
    Illegal,
    /// They have met; counts where rematches are allowed.
    Rematch,
    /// See [`Criterion::ByeScore`].
    ByeScore,
    /// See [`Criterion::Avoided`].
    Avoided,
    /// The scores are apart by so many points.
    Difference(u32),
    /// See [`Criterion::Order`].
    Order,
}

/// Pairs the next round of those who are `present`.
///
/// `unpaired` are byes and absences that are settled already; they go into the round as they are.
/// Late entrants are simply present, those who dropped are not. The same arguments give the same
/// round.
pub fn pair(
    history: &History,
    rules: &Rules,
    present: &[Entrant],
    unpaired: &[(Entrant, Unpaired)],
) -> Result<Round, NoRound> {
    let table = Table::new(history, rules, present, unpaired)?;
    let mates = match rules.mode {
        Mode::Casual => casual::pair(&table).map_or_else(|| solve::optimum(&table), Ok)?,
        Mode::Optimal => solve::optimum(&table)?,
    };
    let mut round = Round { pairings: Vec::new(), unpaired: unpaired.to_vec() };
    for (first, second) in mates {
        match (table.entrant(first), table.entrant(second)) {
            (Some(first), Some(second)) => round.pairings.push(Pairing::new(first, second)),
            (Some(alone), None) | (None, Some(alone)) => {
                round.unpaired.push((alone, Unpaired::Bye));
            }
            (None, None) => {}
        }
    }
    Ok(round)
}

/// A pair, or a bye, and what it costs, the weightiest first; what is 0 is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// First side.
    pub first: Entrant,
    /// Second side; `None` is a bye.
    pub second: Option<Entrant>,
    /// The costs.
    pub terms: Vec<(Term, i64)>,
}

/// Says what each pair of a round costs, and the bye that the pairing gave.
pub fn explain(history: &History, rules: &Rules, round: &Round) -> Result<Vec<Explained>, NoRound> {
    let (table, pairs) = judged(history, rules, round)?;
    let explained = pairs.into_iter().filter_map(|(first, second)| {
        let terms = table.terms().map(|term| (term, table.cost(term, first, second)));
        Some(Explained {
            first: table.entrant(first)?,
            second: table.entrant(second),
            terms: terms.filter(|(_, cost)| *cost != 0).collect(),
        })
    });
    Ok(explained.collect())
}

/// Says on which step, and by what costs, `other` is first unlike `round`; `None` if they cost the
/// same. Both must pair the same entrants.
pub fn compare(
    history: &History,
    rules: &Rules,
    round: &Round,
    other: &Round,
) -> Result<Option<(Term, [i64; 2])>, NoRound> {
    let (table, ours) = judged(history, rules, round)?;
    let theirs = table.seats(other)?;
    let total = |pairs: &[(usize, usize)], term| {
        pairs.iter().map(|&(first, second)| table.cost(term, first, second)).sum::<i64>()
    };
    let costs = table.terms().map(|term| (term, [total(&ours, term), total(&theirs, term)]));
    Ok(costs.into_iter().find(|(_, [ours, theirs])| ours != theirs))
}

type Pairs = Vec<(usize, usize)>;

fn judged(history: &History, rules: &Rules, round: &Round) -> Result<(Table, Pairs), NoRound> {
    let paired = round.pairings.iter().flat_map(|pairing| pairing.sides);
    let (byes, settled): (Vec<_>, Vec<_>) =
        round.unpaired.iter().copied().partition(|(_, kind)| *kind == Unpaired::Bye);
    let present: Vec<_> = paired.chain(byes.iter().map(|(entrant, _)| *entrant)).collect();
    let table = Table::new(history, rules, &present, &settled)?;
    let pairs = table.seats(round)?;
    Ok((table, pairs))
}
