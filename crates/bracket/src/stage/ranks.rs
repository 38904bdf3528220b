//! Final places, known and still possible.

use std::collections::HashMap;

use super::Stage;
use crate::model::{Content, Entrant, MatchState};
use crate::plan::Rank;

/// Where somebody stands.
#[derive(Clone, Copy)]
enum Standing {
    /// Their last match is played; the place it is worth.
    Out(Rank),
    /// Still playing; the place if they lose everything from now on.
    In(Rank),
}

impl Stage {
    /// Final place by seed (see [`crate::Seed::index`]), `None` while it is undecided.
    ///
    /// Those who leave in the same round share the best of their places ("1, 2, 3, 3, 5 …").
    /// A place can still improve if both sides of a later match forfeit; once the bracket is over
    /// all places are final. Without a winner of the last match nobody is first.
    pub fn ranks(&self) -> Vec<Option<u32>> {
        if self.settings().format.is_table() {
            return self.table_ranks(false);
        }
        let standings = self.reached();
        let places = self.places(&standings);
        let rank = |(standing, place): (&Standing, u32)| match standing {
            Standing::Out(_) => Some(place),
            Standing::In(_) => None,
        };
        standings.iter().zip(places).map(rank).collect()
    }

    /// Everybody whose final place is known, best first; who shares a place is in seed order. Those
    /// are the entrants of [`Stage::ranks`].
    pub fn ranked(&self) -> Vec<(u32, Entrant)> {
        let places = self.ranks().into_iter().zip(self.field());
        let mut ranked: Vec<_> =
            places.filter_map(|(rank, content)| Some((rank?, content.entrant()?))).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked
    }

    /// The places as they would be if no more rounds came.
    pub(crate) fn ranks_so_far(&self) -> Vec<Option<u32>> {
        if self.settings().format.is_table() {
            let table = self.standings().ok().map(|table| table.ranks());
            return table
                .map_or_else(|| self.ranks(), |ranks| ranks.into_iter().map(Some).collect());
        }
        self.ranks()
    }

    /// Worst final place still possible by seed (see [`crate::Seed::index`]), at any time.
    pub fn guaranteed_ranks(&self) -> Vec<u32> {
        if self.settings().format.is_table() {
            return self.table_ranks(true).into_iter().flatten().collect();
        }
        self.places(&self.reached())
    }

    fn reached(&self) -> Vec<Standing> {
        let entrants = self.entrants();
        let mut standings = vec![Standing::In(entrants.into()); entrants as usize];
        let seeds = self.seeds();
        let mut set = |entrant: Entrant, standing| {
            let index = seeds.as_ref().map_or(Some(entrant.index()), |s| s.get(&entrant).copied());
            if let Some(place) = index.and_then(|index| standings.get_mut(index)) {
                *place = standing;
            }
        };
        for m in self.matches() {
            let Some(node) = self.plan.node(m.key) else { continue };
            match (m.outcome, m.placed()) {
                (_, Some(placed)) => {
                    let mut shared = 0;
                    let mut last = None;
                    for (position, (place, slot)) in placed.iter().enumerate() {
                        if last != Some(*place) {
                            (last, shared) = (Some(*place), position);
                        }
                        let entrant = m.slots.get(*slot).and_then(|slot| slot.content.entrant());
                        let next = node.target(position).and_then(|key| self.get(key));
                        let out = next.is_none_or(|next| !next.present);
                        // Those who are equal share the better place.
                        if let (Some(entrant), Some(rank), true) =
                            (entrant, node.rank(shared).or(node.rank(position)), out)
                        {
                            set(entrant, Standing::Out(rank));
                        }
                    }
                }
                (Some(_), None) => {
                    m.entrants().for_each(|e| set(e, Standing::Out(node.kind.floor)));
                }
                (None, None) if m.state != MatchState::Complete => {
                    m.entrants().for_each(|e| set(e, Standing::In(node.kind.floor)));
                }
                (None, None) => {}
            }
        }
        standings
    }

    /// Position of the seed by entrant, where it does not follow from the entrant's number.
    fn seeds(&self) -> Option<HashMap<Entrant, usize>> {
        let field = self.field.as_deref()?;
        let seats = field.iter().enumerate();
        Some(seats.filter_map(|(seat, content)| Some((content.entrant()?, seat))).collect())
    }

    /// Turns nominal places into real ones. They differ after double forfeits and with byes in the
    /// field, when fewer entrants than a place allows for end before it: then those behind move up.
    /// And they differ after ties in matches of many, which may bring more before it.
    fn places(&self, standings: &[Standing]) -> Vec<u32> {
        let mut out: Vec<_> = standings
            .iter()
            .filter_map(|standing| match standing {
                Standing::Out(place) => Some(place.nominal),
                Standing::In(_) => None,
            })
            .collect();
        out.sort_unstable();
        // Entrants who are sure to end at this place or behind it.
        let behind = |place: u32| {
            u32::try_from(out.len() - out.partition_point(|known| *known < place)).unwrap_or(0)
        };
        let byes = self.field().filter(|content| *content == Content::Bye).count();
        let entrants = self.entrants().saturating_sub(u32::try_from(byes).unwrap_or(u32::MAX));
        let place = |standing: &Standing| match *standing {
            Standing::Out(Rank { nominal: 1, .. }) => 1,
            Standing::Out(Rank { nominal, worst }) => {
                (entrants + 1).saturating_sub(behind(nominal)).min(worst).max(2)
            }
            Standing::In(Rank { nominal, worst }) => {
                entrants.saturating_sub(behind(nominal)).min(worst).max(2)
            }
        };
        standings.iter().map(place).collect()
    }
}
