//! The best of all rounds, as a perfect matching of least cost.
//!
//! Equal to trying every round, for these reasons:
//!
//! 1. *What is settled is left out.* Some legal round is known from the start (the casual one). Go
//!    down the terms, weightiest first: as long as its total is 0 no round can be better on that
//!    term, so the best round has 0 there too, and pairs that cost anything on it cannot be in it.
//!    They are cut, and the term is done with. The bye's score is done likewise when it is the least
//!    of all who may have the bye. If this settles every term, the known round is the best.
//! 2. *Terms in one number.* The terms that are left become digits of one number ([`Scale`]): a
//!    digit's unit is greater than all that the lighter digits of the best round can come to. The
//!    round of least number is then the best in lexicographic order: at the first term on which it
//!    and a best one differ it would be worse by at least one unit, which that one's lighter terms do
//!    not make up for. Where they do not all fit, the weightiest are solved first; the round found
//!    has the best totals on those, and step 1 goes on from it with more terms settled.
//! 3. *Few pairs prove all.* [`crate::matching`] solves a few likely pairs and returns prices that
//!    prove its matching the least for those. Every pair that was left out is then checked against the
//!    prices ([`super::check`]); those that contradict are added and the matching is solved again. When
//!    none does, the prices prove the matching the least of the whole field (linear programming
//!    duality; no tolerance, since all numbers are whole). Each turn adds a pair, so it ends.

use std::collections::BTreeSet;

use super::likely::{self, Reach};
use super::table::Table;
use super::{MAX_OPTIMAL, NoRound, Pairs, Term, casual, check};
use crate::matching::{self, Edge, Weight, Wide};

/// How the work is divided. It changes the time, never the cost of the round.
pub(super) struct Limits {
    /// How many bits a word of a number may take.
    pub(super) bits: u32,
    pub(super) reach: Reach,
}

/// 96 of 127 bits leave room for sums over the largest field.
const LIMITS: Limits = Limits { bits: 96, reach: Reach { all: 80, near: 3, floats: 5, byes: 8 } };

/// Words of the widest numbers.
const WORDS: usize = 8;

/// The pairs of least cost, best seats first.
pub(super) fn optimum(table: &Table) -> Result<Pairs, NoRound> {
    optimum_within(table, &LIMITS)
}

pub(super) fn optimum_within(table: &Table, limits: &Limits) -> Result<Pairs, NoRound> {
    let given = (0..table.len()).filter(|seat| table.entrant(*seat).is_some()).count();
    if table.len() > MAX_OPTIMAL {
        return Err(NoRound::TooMany { given });
    }
    let mut best = casual::pair(table)?;
    let terms: Vec<_> = table.terms().collect();
    let mut cut = Cut::default();
    let mut settled: Vec<(Term, i64)> = Vec::new();
    let mut open = terms.as_slice();
    loop {
        while let [term, rest @ ..] = open {
            let total = table.total(*term, &best);
            if total != 0 && (*term, Some(total)) != (Term::ByeScore, least_bye_score(table)) {
                break;
            }
            cut.add(*term, total);
            open = rest;
        }
        if open.is_empty() {
            return Ok(best);
        }
        let scale = |words| Scale::new(table, &best, &settled, open, (words, limits.bits));
        let scale = scale(1).or_else(|| scale(WORDS));
        let (scale, taken) = scale.ok_or(NoRound::TooUnlike)?;
        let found = if scale.words == 1 {
            least::<i128>(table, &cut, &scale, &limits.reach, &best)
        } else {
            least::<Wide<WORDS>>(table, &cut, &scale, &limits.reach, &best)
        };
        best = found.ok_or_else(|| table.no_legal_pairing())?;
        let (done, rest) = open.split_at(taken);
        for term in done {
            match table.total(*term, &best) {
                0 => cut.add(*term, 0),
                total => settled.push((*term, total)),
            }
        }
        open = rest;
    }
}

fn least_bye_score(table: &Table) -> Option<i64> {
    let empty = table.len() - 1;
    if table.entrant(empty).is_some() {
        return None;
    }
    let lucky = (0..empty).filter(|seat| table.is_legal(*seat, empty));
    lucky.map(|seat| table.cost(Term::ByeScore, seat, empty)).min()
}

/// Pairs that cannot be in the best round.
#[derive(Default)]
pub(super) struct Cut {
    terms: Vec<(Term, i64)>,
    differences: BTreeSet<u32>,
}

impl Cut {
    fn add(&mut self, term: Term, most: i64) {
        match term {
            Term::Difference(points) => {
                self.differences.insert(points);
            }
            // Hard rules are kept anyway.
            Term::Illegal => {}
            _ => self.terms.push((term, most)),
        }
    }

    pub(super) fn has_difference(&self, points: u32) -> bool {
        self.differences.contains(&points)
    }

    pub(super) fn has(&self, table: &Table, first: usize, second: usize) -> bool {
        self.terms.iter().any(|&(term, most)| table.cost(term, first, second) > most)
            || !self.differences.is_empty() && self.has_difference(table.apart(first, second))
    }
}

/// The unit of each term: its word and what 1 weighs there.
pub(super) struct Scale {
    words: usize,
    units: Vec<(Term, usize, i128)>,
}

impl Scale {
    /// The scale of what is settled and of as many open terms as fit, with their number.
    fn new(
        table: &Table,
        best: &[(usize, usize)],
        settled: &[(Term, i64)],
        open: &[Term],
        (words, bits): (usize, u32),
    ) -> Option<(Self, usize)> {
        let most = Most::new(table);
        (1..=open.len()).rev().find_map(|taken| {
            let open = open.iter().take(taken).enumerate().map(|(place, term)| {
                // Of the first open term the best round has no more than the one known.
                let cap = if place == 0 { table.total(*term, best) } else { most.in_all(*term) };
                (*term, cap)
            });
            let digits: Vec<_> = settled.iter().copied().chain(open).collect();
            let mut units = Vec::new();
            let (mut word, mut reach) = (words - 1, 0_i128);
            for &(term, cap) in digits.iter().rev() {
                let mut unit = reach + 1;
                if unit.checked_mul(most.of_one(term).into())? >> bits != 0 {
                    // Terms of different words need no digits between them.
                    word = word.checked_sub(1)?;
                    (unit, reach) = (1, 0);
                }
                units.push((term, word, unit));
                reach = reach.checked_add(unit.checked_mul(cap.into())?)?;
            }
            Some((Self { words, units }, taken))
        })
    }

    /// What a legal pair weighs.
    pub(super) fn weigh<W: Weight>(&self, table: &Table, first: usize, second: usize) -> W {
        let mut words = [0; WORDS];
        for &(term, word, unit) in &self.units {
            let cost = table.cost(term, first, second);
            if cost != 0
                && let Some(word) = words.get_mut(word)
            {
                *word += unit * i128::from(cost);
            }
        }
        W::from_words(&words)
    }

    /// What the difference alone weighs.
    pub(super) fn difference<W: Weight>(&self, points: u32) -> W {
        let mut words = [0; WORDS];
        for &(term, word, unit) in &self.units {
            if let (true, Some(word)) = (term == Term::Difference(points), words.get_mut(word)) {
                *word += unit;
            }
        }
        W::from_words(&words)
    }

    /// The word and the unit of the order; a unit of 0 if it does not count.
    pub(super) fn order(&self) -> (usize, i128) {
        let order = self.units.iter().find(|(term, ..)| *term == Term::Order);
        order.map_or((0, 0), |(_, word, unit)| (*word, *unit))
    }
}

/// The most that a term can come to.
struct Most {
    pairs: i64,
    bye: i64,
    rounds: i64,
    distance: i64,
}

impl Most {
    fn new(table: &Table) -> Self {
        let mut sizes: Vec<_> = table.groups().iter().map(ExactSizeIterator::len).collect();
        sizes.sort_unstable();
        let distance: usize = sizes.iter().rev().take(2).sum();
        let bye = table.groups().first().and_then(|group| table.score(group.start)).unwrap_or(0);
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        Self {
            pairs: number(table.len() / 2),
            bye: bye.into(),
            rounds: number(table.rounds()),
            distance: number(distance),
        }
    }

    fn of_one(&self, term: Term) -> i64 {
        match term {
            Term::ByeScore => self.bye,
            Term::ByeUnplayed => self.rounds,
            Term::Order => self.distance.saturating_pow(2),
            // These count.
            Term::Illegal
            | Term::Rematch
            | Term::Avoided
            | Term::Difference(_)
            | Term::Exchanges => 1,
        }
    }

    fn in_all(&self, term: Term) -> i64 {
        match term {
            Term::ByeScore | Term::ByeUnplayed => self.of_one(term),
            _ => self.of_one(term).saturating_mul(self.pairs),
        }
    }
}

/// The matching of least weight of all legal pairs that are not cut.
fn least<W: Weight>(
    table: &Table,
    cut: &Cut,
    scale: &Scale,
    reach: &Reach,
    best: &[(usize, usize)],
) -> Option<Pairs> {
    let weigh = |[first, second]: [usize; 2]| scale.weigh(table, first, second);
    let likely = likely::pairs(table, cut, reach, best);
    let mut edges: Vec<Edge<W>> =
        likely.into_iter().map(|ends| Edge { ends, weight: weigh(ends) }).collect();
    loop {
        // The round known before is among the edges, so there is always one.
        let optimum = matching::least(table.len(), &edges)?;
        let missing = check::missing(table, cut, scale, &optimum);
        if missing.is_empty() {
            let pairs = (0..).zip(optimum.mates).filter(|(seat, mate)| seat < mate);
            return Some(pairs.collect());
        }
        edges.extend(missing);
    }
}
