//! Final places of an event.

use std::collections::BTreeMap;

use super::{Event, StageKey};
use crate::model::Entrant;

/// Stages that are ranked side by side.
struct Block {
    stages: Vec<StageKey>,
    /// Who is in them and in none that is ranked ahead.
    members: Vec<(Entrant, StageKey, usize)>,
    /// Seats of which it is still to be decided who gets them.
    open: usize,
    /// Somebody in them is ranked ahead.
    left: bool,
}

impl Event {
    /// Final place by entrant (see [`Entrant::index`]), `None` while it is undecided.
    ///
    /// Who reached a later phase is ahead of all who did not, and inside a phase the tiers follow
    /// each other. Stages of one tier stand side by side: their seconds share a rank behind all
    /// their winners.
    pub fn ranks(&self) -> Vec<Option<u32>> {
        let mut ranks = vec![None; self.entrants as usize];
        self.place(|entrant, known, _| {
            if let Some(place) = ranks.get_mut(entrant.index()) {
                *place = known;
            }
        });
        ranks
    }

    /// Everybody whose final place is known, best first; who shares a place is in order of numbers.
    pub fn ranked(&self) -> Vec<(u32, Entrant)> {
        let places = self.ranks().into_iter().zip((1..=self.entrants).map(Entrant));
        let mut ranked: Vec<_> = places.filter_map(|(rank, who)| Some((rank?, who))).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked
    }

    /// Worst final place still possible by entrant, as far as it is settled who is in which stage.
    pub fn guaranteed_ranks(&self) -> Vec<u32> {
        let mut ranks = vec![self.entrants; self.entrants as usize];
        self.place(|entrant, known, worst| {
            if let Some(place) = ranks.get_mut(entrant.index()) {
                *place = known.unwrap_or(worst);
            }
        });
        ranks
    }

    /// Tells of everybody in a stage the final place, if known, and the worst one possible.
    fn place(&self, mut tell: impl FnMut(Entrant, Option<u32>, u32)) {
        let mut ahead = 0;
        for block in self.blocks() {
            let size = u32::try_from(block.members.len() + block.open).unwrap_or(u32::MAX);
            let ranks: BTreeMap<_, _> = block
                .stages
                .iter()
                .filter_map(|key| Some((*key, self.contest(*key)?)))
                .map(|(key, contest)| (key, (contest.ranks(), contest.guaranteed_ranks())))
                .collect();
            let of = |key: &StageKey, seat: usize| {
                let (known, worst) = ranks.get(key)?;
                Some((known.get(seat).copied().flatten(), worst.get(seat).copied()?))
            };
            let alone = block.stages.len() == 1;
            let mut known: Vec<Option<u32>> = Vec::new();
            for (_, key, seat) in &block.members {
                known.push(of(key, *seat).and_then(|(known, _)| known));
            }
            let all: Option<Vec<u32>> = known.iter().copied().collect();
            let all = all.map(|mut all| {
                all.sort_unstable();
                all
            });
            for ((entrant, key, seat), own) in block.members.iter().zip(&known) {
                // Those who went on leave gaps in the ranks of their stage.
                let rank = match (&all, own) {
                    (Some(all), Some(own)) => {
                        let better = all.partition_point(|other| other < own);
                        Some(ahead + 1 + u32::try_from(better).unwrap_or(u32::MAX))
                    }
                    (None, Some(own)) if alone && block.open == 0 && !block.left => {
                        Some(ahead + own)
                    }
                    _ => None,
                };
                let worst = match of(key, *seat) {
                    Some((_, worst)) if alone => ahead.saturating_add(worst.min(size)),
                    _ => ahead.saturating_add(size),
                };
                tell(*entrant, rank, worst.min(self.entrants));
            }
            if block.open > 0 {
                // How many are ahead of the rest is not known yet.
                return;
            }
            ahead = ahead.saturating_add(size);
        }
    }

    /// Blocks from the best to the last. Those behind one with open seats may hold somebody who
    /// will go on.
    fn blocks(&self) -> Vec<Block> {
        let mut order: BTreeMap<(std::cmp::Reverse<u32>, u32), Vec<StageKey>> = BTreeMap::new();
        for (key, stage) in (0..).map(StageKey).zip(&self.design.stages) {
            order.entry((std::cmp::Reverse(stage.phase), stage.tier)).or_default().push(key);
        }
        let mut memory = super::places::Memory::default();
        let mut seen = vec![false; self.entrants as usize];
        let blocks = order.into_values().map(|stages| {
            let mut block = Block { stages, members: Vec::new(), open: 0, left: false };
            for key in &block.stages {
                let field = match self.contest(*key) {
                    Some(contest) => contest.field(),
                    None => self.seats_by(*key, &mut memory).unwrap_or_default(),
                };
                for (seat, content) in field.into_iter().enumerate() {
                    block.open += usize::from(content == crate::model::Content::Undecided);
                    let Some(entrant) = content.entrant() else { continue };
                    match seen.get_mut(entrant.index()) {
                        Some(seen) if !*seen => {
                            *seen = true;
                            block.members.push((entrant, *key, seat));
                        }
                        _ => block.left = true,
                    }
                }
            }
            block
        });
        blocks.collect()
    }
}
