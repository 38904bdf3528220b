//! Making a seeding order: drawn, by rating, and with some kept apart.
//!
//! An order is a list of entrants, seed 1 first. Chance is an argument, so the same generator in the
//! same state gives the same draw, on every machine and in every later version.

mod apart;
mod exact;
mod field;
mod pots;
mod refine;
mod split;

use std::cmp::Reverse;

pub use rand_core;
use rand_core::Rng;

pub(crate) use apart::separate;
pub use apart::{Limits, Mates, Meeting, Separated, keep_apart, meetings};
pub use pots::{SeparatedGroups, keep_apart_in_groups};

use crate::model::Entrant;

/// All in an order drawn by chance; every order is as likely as any other.
///
/// The method is fixed, so that a draw can be checked by whoever knows the generator's seed: for
/// i = n, n − 1 … 2 a number below i is drawn, and the entrants at the places of that number and of
/// i − 1, from 0, are exchanged. A number below i is a 64-bit word modulo i, where words that are
/// greater than or equal to the largest multiple of i below 2⁶⁴ are drawn again.
pub fn random(entrants: &[Entrant], rng: &mut impl Rng) -> Vec<Entrant> {
    let mut order = entrants.to_vec();
    shuffle(&mut order, rng);
    order
}

/// The greatest rating first, those without one last; equals stay in the order given.
pub fn by_rating<R: Ord>(entrants: &[(Entrant, Option<R>)]) -> Vec<Entrant> {
    let mut sorted: Vec<_> = entrants.iter().collect();
    sorted.sort_by_key(|(_, rating)| Reverse(rating.as_ref()));
    sorted.into_iter().map(|(entrant, _)| *entrant).collect()
}

/// The best `seeded` of those with a rating in its order, as [`by_rating`]; all others are drawn, as
/// [`random`] does it with the list of the others in the order given.
pub fn seeded_then_random<R: Ord>(
    entrants: &[(Entrant, Option<R>)],
    seeded: usize,
    rng: &mut impl Rng,
) -> Vec<Entrant> {
    let mut places: Vec<_> =
        (0..).zip(entrants).filter(|(_, (_, rating))| rating.is_some()).collect();
    places.sort_by_key(|(_, (_, rating))| Reverse(rating.as_ref()));
    places.truncate(seeded);
    let mut drawn = vec![true; entrants.len()];
    for (place, _) in &places {
        if let Some(drawn) = drawn.get_mut::<usize>(*place) {
            *drawn = false;
        }
    }
    let mut others: Vec<Entrant> = entrants
        .iter()
        .zip(drawn)
        .filter(|(_, drawn)| *drawn)
        .map(|((entrant, _), _)| *entrant)
        .collect();
    shuffle(&mut others, rng);
    places.into_iter().map(|(_, (entrant, _))| *entrant).chain(others).collect()
}

fn shuffle(order: &mut [Entrant], rng: &mut impl Rng) {
    for last in (1..order.len()).rev() {
        let Some(choices) = u64::try_from(last).ok().and_then(|last| last.checked_add(1)) else {
            continue;
        };
        // A multiple of `choices`, so that no number is favoured.
        let limit = u64::MAX - u64::MAX % choices;
        let word = loop {
            let word = rng.next_u64();
            if word < limit {
                break word;
            }
        };
        order.swap(last, usize::try_from(word % choices).unwrap_or(last));
    }
}
