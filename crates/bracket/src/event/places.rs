//! Who gets which seat.

use std::collections::{BTreeMap, BTreeSet};

use super::design::{Entry, Kind};
use super::{Contest, Event, EventRefusal, StageKey};
use crate::model::{Content, Entrant};
use crate::operation::Operation;
use crate::race::Race;
use crate::stage::Stage;
use crate::standings::{self, Standings};

/// Entrants of whom it is open who goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// The stage in which they are level.
    pub stage: StageKey,
    /// The best of the places that they share, from 1.
    pub place: u32,
    /// Who, in seed order.
    pub entrants: Vec<Entrant>,
}

/// The end of a stage, as others see it.
pub(super) struct Places {
    /// By place; undecided where a tie leaves it open.
    order: Vec<Content>,
    ties: Vec<Tie>,
}

/// Where a place leads: to a stage, straight or among wild cards.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Straight(StageKey),
    Card(StageKey),
}

impl Event {
    /// Ties that leave open who goes on: of a stage that is over, and among those who wait for its
    /// own wild cards. They are settled before the stages concerned can start.
    pub fn ties(&self, key: StageKey) -> Vec<Tie> {
        let absent = &self.withdrawn;
        let own = self.places(key, absent).map(|places| places.ties);
        let mut ties = own.unwrap_or_default();
        let mut memory = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for entry in self.design.stage(key).iter().flat_map(|stage| &stage.entries) {
            if let Entry::Best { stages, place, .. } = entry
                && seen.insert((stages, place))
                && let Some((_, tie)) = self.cards(key, stages, *place, absent, &mut memory)
            {
                ties.extend(tie);
            }
        }
        ties
    }

    /// Who gets each seat of a stage by its entries, as far as it is known by now.
    ///
    /// # Errors
    /// There is no such stage.
    pub fn seats(&self, key: StageKey) -> Result<Vec<Content>, EventRefusal> {
        let state = &self.known(key)?.state;
        let absent = if self.contest(key).is_some() { &state.absent } else { &self.withdrawn };
        let mut memory = BTreeMap::new();
        let entries = &self.design.stage(key)?.entries;
        let mut seats: Vec<_> =
            entries.iter().map(|entry| self.seat(key, entry, absent, &mut memory)).collect();
        arrange(&mut seats, &state.arranged);
        seats.extend(state.late.iter().copied().map(Content::Entrant));
        Ok(seats)
    }

    fn seat(
        &self,
        target: StageKey,
        entry: &Entry,
        absent: &[Entrant],
        memory: &mut BTreeMap<StageKey, Option<Places>>,
    ) -> Content {
        let here = |content: Content| match content {
            Content::Entrant(entrant) if absent.contains(&entrant) => Content::Bye,
            other => other,
        };
        match entry {
            Entry::Seed(seed) => here(self.on_seed(*seed)),
            Entry::Place { stage, place } => {
                let places =
                    memory.entry(*stage).or_insert_with(|| self.places(*stage, absent)).as_ref();
                let index = (*place as usize).wrapping_sub(1);
                places.map_or(Content::Undecided, |places| {
                    places.order.get(index).copied().unwrap_or(Content::Bye)
                })
            }
            Entry::Best { stages, place, nth } => {
                let cards = self.cards(target, stages, *place, absent, memory);
                let index = (*nth as usize).wrapping_sub(1);
                cards.map_or(Content::Undecided, |(cards, _)| {
                    cards.get(index).copied().unwrap_or(Content::Bye)
                })
            }
            Entry::Winner { stage, key } => here(self.passed(*stage, *key, 0)),
            Entry::Loser { stage, key } => here(self.passed(*stage, *key, 1)),
        }
    }

    /// Whom a match of another stage passes on. A match that does not exist passes on nobody.
    fn passed(&self, stage: StageKey, key: crate::MatchKey, position: usize) -> Content {
        let Some(stage) = self.stage(stage) else { return Content::Undecided };
        stage.get(key).map_or(Content::Bye, |m| m.passes(position))
    }

    /// The wild cards of a stage from one place of several tables, the best first, and the tie that
    /// leaves open who gets the last of them. `None` while the tables are being played.
    fn cards(
        &self,
        target: StageKey,
        stages: &[StageKey],
        place: u32,
        absent: &[Entrant],
        memory: &mut BTreeMap<StageKey, Option<Places>>,
    ) -> Option<(Vec<Content>, Option<Tie>)> {
        let mut tables = Vec::new();
        let mut holders = Vec::new();
        for key in stages {
            let places =
                memory.entry(*key).or_insert_with(|| self.places(*key, absent)).as_ref()?;
            let entrant = match places.order.get((place as usize).wrapping_sub(1)) {
                Some(Content::Entrant(entrant)) => *entrant,
                Some(Content::Undecided) => return None,
                Some(Content::Bye) | None => continue,
            };
            tables.push(self.stage(*key).and_then(|stage| line_of(stage, entrant))?);
            holders.push(entrant);
        }
        let state = &self.running.get(target.index())?.state;
        let settled = Self::positions(&state.settled);
        let cards = standings::wild_cards(&tables, 1).ok()?;
        let mut cards: Vec<(u32, usize, Entrant)> = cards
            .iter()
            .filter_map(|card| {
                let entrant = *holders.get(card.group)?;
                Some((card.rank, settled.get(&entrant).copied().unwrap_or(usize::MAX), entrant))
            })
            .collect();
        cards.sort_by_key(|(rank, word, _)| (*rank, *word));
        let entries = &self.design.stage(target).ok()?.entries;
        let given = entries.iter().filter(|entry| {
            matches!(entry, Entry::Best { stages: among, place: of, .. }
                if among == stages && *of == place)
        });
        let given = given.count();
        let mut order = Vec::with_capacity(cards.len());
        let mut tie = None;
        for level in cards.chunk_by(|one, other| one.0 == other.0) {
            let (from, to) = (order.len(), order.len() + level.len());
            let open = level.iter().filter(|(_, word, _)| *word == usize::MAX).count() > 1;
            let tied = open && from < given && given < to;
            if tied {
                let place = u32::try_from(from + 1).unwrap_or(u32::MAX);
                let entrants = level.iter().map(|(.., entrant)| *entrant).collect();
                tie = Some(Tie { stage: target, place, entrants });
            }
            order.extend(level.iter().map(|(.., entrant)| {
                if tied { Content::Undecided } else { Content::Entrant(*entrant) }
            }));
        }
        Some((order, tie))
    }

    /// The places of a stage once everything in it is played, without those who are absent.
    fn places(&self, key: StageKey, absent: &[Entrant]) -> Option<Places> {
        let running = self.running.get(key.index())?;
        let contest = running.contest.as_ref()?;
        let ranks = self.final_ranks(key, contest)?;
        let settled = Self::positions(&running.state.settled);
        let mut standing: Vec<(u32, usize, usize, Entrant)> = contest
            .field()
            .into_iter()
            .zip(ranks)
            .enumerate()
            .filter_map(|(seed, (content, rank))| {
                let entrant = content.entrant().filter(|one| !absent.contains(one))?;
                let word = settled.get(&entrant).copied().unwrap_or(usize::MAX);
                Some((rank, word, seed, entrant))
            })
            .collect();
        standing.sort_unstable();
        let ways = self.ways(key);
        let mut places = Places { order: Vec::with_capacity(standing.len()), ties: Vec::new() };
        for level in standing.chunk_by(|one, other| one.0 == other.0) {
            let from = places.order.len();
            let mut among = (from..from + level.len()).map(|place| ways.get(&place).copied());
            let first = among.next().flatten();
            // All but one named by the organiser leave nothing open.
            let open = level.iter().filter(|(_, word, ..)| *word == usize::MAX).count() > 1;
            let tied = open && among.any(|way| way != first);
            let content = |(.., entrant): &(u32, usize, usize, Entrant)| {
                if tied { Content::Undecided } else { Content::Entrant(*entrant) }
            };
            places.order.extend(level.iter().map(content));
            if tied {
                let place = u32::try_from(from + 1).unwrap_or(u32::MAX);
                let entrants = level.iter().map(|(.., entrant)| *entrant).collect();
                places.ties.push(Tie { stage: key, place, entrants });
            }
        }
        Some(places)
    }

    /// Where the places of a stage lead, by place from 0.
    fn ways(&self, key: StageKey) -> BTreeMap<usize, Way> {
        let mut ways = BTreeMap::new();
        for next in self.feeds.get(key.index()).into_iter().flatten() {
            let Ok(stage) = self.design.stage(*next) else { continue };
            for entry in &stage.entries {
                let (place, way) = match entry {
                    Entry::Place { stage, place } if *stage == key => {
                        (*place, Way::Straight(*next))
                    }
                    Entry::Best { stages, place, .. } if stages.contains(&key) => {
                        (*place, Way::Card(*next))
                    }
                    _ => continue,
                };
                ways.insert((place as usize).wrapping_sub(1), way);
            }
        }
        ways
    }

    /// Ranks by seed if everything is played. Once a stage that it feeds has started, open-ended
    /// rounds count as over.
    fn final_ranks(&self, key: StageKey, contest: &Contest) -> Option<Vec<u32>> {
        let ranks = match contest {
            Contest::Race { race, .. } if !race.is_over() => return None,
            Contest::Race { race, .. } => race.ranks(),
            Contest::Matches(stage) => {
                let fed = self.feeds.get(key.index()).into_iter().flatten();
                let started = fed.into_iter().any(|next| self.contest(*next).is_some());
                let over = stage.is_over() || (started && stage.is_played());
                if !over {
                    return None;
                }
                stage.ranks_so_far()
            }
        };
        let last = u32::try_from(ranks.len()).unwrap_or(u32::MAX);
        Some(ranks.into_iter().map(|rank| rank.unwrap_or(last)).collect())
    }

    /// The contest that a stage starts with.
    pub(super) fn build(&self, key: StageKey) -> Result<Contest, EventRefusal> {
        let field = self.seats(key)?;
        let design = self.design.stage(key)?;
        let seats = u32::try_from(field.len()).unwrap_or(u32::MAX);
        Ok(match &design.kind {
            Kind::Matches(settings) => {
                let refused = |refusal| EventRefusal::Stage { stage: key, refusal };
                let mut stage = Stage::start(settings.clone(), seats).map_err(refused)?;
                stage.apply(&Operation::Seed { order: field }).map_err(refused)?;
                Contest::Matches(stage)
            }
            Kind::Race(settings) => {
                let refused = |refusal| EventRefusal::Race { stage: key, refusal };
                let mut race = Race::start(settings.clone(), seats).map_err(refused)?;
                super::record::withdraw_absent(&mut race, &field, &self.withdrawn)
                    .map_err(refused)?;
                Contest::Race { race, field }
            }
        })
    }
}

/// The line of an entrant alone.
fn line_of(stage: &Stage, entrant: Entrant) -> Option<Standings> {
    let seed = stage.seed_of(entrant)?;
    let mut table = stage.standings().ok()?;
    table.rows.retain(|row| row.entrant == Entrant(seed.0));
    Some(table)
}

/// Puts the seats in the organiser's order, if it is one of the same entrants.
fn arrange(seats: &mut [Content], arranged: &[Entrant]) {
    if arranged.is_empty() {
        return;
    }
    let mut have: Vec<_> = seats.iter().filter_map(|seat| seat.entrant()).collect();
    let mut want = arranged.to_vec();
    have.sort_unstable();
    want.sort_unstable();
    if have != want || seats.contains(&Content::Undecided) {
        return;
    }
    let mut next = arranged.iter();
    for seat in seats.iter_mut().filter(|seat| **seat != Content::Bye) {
        if let Some(entrant) = next.next() {
            *seat = Content::Entrant(*entrant);
        }
    }
}
