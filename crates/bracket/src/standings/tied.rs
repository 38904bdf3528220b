//! The criteria that are made among those who are tied.

use super::column::Column;
use super::table::{Game, Table};
use super::{Criterion, UnplayedRounds};

/// Breaks up tied sets of a table by one criterion.
pub(super) struct Tied<'a> {
    table: &'a Table,
    criterion: Criterion,
    unplayed: UnplayedRounds,
    /// The table so far, as indices of entrants.
    order: &'a mut [usize],
    /// Where a set begins, by which criterion it was separated from the one above.
    splits: &'a mut [Option<usize>],
    /// Position of the criterion, noted at the splits it makes.
    index: usize,
    /// The set each entrant belongs to, while it is compared; 0 is none.
    sets: Vec<usize>,
    last_set: usize,
    scores: Vec<i128>,
    shown: Vec<Option<i128>>,
}

/// Members of one set who are equal, and where the first of them stands in the table.
type Set = (usize, Vec<usize>);

impl<'a> Tied<'a> {
    pub(super) fn new(
        table: &'a Table,
        (criterion, unplayed): (Criterion, UnplayedRounds),
        order: &'a mut [usize],
        splits: &'a mut [Option<usize>],
        index: usize,
    ) -> Self {
        let field = table.totals.len();
        Self {
            table,
            criterion,
            unplayed,
            order,
            splits,
            index,
            sets: vec![0; field],
            last_set: 0,
            scores: vec![0; field],
            shown: vec![None; field],
        }
    }

    /// Breaks up the set that stands from `start` to before `end`.
    pub(super) fn separate(&mut self, start: usize, end: usize) {
        let members = self.order.get(start..end).unwrap_or(&[]).to_vec();
        self.count(&members);
        for member in &members {
            if let Some(shown) = self.shown.get_mut(*member) {
                *shown = self.scores.get(*member).copied();
            }
        }
        match self.criterion {
            Criterion::DirectEncounter => self.direct_encounter(start, members),
            Criterion::WinsVersusTied => {
                let mut place = start;
                for bucket in self.buckets(members) {
                    self.settle(place, &bucket);
                    place += bucket.len();
                }
            }
            _ => {
                let mut sets = vec![(start, members)];
                while let Some((start, members)) = sets.pop() {
                    self.recursive(start, members, &mut sets);
                }
            }
        }
    }

    pub(super) fn finish(self) -> Column {
        let denominator = match self.criterion {
            Criterion::HeadToHead | Criterion::DirectEncounter => self.table.scale.denominator,
            _ => 1,
        };
        Column::Tied { numerators: self.shown, denominator }
    }

    /// What a game brings an entrant (0) or their opponent (1).
    fn worth(&self, game: &Game, side: usize) -> i128 {
        match self.criterion {
            Criterion::WinsVersusTied => i128::from(game.kind.is_match_win()),
            Criterion::HeadToHeadDifference if side == 0 => game.difference,
            Criterion::HeadToHeadDifference => -game.difference,
            Criterion::DirectEncounter if !self.unplayed.counts(game.kind) => 0,
            _ => game.points.get(side).copied().unwrap_or(0),
        }
    }

    fn is_in(&self, entrant: usize, set: usize) -> bool {
        self.sets.get(entrant) == Some(&set)
    }

    fn assign(&mut self, entrants: &[usize], set: usize) {
        for entrant in entrants {
            if let Some(place) = self.sets.get_mut(*entrant) {
                *place = set;
            }
        }
    }

    fn score(&self, entrant: usize) -> i128 {
        self.scores.get(entrant).copied().unwrap_or(0)
    }

    /// Makes a set of them, counts inside it, and returns its number.
    fn count(&mut self, members: &[usize]) -> usize {
        self.last_set += 1;
        let set = self.last_set;
        self.assign(members, set);
        for member in members {
            let games = self.table.games(*member).iter();
            let inside = games.filter(|game| self.is_in(game.rival, set));
            let sum = inside.map(|game| self.worth(game, 0)).sum();
            if let Some(score) = self.scores.get_mut(*member) {
                *score = sum;
            }
        }
        set
    }

    /// Those of equal score together, the highest first.
    fn buckets(&self, mut members: Vec<usize>) -> Vec<Vec<usize>> {
        members.sort_by_key(|member| std::cmp::Reverse(self.score(*member)));
        let equal = members.chunk_by(|one, two| self.score(*one) == self.score(*two));
        equal.map(<[usize]>::to_vec).collect()
    }

    /// Notes that a set begins here, unless one did already.
    fn mark(&mut self, place: usize) {
        if let Some(split @ None) = self.splits.get_mut(place)
            && place > 0
        {
            *split = Some(self.index);
        }
    }

    /// Puts a set where it stands for good.
    fn settle(&mut self, start: usize, members: &[usize]) {
        self.mark(start);
        for (place, member) in self.order.iter_mut().skip(start).zip(members) {
            *place = *member;
        }
    }

    fn put_off(&mut self, start: usize, members: Vec<usize>, sets: &mut Vec<Set>) {
        self.assign(&members, 0);
        if members.len() > 1 {
            self.mark(start);
            sets.push((start, members));
        } else {
            self.settle(start, &members);
        }
    }

    /// Counts inside a set and breaks it up, again and again until nothing changes.
    ///
    /// The largest part is not counted anew: the games with those who left are taken off. Everybody
    /// counted anew is then in a part of at most half the size, or pays for it with games taken off,
    /// so that even a set that loses one member at a time is done in `n log n`.
    fn recursive(&mut self, start: usize, members: Vec<usize>, sets: &mut Vec<Set>) {
        let set = self.count(&members);
        let (mut front, mut back) = (start, start + members.len());
        let buckets = self.buckets(members);
        let sizes = (0..).zip(&buckets).map(|(place, bucket)| (bucket.len(), place));
        let Some((_, largest)) = sizes.max() else { return };
        let mut left = Vec::new();
        let mut stay = Vec::new();
        let mut below = Vec::new();
        for (place, bucket) in (0..).zip(buckets) {
            if place == largest {
                stay = bucket;
                continue;
            }
            left.extend_from_slice(&bucket);
            if place < largest {
                let start = front;
                front += bucket.len();
                self.put_off(start, bucket, sets);
            } else {
                below.push(bucket);
            }
        }
        for bucket in below.into_iter().rev() {
            back -= bucket.len();
            self.put_off(back, bucket, sets);
        }
        let base = stay.first().map_or(0, |member| self.score(*member));
        loop {
            self.mark(front);
            let mut changed = self.take_off(&left, set);
            changed.retain(|member| self.score(*member) != base);
            if changed.is_empty() {
                break;
            }
            let anew = changed.len() * 2 > back - front;
            if anew {
                // The changed may hold the largest part.
                stay.retain(|member| self.is_in(*member, set));
                let mut start = front;
                for bucket in self.buckets(std::mem::take(&mut stay)) {
                    let next = start + bucket.len();
                    self.put_off(start, bucket, sets);
                    start = next;
                }
                return;
            }
            left.clone_from(&changed);
            let mut below = Vec::new();
            for bucket in self.buckets(changed) {
                if bucket.first().is_some_and(|member| self.score(*member) > base) {
                    let start = front;
                    front += bucket.len();
                    self.put_off(start, bucket, sets);
                } else {
                    below.push(bucket);
                }
            }
            for bucket in below.into_iter().rev() {
                back -= bucket.len();
                self.put_off(back, bucket, sets);
            }
        }
        stay.retain(|member| self.is_in(*member, set));
        self.settle(front, &stay);
    }

    /// Takes the games with those who left off the scores of a set, and says whose it changed.
    fn take_off(&mut self, left: &[usize], set: usize) -> Vec<usize> {
        let mut changed = Vec::new();
        for gone in left {
            for game in self.table.games(*gone) {
                let worth = self.worth(game, 1);
                if worth != 0 && self.is_in(game.rival, set) {
                    if let Some(score) = self.scores.get_mut(game.rival) {
                        *score -= worth;
                    }
                    changed.push(game.rival);
                }
            }
        }
        changed.sort_unstable();
        changed.dedup();
        changed
    }

    fn direct_encounter(&mut self, start: usize, members: Vec<usize>) {
        let mut sets = vec![(start, members)];
        while let Some((start, members)) = sets.pop() {
            let set = self.count(&members);
            let missing: Vec<usize> =
                members.iter().map(|member| self.missing(*member, set, members.len())).collect();
            if missing.iter().any(|missing| *missing > 0) {
                self.decided_anyway(start, &members, missing);
                continue;
            }
            let size = members.len();
            let mut place = start;
            for bucket in self.buckets(members) {
                self.settle(place, &bucket);
                let next = place + bucket.len();
                if bucket.len() > 1 && bucket.len() < size {
                    sets.push((place, bucket));
                }
                place = next;
            }
        }
    }

    /// How many of a set somebody has not met.
    fn missing(&self, member: usize, set: usize, size: usize) -> usize {
        let games = self.table.games(member).iter();
        let played =
            games.filter(|game| self.unplayed.counts(game.kind) && self.is_in(game.rival, set));
        let mut met: Vec<usize> = played.map(|game| game.rival).collect();
        met.sort_unstable();
        met.dedup();
        size.saturating_sub(1).saturating_sub(met.len())
    }

    /// Whoever is alone at the top even if all their missing games were lost goes first; the same
    /// again among the others, by the same games.
    fn decided_anyway(&mut self, start: usize, members: &[usize], missing: Vec<usize>) {
        let [least, most] = self.table.scale.of_a_match();
        let times = |number: usize| i128::try_from(number).unwrap_or(i128::MAX >> 64);
        let mut bounds: Vec<(i128, i128, usize)> = members
            .iter()
            .zip(missing)
            .map(|(member, missing)| {
                let score = self.score(*member);
                (score + times(missing) * least, score + times(missing) * most, *member)
            })
            .collect();
        let mut place = start;
        loop {
            let best = (0..).zip(&bounds).max_by_key(|(_, (low, _, _))| *low);
            let Some((first, (low, _, member))) = best.map(|(at, bound)| (at, *bound)) else {
                break;
            };
            let others = (0..).zip(&bounds).filter(|(at, _)| *at != first);
            if bounds.len() < 2 || !others.into_iter().all(|(_, (_, high, _))| low > *high) {
                break;
            }
            self.settle(place, &[member]);
            bounds.remove(first);
            place += 1;
        }
        let rest: Vec<usize> = bounds.into_iter().map(|(_, _, member)| member).collect();
        self.settle(place, &rest);
    }
}
