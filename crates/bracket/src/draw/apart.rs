//! Keeping some apart in a bracket.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::field::{Field, Set};
use super::{exact, refine, split};
use crate::model::Entrant;
use crate::seeding::standard_order;

/// Some who are to be kept apart: a team, a country, or two who have met before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mates {
    /// Who. Those who are not in the order, and repetitions, count for nothing.
    pub members: Vec<Entrant>,
    /// How much a pair of them weighs, 0 to 65,535. Two who are in several lists have the sum.
    #[serde(default = "one")]
    pub weight: u16,
}

fn one() -> u16 {
    1
}

impl Mates {
    /// All pairs count once.
    pub fn new(members: impl IntoIterator<Item = Entrant>) -> Self {
        Self { members: members.into_iter().collect(), weight: one() }
    }
}

/// What may be changed to keep them apart, and for how long it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// The first so many seeds stay where they are. 0 and 1 mean the same as 2, since nobody
    /// exchanges with seeds 1 and 2.
    pub fixed: u32,
    /// Meetings after this round do not matter.
    pub rounds: u32,
}

/// Everything may be changed inside bands, and all rounds matter.
impl Default for Limits {
    fn default() -> Self {
        Self { fixed: 0, rounds: u32::MAX }
    }
}

/// An order in which mates meet late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Separated {
    /// Entrants, seed 1 first.
    pub order: Vec<Entrant>,
    /// The weight of the pairs of mates that can meet first in round 1, 2 …, one number for each
    /// round up to the final. Compared from the front, less is better.
    pub cost: Vec<u64>,
    /// How many have another seed than before.
    pub moved: u32,
    /// It is proved that no order that [`Limits`] allow costs less in the rounds that matter.
    /// Otherwise there may or may not be one.
    pub is_least: bool,
}

/// Changes a seeding order so that mates meet as late as possible in a bracket of standard order
/// (1 v last …, byes to the best).
///
/// Entrants are exchanged only inside a band: seeds 3 and 4, 5 to 8, 9 to 16 and so on, so a seed
/// keeps its meaning: whoever could lose no earlier than the quarter-finals as a favourite still
/// cannot. The cost is compared round by round, first round first; of orders that cost the same the
/// one that changes less is aimed at.
///
/// How good it is:
/// - With no more than 6,000 possible orders (up to 13 entrants) the least cost, with the fewest who
///   move, and among these the shortest way: all are tried.
/// - If nobody is in two lists, all weights are positive and the number of entrants is a power of
///   two, with nobody fixed: the least cost there is, in every round at once. Each list is split
///   evenly over halves, quarters, eighths …, which no order can beat, not even one that ignores
///   bands; for the bands of a full bracket such a split always exists.
/// - With byes, or with some fixed, the same is tried and usually reached; `is_least` says whether.
/// - If lists overlap, exchanges are made while single ones help, from several starts, within a
///   bounded number of trials. `is_least` is then true only where nothing is left to be better.
///
/// It is deterministic. Thousands of entrants take a fraction of a second.
///
/// The few changes are an aim, not a guarantee, above 13 entrants: each step takes the fewest and
/// nearest exchanges, and those that turn out needless are taken back.
pub fn keep_apart(order: &[Entrant], mates: &[Mates], limits: Limits) -> Separated {
    let bands = (0..order.len())
        .map(|seat| usize::try_from(seat.checked_ilog2().map_or(0, |log| log + 1)).unwrap_or(0));
    let fixed = usize::try_from(limits.fixed).unwrap_or(usize::MAX);
    let found =
        separate(bands.collect(), fixed, items(order.iter().copied(), mates), limits.rounds);
    let before = found
        .cost
        .iter()
        .scan(0, |before, by_end| Some(by_end.saturating_sub(std::mem::replace(before, *by_end))));
    Separated {
        cost: before.map(|cost| u64::try_from(cost).unwrap_or(0)).collect(),
        order: found.order.iter().filter_map(|item| order.get(*item).copied()).collect(),
        moved: u32::try_from(found.moved).unwrap_or(u32::MAX),
        is_least: found.is_least,
    }
}

/// Lists of mates as places in a list of entrants.
pub(super) fn items(
    entrants: impl Iterator<Item = Entrant>,
    mates: &[Mates],
) -> Vec<(Vec<usize>, u16)> {
    let mut places: HashMap<Entrant, usize> = HashMap::new();
    for (place, entrant) in entrants.enumerate() {
        places.entry(entrant).or_insert(place);
    }
    let of = |mates: &Mates| {
        let mut members: Vec<usize> =
            mates.members.iter().filter_map(|member| places.get(member).copied()).collect();
        members.sort_unstable();
        members.dedup();
        (members, mates.weight)
    };
    mates.iter().map(of).filter(|(members, weight)| members.len() > 1 && *weight > 0).collect()
}

/// What [`separate`] found.
pub(crate) struct Found {
    /// Items (seats at first) by seat.
    pub(crate) order: Vec<usize>,
    /// Weight of pairs that can meet by the end of each round.
    pub(super) cost: Vec<i64>,
    pub(super) moved: usize,
    pub(super) is_least: bool,
}

/// Rearranges seats inside bands, which are runs of seats; the first `fixed` stay.
pub(crate) fn separate(
    bands: Vec<usize>,
    fixed: usize,
    sets: Vec<(Vec<usize>, u16)>,
    last: u32,
) -> Found {
    let sets = sets
        .into_iter()
        .map(|(members, weight)| Set { members, weight: i64::from(weight) })
        .collect();
    let mut field = Field::new(bands, fixed, sets);
    let floor = field.floor();
    let matters = usize::try_from(last).unwrap_or(usize::MAX).min(floor.len());
    let is_floor =
        |cost: &[i64]| cost.iter().zip(&floor).take(matters).all(|(cost, floor)| cost <= floor);
    let mut proved = is_floor(&field.cost());
    if !proved {
        proved = exact::best(&mut field, last);
    }
    if !proved {
        arrange(&mut field, &floor, last);
        proved = is_floor(&field.cost());
    }
    Found { cost: field.cost(), moved: field.moved(), order: field.order(), is_least: proved }
}

/// Cost by the end of each round that matters, how many moved.
type Score = (Vec<i64>, usize);

fn arrange(field: &mut Field, floor: &[i64], last: u32) {
    let matters = usize::try_from(last).unwrap_or(usize::MAX);
    let score = |field: &Field| -> Score {
        let mut cost = field.cost();
        cost.truncate(matters);
        (cost, field.moved())
    };
    let mut best: Option<(Score, Vec<usize>)> = None;
    let start = field.order();
    // Mending alone changes less, if it is enough.
    for step in [Step::Mend, Step::Split, Step::Shake] {
        match (step, &best) {
            (Step::Shake, Some((_, order))) => field.arrange(order),
            _ => field.arrange(&start),
        }
        let mut trials = refine::TRIALS;
        match step {
            Step::Mend => {}
            Step::Split => split::split(field),
            Step::Shake => refine::shake(field, floor, last, &mut trials),
        }
        refine::mend(field, floor, last, &mut trials);
        refine::restore(field, last);
        let found = score(field);
        if best.as_ref().is_none_or(|(best, _)| found < *best) {
            best = Some((found, field.order()));
        }
    }
    if let Some((_, order)) = best {
        field.arrange(&order);
    }
}

#[derive(Clone, Copy)]
enum Step {
    Mend,
    Split,
    Shake,
}

/// Two mates and when they can meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Meeting {
    /// The first round in which they can.
    pub round: u32,
    /// The better seed, the other.
    pub pair: [Entrant; 2],
    /// What the pair weighs.
    pub weight: u32,
}

/// The pairs of mates that can meet in the first `rounds` rounds of a bracket of standard order,
/// earliest first, then by seed: those that an order does not keep apart for so long.
pub fn meetings(order: &[Entrant], mates: &[Mates], rounds: u32) -> Vec<Meeting> {
    let size = u32::try_from(order.len()).ok().and_then(u32::checked_next_power_of_two);
    let mut slots: Vec<u32> = vec![0; order.len()];
    for (slot, seed) in (0..).zip(standard_order(size.unwrap_or(1))) {
        let seat = usize::try_from(seed).unwrap_or(0).wrapping_sub(1);
        if let Some(place) = slots.get_mut(seat) {
            *place = slot;
        }
    }
    let slot = |seat: &usize| slots.get(*seat).copied().unwrap_or(0);
    let mut pairs: BTreeMap<(u32, usize, usize), u32> = BTreeMap::new();
    for (mut members, weight) in items(order.iter().copied(), mates) {
        members.sort_unstable_by_key(slot);
        let part = |seat: &usize| slot(seat).checked_shr(rounds).unwrap_or(0);
        for part in members.chunk_by(|one, other| part(one) == part(other)) {
            for (index, one) in part.iter().enumerate() {
                for other in part.iter().skip(index + 1) {
                    let round = u32::BITS - (slot(one) ^ slot(other)).leading_zeros();
                    let weights = pairs.entry((round, *one.min(other), *one.max(other)));
                    let sum = weights.or_default();
                    *sum = sum.saturating_add(u32::from(weight));
                }
            }
        }
    }
    let meeting = |((round, one, other), weight): ((u32, usize, usize), u32)| {
        let pair = [order.get(one).copied()?, order.get(other).copied()?];
        Some(Meeting { round, pair, weight })
    };
    pairs.into_iter().filter_map(meeting).collect()
}
