//! Final places, known and still possible.

use super::Bracket;
use crate::model::{Entrant, Match, MatchState, Outcome};

/// Where somebody stands.
#[derive(Clone, Copy)]
enum Standing {
    /// Their last match is played; the place it is worth.
    Out(u32),
    /// Still playing; the place if they lose everything from now on.
    In(u32),
}

impl Bracket {
    /// Final place by entrant (see [`Entrant::index`]), `None` while it is undecided.
    ///
    /// Those who leave in the same round share the best of their places ("1, 2, 3, 3, 5 …").
    /// A place can still improve if both sides of a later match forfeit; once the bracket is over
    /// all places are final. Without a winner of the last match nobody is first.
    pub fn ranks(&self) -> Vec<Option<u32>> {
        let standings = self.standings();
        let places = self.places(&standings);
        let rank = |(standing, place): (&Standing, u32)| match standing {
            Standing::Out(_) => Some(place),
            Standing::In(_) => None,
        };
        standings.iter().zip(places).map(rank).collect()
    }

    /// Worst final place still possible by entrant (see [`Entrant::index`]), at any time.
    pub fn guaranteed_ranks(&self) -> Vec<u32> {
        self.places(&self.standings())
    }

    fn standings(&self) -> Vec<Standing> {
        let mut standings = vec![Standing::In(self.entrants()); self.entrants() as usize];
        let mut set = |entrant: Option<Entrant>, standing| {
            if let Some(place) = entrant.and_then(|e| standings.get_mut(e.index())) {
                *place = standing;
            }
        };
        for m in self.matches() {
            let Some(node) = self.plan.node(m.key) else { continue };
            match m.outcome {
                Some(Outcome::Winner { .. }) => {
                    if self.winner_goes_to(m.key).is_none() {
                        set(m.winner(), Standing::Out(node.winner_rank));
                    }
                    if self.loser_goes_to(m.key).is_none() {
                        set(m.loser(), Standing::Out(node.loser_rank));
                    }
                }
                Some(Outcome::DoubleForfeit | Outcome::Draw) => {
                    entrants(m).for_each(|e| set(Some(e), Standing::Out(node.floor)));
                }
                None if m.state != MatchState::Complete => {
                    entrants(m).for_each(|e| set(Some(e), Standing::In(node.floor)));
                }
                None => {}
            }
        }
        standings
    }

    /// Turns nominal places into real ones. They differ only after double forfeits, when fewer
    /// entrants than a place allows for end before it: then those behind move up.
    fn places(&self, standings: &[Standing]) -> Vec<u32> {
        let mut out: Vec<_> = standings
            .iter()
            .filter_map(|standing| match standing {
                Standing::Out(place) => Some(*place),
                Standing::In(_) => None,
            })
            .collect();
        out.sort_unstable();
        // Entrants who are sure to end at this place or behind it.
        let behind = |place: u32| {
            u32::try_from(out.len() - out.partition_point(|known| *known < place)).unwrap_or(0)
        };
        let entrants = self.entrants();
        let place = |standing: &Standing| match *standing {
            Standing::Out(1) => 1,
            Standing::Out(place) => (entrants + 1).saturating_sub(behind(place)).min(place).max(2),
            Standing::In(place) => entrants.saturating_sub(behind(place)).min(place).max(2),
        };
        standings.iter().map(place).collect()
    }
}

fn entrants(m: &Match) -> impl Iterator<Item = Entrant> {
    m.slots.iter().filter_map(|slot| slot.content.entrant())
}
