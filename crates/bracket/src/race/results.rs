//! The result of one round.

use serde::{Deserialize, Serialize};

use super::model::{RaceMark, RaceResult};
use super::{Race, Round};
use crate::model::Entrant;

/// How a round went for one entrant, beside the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundResult {
    /// Who.
    pub entrant: Entrant,
    /// What was written down.
    pub mark: Option<RaceMark>,
    /// The rank: the explicit one of the mark, or else the one by competition. `None` while there
    /// is no mark, until the round is completed.
    pub rank: Option<u32>,
    /// The points: the explicit ones of the mark, or else those by place in a grand prix.
    pub points: Option<i64>,
    /// How far behind the best time or score of the round.
    pub gap: Option<i64>,
}

/// A mark and its place.
pub(super) struct Placed {
    pub(super) entrant: Entrant,
    pub(super) mark: RaceMark,
    /// By competition, before explicit ranks.
    by_number: u32,
    /// The rank that counts.
    pub(super) rank: u32,
    pub(super) points: Option<i64>,
    /// The rank is a place: of somebody who finished, or explicit.
    pub(super) is_place: bool,
}

/// The class of those who did not start.
const ABSENT: u8 = 3;

/// Where a result stands before numbers are compared.
fn class(result: RaceResult) -> u8 {
    match result {
        RaceResult::Time(_) | RaceResult::Score(_) => 0,
        RaceResult::Finished => 1,
        RaceResult::DidNotFinish => 2,
        RaceResult::DidNotStart => ABSENT,
        RaceResult::Disqualified => 4,
    }
}

impl Race {
    /// All entrants in the order of a round, without the unranked at the end; `None` if there is
    /// no such round. O(n log n).
    pub fn results(&self, round: u32) -> Option<Vec<RoundResult>> {
        self.state(round)?;
        let pending = Round::default();
        let round = self.round(round).unwrap_or(&pending);
        let placed = self.placed(round);
        let number =
            |mark: RaceMark| mark.result.number().map(|number| self.settings.turned(number));
        let best = placed.first().and_then(|first| number(first.mark));

        // The order of equal ranks: by number, then by entrant.
        let mut rows: Vec<_> = placed
            .iter()
            .map(|placed| {
                let row = RoundResult {
                    entrant: placed.entrant,
                    mark: Some(placed.mark),
                    rank: Some(placed.rank),
                    points: placed.points,
                    gap: number(placed.mark).zip(best).map(|(own, best)| own.saturating_sub(best)),
                };
                ((placed.rank, placed.by_number, placed.entrant), row)
            })
            .collect();
        let rank = round.rank_without_mark();
        let points = self.settings.points(None).filter(|_| round.completed);
        let absent = self.all().filter(|entrant| !round.marks.contains_key(entrant));
        rows.extend(absent.map(|entrant| {
            let row = RoundResult { entrant, mark: None, rank, points, gap: None };
            let last = rank.unwrap_or(u32::MAX);
            ((last, last, entrant), row)
        }));
        rows.sort_unstable_by_key(|(order, _)| *order);
        Some(rows.into_iter().map(|(_, row)| row).collect())
    }

    /// The marks of a round with ranks and points, in order before explicit ranks.
    pub(super) fn placed(&self, round: &Round) -> Vec<Placed> {
        let mut marks: Vec<_> = round
            .marks
            .iter()
            .map(|(entrant, mark)| {
                let number = mark.result.number().map_or(0, |number| self.settings.turned(number));
                ((class(mark.result), number), *entrant, *mark)
            })
            .collect();
        marks.sort_unstable_by_key(|(key, entrant, _)| (*key, *entrant));

        // Those without a mark stand before the disqualified, once they have missed the round.
        let absent = if round.completed { self.without_mark(round) } else { 0 };
        let (mut rank, mut last) = (0, None);
        let place = |(position, (key, entrant, mark)): (u32, (_, Entrant, RaceMark))| {
            if last != Some(key) {
                let before = if mark.result == RaceResult::Disqualified { absent } else { 0 };
                (rank, last) = (position.saturating_add(before), Some(key));
            }
            let is_place = mark.result.is_finish() || mark.rank.is_some();
            let shown = mark.rank.unwrap_or(rank);
            let by_place = self.settings.points(Some(shown).filter(|_| is_place));
            let points = mark.points.or(by_place);
            Placed { entrant, mark, by_number: rank, rank: shown, points, is_place }
        };
        (1..).zip(marks).map(place).collect()
    }

    fn without_mark(&self, round: &Round) -> u32 {
        let marked = u32::try_from(round.marks.len()).unwrap_or(u32::MAX);
        self.entrants.saturating_sub(marked)
    }
}

impl Round {
    /// The rank of those who have missed a completed round.
    pub(super) fn rank_without_mark(&self) -> Option<u32> {
        let ahead = self.marks.values().filter(|mark| class(mark.result) < ABSENT).count();
        let rank = u32::try_from(ahead).ok()?.saturating_add(1);
        Some(rank).filter(|_| self.completed)
    }
}
