//! What the rules say about every possible pair of a round.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use super::lists::Lists;
use super::records::{Record, records};
use super::{Criterion, MAX_FIELD, NoRound, Order, Rules, Term, WayOut};
use crate::history::{History, Pairing, Round, Unpaired};
use crate::model::Entrant;

/// One who is to be paired.
struct Seat {
    entrant: Entrant,
    score: u32,
    /// Place inside the score group, from 0, and the group's size.
    place: i64,
    group: i64,
    blocked: bool,
    unplayed: u32,
    /// One for each [`super::Avoid`] that counts in this round.
    clubs: Vec<Option<u32>>,
}

/// Those to be paired, best first; one seat more, without an entrant, if their number is odd.
pub(super) struct Table {
    seats: Vec<Seat>,
    groups: Vec<Range<usize>>,
    /// Whom each has played.
    met: Lists,
    forbidden: Lists,
    order: Order,
    terms: Vec<Term>,
    allow_rematches: bool,
    rounds: usize,
    demand: Option<Demand>,
}

/// What is asked of a round beside the rules.
#[derive(Debug, Clone, Copy)]
pub(super) enum Demand {
    /// These two seats are paired.
    With(usize, usize),
    /// They are not.
    Without(usize, usize),
}

/// Spreads a number over all 64 bits (the finalizer of `SplitMix64`).
fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

impl Table {
    pub(super) fn new(
        history: &History,
        rules: &Rules,
        present: &[Entrant],
        unpaired: &[(Entrant, Unpaired)],
    ) -> Result<Self, NoRound> {
        if history.entrants > MAX_FIELD {
            return Err(NoRound::TooManyEntrants { given: history.entrants });
        }
        if let Some((round, entrant)) = history.misplaced() {
            return Err(NoRound::Misplaced { round, entrant });
        }
        let mut named = vec![false; history.entrants as usize];
        for &entrant in present.iter().chain(unpaired.iter().map(|(entrant, _)| entrant)) {
            match named.get_mut(entrant.index()) {
                Some(named) if !*named => *named = true,
                Some(_) | None => return Err(NoRound::Unknown { entrant }),
            }
        }
        let mut records = records(history, rules)?;
        let number = history.rounds.len();
        let rounds = u32::try_from(number).unwrap_or(u32::MAX);
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
                    unplayed: rounds.saturating_sub(record.played),
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
        seats.sort_unstable_by_key(|seat| (Reverse(seat.score), rank(seat.entrant), seat.entrant));
        let mut groups: Vec<Range<usize>> = Vec::new();
        for group in seats.chunk_by_mut(|first, second| first.score == second.score) {
            let start = groups.last().map_or(0, |before| before.end);
            groups.push(start..start + group.len());
            let size = i64::try_from(group.len()).unwrap_or(i64::MAX);
            for (seat, place) in group.iter_mut().zip(0..) {
                (seat.place, seat.group) = (place, size);
            }
        }
        for (seat, number) in seats.iter().zip(1..) {
            if let Some(record) = records.get_mut(seat.entrant.index()) {
                record.seat = number;
            }
        }
        let seat_of = |entrant: Entrant| {
            let seat = records.get(entrant.index())?.seat;
            (seat > 0).then(|| seat as usize - 1)
        };
        let between = |[first, second]: [Entrant; 2]| Some((seat_of(first)?, seat_of(second)?));
        let played = history.rounds.iter().flat_map(|round| &round.pairings);
        let played = played.filter(|pairing| pairing.is_played());
        let met = Lists::new(seats.len(), played.filter_map(|p| between(p.sides)));
        let forbidden = rules.forbidden.iter().filter_map(|pair| between(*pair));
        let forbidden = Lists::new(seats.len(), forbidden);
        let terms = terms(rules, &seats, &groups);
        let allow_rematches = rules.allow_rematches;
        let order = rules.order;
        Ok(Self {
            seats,
            groups,
            met,
            forbidden,
            order,
            terms,
            allow_rematches,
            rounds: number,
            demand: None,
        })
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

    /// How far apart the scores of two seats are.
    pub(super) fn apart(&self, first: usize, second: usize) -> u32 {
        match (self.score(first), self.score(second)) {
            (Some(one), Some(other)) => one.abs_diff(other),
            _ => 0,
        }
    }

    /// That every round would break a hard rule, with the ways out.
    pub(super) fn no_legal_pairing(&self) -> NoRound {
        let mut ways_out = vec![WayOut::AllowRematches, WayOut::End, WayOut::Manual];
        if self.allow_rematches {
            ways_out.remove(0);
        }
        NoRound::NoLegalPairing { ways_out }
    }

    /// How many rounds there were.
    pub(super) fn rounds(&self) -> usize {
        self.rounds
    }

    /// The score groups, best first; the empty seat is in none.
    pub(super) fn groups(&self) -> &[Range<usize>] {
        &self.groups
    }

    /// From now on only rounds that fulfil this count as legal.
    pub(super) fn demand(&mut self, demand: Demand) {
        self.demand = Some(demand);
    }

    /// No hard rule is broken, and the demand is fulfilled as far as this pair can.
    pub(super) fn is_legal(&self, first: usize, second: usize) -> bool {
        let demanded = match self.demand {
            None => true,
            Some(Demand::With(one, other)) => {
                [one, other].contains(&first) == [one, other].contains(&second)
            }
            Some(Demand::Without(one, other)) => {
                [first, second] != [one, other] && [first, second] != [other, one]
            }
        };
        demanded && self.cost(Term::Illegal, first, second) == 0
    }

    /// The pair is legal, nobody meets again, and nobody of the same group.
    pub(super) fn is_clean(&self, first: usize, second: usize) -> bool {
        self.is_legal(first, second)
            && self.cost(Term::Rematch, first, second) == 0
            && self.cost(Term::Avoided, first, second) == 0
    }

    /// The organiser forbids the pair.
    pub(super) fn is_forbidden(&self, first: usize, second: usize) -> bool {
        self.forbidden.has(first, second)
    }

    /// With how many others a seat can be paired legally.
    pub(super) fn choices(&self, seat: usize) -> usize {
        if self.entrant(seat).is_none() {
            return self.seats.iter().filter(|seat| !seat.blocked).count();
        }
        let bye = self.len() > self.seats.len() && self.is_legal(seat, self.seats.len());
        let met: &[usize] = if self.allow_rematches { &[] } else { self.met.of(seat) };
        let mut gone: Vec<_> = met.iter().chain(self.forbidden.of(seat)).copied().collect();
        gone.push(seat);
        gone.sort_unstable();
        gone.dedup();
        self.seats.len() - gone.len() + usize::from(bye)
    }

    /// What two seats against each other cost on one step. Never negative.
    pub(super) fn cost(&self, term: Term, first: usize, second: usize) -> i64 {
        let (above, below) = (first.min(second), first.max(second));
        let Some(upper) = self.seats.get(above) else { return 0 };
        let Some(lower) = self.seats.get(below) else {
            return match term {
                Term::Illegal => i64::from(upper.blocked),
                Term::ByeScore => i64::from(upper.score),
                Term::ByeUnplayed => i64::from(upper.unplayed),
                // The bye goes to the last of its group.
                Term::Order => (upper.group - 1 - upper.place).pow(2),
                Term::Rematch | Term::Avoided | Term::Difference(_) | Term::Exchanges => 0,
            };
        };
        match term {
            Term::Illegal => {
                let again = !self.allow_rematches && self.met.has(above, below);
                i64::from(again || self.forbidden.has(above, below))
            }
            Term::Rematch => i64::from(self.allow_rematches && self.met.has(above, below)),
            Term::ByeScore | Term::ByeUnplayed => 0,
            Term::Avoided => {
                let mut clubs = upper.clubs.iter().zip(&lower.clubs);
                i64::from(clubs.any(|(one, other)| one.is_some() && one == other))
            }
            Term::Difference(points) => i64::from(upper.score.abs_diff(lower.score) == points),
            Term::Exchanges => i64::from(self.is_exchange(upper, lower)),
            Term::Order => self.distance(upper, lower).pow(2),
        }
    }

    /// Both are in the same half of their score group.
    fn is_exchange(&self, upper: &Seat, lower: &Seat) -> bool {
        let halves = match self.order {
            Order::Halves | Order::Random { .. } | Order::Ends => true,
            Order::Monrad => false,
        };
        let half = upper.group / 2;
        halves && upper.score == lower.score && (upper.place < half) == (lower.place < half)
    }

    /// What pairs cost on one step together.
    pub(super) fn total(&self, term: Term, pairs: &[(usize, usize)]) -> i64 {
        pairs.iter().map(|&(first, second)| self.cost(term, first, second)).sum()
    }

    /// How far a pair is from the ideal one.
    fn distance(&self, upper: &Seat, lower: &Seat) -> i64 {
        let (apart, group) = (upper.score != lower.score, upper.group);
        distance(self.order, apart, [upper.place, lower.place], group)
    }

    /// The seat of an entrant.
    pub(super) fn seat(&self, entrant: Entrant) -> Option<usize> {
        self.seats.iter().position(|seat| seat.entrant == entrant)
    }

    /// The seats of a round's pairs and of its bye.
    pub(super) fn seats(&self, round: &Round) -> Result<Vec<(usize, usize)>, NoRound> {
        let seats: std::collections::HashMap<_, _> =
            self.seats.iter().map(|seat| seat.entrant).zip(0..).collect();
        let mut free: HashSet<_> = seats.keys().copied().collect();
        let mut seat = |entrant: Entrant| match seats.get(&entrant) {
            Some(seat) if free.remove(&entrant) => Ok(*seat),
            Some(_) | None => Err(NoRound::Unknown { entrant }),
        };
        let mut pairs = Vec::new();
        for Pairing { sides: [first, second], .. } in &round.pairings {
            pairs.push((seat(*first)?, seat(*second)?));
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

/// How far a pair is from the ideal one, by the places of the upper and the lower side and the size of
/// the upper side's group.
pub(super) fn distance(order: Order, apart: bool, places: [i64; 2], group: i64) -> i64 {
    let [upper, lower] = places;
    match order {
        // The last goes down, and meets the first of those below.
        _ if apart => group - 1 - upper + lower,
        Order::Halves | Order::Random { .. } => lower - upper - group / 2,
        Order::Ends => lower + upper - (group - 1),
        Order::Monrad => lower - upper - 1,
    }
}

/// Hard rules, rematches, then the criteria.
fn terms(rules: &Rules, seats: &[Seat], groups: &[Range<usize>]) -> Vec<Term> {
    let scores = groups.iter().filter_map(|group| seats.get(group.start)).map(|seat| seat.score);
    let scores: Vec<_> = scores.collect();
    let mut differences = BTreeSet::new();
    for (place, upper) in scores.iter().enumerate() {
        differences.extend(scores.iter().skip(place + 1).map(|lower| upper - lower));
    }
    let mut terms = vec![Term::Illegal, Term::Rematch];
    let criteria = rules.criteria.iter().enumerate();
    // Where one is repeated, the first has decided.
    let first =
        criteria.filter(|(place, one)| !rules.criteria.iter().take(*place).any(|o| o == *one));
    for (_, criterion) in first {
        match criterion {
            Criterion::ByeScore => terms.push(Term::ByeScore),
            Criterion::ByeUnplayed => terms.push(Term::ByeUnplayed),
            Criterion::Avoided => terms.push(Term::Avoided),
            Criterion::Differences => {
                terms.extend(differences.iter().rev().map(|points| Term::Difference(*points)));
            }
            Criterion::Exchanges => terms.push(Term::Exchanges),
            Criterion::Order => terms.push(Term::Order),
        }
    }
    terms
}
