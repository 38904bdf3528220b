//! Brackets in which one goes on from every match.

use super::place::{Headings, Placing};
use super::{HEADING, card_height};
use crate::model::{Match, MatchKey, Section};

/// What is to be done with a match.
enum Step<'a> {
    /// Those that feed it come first.
    Enter(&'a Match),
    /// They have their places, from this half row on.
    Leave(&'a Match, u32),
}

impl Placing<'_> {
    /// Places the trees of a section below each other.
    pub(super) fn trees(&mut self, section: Section, headings: Headings) {
        let mut followed = vec![false; self.keys()];
        for m in self.matches().filter(|m| m.section == section) {
            for slot in &m.slots {
                let feeder = self.feeder(slot.source, section);
                if let Some(followed) = feeder.and_then(|key| followed.get_mut(key.index())) {
                    *followed = true;
                }
            }
        }
        let last = |m: &&Match| m.section == section && followed.get(m.key.index()) == Some(&false);
        let roots: Vec<_> = self.matches().filter(last).collect();
        for root in roots {
            let top = self.bottom;
            if headings == Headings::OfRounds {
                self.bottom += HEADING;
            }
            let placed = self.tree(root, headings);
            match headings {
                Headings::OfRounds => self.head_all(&placed, top),
                Headings::OfMatches => {
                    for m in placed.iter().filter_map(|key| self.stage.get(*key)) {
                        self.head_above(m);
                    }
                }
            }
            self.band += 1;
        }
    }

    /// Places a match between the matches that feed it with winners of the same section, or on
    /// the next free row if there are none. Subtrees take separate rows, and a card stays within
    /// the rows of its subtree, so no two cards of a column touch, nor a line the card of another
    /// subtree. Without recursion: a tree may be as deep as it has matches.
    fn tree(&mut self, root: &Match, headings: Headings) -> Vec<MatchKey> {
        let stage = self.stage;
        let mut placed = Vec::new();
        let mut steps = vec![Step::Enter(root)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Enter(m) => {
                    steps.push(Step::Leave(m, self.bottom));
                    // The upper one is taken first.
                    let feeders = m.slots.iter().rev().filter_map(|slot| {
                        self.feeder(slot.source, m.section).and_then(|key| stage.get(key))
                    });
                    steps.extend(feeders.map(Step::Enter));
                }
                Step::Leave(m, top) => {
                    let mut feeders =
                        m.slots.iter().filter_map(|slot| self.feeder(slot.source, m.section));
                    let first = feeders.next().map(|key| self.spot(key).y);
                    let last = feeders.next_back().map(|key| self.spot(key).y);
                    let above = if headings == Headings::OfMatches { HEADING } else { 0 };
                    let highest = top + above + card_height(m.slots.len()) / 2;
                    let y = first.map_or(highest, |first| {
                        u32::midpoint(first, last.unwrap_or(first)).max(highest)
                    });
                    self.put(m, self.column(m), y);
                    placed.push(m.key);
                }
            }
        }
        placed
    }

    /// Places a chain of matches, each half a card above the one before.
    pub(super) fn staircase(&mut self) {
        let matches: Vec<_> = self.matches().collect();
        let mut y = u32::try_from(matches.len()).unwrap_or(u32::MAX).saturating_add(HEADING);
        for m in matches {
            self.put(m, self.column(m), y);
            self.head_above(m);
            y = y.saturating_sub(1);
        }
        self.band += 1;
    }
}
