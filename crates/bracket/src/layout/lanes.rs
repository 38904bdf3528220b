//! Where lines run up and down between two columns of matches of many sides.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::place::Placing;
use crate::model::MatchKey;

/// In a gap with more ways lanes are chosen by a faster rule, which lets more lines cross.
const CAREFUL: usize = 256;

/// The lines from one match through the gap before one column, in eighths of a half row: a side
/// takes six of them, around the centre of its card.
#[derive(Debug, Clone, Copy)]
struct Way {
    x: u32,
    from: MatchKey,
    begin: i64,
    /// How far they go up and down.
    low: i64,
    high: i64,
}

impl Way {
    fn is_level(&self) -> bool {
        self.low == self.high
    }

    fn goes_down(&self) -> bool {
        self.high - self.begin > self.begin - self.low
    }
}

impl Placing<'_> {
    /// Gives each match from which lines come a lane of its own wherever they would meet others.
    pub(super) fn choose_lanes(&mut self) {
        let mut ways = self.ways();
        ways.sort_unstable_by_key(|way| (way.x, way.low, way.from));
        for gap in ways.chunk_by(|one, other| one.x == other.x) {
            let lanes = if gap.len() > CAREFUL { fast(gap) } else { careful(gap) };
            let Some(x) = gap.first().map(|way| way.x) else { continue };
            self.lanes.resize(self.lanes.len().max(x as usize), 1);
            self.lanes.push(lanes.iter().max().map_or(1, |lane| lane + 1));
            for (way, lane) in gap.iter().zip(lanes) {
                if lane > 0 {
                    self.lane.insert((way.from, x), lane);
                }
            }
        }
    }

    fn ways(&self) -> Vec<Way> {
        let mut ways: Vec<Way> = Vec::new();
        for m in self.matches() {
            let to = self.spot(m.key);
            let sides = i64::try_from(m.slots.len()).unwrap_or(i64::MAX);
            for (slot, number) in m.slots.iter().zip(0..) {
                let Some(from) = self.feeder(slot.source, m.section) else { continue };
                let begin = 8 * i64::from(self.spot(from).y);
                let end = 8 * i64::from(to.y) + 3 * (2 * number + 1 - sides);
                let (low, high) = (begin.min(end), begin.max(end));
                ways.push(Way { x: to.x, from, begin, low, high });
            }
        }
        ways.sort_by_key(|way| (way.x, way.from));
        ways.dedup_by(|next, way| {
            let same = (next.x, next.from) == (way.x, way.from);
            if same {
                way.low = way.low.min(next.low);
                way.high = way.high.max(next.high);
            }
            same
        });
        ways
    }
}

/// Of lines that go down the lower ones turn first, of those that go up the upper ones: so lines to
/// neighbouring sides do not cross. Each takes the first lane that is free there.
fn careful(gap: &[Way]) -> Vec<u32> {
    let mut lanes = vec![0; gap.len()];
    let (mut down, up): (Vec<_>, Vec<_>) = gap
        .iter()
        .zip(&mut lanes)
        .filter(|(way, _)| !way.is_level())
        .partition(|(way, _)| way.goes_down());
    down.reverse();
    // By lane: lower ends of what is taken, by upper ends.
    let mut taken: Vec<BTreeMap<i64, i64>> = Vec::new();
    for (way, lane) in down.into_iter().chain(up) {
        let free = |taken: &BTreeMap<i64, i64>| {
            taken.range(..=way.high).next_back().is_none_or(|(_, high)| *high < way.low)
        };
        let place = taken.iter().position(free).unwrap_or(taken.len());
        if place == taken.len() {
            taken.push(BTreeMap::new());
        }
        if let Some(taken) = taken.get_mut(place) {
            taken.insert(way.low, way.high);
        }
        *lane = u32::try_from(place).unwrap_or(u32::MAX);
    }
    lanes
}

/// From top to bottom, each takes the first free lane.
fn fast(gap: &[Way]) -> Vec<u32> {
    let mut lanes = 0;
    let mut free = BTreeSet::new();
    let mut taken = BinaryHeap::new();
    let mut lane_of = |way: &Way| {
        if way.is_level() {
            return 0;
        }
        while let Some(&Reverse((high, lane))) = taken.peek()
            && high < way.low
        {
            taken.pop();
            free.insert(lane);
        }
        let lane = free.pop_first().unwrap_or_else(|| {
            lanes += 1;
            lanes - 1
        });
        taken.push(Reverse((way.high, lane)));
        lane
    };
    gap.iter().map(&mut lane_of).collect()
}
