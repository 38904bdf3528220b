//! What rounds and pairs cost, and why a pair is in a round or not.

use std::fmt;

use super::table::{Demand, Table};
use super::{NoRound, Pairs, Rules, round_of, solve};
use crate::history::{History, Round, Unpaired};
use crate::model::Entrant;

/// What a pair, or a bye, costs on one step of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Term {
    /// A hard rule is broken.
    Illegal,
    /// They have met; counts where rematches are allowed.
    Rematch,
    /// See [`super::Criterion::ByeScore`].
    ByeScore,
    /// See [`super::Criterion::ByeUnplayed`].
    ByeUnplayed,
    /// See [`super::Criterion::Avoided`].
    Avoided,
    /// The scores are apart by so many points.
    Difference(u32),
    /// See [`super::Criterion::Exchanges`].
    Exchanges,
    /// See [`super::Criterion::Order`].
    Order,
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Illegal => f.write_str("pairs against a hard rule"),
            Self::Rematch => f.write_str("pairs that have met"),
            Self::ByeScore => f.write_str("score of who gets the bye"),
            Self::ByeUnplayed => f.write_str("rounds not played of who gets the bye"),
            Self::Avoided => f.write_str("pairs of one group"),
            Self::Difference(1) => f.write_str("pairs 1 point apart"),
            Self::Difference(points) => write!(f, "pairs {points} points apart"),
            Self::Exchanges => f.write_str("pairs inside one half of a score group"),
            Self::Order => f.write_str("distance from the ideal order"),
        }
    }
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
///
/// # Errors
/// Those of [`super::pair`] about its arguments; the round is one of the history's entrants.
pub fn explain(history: &History, rules: &Rules, round: &Round) -> Result<Vec<Explained>, NoRound> {
    let Judged { table, pairs, .. } = Judged::new(history, rules, round)?;
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
///
/// # Errors
/// As for [`explain`], and if they do not.
pub fn compare(
    history: &History,
    rules: &Rules,
    round: &Round,
    other: &Round,
) -> Result<Option<(Term, [i64; 2])>, NoRound> {
    let Judged { table, pairs, .. } = Judged::new(history, rules, round)?;
    let other = table.seats(other)?;
    Ok(unlike(&table, &pairs, &other))
}

fn unlike(table: &Table, pairs: &Pairs, others: &Pairs) -> Option<(Term, [i64; 2])> {
    table
        .terms()
        .map(|term| (term, [table.total(term, pairs), table.total(term, others)]))
        .find(|(_, [cost, other])| cost != other)
}

/// A rule that is never weighed against anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HardRule {
    /// They have met.
    Met,
    /// The organiser forbids the pair.
    Forbidden,
    /// They have had a bye, or points without a game.
    SecondBye,
    /// Nobody is left over.
    NoBye,
    /// Nobody plays against themselves.
    Alone,
}

/// What speaks against another round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The pair itself breaks a hard rule.
    Broken(HardRule),
    /// Every other round breaks a hard rule.
    NoLegalRound,
    /// The best of the others is worse.
    Worse {
        /// The first step on which it is.
        term: Term,
        /// What the round, and the best of the others, cost there.
        costs: [i64; 2],
        /// The best of the others.
        other: Round,
    },
    /// The best of the others costs the same on every step.
    Equal {
        /// The best of the others.
        other: Round,
    },
    /// The best of the others is better: the round was not paired for the best.
    Better {
        /// The first step on which it is.
        term: Term,
        /// What the round, and the best of the others, cost there.
        costs: [i64; 2],
        /// The best of the others.
        other: Round,
    },
}

/// The answer to [`why_not`]; displayed in English, with entrants by number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhyNot {
    /// First side.
    pub first: Entrant,
    /// Second side; `None` is the bye.
    pub second: Option<Entrant>,
    /// Whether the round has the pair. If so the others are the rounds without it, and the verdict
    /// names the rule that decided for the pair; if not they are the rounds with it.
    pub paired: bool,
    /// What speaks against them.
    pub verdict: Verdict,
}

/// Says why two entrants are not paired, or why one does not have the bye (`second` is `None`): finds
/// the best round that pairs them and the first step on which it is worse. Of a pair in the round it
/// says what decided for it, by the best round without. `round` names everybody who plays.
///
/// # Errors
/// As for [`explain`], if the round does not name both, and if there are too many for the best round.
pub fn why_not(
    history: &History,
    rules: &Rules,
    round: &Round,
    first: Entrant,
    second: Option<Entrant>,
) -> Result<WhyNot, NoRound> {
    let Judged { mut table, pairs, settled } = Judged::new(history, rules, round)?;
    let seat = |entrant| table.seat(entrant).ok_or(NoRound::Unknown { entrant });
    let one = seat(first)?;
    let other = second.map(seat).transpose()?;
    let answer = |paired, verdict| Ok(WhyNot { first, second, paired, verdict });
    let empty = table.len() - 1;
    let other = match other {
        Some(other) => other,
        None if table.entrant(empty).is_none() => empty,
        None => return answer(false, Verdict::Broken(HardRule::NoBye)),
    };
    let paired = pairs.contains(&(one, other)) || pairs.contains(&(other, one));
    if paired {
        table.demand(Demand::Without(one, other));
    } else if let Some(rule) = broken(&table, one, other) {
        return answer(false, Verdict::Broken(rule));
    } else {
        table.demand(Demand::With(one, other));
    }
    let best = match solve::optimum(&table) {
        Ok(best) => best,
        Err(NoRound::NoLegalPairing { .. }) => return answer(paired, Verdict::NoLegalRound),
        Err(refusal) => return Err(refusal),
    };
    let other = round_of(&table, &best, &settled);
    let verdict = match unlike(&table, &pairs, &best) {
        None => Verdict::Equal { other },
        Some((term, costs)) if costs[0] < costs[1] => Verdict::Worse { term, costs, other },
        Some((term, costs)) => Verdict::Better { term, costs, other },
    };
    answer(paired, verdict)
}

fn broken(table: &Table, first: usize, second: usize) -> Option<HardRule> {
    if first == second {
        return Some(HardRule::Alone);
    }
    if table.is_legal(first, second) {
        return None;
    }
    Some(match table.entrant(second) {
        None => HardRule::SecondBye,
        Some(_) if table.is_forbidden(first, second) => HardRule::Forbidden,
        Some(_) => HardRule::Met,
    })
}

impl fmt::Display for HardRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Met => "they have played each other",
            Self::Forbidden => "the organiser forbids this pair",
            Self::SecondBye => "a bye or a win without playing was given to them before",
            Self::NoBye => "nobody is left over in this round",
            Self::Alone => "nobody plays against themselves",
        })
    }
}

impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.second {
            Some(second) => write!(f, "{} and {second}: ", self.first)?,
            None => write!(f, "the bye for {}: ", self.first)?,
        }
        let with = if self.paired { "without it" } else { "with it" };
        match &self.verdict {
            Verdict::Broken(rule) => write!(f, "{rule}"),
            Verdict::NoLegalRound => write!(f, "no legal round is left {with}"),
            Verdict::Worse { term, costs: [cost, other], .. } => {
                write!(f, "the best round {with} is worse ({term}: {other} instead of {cost})")
            }
            Verdict::Equal { .. } => write!(f, "a round {with} is equally good"),
            Verdict::Better { term, costs: [cost, other], .. } => {
                write!(f, "a round {with} would be better ({term}: {other} instead of {cost})")
            }
        }
    }
}

/// A round as the rules see it.
struct Judged {
    table: Table,
    pairs: Pairs,
    settled: Vec<(Entrant, Unpaired)>,
}

impl Judged {
    fn new(history: &History, rules: &Rules, round: &Round) -> Result<Self, NoRound> {
        let paired = round.pairings.iter().flat_map(|pairing| pairing.sides);
        let (byes, settled): (Vec<_>, Vec<_>) =
            round.unpaired.iter().copied().partition(|(_, kind)| *kind == Unpaired::Bye);
        let present: Vec<_> = paired.chain(byes.iter().map(|(entrant, _)| *entrant)).collect();
        let table = Table::new(history, rules, &present, &settled)?;
        let pairs = table.seats(round)?;
        Ok(Self { table, pairs, settled })
    }
}
