//! Rounds of matches from which several go on, to different matches: ordered so that few lines
//! cross, then placed as near to their feeders as can be.

use super::place::Placing;
use super::{HEADING, card_height};
use crate::model::Match;

/// Most passes over the rounds to put them in order.
const PASSES: usize = 8;

/// Links read in all passes together, so that a gigantic stage takes fewer.
const READ: usize = 1 << 21;

struct Node<'a> {
    m: &'a Match,
    x: usize,
    /// Position in its column.
    position: usize,
    /// Those before it and behind it, one for each who goes on.
    feeders: Vec<usize>,
    targets: Vec<usize>,
    /// Centre in half rows.
    y: i64,
}

impl Node<'_> {
    fn height(&self) -> i64 {
        card_height(self.m.slots.len()).into()
    }
}

/// Matches by number, in list order.
struct Rounds<'a> {
    nodes: Vec<Node<'a>>,
    /// By column, from top to bottom.
    columns: Vec<Vec<usize>>,
}

/// Which neighbours count.
#[derive(Clone, Copy)]
enum By {
    Feeders,
    Targets,
}

impl<'a> Placing<'a> {
    /// Places all matches, a column a round.
    pub(super) fn rounds(&mut self) {
        let mut rounds = self.read_rounds();
        if rounds.nodes.is_empty() {
            return;
        }
        rounds.order();
        let top = self.bottom;
        rounds.place(i64::from(top + HEADING));
        for node in &rounds.nodes {
            let y = u32::try_from(node.y).unwrap_or(u32::MAX);
            self.put(node.m, self.column(node.m), y);
        }
        let keys: Vec<_> = rounds.nodes.iter().map(|node| node.m.key).collect();
        self.head_all(&keys, top);
        self.band += 1;
    }

    fn read_rounds(&self) -> Rounds<'a> {
        let mut nodes: Vec<Node<'a>> = Vec::new();
        let mut number_of = vec![usize::MAX; self.keys()];
        for (number, m) in self.matches().enumerate() {
            if let Some(place) = number_of.get_mut(m.key.index()) {
                *place = number;
            }
            let feeders = m.slots.iter().filter_map(|slot| self.feeder(slot.source, m.section));
            let feeders = feeders.filter_map(|key| number_of.get(key.index()).copied());
            let feeders: Vec<_> = feeders.collect();
            for feeder in &feeders {
                if let Some(feeder) = nodes.get_mut(*feeder) {
                    feeder.targets.push(number);
                }
            }
            let x = self.column(m) as usize;
            nodes.push(Node { m, x, position: 0, feeders, targets: Vec::new(), y: 0 });
        }
        Rounds::new(nodes)
    }
}

impl<'a> Rounds<'a> {
    /// In the order of trees: whoever comes from the same matches is together.
    fn new(nodes: Vec<Node<'a>>) -> Self {
        let width = nodes.iter().map(|node| node.x + 1).max().unwrap_or(0);
        let mut columns = vec![Vec::new(); width];
        let mut seen = vec![false; nodes.len()];
        let mut stack: Vec<usize> = (0..nodes.len()).rev().collect();
        stack.retain(|number| nodes.get(*number).is_some_and(|node| node.targets.is_empty()));
        while let Some(number) = stack.pop() {
            let Some(seen) = seen.get_mut(number).filter(|seen| !**seen) else { continue };
            *seen = true;
            let Some(node) = nodes.get(number) else { continue };
            if let Some(column) = columns.get_mut(node.x) {
                column.push(number);
            }
            stack.extend(node.feeders.iter().rev());
        }
        let mut rounds = Self { nodes, columns };
        for x in 0..width {
            rounds.number(x);
        }
        rounds
    }

    fn column(&self, x: usize) -> &[usize] {
        self.columns.get(x).map_or(&[], Vec::as_slice)
    }

    /// Tells the matches of a column their positions.
    fn number(&mut self, x: usize) {
        for (position, number) in self.columns.get(x).into_iter().flatten().enumerate() {
            if let Some(node) = self.nodes.get_mut(*number) {
                node.position = position;
            }
        }
    }

    fn neighbours(&self, number: usize, by: By) -> impl Iterator<Item = &Node<'a>> {
        let list = self.nodes.get(number).map(|node| match by {
            By::Feeders => &node.feeders,
            By::Targets => &node.targets,
        });
        list.into_iter().flatten().filter_map(|number| self.nodes.get(*number))
    }

    /// The mean of a number of neighbours; `None` without neighbours.
    fn mean(&self, number: usize, by: By, of: impl Fn(&Node<'a>) -> i64) -> Option<i64> {
        let (mut sum, mut count) = (0, 0);
        for node in self.neighbours(number, by) {
            sum += of(node);
            count += 1;
        }
        (count > 0).then(|| sum / count)
    }

    /// Goes over the columns to and fro, each ordered by the middle of its neighbours in the one
    /// before, and keeps the order in which fewest lines cross.
    fn order(&mut self) {
        let links: usize = self.nodes.iter().map(|node| node.feeders.len()).sum();
        let mut best = self.columns.clone();
        let mut fewest = self.crossings();
        for pass in 0..PASSES.min(READ / links.max(1)) {
            if fewest == 0 {
                break;
            }
            let (by, columns): (_, Vec<usize>) = if pass % 2 == 0 {
                (By::Targets, (0..self.columns.len()).rev().skip(1).collect())
            } else {
                (By::Feeders, (1..self.columns.len()).collect())
            };
            for x in columns {
                self.sort(x, by);
            }
            let crossings = self.crossings();
            if crossings < fewest {
                best.clone_from(&self.columns);
                fewest = crossings;
            }
        }
        self.columns = best;
        for x in 0..self.columns.len() {
            self.number(x);
        }
    }

    fn sort(&mut self, x: usize, by: By) {
        let position = |node: &Node<'_>| i64::try_from(node.position).unwrap_or(i64::MAX) << 16;
        let middle = |number: &usize| {
            self.mean(*number, by, position).or_else(|| self.nodes.get(*number).map(position))
        };
        let mut column = self.column(x).to_vec();
        column.sort_by_cached_key(middle);
        if let Some(place) = self.columns.get_mut(x) {
            *place = column;
        }
        self.number(x);
    }

    /// How many pairs of lines cross.
    fn crossings(&self) -> u64 {
        (1..self.columns.len()).map(|x| self.crossings_before(x)).sum()
    }

    /// Lines that end further down but begin further up than those before them.
    fn crossings_before(&self, x: usize) -> u64 {
        let mut begun = Counts(vec![0; self.column(x - 1).len() + 1]);
        let (mut all, mut crossings) = (0, 0);
        for number in self.column(x) {
            for feeder in self.neighbours(*number, By::Feeders) {
                crossings += all - begun.up_to(feeder.position);
            }
            for feeder in self.neighbours(*number, By::Feeders) {
                begun.add(feeder.position);
                all += 1;
            }
        }
        crossings
    }

    /// The highest column has no gaps; on both sides of it the matches come to the middle of their
    /// neighbours, as near as the others of the column let them.
    fn place(&mut self, top: i64) {
        let height = |column: &Vec<usize>| -> i64 {
            column.iter().filter_map(|number| Some(self.nodes.get(*number)?.height())).sum()
        };
        let heights: Vec<i64> = self.columns.iter().map(height).collect();
        let most = heights.iter().copied().max().unwrap_or(0);
        let highest = heights.iter().position(|height| *height == most).unwrap_or(0);
        let room = |x: usize| heights.get(x).map_or(0, |height| most - height);
        self.place_column(highest, By::Feeders, top, 0);
        for x in highest + 1..self.columns.len() {
            self.place_column(x, By::Feeders, top, room(x));
        }
        for x in (0..highest).rev() {
            self.place_column(x, By::Targets, top, room(x));
        }
    }

    /// Places a column so that the sum of the squares of the distances from where the matches want
    /// to be is least: those that want to overlap share the distance (isotonic regression). `room` is
    /// how much lower than at the top the column may be.
    fn place_column(&mut self, x: usize, by: By, top: i64, room: i64) {
        // Blocks without gaps: sum of their wishes, how many, all as distances from the tight column.
        let mut blocks: Vec<(i64, i64)> = Vec::new();
        let mut centres = Vec::new();
        let mut next = top;
        let mut wish = 0;
        for number in self.column(x) {
            let Some(node) = self.nodes.get(*number) else { continue };
            let centre = next + node.height() / 2;
            centres.push((*number, centre));
            next += node.height();
            wish = self.mean(*number, by, |node| node.y).map_or(wish, |y| y - centre);
            let mut block = (wish, 1);
            while let Some(&(sum, count)) = blocks.last()
                && sum * block.1 >= block.0 * count
            {
                blocks.pop();
                block = (sum + block.0, count + block.1);
            }
            blocks.push(block);
        }
        let down = blocks.iter().flat_map(|&(sum, count)| {
            let down = sum.div_euclid(count).clamp(0, room);
            std::iter::repeat_n(down, usize::try_from(count).unwrap_or(0))
        });
        for ((number, centre), down) in centres.into_iter().zip(down) {
            if let Some(node) = self.nodes.get_mut(number) {
                node.y = centre + down;
            }
        }
    }
}

/// Numbers by position, with sums from the first on (a Fenwick tree).
struct Counts(Vec<u64>);

impl Counts {
    fn add(&mut self, position: usize) {
        let mut index = position + 1;
        while let Some(count) = self.0.get_mut(index) {
            *count += 1;
            index += index & index.wrapping_neg();
        }
    }

    /// How many are at a position or before it.
    fn up_to(&self, position: usize) -> u64 {
        let mut index = position + 1;
        let mut sum = 0;
        while index > 0 {
            sum += self.0.get(index).copied().unwrap_or(0);
            index &= index - 1;
        }
        sum
    }
}
