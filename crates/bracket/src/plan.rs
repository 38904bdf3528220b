//! The fixed structure of a bracket: matches, links, names, places.
//!
//! A format is laid out on its full power-of-two template. A pair with an absent side makes no
//! match, it passes the other side on: so byes leave no trace but the source of a later slot.

mod chain;
mod double;
mod free_for_all;
mod single;
mod table;

use std::num::NonZeroU32;

use smallvec::SmallVec;

use crate::layout::RoundName;
use crate::model::{
    Content, Entrant, Identifier, Match, MatchKey, MatchState, Section, Slot, Source,
};
use crate::settings::{Format, GrandFinal, Settings};

/// What is fixed about one match and is not shown in [`Match`]. A position is a place from 0: the
/// winner's, the next one's …
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// Match fed by each position, by its key plus one.
    to: SmallVec<[Option<NonZeroU32>; 4]>,
    /// Final place of each position from which there is nowhere to go.
    ranks: SmallVec<[u32; 4]>,
    /// Final place of somebody who is last here and ever after.
    pub(crate) floor: u32,
    /// Name of the round.
    pub(crate) name: RoundName,
}

impl Node {
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
    pub(crate) fn rank(&self, position: usize) -> Option<u32> {
        self.ranks.get(position).copied().filter(|rank| *rank > 0)
    }

    fn set_rank(&mut self, position: usize, rank: u32) {
        if let Some(place) = self.ranks.get_mut(position) {
            *place = rank;
        }
    }
}

/// The structure that all states of a stage share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) settings: Settings,
    pub(crate) entrants: u32,
    /// By key.
    pub(crate) nodes: Vec<Node>,
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
        (Self { settings, entrants, nodes: draft.nodes }, draft.matches)
    }

    pub(crate) fn node(&self, key: MatchKey) -> Option<&Node> {
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
        let mut ranks: SmallVec<_> = slots.iter().map(|_| 0).collect();
        if let Some(last) = ranks.last_mut() {
            *last = round.loser_rank;
        }
        self.nodes.push(Node { to: SmallVec::new(), ranks, floor: 0, name: round.name });
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
            let Some(node) = self.nodes.get(index) else { continue };
            let last = node.ranks.len().saturating_sub(1);
            let next = node.target(last).and_then(|key| self.nodes.get(key.index()));
            let floor = next.map_or(node.ranks.last().copied(), |next| Some(next.floor));
            if let Some(node) = self.nodes.get_mut(index) {
                node.floor = floor.unwrap_or(0);
            }
        }
    }
}
