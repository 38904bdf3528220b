//! The matches of a stage, shared between copies of it.

use std::ops::Range;
use std::sync::Arc;

use crate::model::Match;

/// Matches that are copied together when one of them changes while another stage has them, too.
/// Greater makes cloning a stage cheaper, and the first change after it dearer.
const CHUNK: usize = 64;

/// The matches by key. A clone shares them, some at a time, until one of the two changes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Matches {
    /// All full but the last one, and none empty.
    chunks: Vec<Arc<[Match]>>,
    len: usize,
}

impl Matches {
    pub(super) fn new(matches: Vec<Match>) -> Self {
        let mut all = Self { chunks: Vec::with_capacity(matches.len().div_ceil(CHUNK)), len: 0 };
        all.extend(matches);
        all
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, index: usize) -> Option<&Match> {
        self.chunks.get(index / CHUNK)?.get(index % CHUNK)
    }

    /// A match to be changed.
    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut Match> {
        let chunk = self.chunks.get_mut(index / CHUNK)?;
        Arc::make_mut(chunk).get_mut(index % CHUNK)
    }

    /// Adds matches behind those that are there.
    pub(super) fn extend(&mut self, matches: Vec<Match>) {
        self.len += matches.len();
        let open = self.chunks.pop_if(|last| last.len() < CHUNK);
        let mut matches = open.iter().flat_map(|open| open.iter().cloned()).chain(matches);
        loop {
            let chunk: Arc<[Match]> = matches.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                return;
            }
            self.chunks.push(chunk);
        }
    }

    pub(super) fn iter(&self) -> Iter<'_> {
        Iter { matches: self, range: 0..self.len }
    }
}

/// Goes through the matches of a stage in list order.
#[derive(Debug, Clone)]
pub(super) struct Iter<'a> {
    matches: &'a Matches,
    range: Range<usize>,
}

impl<'a> Iterator for Iter<'a> {
    type Item = &'a Match;

    fn next(&mut self) -> Option<&'a Match> {
        self.range.next().and_then(|index| self.matches.get(index))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.range.size_hint()
    }

    fn nth(&mut self, n: usize) -> Option<&'a Match> {
        self.range.nth(n).and_then(|index| self.matches.get(index))
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.range.next_back().and_then(|index| self.matches.get(index))
    }
}

impl ExactSizeIterator for Iter<'_> {}
