//! The fixed structure of a bracket: matches, links, names, places.
//!
//! A format is laid out on its full power-of-two template. A pair with an absent side makes no
//! match, it passes the other side on: so byes leave no trace but the source of a later slot.

mod chain;
mod double;
pub(crate) mod free_for_all;
mod single;
mod table;

use std::collections::HashMap;
use std::num::NonZeroU32;

use smallvec::SmallVec;

use crate::layout::RoundName;
use crate::model::{
    Content, Entrant, Identifier, Match, MatchKey, MatchState, Section, Slot, Source,
};
use crate::settings::{Format, GrandFinal, Settings};

/// A final place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub(crate) struct Rank {
    /// The place if nobody is level with anybody: whoever has a greater one ends behind. 0 is none.
    pub(crate) nominal: u32,
    /// The worst that ties elsewhere in the round can make of it.
    pub(crate) worst: u32,
}

impl From<u32> for Rank {
    fn from(place: u32) -> Self {
        Self { nominal: place, worst: place }
    }
}

/// What is fixed about one match under construction. A position is a place from 0: the winner's,
/// the next one's …
#[derive(Debug)]
pub(crate) struct Node {
    /// Match fed by each position, by its key plus one.
    to: SmallVec<[Option<NonZeroU32>; 4]>,
    kind: Kind,
}

/// What many matches of a round have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Kind {
    /// Final place of each position from which there is nowhere to go.
    ranks: SmallVec<[Rank; 2]>,
    /// Final place of somebody who is last here and ever after.
    pub(crate) floor: Rank,
    /// Name of the round.
    pub(crate) name: RoundName,
}

/// What is fixed about all matches and is not shown in [`Match`], in few bytes each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Nodes {
    /// By key: the number of the kind, and the end of the links.
    matches: Vec<(u32, u32)>,
    /// Match fed by each position, by its key plus one, for all matches one after another.
    links: Vec<Option<NonZeroU32>>,
    kinds: Vec<Kind>,
}

impl Nodes {
    /// Adds matches behind those that are there.
    pub(crate) fn extend(&mut self, nodes: Vec<Node>) {
        let number = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let kinds = self.kinds.iter().cloned().zip(0..);
        let mut known: HashMap<Kind, u32> = kinds.collect();
        self.matches.reserve_exact(nodes.len());
        self.links.reserve_exact(nodes.iter().map(|node| node.to.len()).sum());
        let mut last = 0;
        for Node { to, kind } in nodes {
            if self.kinds.get(last as usize) != Some(&kind) {
                last = *known.entry(kind).or_insert_with_key(|kind| {
                    self.kinds.push(kind.clone());
                    number(self.kinds.len() - 1)
                });
            }
            self.links.extend(to);
            self.matches.push((last, number(self.links.len())));
        }
    }

    fn get(&self, index: usize) -> Option<Knot<'_>> {
        let (kind, end) = *self.matches.get(index)?;
        let before = index.checked_sub(1).and_then(|before| self.matches.get(before));
        let start = before.map_or(0, |(_, end)| *end);
        let to = self.links.get(start as usize..end as usize)?;
        Some(Knot { to, kind: self.kinds.get(kind as usize)? })
    }
}

/// What is fixed about one match.
#[derive(Clone, Copy)]
pub(crate) struct Knot<'a> {
    to: &'a [Option<NonZeroU32>],
    /// What it has in common with others.
    pub(crate) kind: &'a Kind,
}

impl Knot<'_> {
    /// The match that a position goes on to.
    pub(crate) fn target(&self, position: usize) -> Option<MatchKey> {
        let next = self.to.get(position).copied().flatten()?;
        Some(MatchKey(next.get() - 1))
    }

    /// All matches that are fed.
    pub(crate) fn targets(&self) -> impl Iterator<Item = MatchKey> {
        self.to.iter().flatten().map(|next| MatchKey(next.get() - 1))
    }

    /// How many positions go on.
    pub(crate) fn advancing(&self) -> usize {
        self.to.iter().flatten().count()
    }

    /// Final place of a position from which there is nowhere to go.
    pub(crate) fn rank(&self, position: usize) -> Option<Rank> {
        self.kind.ranks.get(position).copied().filter(|rank| rank.nominal > 0)
    }
}

impl Node {
    fn set_rank(&mut self, position: usize, rank: impl Into<Rank>) {
        if let Some(place) = self.kind.ranks.get_mut(position) {
            *place = rank.into();
        }
    }
}

/// The structure that all states of a stage share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) settings: Settings,
    pub(crate) entrants: u32,
    pub(crate) nodes: Nodes,
}

impl Plan {
    /// The structure and the matches at the start. Settings and number of entrants have been
    /// checked.
    pub(crate) fn build(settings: Settings, entrants: u32) -> (Self, Vec<Match>) {
        let mut draft = Draft::default();
        let seeding = settings.seeding;
        match settings.format {
            Format::SingleElimination { placement_to } => {
                single::build(&mut draft, seeding, entrants, placement_to);
            }
            Format::DoubleElimination { grand_final, split } => {
                double::build(&mut draft, seeding, entrants, grand_final, split);
            }
            Format::Gsl => {
                double::build(&mut draft, seeding, entrants, GrandFinal::None, false);
                double::rename(&mut draft, entrants);
            }
            Format::Stepladder => chain::stepladder(&mut draft, entrants),
            Format::PagePlayoff => chain::page_playoff(&mut draft),
            Format::FreeForAll { sides, advance } => {
                free_for_all::build(&mut draft, entrants, sides, advance);
            }
            // Rounds come later.
            Format::Swiss { .. } => {}
            Format::RoundRobin { cycles, table } => {
                table::round_robin(&mut draft, table, entrants, cycles);
            }
        }
        draft.link();
        let mut nodes = Nodes::default();
        nodes.extend(draft.nodes);
        (Self { settings, entrants, nodes }, draft.matches)
    }

    pub(crate) fn node(&self, key: MatchKey) -> Option<Knot<'_>> {
        self.nodes.get(key.index())
    }
}

pub(crate) use table::Addition;

/// A structure under construction.
#[derive(Default)]
struct Draft {
    /// Matches that are there already.
    base: u32,
    nodes: Vec<Node>,
    matches: Vec<Match>,
}

/// What all matches of a round have in common.
struct Round {
    section: Section,
    number: i32,
    name: RoundName,
    /// Final place of the last position, if there is nowhere to go.
    loser_rank: u32,
}

/// What comes out of a round, by position in the template.
struct Played {
    winners: Vec<Option<Source>>,
    losers: Vec<Option<Source>>,
    keys: Vec<Option<MatchKey>>,
}

/// How many real matches a round of pairs makes.
fn real_matches(slots: &[Option<Source>]) -> u32 {
    let real = slots.chunks(2).filter(|pair| pair.iter().all(Option::is_some)).count();
    u32::try_from(real).unwrap_or(u32::MAX)
}

fn present(slots: &[Option<Source>]) -> u32 {
    u32::try_from(slots.iter().flatten().count()).unwrap_or(u32::MAX)
}

impl Draft {
    fn next_key(&self) -> MatchKey {
        let added = u32::try_from(self.matches.len()).unwrap_or(u32::MAX);
        MatchKey(self.base.saturating_add(added))
    }

    /// Plays neighbours against each other.
    fn round(&mut self, slots: &[Option<Source>], round: &Round) -> Played {
        let pairs = slots.len() / 2;
        let mut played = Played {
            winners: Vec::with_capacity(pairs),
            losers: Vec::with_capacity(pairs),
            keys: Vec::with_capacity(pairs),
        };
        for pair in slots.chunks(2) {
            let (winner, loser, key) = match *pair {
                [Some(upper), Some(lower)] => {
                    let key = self.add([upper, lower], round);
                    (Some(Source::Winner(key)), Some(Source::Loser(key)), Some(key))
                }
                _ => (pair.iter().copied().flatten().next(), None, None),
            };
            played.winners.push(winner);
            played.losers.push(loser);
            played.keys.push(key);
        }
        played
    }

    fn add(&mut self, sources: impl IntoIterator<Item = Source>, round: &Round) -> MatchKey {
        let key = self.next_key();
        let slots: SmallVec<_> = sources
            .into_iter()
            .map(|source| match source {
                Source::Seed(seed) => Slot { source, content: Content::Entrant(Entrant(seed.0)) },
                Source::Winner(_) | Source::Loser(_) | Source::Place { .. } => {
                    Slot { source, content: Content::Undecided }
                }
            })
            .collect();
        let open = slots.iter().all(|slot: &Slot| slot.content.entrant().is_some());
        let mut ranks: SmallVec<_> = slots.iter().map(|_| Rank::default()).collect();
        if let Some(last) = ranks.last_mut() {
            *last = Rank::from(round.loser_rank);
        }
        let kind = Kind { ranks, floor: Rank::default(), name: round.name };
        self.nodes.push(Node { to: SmallVec::new(), kind });
        self.matches.push(Match {
            key,
            section: round.section,
            round: round.number,
            identifier: Identifier::new(key.0),
            play_order: NonZeroU32::new(key.0 + 1),
            slots,
            state: if open { MatchState::Open } else { MatchState::Pending },
            optional: false,
            present: true,
            sets: Vec::new(),
            outcome: None,
            places: Box::default(),
            automatic: false,
        });
        key
    }

    /// Final place of whoever this source is, if it leads nowhere.
    fn set_rank(&mut self, source: Option<Source>, rank: u32) {
        let Some((key, position)) = source.and_then(Source::feeder) else { return };
        if let Some(node) = self.nodes.get_mut(key.index()) {
            node.set_rank(position, rank);
        }
    }

    /// Gives letters in the order of `keys`.
    fn identify(&mut self, keys: impl IntoIterator<Item = MatchKey>) {
        for (number, key) in (0..).zip(keys) {
            if let Some(m) = self.matches.get_mut(key.index()) {
                m.identifier = Identifier::new(number);
            }
        }
    }

    /// Gives suggested positions in the order of `keys`.
    fn order(&mut self, keys: impl IntoIterator<Item = MatchKey>) {
        for (position, key) in (1..).zip(keys) {
            if let Some(m) = self.matches.get_mut(key.index()) {
                m.play_order = NonZeroU32::new(position);
            }
        }
    }

    /// Completes the links and the worst places, once all matches exist.
    fn link(&mut self) {
        for m in &self.matches {
            for slot in &m.slots {
                let Some((feeder, position)) = slot.source.feeder() else { continue };
                let Some(node) = self.nodes.get_mut(feeder.index()) else { continue };
                if node.to.len() <= position {
                    node.to.resize(position + 1, None);
                }
                if let Some(place) = node.to.get_mut(position) {
                    *place = NonZeroU32::new(m.key.0 + 1);
                }
            }
        }
        // Targets have greater keys than their feeders.
        for index in (0..self.nodes.len()).rev() {
            let Some(Node { to, kind }) = self.nodes.get(index) else { continue };
            let next = to.get(kind.ranks.len().saturating_sub(1)).copied().flatten();
            let next = next.and_then(|key| self.nodes.get(key.get() as usize - 1));
            let floor = next.map_or(kind.ranks.last().copied(), |next| Some(next.kind.floor));
            if let Some(node) = self.nodes.get_mut(index) {
                node.kind.floor = floor.unwrap_or_default();
            }
        }
    }
}
