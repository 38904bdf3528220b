//! The way of one entrant through a stage.

use serde::Serialize;

use crate::model::{Entrant, MatchKey, MatchState, Seed, Source};
use crate::stage::Stage;

/// Matches of one entrant, to be highlighted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Path {
    /// Those that are decided, in list order.
    pub played: Vec<MatchKey>,
    /// The next ones, and those after them if all are won.
    pub winning: Vec<MatchKey>,
    /// Those that follow instead if the next one is lost (from a match of many: with the last place
    /// that goes on) and all after it are won.
    pub losing: Vec<MatchKey>,
}

/// The way of an entrant: what they played, and what they can still come to.
pub fn path(stage: &Stage, entrant: Entrant) -> Path {
    let mut path = Path::default();
    let mut next = None;
    for m in stage.matches() {
        let Some(slot) = m.slot_of(entrant) else { continue };
        if m.state == MatchState::Complete {
            path.played.push(m.key);
        } else {
            path.winning.push(m.key);
            next = Some((m.key, slot));
        }
    }
    if let Some((key, slot)) = next {
        path.go_on(stage, key, slot);
    }
    path
}

/// The way of whoever stands on a seed, also while that is not known.
pub fn seed_path(stage: &Stage, seed: Seed) -> Path {
    if let Some(entrant) = stage.on_seed(seed).entrant() {
        return path(stage, entrant);
    }
    let mut path = Path::default();
    let mut next = None;
    for m in stage.matches() {
        if let Some(slot) = m.slots.iter().position(|slot| slot.source == Source::Seed(seed)) {
            path.winning.push(m.key);
            next = Some((m.key, slot));
        }
    }
    if let Some((key, slot)) = next {
        path.go_on(stage, key, slot);
    }
    path
}

impl Path {
    fn go_on(&mut self, stage: &Stage, key: MatchKey, slot: usize) {
        let sides = stage.get(key).map_or(0, |m| m.slots.len());
        let last = (2..=sides).rev().find(|place| stage.goes_to(key, *place).is_some());
        let losing = last.map(|place| follow(stage, key, slot, place));
        self.winning.extend(follow(stage, key, slot, 1));
        self.losing = losing.unwrap_or_default();
        self.losing.retain(|key| !self.winning.contains(key));
    }
}

/// The matches after one that ends with a place, if all of them are won.
fn follow(stage: &Stage, key: MatchKey, slot: usize, place: usize) -> Vec<MatchKey> {
    let mut keys = Vec::new();
    let (mut key, mut slot, mut place) = (key, slot, place);
    while let Some((next, next_slot)) = stage.goes_to(key, place) {
        // The second grand final comes only if the lower side, from the losers' part, wins.
        let upper_won = (slot == 0) == (place == 1);
        if upper_won && stage.get(next).is_some_and(|m| m.optional) {
            break;
        }
        keys.push(next);
        (key, slot, place) = (next, usize::from(next_slot), 1);
    }
    keys
}
