//! Where a newcomer to a round robin finds room.

use super::{Match, Stage};
use crate::model::{Section, Seed, Source};
use crate::settings::Format;

/// The rounds, from 1, in which somebody plays.
#[derive(Clone, Default)]
struct Busy(Vec<u64>);

impl Busy {
    fn insert(&mut self, round: u32) {
        let (word, bit) = place(round);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << bit;
        }
    }

    /// The first round in which both are free.
    fn first_free(&self, other: &Self) -> u32 {
        let word = |number: usize| {
            let [own, theirs] = [self, other].map(|busy| busy.0.get(number).copied().unwrap_or(0));
            own | theirs
        };
        let longest = self.0.len().max(other.0.len());
        let number = (0..longest).find(|number| word(*number) < u64::MAX).unwrap_or(longest);
        let before = u32::try_from(number).unwrap_or(u32::MAX).saturating_mul(u64::BITS);
        before.saturating_add(word(number).trailing_ones()).saturating_add(1)
    }
}

/// Word and bit of a round.
fn place(round: u32) -> (usize, u32) {
    let number = round.saturating_sub(1);
    ((number / u64::BITS) as usize, number % u64::BITS)
}

impl Stage {
    /// The matches of a newcomer to a round robin: against each opponent, as often as everybody
    /// meets, in the first round in which both are free.
    pub(super) fn late_matches(&self, seed: Seed) -> Vec<(u32, [Seed; 2])> {
        let Format::RoundRobin { cycles, .. } = self.settings().format else { return Vec::new() };
        let mut busy = vec![Busy::default(); self.entrants() as usize];
        for m in self.matches.iter().filter(|m| m.section == Section::Table) {
            for seed in seeds(m) {
                if let Some(busy) = busy.get_mut(seed.index()) {
                    busy.insert(m.round.unsigned_abs());
                }
            }
        }
        let mut own = Busy::default();
        let mut matches = Vec::new();
        for cycle in 0..cycles {
            for (opponent, theirs) in (1..seed.0).map(Seed).zip(&mut busy) {
                let round = own.first_free(theirs);
                own.insert(round);
                theirs.insert(round);
                let first = (opponent.0 + cycle).is_multiple_of(2);
                matches.push((round, if first { [seed, opponent] } else { [opponent, seed] }));
            }
        }
        matches.sort_unstable();
        matches
    }
}

fn seeds(m: &Match) -> impl Iterator<Item = Seed> {
    m.slots.iter().filter_map(|slot| match slot.source {
        Source::Seed(seed) => Some(seed),
        Source::Winner(_) | Source::Loser(_) | Source::Place { .. } => None,
    })
}
