//! Single elimination with placement matches.

use super::{Draft, Round, present, real_matches};
use crate::layout::RoundName;
use crate::model::{Match, MatchKey, Section, Source};
use crate::seeding;
use crate::settings::SeedingOrder;

pub(super) fn build(
    draft: &mut Draft,
    seeding: SeedingOrder,
    entrants: u32,
    placement_to: Option<u32>,
) {
    let slots = seeding::first_round(seeding, entrants);
    Builder { draft: &mut *draft, placement_to: placement_to.unwrap_or(0) }.block(
        slots,
        1,
        1,
        Section::Winners,
    );
    let order = play_order(&draft.matches);
    draft.order(order);
}

struct Builder<'a> {
    draft: &'a mut Draft,
    placement_to: u32,
}

impl Builder<'_> {
    /// Plays out the places from `best` on among `slots`, beginning beside round `number` of the
    /// main bracket. The losers of a round share the next places, or play them out in a block of
    /// their own, which ends in the same round as the final.
    fn block(&mut self, slots: Vec<Option<Source>>, best: u32, number: i32, section: Section) {
        let mut slots = slots;
        let mut number = number;
        let mut alive = present(&slots);
        let mut out = Vec::new();
        while slots.len() > 1 {
            let name = match section {
                Section::Winners => main_name(slots.len(), number),
                _ if best == 3 && alive == 2 => RoundName::ThirdPlace,
                _ => RoundName::Placement { from: best, to: best + alive - 1 },
            };
            alive -= real_matches(&slots);
            let loser_rank = best + alive;
            let played = self.draft.round(&slots, &Round { section, number, name, loser_rank });
            number += 1;
            out.push((played.losers, loser_rank, number));
            slots = played.winners;
        }
        self.draft.set_rank(slots.first().copied().flatten(), best);
        for (losers, rank, number) in out.into_iter().rev() {
            if rank <= self.placement_to && present(&losers) > 1 {
                self.block(losers, rank, number, Section::Placement);
            }
        }
    }
}

/// Name of a main round that begins with `slots` places.
fn main_name(slots: usize, number: i32) -> RoundName {
    match slots {
        2 => RoundName::Final,
        4 => RoundName::SemiFinals,
        8 => RoundName::QuarterFinals,
        _ => RoundName::Round(number.unsigned_abs()),
    }
}

/// Round by round, placement matches after the main ones; in the last round the other way round,
/// so that the stakes rise to the final.
fn play_order(matches: &[Match]) -> Vec<MatchKey> {
    let last = matches.iter().map(|m| m.round).max();
    let mut order: Vec<_> = matches.iter().collect();
    order.sort_by_key(|m| {
        let key = i64::from(m.key.0);
        (m.round, if Some(m.round) == last { -key } else { key })
    });
    order.into_iter().map(|m| m.key).collect()
}
