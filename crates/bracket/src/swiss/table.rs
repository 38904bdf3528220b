//! What the rules say about every possible pair of a round.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Criterion, NoRound, Order, Rules, Term};
use crate::history::{History, Round, Unpaired};
use crate::model::{Entrant, MAX_ENTRANTS, Outcome};

/// One who is to be paired.
struct Seat {
    entrant: Entrant,
    score: u32,
    /// Place inside the score group, from 0, and the group's size.
    place: i64,
    group: i64,
    blocked: bool,
    /// One for each [`super::Avoid`] that counts in this round.
    clubs: Vec<Option<u32>>,
}

/// Those to be paired, best first; one seat more, without an entrant, if their number is odd.
pub(super) struct Table {
    seats: Vec<Seat>,
    met: HashSet<(u32, u32)>,
    forbidden: HashSet<(u32, u32)>,
    order: Order,
    terms: Vec<Term>,
    allow_rematches: bool,
}

#[derive(Clone, Copy, Default)]
struct Record {
    score: u32,
    wins: u32,
    losses: u32,
    blocked: bool,
}

fn key(first: Entrant, second: Entrant) -> (u32, u32) {
    (first.0.min(second.0), first.0.max(second.0))
}

/// Spreads a number over all 64 bits (the finalizer of `SplitMix64`).
fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

fn records(history: &History, rules: &Rules) -> Result<Vec<Record>, NoRound> {
    let mut records = vec![Record::default(); history.entrants as usize];
    let mut update = |entrant: Entrant, change: &dyn Fn(&mut Record)| {
        if let Some(record) = records.get_mut(entrant.index()) {
            change(record);
        }
    };
    let won = |record: &mut Record| {
        record.score = record.score.saturating_add(rules.win);
        record.wins += 1;
    };
    let drew = |record: &mut Record| record.score = record.score.saturating_add(rules.draw);
    for (number, round) in (1..).zip(&history.rounds) {
        for pairing in &round.pairings {
            match pairing.outcome {
                None => return Err(NoRound::Unfinished { round: number }),
                Some(Outcome::Draw) => {
                    pairing.sides.iter().for_each(|side| update(*side, &drew));
                }
                Some(Outcome::DoubleForfeit) => {
                    pairing.sides.iter().for_each(|side| update(*side, &|r| r.losses += 1));
                }
                Some(Outcome::Winner { forfeit, .. }) => {
                    for side in pairing.sides {
                        if pairing.winner() == Some(side) {
                            update(side, &won);
                            update(side, &|record| record.blocked |= forfeit);
                        } else {
                            update(side, &|record| record.losses += 1);
                        }
                    }
                }
            }
        }
        for &(entrant, kind) in &round.unpaired {
            match kind {
                Unpaired::Bye | Unpaired::FullPoint => {
                    update(entrant, &won);
                    update(entrant, &|record| record.blocked = true);
                }
                Unpaired::HalfPoint => update(entrant, &drew),
                Unpaired::ZeroPoint => {}
            }
        }
    }
    accelerate(&mut records, rules, history.rounds.len());
    Ok(records)
}

/// Baku: in the first half of the rounds the upper half of the field has points on loan.
fn accelerate(records: &mut [Record], rules: &Rules, played: usize) {
    let Some(rounds) = rules.accelerated else { return };
    let accelerated = rounds.div_ceil(2);
    let loan = match played {
        _ if played < accelerated.div_ceil(2) => rules.win,
        _ if played < accelerated => rules.draw,
        _ => 0,
    };
    let upper = 2 * records.len().div_ceil(4);
    for record in records.iter_mut().take(upper) {
        record.score = record.score.saturating_add(loan);
    }
}

impl Table {
    pub(super) fn new(
        history: &History,
        rules: &Rules,
        present: &[Entrant],
        unpaired: &[(Entrant, Unpaired)],
    ) -> Result<Self, NoRound> {
        if history.entrants > MAX_ENTRANTS {
            return Err(NoRound::TooManyEntrants { given: history.entrants });
        }
        if let Some((round, entrant)) = history.misplaced() {
            return Err(NoRound::Misplaced { round, entrant });
        }
        let mut named = HashSet::new();
        for entrant in present.iter().chain(unpaired.iter().map(|(entrant, _)| entrant)) {
            if entrant.0 == 0 || entrant.0 > history.entrants || !named.insert(*entrant) {
                return Err(NoRound::Unknown { entrant: *entrant });
            }
        }
        let records = records(history, rules)?;
        let number = history.rounds.len();
        let avoid: Vec<_> = rules.avoid.iter().filter(|avoid| number < avoid.rounds).collect();
        let out = |r: &Record| rules.first_to.is_some_and(|to| r.wins >= to || r.losses >= to);
        let mut seats: Vec<_> = present
            .iter()
            .filter_map(|&entrant| {
                let record = records.get(entrant.index()).filter(|record| !out(record))?;
                Some(Seat {
                    entrant,
                    score: record.score,
                    place: 0,
                    group: 0,
                    blocked: record.blocked,
                    clubs: avoid.iter().map(|avoid| avoid.groups.get(&entrant).copied()).collect(),
                })
            })
            .collect();
        if seats.is_empty() {
            return Err(NoRound::Nobody);
        }
        // Who plays on alone in "first to" has nobody to meet, so an earlier bye does not count.
        if let ([alone], Some(_)) = (seats.as_mut_slice(), rules.first_to) {
            alone.blocked = false;
        }
        let rank = |entrant: Entrant| match rules.order {
            Order::Random { draw } => mix(draw ^ mix(u64::from(entrant.0))),
            Order::Halves | Order::Ends | Order::Monrad => u64::from(entrant.0),
        };
        seats.sort_by_key(|seat| (Reverse(seat.score), rank(seat.entrant), seat.entrant));
        for group in seats.chunk_by_mut(|first, second| first.score == second.score) {
            let size = i64::try_from(group.len()).unwrap_or(i64::MAX);
            for (seat, place) in group.iter_mut().zip(0..) {
                (seat.place, seat.group) = (place, size);
            }
        }
        let played = history.rounds.iter().flat_map(|round| &round.pairings);
        let met = played.filter(|p| p.is_played()).map(|p| key(p.sides[0], p.sides[1])).collect();
        let forbidden = rules.forbidden.iter().map(|pair| key(pair[0], pair[1])).collect();
        let terms = terms(rules, &seats);
        let allow_rematches = rules.allow_rematches;
        Ok(Self { seats, met, forbidden, order: rules.order, terms, allow_rematches })
    }

    /// Number of seats, the empty one included: even.
    pub(super) fn len(&self) -> usize {
        self.seats.len().next_multiple_of(2)
    }

    /// `None` is the empty seat.
    pub(super) fn entrant(&self, seat: usize) -> Option<Entrant> {
        self.seats.get(seat).map(|seat| seat.entrant)
    }

    pub(super) fn score(&self, seat: usize) -> Option<u32> {
        self.seats.get(seat).map(|seat| seat.score)
    }

    /// The steps of the comparison, the weightiest first.
    pub(super) fn terms(&self) -> impl Iterator<Item = Term> + use<> {
        self.terms.clone().into_iter()
    }

    pub(super) fn order(&self) -> Order {
        self.order
    }

    pub(super) fn allows_rematches(&self) -> bool {
        self.allow_rematches
    }

    /// No hard rule is broken, and nobody meets again.
    pub(super) fn is_clean(&self, first: usize, second: usize) -> bool {
        self.cost(Term::Illegal, first, second) == 0
            && self.cost(Term::Rematch, first, second) == 0
            && self.cost(Term::Avoided, first, second) == 0
    }

    /// What two seats against each other cost on one step. Never negative.
    pub(super) fn cost(&self, term: Term, first: usize, second: usize) -> i64 {
        let (upper, lower) = (first.min(second), first.max(second));
        let Some(upper) = self.seats.get(upper) else { return 0 };
        let Some(lower) = self.seats.get(lower) else {
            return match term {
                Term::Illegal => i64::from(upper.blocked),
                Term::ByeScore => i64::from(upper.score),
                // The bye goes to the last of its group.
                Term::Order => (upper.group - 1 - upper.place).pow(2),
                Term::Rematch | Term::Avoided | Term::Difference(_) => 0,
            };
        };
        let pair = key(upper.entrant, lower.entrant);
        match term {
            Term::Illegal => {
                let again = !self.allow_rematches && self.met.contains(&pair);
                i64::from(again || self.forbidden.contains(&pair))
            }
            Term::Rematch => i64::from(self.allow_rematches && self.met.contains(&pair)),
            Term::ByeScore => 0,
            Term::Avoided => {
                let mut clubs = upper.clubs.iter().zip(&lower.clubs);
                i64::from(clubs.any(|(one, other)| one.is_some() && one == other))
            }
            Term::Difference(points) => i64::from(upper.score.abs_diff(lower.score) == points),
            Term::Order => self.distance(upper, lower).pow(2),
        }
    }

    /// How far a pair is from the ideal one.
    fn distance(&self, upper: &Seat, lower: &Seat) -> i64 {
        if upper.score != lower.score {
            // The last goes down, and meets the first of those below.
            return upper.group - 1 - upper.place + lower.place;
        }
        match self.order {
            Order::Halves | Order::Random { .. } => lower.place - upper.place - upper.group / 2,
            Order::Ends => lower.place + upper.place - (upper.group - 1),
            Order::Monrad => lower.place - upper.place - 1,
        }
    }

    /// The seats of a round's pairs and of its bye.
    pub(super) fn seats(&self, round: &Round) -> Result<Vec<(usize, usize)>, NoRound> {
        let seats: HashMap<_, _> = self.seats.iter().map(|seat| seat.entrant).zip(0..).collect();
        let mut free: HashSet<_> = seats.keys().copied().collect();
        let mut seat = |entrant: Entrant| match seats.get(&entrant) {
            Some(seat) if free.remove(&entrant) => Ok(*seat),
            Some(_) | None => Err(NoRound::Unknown { entrant }),
        };
        let mut pairs = Vec::new();
        for pairing in &round.pairings {
            let [first, second] = pairing.sides;
            pairs.push((seat(first)?, seat(second)?));
        }
        for (entrant, kind) in &round.unpaired {
            if *kind == Unpaired::Bye {
                pairs.push((seat(*entrant)?, self.seats.len()));
            }
        }
        match free.into_iter().min() {
            Some(entrant) => Err(NoRound::Unknown { entrant }),
            None => Ok(pairs),
        }
    }
}

/// Hard rules, rematches, then the criteria.
fn terms(rules: &Rules, seats: &[Seat]) -> Vec<Term> {
    let scores: BTreeSet<_> = seats.iter().map(|seat| seat.score).collect();
    let mut differences = BTreeSet::new();
    for upper in &scores {
        differences.extend(scores.range(..upper).map(|lower| upper - lower));
    }
    let mut terms = vec![Term::Illegal, Term::Rematch];
    for criterion in &rules.criteria {
        match criterion {
            Criterion::ByeScore => terms.push(Term::ByeScore),
            Criterion::Avoided => terms.push(Term::Avoided),
            Criterion::Differences => {
                terms.extend(differences.iter().rev().map(|points| Term::Difference(*points)));
            }
            Criterion::Order => terms.push(Term::Order),
        }
    }
    terms
}
