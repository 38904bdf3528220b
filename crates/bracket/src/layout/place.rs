//! Placing the cards.

use std::collections::BTreeMap;

use super::{Card, Column, Layout, Link, LinkKind};
use crate::model::{Match, MatchKey, Section, Source};
use crate::stage::Stage;

/// Half rows kept free above a section for the names of its rounds.
const HEADING: u32 = 2;

/// Half rows from one card's centre to the next.
const STEP: u32 = 2;

/// Lays a bracket out: winners on top, losers and placement matches below, the grand final to the
/// right. The same bracket always gives the same layout; scores do not move anything, only the
/// coming and going of the second grand final does.
pub fn layout(bracket: &Stage) -> Layout {
    let mut placing =
        Placing { bracket, centres: BTreeMap::new(), columns: Vec::new(), width: 0, bottom: 0 };
    for section in [Section::Winners, Section::Losers, Section::Placement] {
        for root in placing.roots(section) {
            placing.band(root);
        }
    }
    placing.grand_finals();
    placing.finish()
}

struct Placing<'a> {
    bracket: &'a Stage,
    /// Column and centre by match.
    centres: BTreeMap<MatchKey, (u32, u32)>,
    columns: Vec<Column>,
    width: u32,
    bottom: u32,
}

impl<'a> Placing<'a> {
    /// The last matches of a section's trees.
    fn roots(&self, section: Section) -> Vec<&'a Match> {
        let bracket = self.bracket;
        let leaves = |m: &&Match| {
            let next = bracket.winner_goes_to(m.key).and_then(|(key, _)| bracket.get(key));
            m.section == section && next.is_none_or(|next| next.section != section)
        };
        bracket.matches().filter(leaves).collect()
    }

    /// Places a tree below everything so far, with headings above it.
    fn band(&mut self, root: &'a Match) {
        let top = self.bottom;
        let mut next = top + HEADING + 1;
        let mut rounds = BTreeMap::new();
        self.tree(root, &mut next, &mut rounds);
        self.bottom = next - STEP + 1;
        for (x, m) in rounds {
            self.heading(x, top, m);
        }
    }

    /// Places a match between the matches that feed it with winners of the same section, or on
    /// the next free row if there are none. Subtrees take separate rows, and a card stays within
    /// the rows of its subtree, so no two cards of a column touch.
    fn tree(&mut self, m: &'a Match, next: &mut u32, rounds: &mut BTreeMap<u32, &'a Match>) -> u32 {
        let mut fed = None;
        for slot in &m.slots {
            let Source::Winner(key) = slot.source else { continue };
            let Some(feeder) = self.bracket.get(key).filter(|f| f.section == m.section) else {
                continue;
            };
            let y = self.tree(feeder, next, rounds);
            fed = Some(fed.map_or((y, y), |(first, _)| (first, y)));
        }
        let y = fed.map_or(*next, |(first, last)| u32::midpoint(first, last));
        if fed.is_none() {
            *next += STEP;
        }
        let x = m.round.unsigned_abs().saturating_sub(1);
        rounds.insert(x, m);
        self.card(m.key, x, y);
        y
    }

    /// The grand finals stand to the right of everything, between their feeders.
    fn grand_finals(&mut self) {
        let bracket = self.bracket;
        let finals: Vec<_> =
            bracket.matches().filter(|m| m.section == Section::GrandFinal).collect();
        let y = |m: &Match| {
            let feeders =
                m.slots.iter().filter_map(|slot| self.centres.get(&slot.source.feeder()?.0));
            let (low, high) =
                feeders.fold((u32::MAX, 0), |(low, high), &(_, y)| (low.min(y), high.max(y)));
            u32::midpoint(low.min(high), high)
        };
        let Some(y) = finals.first().map(|first| y(first)) else { return };
        for m in finals {
            let x = self.width;
            self.heading(x, y.saturating_sub(HEADING + 1), m);
            self.card(m.key, x, y);
        }
    }

    fn card(&mut self, key: MatchKey, x: u32, y: u32) {
        self.centres.insert(key, (x, y));
        self.width = self.width.max(x + 1);
    }

    fn heading(&mut self, x: u32, y: u32, m: &Match) {
        if let Some(name) = self.bracket.round_name(m.key) {
            self.columns.push(Column { x, y, section: m.section, round: m.round, name });
        }
    }

    fn finish(self) -> Layout {
        let card = |(&key, &(x, y)): (&MatchKey, &(u32, u32))| Card { key, x, y };
        Layout {
            cards: self.centres.iter().map(card).collect(),
            links: self.bracket.matches().flat_map(|m| links(self.bracket, m)).collect(),
            columns: self.columns,
            width: self.width,
            height: self.bottom,
        }
    }
}

/// The lines that end at a match.
fn links<'a>(bracket: &'a Stage, m: &'a Match) -> impl Iterator<Item = Link> + 'a {
    m.slots.iter().zip(0..).filter_map(move |(slot, to_slot)| {
        let (from, kind) = match slot.source {
            Source::Seed(_) => return None,
            Source::Winner(key) | Source::Place { of: key, .. } => (key, LinkKind::Advance),
            Source::Loser(key) => (key, LinkKind::Drop),
        };
        bracket.get(from).filter(|from| from.present)?;
        Some(Link { from, to: m.key, to_slot, kind })
    })
}
