//! Placing the cards.

use std::collections::BTreeMap;

use super::{Card, Column, HEADING, Layout, Note, RoundName, Window, card_height};
use crate::model::{Match, MatchKey, Section, Source};
use crate::settings::Format;
use crate::stage::Stage;

/// Places the shown matches: winners on top, losers and placement matches below, the grand final to
/// the right; then tables.
pub(super) fn place(stage: &Stage, window: &Window) -> Layout {
    let mut placing = Placing::new(stage, window);
    match stage.settings().format {
        Format::Stepladder => placing.staircase(),
        Format::PagePlayoff => placing.trees(Section::Winners, Headings::OfMatches),
        // Whoever wins goes on alone: a tree.
        Format::FreeForAll { advance: 2.., .. } => placing.rounds(),
        _ => placing.trees(Section::Winners, Headings::OfRounds),
    }
    if let Format::FreeForAll { .. } = stage.settings().format {
        placing.choose_lanes();
    }
    placing.trees(Section::Losers, Headings::OfRounds);
    placing.trees(Section::Placement, Headings::OfRounds);
    placing.grand_finals();
    placing.table();
    placing.tie_breaks();
    placing.finish()
}

/// Where headings stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Headings {
    /// Above the columns.
    OfRounds,
    /// Above every match.
    OfMatches,
}

/// Where a card is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spot {
    pub(super) x: u32,
    /// Centre.
    pub(super) y: u32,
    pub(super) height: u32,
    column: u32,
    /// Number of the tree, or of another part that belongs together.
    pub(super) band: u32,
}

pub(super) struct Placing<'a> {
    pub(super) stage: &'a Stage,
    pub(super) window: &'a Window,
    /// By key: whether it gets a card.
    shown: Vec<bool>,
    /// By key; of shown matches.
    spots: Vec<Spot>,
    columns: Vec<Column>,
    pub(super) notes: Vec<Note>,
    pub(super) band: u32,
    pub(super) width: u32,
    /// Where the next card can begin.
    pub(super) bottom: u32,
    /// Lane by match from which lines come and column to which they go, if not the first; and how
    /// many by column.
    pub(super) lane: BTreeMap<(MatchKey, u32), u32>,
    pub(super) lanes: Vec<u32>,
    /// Columns of the rounds of main bracket and placement, and of those of the losers: one for each
    /// that is shown.
    rounds: [Vec<u32>; 2],
}

impl<'a> Placing<'a> {
    fn new(stage: &'a Stage, window: &'a Window) -> Self {
        let shown = window.shown(stage);
        let mut placing = Self {
            stage,
            window,
            spots: vec![Spot::default(); shown.len()],
            shown,
            columns: Vec::new(),
            notes: Vec::new(),
            band: 0,
            width: 0,
            bottom: 0,
            lane: BTreeMap::new(),
            lanes: Vec::new(),
            rounds: [Vec::new(), Vec::new()],
        };
        let mut rounds = [Vec::new(), Vec::new()];
        for m in placing.matches() {
            let [main, losers] = &mut rounds;
            let seen = if m.section == Section::Losers { losers } else { main };
            let round = m.round.unsigned_abs() as usize;
            if seen.len() <= round {
                seen.resize(round + 1, 0);
            }
            if let Some(seen) = seen.get_mut(round) {
                *seen = 1;
            }
        }
        for seen in &mut rounds {
            let mut next = 0;
            for column in seen {
                next += std::mem::replace(column, next);
            }
        }
        placing.rounds = rounds;
        placing
    }

    /// How many keys there are.
    pub(super) fn keys(&self) -> usize {
        self.shown.len()
    }

    pub(super) fn is_shown(&self, key: MatchKey) -> bool {
        self.shown.get(key.index()) == Some(&true)
    }

    /// The shown matches, in list order.
    pub(super) fn matches(&self) -> impl Iterator<Item = &'a Match> + use<'a, '_> {
        let matches = self.stage.all_matches().zip(&self.shown);
        matches.filter(|(_, shown)| **shown).map(|(m, _)| m)
    }

    pub(super) fn spot(&self, key: MatchKey) -> Spot {
        self.spots.get(key.index()).copied().unwrap_or_default()
    }

    /// The shown match of the same section that decides about a slot by who wins it.
    pub(super) fn feeder(&self, source: Source, section: Section) -> Option<MatchKey> {
        let (Source::Winner(of) | Source::Place { of, .. }) = source else { return None };
        let same = self.is_shown(of) && self.stage.get(of)?.section == section;
        same.then_some(of)
    }

    /// Column of a match of the main bracket, the losers or the placement.
    pub(super) fn column(&self, m: &Match) -> u32 {
        let [main, losers] = &self.rounds;
        let columns = if m.section == Section::Losers { losers } else { main };
        columns.get(m.round.unsigned_abs() as usize).copied().unwrap_or(0)
    }

    pub(super) fn put(&mut self, m: &Match, x: u32, y: u32) {
        self.width = self.width.max(x + 1);
        let height = card_height(m.slots.len());
        self.bottom = self.bottom.max(y + height / 2);
        if let Some(spot) = self.spots.get_mut(m.key.index()) {
            *spot = Spot { x, y, height, column: 0, band: self.band };
        }
    }

    /// Writes a heading for one match.
    fn head(&mut self, m: &Match, y: u32) {
        let column = self.heading(m, self.spot(m.key).x, y);
        self.set_column(m.key, column);
    }

    /// Writes a heading right above one match.
    pub(super) fn head_above(&mut self, m: &Match) {
        let Spot { y, height, .. } = self.spot(m.key);
        self.head(m, y.saturating_sub(height / 2 + HEADING));
    }

    /// Writes headings for matches, one a column.
    pub(super) fn head_all(&mut self, keys: &[MatchKey], y: u32) {
        let mut headed: Vec<Option<MatchKey>> = Vec::new();
        for key in keys {
            let x = self.spot(*key).x as usize;
            if headed.len() <= x {
                headed.resize(x + 1, None);
            }
            if let Some(headed) = headed.get_mut(x) {
                *headed = Some(*key);
            }
        }
        let mut columns = Vec::with_capacity(headed.len());
        for (x, key) in (0..).zip(headed) {
            let m = key.and_then(|key| self.stage.get(key));
            columns.push(m.map_or(0, |m| self.heading(m, x, y)));
        }
        for key in keys {
            let column = columns.get(self.spot(*key).x as usize).copied();
            self.set_column(*key, column.unwrap_or(0));
        }
    }

    fn heading(&mut self, m: &Match, x: u32, y: u32) -> u32 {
        let name = self.stage.round_name(m.key);
        let name = name.unwrap_or(RoundName::Round(m.round.unsigned_abs()));
        self.write_heading(Column { x, y, section: m.section, round: m.round, name })
    }

    pub(super) fn write_heading(&mut self, column: Column) -> u32 {
        self.columns.push(column);
        u32::try_from(self.columns.len() - 1).unwrap_or(u32::MAX)
    }

    pub(super) fn set_column(&mut self, key: MatchKey, column: u32) {
        if let Some(spot) = self.spots.get_mut(key.index()) {
            spot.column = column;
        }
    }

    /// The grand finals stand to the right of everything, between their feeders.
    fn grand_finals(&mut self) {
        let finals: Vec<_> = self.matches().filter(|m| m.section == Section::GrandFinal).collect();
        let Some(first) = finals.first() else { return };
        let feeders = first.slots.iter().filter_map(|slot| Some(slot.source.feeder()?.0));
        let feeders = feeders.filter(|key| self.is_shown(*key)).map(|key| self.spot(key).y);
        let around = feeders.fold(None, |around, y| {
            around.map_or(Some((y, y)), |(low, high): (u32, u32)| Some((low.min(y), high.max(y))))
        });
        let y = around.map_or(self.bottom + HEADING + 1, |(low, high)| u32::midpoint(low, high));
        for m in finals {
            self.put(m, self.width, y);
            self.head_above(m);
        }
        self.band += 1;
    }

    fn finish(mut self) -> Layout {
        self.lanes.resize(self.width as usize, 1);
        let cards = self.matches().map(|m| {
            let Spot { x, y, height, column, .. } = self.spot(m.key);
            let sides = u8::try_from(m.slots.len()).unwrap_or(u8::MAX);
            Card { key: m.key, column, x, y, height, sides }
        });
        let cards = cards.collect();
        let (links, hints) = self.lines();
        Layout {
            columns: self.columns,
            cards,
            links,
            hints,
            notes: self.notes,
            lanes: self.lanes,
            width: self.width,
            height: self.bottom,
        }
    }
}
