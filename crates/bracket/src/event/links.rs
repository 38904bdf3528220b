//! Where stages lead: what follows from the design alone.

use std::collections::BTreeMap;

use super::{Design, Entry, StageKey};

/// Where all stages of a design lead.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Links {
    /// By key.
    stages: Vec<Link>,
    cards: Vec<Cards>,
    /// Position among the cards by place and by stages as they were written.
    lists: BTreeMap<u32, BTreeMap<Vec<StageKey>, usize>>,
    /// Somebody may leave a stage by several matches, and so come to one seat by several ways.
    pub(super) by_match: bool,
}

/// Where one stage leads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Link {
    /// Stages that it feeds, ascending.
    pub(super) feeds: Vec<StageKey>,
    /// By place, from 0.
    pub(super) ways: BTreeMap<usize, Way>,
    /// It is left by matches, not by places.
    pub(super) by_match: bool,
}

/// Where a place leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// To a stage.
    Straight(StageKey),
    /// Among these wild cards.
    Card(usize),
}

/// Wild cards: those on one place of several tables.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cards {
    /// The tables, ascending.
    pub(super) stages: Vec<StageKey>,
    /// From 1.
    pub(super) place: u32,
    /// Where the organiser's word on ties is looked for: the first stage that gets any.
    pub(super) judge: StageKey,
    /// Who gets them, from the best, from 0.
    pub(super) ways: BTreeMap<usize, StageKey>,
}

impl Links {
    pub(super) fn of(design: &Design) -> Self {
        let mut links = Self {
            stages: vec![Link::default(); design.stages.len()],
            cards: Vec::new(),
            lists: BTreeMap::new(),
            by_match: false,
        };
        // The same cards, with their stages in whatever order.
        let mut known: BTreeMap<(Vec<StageKey>, u32), usize> = BTreeMap::new();
        for (key, stage) in (0..).map(StageKey).zip(&design.stages) {
            for entry in &stage.entries {
                let by_match = matches!(entry, Entry::Winner { .. } | Entry::Loser { .. });
                links.by_match |= by_match;
                let way = match entry {
                    Entry::Place { place, .. } => Some((*place, Way::Straight(key))),
                    Entry::Best { stages, place, nth } => {
                        let number = links.number(&mut known, key, stages, *place);
                        if let Some(cards) = links.cards.get_mut(number) {
                            cards.ways.insert((*nth as usize).wrapping_sub(1), key);
                        }
                        Some((*place, Way::Card(number)))
                    }
                    Entry::Seed(_) | Entry::Winner { .. } | Entry::Loser { .. } => None,
                };
                for from in entry.stages() {
                    let Some(link) = links.stages.get_mut(from.index()) else { continue };
                    link.by_match |= by_match;
                    if link.feeds.last() != Some(&key) {
                        link.feeds.push(key);
                    }
                    if let Some((place, way)) = way {
                        link.ways.insert((place as usize).wrapping_sub(1), way);
                    }
                }
            }
        }
        links
    }

    fn number(
        &mut self,
        known: &mut BTreeMap<(Vec<StageKey>, u32), usize>,
        judge: StageKey,
        stages: &[StageKey],
        place: u32,
    ) -> usize {
        let lists = self.lists.entry(place).or_default();
        if let Some(number) = lists.get(stages) {
            return *number;
        }
        let mut among = stages.to_vec();
        among.sort_unstable();
        let next = self.cards.len();
        let number = *known.entry((among.clone(), place)).or_insert(next);
        if number == next {
            self.cards.push(Cards { stages: among, place, judge, ways: BTreeMap::new() });
        }
        lists.insert(stages.to_vec(), number);
        number
    }

    /// Wild cards by their number.
    pub(super) fn cards(&self, number: usize) -> Option<&Cards> {
        self.cards.get(number)
    }

    /// Where a stage leads.
    pub(super) fn from(&self, key: StageKey) -> Option<&Link> {
        self.stages.get(key.index())
    }

    /// The wild cards that an entry is about.
    pub(super) fn cards_of(&self, stages: &[StageKey], place: u32) -> Option<(usize, &Cards)> {
        let number = *self.lists.get(&place)?.get(stages)?;
        Some((number, self.cards.get(number)?))
    }

    /// Who gets wild cards of which a stage judges.
    pub(super) fn judged_by(&self, judge: StageKey) -> impl Iterator<Item = StageKey> {
        let cards = self.cards.iter().filter(move |cards| cards.judge == judge);
        cards.flat_map(|cards| cards.ways.values().copied())
    }
}
