//! The order of the whole race.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::model::{Aggregate, RaceResult, RaceSettings, ScoreOrder};
use super::results::Placed;
use super::{Race, Round};
use crate::model::Entrant;

/// What one round is worth in the standings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaceValue {
    /// From 1.
    pub round: u32,
    /// Points in a grand prix, or else the time or score; `None` without one.
    pub value: Option<i64>,
    /// The rank in the round.
    pub rank: u32,
    /// It is part of the total.
    pub counts: bool,
}

/// Where an entrant stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaceStanding {
    /// Who.
    pub entrant: Entrant,
    /// From 1, by competition.
    pub rank: u32,
    /// Points, time or score that the rank is by; `None` while nothing counts.
    pub total: Option<i64>,
    /// How far behind the total of the first, in the same unit; 0 if equal. `None` without a total,
    /// and where totals are made of unequal numbers of rounds and cannot be compared. Below zero
    /// only if an explicit rank puts somebody behind a worse total.
    pub gap: Option<i64>,
    /// The rounds in which the entrant has a mark, in order.
    pub rounds: Vec<RaceValue>,
}

/// What is compared, smaller is better; ends with [`END`] where the longer list is the better one.
type Key = Vec<i64>;

const END: i64 = i64::MAX;

/// An entrant's rounds while they are put together.
#[derive(Default)]
struct Sheet {
    values: Vec<RaceValue>,
    /// Places, for the countback.
    places: Vec<i64>,
    /// Round of the last start.
    last: Option<u32>,
}

impl Race {
    /// All entrants in order, as things stand: rounds underway count with the marks they have.
    /// Equal ranks are in order of entrants. O(m log m) of m marks and entrants.
    pub fn standings(&self) -> Vec<RaceStanding> {
        let mut sheets: Vec<Sheet> = self.all().map(|_| Sheet::default()).collect();
        for (number, round) in (1..).zip(&self.rounds) {
            for placed in self.placed(round) {
                if let Some(sheet) = sheets.get_mut(placed.entrant.index()) {
                    self.enter(sheet, number, &placed);
                }
            }
        }
        let missed = self.rounds.first().and_then(Round::rank_without_mark);
        let mut rows: Vec<(Key, RaceStanding)> = self
            .all()
            .zip(sheets)
            .map(|(entrant, mut sheet)| {
                let (total, key) = self.total(&mut sheet, missed);
                let rounds = sheet.values;
                (key, RaceStanding { entrant, rank: 0, total, gap: None, rounds })
            })
            .collect();
        rows.sort_unstable_by(|(a, left), (b, right)| (a, left.entrant).cmp(&(b, right.entrant)));
        self.rank(&mut rows);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// Final ranks by [`Entrant::index`]; `None` until the race is over.
    pub fn ranks(&self) -> Vec<Option<u32>> {
        if !self.is_over() {
            return self.all().map(|_| None).collect();
        }
        self.by_entrant(self.standings()).into_iter().map(Some).collect()
    }

    /// The worst rank each entrant can still end with, by [`Entrant::index`].
    ///
    /// In a grand prix whose number of rounds is known, it is found from the points that are still
    /// to be had; in any other race it is the last rank, until the race is over. It holds as long as
    /// completed rounds stay as they are, nobody enters or returns, and nobody is given more or
    /// fewer explicit points than a place can bring. O(m log m).
    pub fn guaranteed_ranks(&self) -> Vec<u32> {
        if self.is_over() {
            return self.by_entrant(self.standings());
        }
        let pending = match (self.ended, self.planned_rounds()) {
            (true, _) => Some(0),
            (false, Some(planned)) => Some(planned.saturating_sub(self.started())),
            (false, None) => None,
        };
        match (&self.settings, pending) {
            (RaceSettings::GrandPrix { points, best_of, .. }, Some(pending)) => {
                self.guaranteed_by_points(points, best_of.map(|best| best as usize), pending)
            }
            _ => self.all().map(|_| self.entrants).collect(),
        }
    }

    fn by_entrant(&self, standings: Vec<RaceStanding>) -> Vec<u32> {
        let mut ranks = vec![self.entrants; self.entrants as usize];
        for row in standings {
            if let Some(rank) = ranks.get_mut(row.entrant.index()) {
                *rank = row.rank;
            }
        }
        ranks
    }

    fn enter(&self, sheet: &mut Sheet, round: u32, placed: &Placed) {
        let value = match self.settings {
            RaceSettings::GrandPrix { .. } => placed.points,
            RaceSettings::TimeTrial { .. } | RaceSettings::Leaderboard { .. } => {
                placed.mark.result.number()
            }
        };
        sheet.values.push(RaceValue { round, value, rank: placed.rank, counts: false });
        if placed.is_place {
            sheet.places.push(i64::from(placed.rank));
        }
        if placed.mark.result != RaceResult::DidNotStart {
            sheet.last = Some(round);
        }
    }

    /// An entrant's total and what they are compared by; marks the values that count. `missed` is
    /// the rank of those without a mark in the first round.
    fn total(&self, sheet: &mut Sheet, missed: Option<u32>) -> (Option<i64>, Key) {
        let (total, key) = match self.settings {
            RaceSettings::GrandPrix { best_of, .. } => self.by_points(sheet, best_of),
            RaceSettings::TimeTrial { aggregate, .. } => {
                let total = self.aggregate(sheet, aggregate);
                let mut times: Vec<_> = sheet.values.iter().filter_map(|v| v.value).collect();
                times.sort_unstable();
                let finished = Some(sums(times.len())).filter(|_| aggregate == Aggregate::Sum);
                let key = finished.into_iter().chain([total.unwrap_or(END)]);
                (total, key.chain(times).chain([END]).collect())
            }
            RaceSettings::Leaderboard { aggregate, order, .. } => {
                let total = self.aggregate(sheet, aggregate);
                let scores = sheet.values.iter().filter(|v| v.value.is_some()).count();
                let by_number = (aggregate, order) == (Aggregate::Sum, ScoreOrder::LowestFirst);
                let scores = Some(sums(scores)).filter(|_| by_number);
                let total_key = total.map_or(END, |total| self.settings.turned(total));
                (total, scores.into_iter().chain([total_key]).collect())
            }
        };
        if self.is_single_round() {
            let rank = sheet.values.first().map(|value| value.rank).or(missed);
            return (total, vec![rank.map_or(END, i64::from)]);
        }
        (total, key)
    }

    /// A time trial or leaderboard of one round: the rank in it decides.
    fn is_single_round(&self) -> bool {
        !matches!(self.settings, RaceSettings::GrandPrix { .. }) && self.settings.rounds() == 1
    }

    fn aggregate(&self, sheet: &mut Sheet, aggregate: Aggregate) -> Option<i64> {
        let better = |value: &RaceValue| value.value.map(|number| self.settings.turned(number));
        let only = match aggregate {
            Aggregate::Sum => {
                let counting = sheet.values.iter_mut().filter(|value| value.value.is_some());
                return counting.fold(None, |total, value| {
                    value.counts = true;
                    Some(total.unwrap_or(0_i64).saturating_add(value.value.unwrap_or(0)))
                });
            }
            Aggregate::Best => {
                let valued = sheet.values.iter_mut().filter(|value| value.value.is_some());
                valued.min_by_key(|value| better(value))?
            }
            Aggregate::Last => {
                let last = sheet.last?;
                sheet.values.iter_mut().find(|value| value.round == last)?
            }
        };
        only.counts = only.value.is_some();
        only.value
    }

    fn by_points(&self, sheet: &mut Sheet, best_of: Option<u32>) -> (Option<i64>, Key) {
        let points = |value: &RaceValue| value.value.unwrap_or(0);
        let mut order: Vec<&mut RaceValue> = sheet.values.iter_mut().collect();
        order.sort_by_key(|value| Reverse(points(value)));
        let sorted: Vec<_> = order.iter().map(|value| points(value)).collect();
        let missed = self.rounds.len().saturating_sub(sorted.len());
        let counting = counting(&sorted, missed, best_of.map(|best| best as usize));
        order.into_iter().take(counting).for_each(|value| value.counts = true);
        let total = sum(sorted.iter().take(counting));

        sheet.places.sort_unstable();
        let best = sorted.first().copied().unwrap_or(0);
        let key = [total.saturating_neg()].into_iter().chain(sheet.places.iter().copied());
        (Some(total), key.chain([END, best.saturating_neg()]).collect())
    }

    /// Ranks and gaps of rows in order.
    fn rank(&self, rows: &mut [(Key, RaceStanding)]) {
        let counted = |row: &RaceStanding| row.rounds.iter().filter(|value| value.counts).count();
        let comparable = |rounds: usize, of_first: usize| match self.settings {
            RaceSettings::TimeTrial { .. }
            | RaceSettings::Leaderboard { order: ScoreOrder::LowestFirst, .. } => {
                rounds == of_first
            }
            RaceSettings::GrandPrix { .. } | RaceSettings::Leaderboard { .. } => true,
        };
        let turned = |total: i64| match self.settings {
            RaceSettings::GrandPrix { .. } => total.saturating_neg(),
            RaceSettings::TimeTrial { .. } | RaceSettings::Leaderboard { .. } => {
                self.settings.turned(total)
            }
        };
        let Some((_, first)) = rows.first() else { return };
        let (best, of_first) = (first.total, counted(first));

        let (mut rank, mut last): (u32, Option<&Key>) = (0, None);
        for (position, (key, row)) in (1..).zip(rows) {
            if last != Some(key) {
                rank = position;
            }
            last = Some(key);
            row.rank = rank;
            let totals = row.total.zip(best).filter(|_| comparable(counted(row), of_first));
            row.gap = totals.map(|(own, best)| turned(own).saturating_sub(turned(best)));
        }
    }

    /// Worst ranks: ahead of an entrant may end everybody whose most points reach their fewest.
    fn guaranteed_by_points(
        &self,
        table: &[i64],
        best_of: Option<usize>,
        pending: u32,
    ) -> Vec<u32> {
        let fewest = table.iter().copied().min().unwrap_or(0).min(0);
        let most = table.iter().copied().max().unwrap_or(0).max(0);
        let mut bounds: Vec<Bounds> = self.all().map(|_| Bounds::default()).collect();
        for round in &self.rounds {
            self.bound(&mut bounds, round, fewest, most);
        }
        let (started, pending) = (self.rounds.len(), pending as usize);
        let total = |mut points: Vec<i64>, pending: usize, each: Option<i64>| {
            let missed = started.saturating_sub(points.len());
            let missed = missed.saturating_add(if each.is_none() { pending } else { 0 });
            // No more than count can make a difference.
            let pending = best_of.map_or(pending, |best_of| pending.min(best_of));
            points.extend(each.into_iter().flat_map(|each| std::iter::repeat_n(each, pending)));
            points.sort_unstable_by_key(|points| Reverse(*points));
            sum(points.iter().take(counting(&points, missed, best_of)))
        };
        // The race may be ended before a worse round is dropped for one of those to come.
        let enough = best_of.map_or(pending, |best_of| best_of.saturating_sub(started));
        let few = pending.min(enough);
        let mut least = Vec::with_capacity(bounds.len());
        let mut greatest = Vec::with_capacity(bounds.len());
        for (entrant, bounds) in self.all().zip(bounds) {
            let drives = !self.withdrawn.contains(&entrant);
            least.push(total(bounds.least, few, Some(fewest).filter(|_| drives)));
            greatest.push(total(bounds.most, pending, Some(most).filter(|_| drives)));
        }
        greatest.sort_unstable();
        let reaching = |points: &i64| {
            let below = greatest.partition_point(|other| other < points);
            u32::try_from(greatest.len().saturating_sub(below)).unwrap_or(u32::MAX).max(1)
        };
        least.iter().map(reaching).collect()
    }

    /// Enters what a round that has started brings everybody at least and at most.
    fn bound(&self, bounds: &mut [Bounds], round: &Round, fewest: i64, most: i64) {
        if !round.completed {
            let open = self.all().filter(|entrant| {
                !self.withdrawn.contains(entrant) && !round.marks.contains_key(entrant)
            });
            for entrant in open {
                enter_bounds(bounds, entrant, fewest, most);
            }
        }
        for placed in self.placed(round) {
            let points = placed.points.unwrap_or(0);
            let (least, most) = if round.completed {
                (points, points)
            } else {
                // The mark may still be changed or taken back.
                (points.min(fewest), points.max(most))
            };
            enter_bounds(bounds, placed.entrant, least, most);
        }
    }
}

/// Points by round that an entrant ends with at least and at most; rounds left out bring 0.
#[derive(Default)]
struct Bounds {
    least: Vec<i64>,
    most: Vec<i64>,
}

fn enter_bounds(bounds: &mut [Bounds], entrant: Entrant, least: i64, most: i64) {
    if let Some(bounds) = bounds.get_mut(entrant.index()) {
        bounds.least.push(least);
        bounds.most.push(most);
    }
}

/// How many of the points, greatest first, count beside so many rounds missed, which are worth 0.
fn counting(points: &[i64], missed: usize, best_of: Option<usize>) -> usize {
    let Some(best_of) = best_of else { return points.len() };
    let gains = points.iter().take_while(|points| **points >= 0).count();
    if gains >= best_of {
        return best_of;
    }
    let losses = best_of.saturating_sub(gains).saturating_sub(missed);
    gains.saturating_add(losses).min(points.len())
}

fn sum<'a>(points: impl Iterator<Item = &'a i64>) -> i64 {
    points.fold(0, |total, points| total.saturating_add(*points))
}

/// The part of a key that puts more rounds first.
fn sums(rounds: usize) -> i64 {
    i64::try_from(rounds).unwrap_or(END).saturating_neg()
}
