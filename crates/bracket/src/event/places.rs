//! Who gets which seat.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::design::{Entry, Kind};
use super::links::{Cards, Way};
use super::{Contest, Event, EventRefusal, StageKey, StageState};
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
struct Places {
    /// By place; undecided where a tie leaves it open.
    order: Vec<Content>,
    ties: Vec<Tie>,
}

/// Wild cards, the best first, and the ties that leave them open.
type Dealt = (Vec<Content>, Vec<Tie>);

/// Somebody at the end of a stage: rank, the organiser's word, seed.
type Stood = (u32, usize, usize, Entrant);

/// What is worked out once while the seats of several stages are asked for.
#[derive(Default)]
pub(super) struct Memory {
    standing: BTreeMap<StageKey, Option<Rc<[Stood]>>>,
    /// For whom the rest is.
    absent: Vec<Entrant>,
    out: BTreeSet<Entrant>,
    places: BTreeMap<StageKey, Option<Rc<Places>>>,
    cards: BTreeMap<usize, Option<Rc<Dealt>>>,
}

impl Memory {
    /// From now on without these.
    fn without(&mut self, absent: &[Entrant]) {
        if self.absent != absent {
            self.absent = absent.to_vec();
            self.out = absent.iter().copied().collect();
            self.places.clear();
            self.cards.clear();
        }
    }
}

impl Event {
    /// Ties that leave open who goes on: of a stage that is over, and among those who wait for its
    /// own wild cards. They are settled before the stages concerned can start.
    pub fn ties(&self, key: StageKey) -> Vec<Tie> {
        let mut memory = Memory::default();
        let mut ties: Vec<Tie> = Vec::new();
        // As each stage that it feeds sees it: they may have started without others.
        for next in self.links.from(key).into_iter().flat_map(|link| &link.feeds) {
            let Ok(running) = self.known(*next) else { continue };
            memory.without(self.absent(*next, &running.state));
            let Some(places) = self.places(key, &mut memory) else { continue };
            for tie in &places.ties {
                if self.leads_to(tie, *next) && !ties.contains(tie) {
                    ties.push(tie.clone());
                }
            }
        }
        let Ok(running) = self.known(key) else { return ties };
        memory.without(self.absent(key, &running.state));
        let mut seen = BTreeSet::new();
        for entry in self.design.stage(key).iter().flat_map(|stage| &stage.entries) {
            if let Entry::Best { stages, place, .. } = entry
                && let Some((number, _)) = self.links.cards_of(stages, *place)
                && seen.insert(number)
                && let Some(dealt) = self.cards(stages, *place, &mut memory)
            {
                ties.extend(dealt.1.iter().cloned());
            }
        }
        ties
    }

    /// Who gets each seat of a stage by its entries, as far as it is known by now. Nobody gets two:
    /// the later one stays empty.
    ///
    /// # Errors
    /// There is no such stage.
    pub fn seats(&self, key: StageKey) -> Result<Vec<Content>, EventRefusal> {
        self.seats_by(key, &mut Memory::default())
    }

    /// The same, with what was worked out before.
    pub(super) fn seats_by(
        &self,
        key: StageKey,
        memory: &mut Memory,
    ) -> Result<Vec<Content>, EventRefusal> {
        let state = &self.known(key)?.state;
        memory.without(self.absent(key, state));
        let entries = &self.design.stage(key)?.entries;
        let mut seats: Vec<_> = entries.iter().map(|entry| self.seat(entry, memory)).collect();
        if self.links.by_match {
            let mut seen = BTreeSet::new();
            for seat in &mut seats {
                if seat.entrant().is_some_and(|entrant| !seen.insert(entrant)) {
                    *seat = Content::Bye;
                }
            }
        }
        arrange(&mut seats, &state.arranged);
        let late = state.late.iter().copied().map(Content::Entrant);
        seats.extend(late.map(|content| here(content, memory)));
        Ok(seats)
    }

    /// Brings seats up to date after only some stages have changed.
    pub(super) fn seats_after(
        &self,
        key: StageKey,
        changed: &BTreeSet<StageKey>,
        mut seats: Vec<Content>,
        memory: &mut Memory,
    ) -> Result<Vec<Content>, EventRefusal> {
        let state = &self.known(key)?.state;
        if self.links.by_match || !state.arranged.is_empty() {
            return self.seats_by(key, memory);
        }
        memory.without(self.absent(key, state));
        for (seat, entry) in seats.iter_mut().zip(&self.design.stage(key)?.entries) {
            if entry.stages().iter().any(|stage| changed.contains(stage)) {
                *seat = self.seat(entry, memory);
            }
        }
        Ok(seats)
    }

    /// A seat of the stage depends on a tie.
    fn leads_to(&self, tie: &Tie, next: StageKey) -> bool {
        let Some(link) = self.links.from(tie.stage) else { return false };
        let from = (tie.place as usize).wrapping_sub(1);
        let mut ways = (from..from + tie.entrants.len()).filter_map(|place| link.ways.get(&place));
        ways.any(|way| match way {
            Way::Straight(key) => *key == next,
            Way::Card(number) => {
                let cards = self.links.cards(*number);
                cards.is_some_and(|cards| cards.ways.values().any(|key| *key == next))
            }
        })
    }

    /// Who does not count for a stage. The first stage that starts says so for all that share its
    /// feeders: otherwise the places that it has given out would be given out again.
    pub(super) fn absent<'a>(&'a self, key: StageKey, state: &'a StageState) -> &'a [Entrant] {
        if self.contest(key).is_some() {
            return &state.absent;
        }
        let entries = self.design.stage(key).map(|stage| stage.entries.as_slice());
        let feeders: BTreeSet<_> =
            entries.unwrap_or_default().iter().flat_map(Entry::stages).collect();
        let siblings = feeders.into_iter().filter_map(|feeder| self.links.from(*feeder));
        let started = siblings
            .flat_map(|link| &link.feeds)
            .filter_map(|other| self.running.get(other.index()))
            .find(|running| running.contest.is_some());
        started.map_or(&self.withdrawn, |running| &running.state.absent)
    }

    fn seat(&self, entry: &Entry, memory: &mut Memory) -> Content {
        match entry {
            Entry::Seed(seed) => here(self.on_seed(*seed), memory),
            Entry::Place { stage, place } => {
                let index = (*place as usize).wrapping_sub(1);
                self.places(*stage, memory).map_or(Content::Undecided, |places| {
                    places.order.get(index).copied().unwrap_or(Content::Bye)
                })
            }
            Entry::Best { stages, place, nth } => {
                let index = (*nth as usize).wrapping_sub(1);
                self.cards(stages, *place, memory).map_or(Content::Undecided, |dealt| {
                    dealt.0.get(index).copied().unwrap_or(Content::Bye)
                })
            }
            Entry::Winner { stage, key } => here(self.passed(*stage, *key, 0), memory),
            Entry::Loser { stage, key } => here(self.passed(*stage, *key, 1), memory),
        }
    }

    /// Whom a match of another stage passes on. A match that will not exist passes on nobody.
    fn passed(&self, key: StageKey, of: crate::MatchKey, position: usize) -> Content {
        let Some(stage) = self.stage(key) else { return Content::Undecided };
        match stage.get(of) {
            Some(m) if m.present => m.passes(position),
            None if !self.has_ended(key, stage) => Content::Undecided,
            Some(_) | None => Content::Bye,
        }
    }

    /// The wild cards from one place of several tables, the best first, and the ties that leave
    /// open who gets which. `None` while the tables are being played.
    fn cards(&self, stages: &[StageKey], place: u32, memory: &mut Memory) -> Option<Rc<Dealt>> {
        let (number, cards) = self.links.cards_of(stages, place)?;
        if let Some(dealt) = memory.cards.get(&number) {
            return dealt.clone();
        }
        let dealt = self.deal(cards, memory).map(Rc::new);
        memory.cards.insert(number, dealt.clone());
        dealt
    }

    fn deal(&self, cards: &Cards, memory: &mut Memory) -> Option<Dealt> {
        let mut tables = Vec::new();
        let mut holders = Vec::new();
        for key in &cards.stages {
            let places = self.places(*key, memory)?;
            let entrant = match places.order.get((cards.place as usize).wrapping_sub(1)) {
                Some(Content::Entrant(entrant)) => *entrant,
                Some(Content::Undecided) => return None,
                Some(Content::Bye) | None => continue,
            };
            tables.push(self.stage(*key).and_then(|stage| line_of(stage, entrant))?);
            holders.push(entrant);
        }
        let state = &self.running.get(cards.judge.index())?.state;
        let settled = Self::positions(&state.settled);
        let best = standings::wild_cards(&tables, 1).ok()?;
        let mut best: Vec<(u32, usize, Entrant)> = best
            .iter()
            .filter_map(|card| {
                let entrant = *holders.get(card.group)?;
                Some((card.rank, settled.get(&entrant).copied().unwrap_or(usize::MAX), entrant))
            })
            .collect();
        best.sort_by_key(|(rank, word, _)| (*rank, *word));
        let mut dealt = (Vec::with_capacity(best.len()), Vec::new());
        for level in best.chunk_by(|one, other| one.0 == other.0) {
            let from = dealt.0.len();
            let mut ways = (from..from + level.len()).map(|card| cards.ways.get(&card).copied());
            let first = ways.next().flatten();
            let open = level.iter().filter(|(_, word, _)| *word == usize::MAX).count() > 1;
            let tied = open && ways.any(|way| way != first);
            if tied {
                let place = u32::try_from(from + 1).unwrap_or(u32::MAX);
                let entrants = level.iter().map(|(.., entrant)| *entrant).collect();
                dealt.1.push(Tie { stage: cards.judge, place, entrants });
            }
            dealt.0.extend(level.iter().map(|(.., entrant)| {
                if tied { Content::Undecided } else { Content::Entrant(*entrant) }
            }));
        }
        Some(dealt)
    }

    /// The places of a stage once everything in it is played, without those who are absent.
    fn places(&self, key: StageKey, memory: &mut Memory) -> Option<Rc<Places>> {
        if let Some(places) = memory.places.get(&key) {
            return places.clone();
        }
        let known = memory.standing.entry(key).or_insert_with(|| self.standing(key));
        let standing = known.clone();
        let places = standing.and_then(|all| self.places_of(key, &all, &memory.out)).map(Rc::new);
        memory.places.insert(key, places.clone());
        places
    }

    /// Everybody in a stage, the best first, once everything in it is played.
    fn standing(&self, key: StageKey) -> Option<Rc<[Stood]>> {
        let running = self.running.get(key.index())?;
        let contest = running.contest.as_ref()?;
        let ranks = self.final_ranks(key, contest)?;
        let settled = Self::positions(&running.state.settled);
        let mut standing: Vec<Stood> = contest
            .field()
            .into_iter()
            .zip(ranks)
            .enumerate()
            .filter_map(|(seed, (content, rank))| {
                let entrant = content.entrant()?;
                let word = settled.get(&entrant).copied().unwrap_or(usize::MAX);
                Some((rank, word, seed, entrant))
            })
            .collect();
        standing.sort_unstable();
        Some(standing.into())
    }

    fn places_of(&self, key: StageKey, all: &[Stood], out: &BTreeSet<Entrant>) -> Option<Places> {
        let ways = &self.links.from(key)?.ways;
        let standing: Vec<_> = all.iter().filter(|(.., one)| !out.contains(one)).collect();
        let mut places = Places { order: Vec::with_capacity(standing.len()), ties: Vec::new() };
        for level in standing.chunk_by(|one, other| one.0 == other.0) {
            let from = places.order.len();
            let mut among = (from..from + level.len()).map(|place| ways.get(&place).copied());
            let first = among.next().flatten();
            // All but one named by the organiser leave nothing open.
            let open = level.iter().filter(|(_, word, ..)| *word == usize::MAX).count() > 1;
            let tied = open && among.any(|way| way != first);
            let content = |(.., entrant): &&Stood| {
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

    /// Nothing more is to come in a stage. Once a stage that it feeds has started, open-ended
    /// rounds count as over.
    fn has_ended(&self, key: StageKey, stage: &Stage) -> bool {
        let mut fed = self.links.from(key).into_iter().flat_map(|link| &link.feeds);
        let over =
            stage.is_over() || (stage.is_played() && fed.any(|next| self.contest(*next).is_some()));
        over && stage.field().all(|content| content != Content::Undecided)
    }

    /// Ranks by seed if everything is played.
    fn final_ranks(&self, key: StageKey, contest: &Contest) -> Option<Vec<u32>> {
        let ranks = match contest {
            Contest::Race { .. } if !contest.is_over() => return None,
            Contest::Race { race, .. } => race.ranks(),
            Contest::Matches(stage) if !self.has_ended(key, stage) => return None,
            Contest::Matches(stage) => stage.ranks_so_far(),
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

/// Nobody, if they do not count.
fn here(content: Content, memory: &Memory) -> Content {
    match content {
        Content::Entrant(entrant) if memory.out.contains(&entrant) => Content::Bye,
        other => other,
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
