//! What an event is made of.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::EventRefusal;
use crate::model::{MAX_ENTRANTS, MatchKey, Seed};
use crate::race::RaceSettings;
use crate::settings::{Format, Settings};
use crate::spread::{self, Spread};

/// Most seats of all stages together.
pub const MAX_SEATS: usize = 4 * MAX_ENTRANTS as usize;

/// Most matches of all round robins together.
pub const MAX_TABLE_MATCHES: u64 = 4_000_000;

/// A stage of an event: its position in the design, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StageKey(pub u32);

impl StageKey {
    /// Position in lists with one place per stage.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for StageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// How a stage is played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// By matches.
    Matches(Settings),
    /// As a race.
    Race(RaceSettings),
}

impl From<Settings> for Kind {
    fn from(settings: Settings) -> Self {
        Self::Matches(settings)
    }
}

impl From<Format> for Kind {
    fn from(format: Format) -> Self {
        Self::Matches(format.into())
    }
}

impl From<RaceSettings> for Kind {
    fn from(settings: RaceSettings) -> Self {
        Self::Race(settings)
    }
}

/// Who gets a seat of a stage.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// Whoever is on this seed of the event.
    Seed(Seed),
    /// Whoever ends on a place of an earlier stage. Those who share a rank are in the order of
    /// [`super::EventOperation::Settle`], then of their seeds.
    Place {
        /// The earlier stage.
        stage: StageKey,
        /// From 1.
        place: u32,
    },
    /// The best of those who end on the same place of several tables, compared by their values
    /// per match (a wild card).
    Best {
        /// The earlier stages.
        stages: Vec<StageKey>,
        /// From 1.
        place: u32,
        /// Which of them, from 1.
        nth: u32,
    },
    /// The winner of a match of an earlier stage, as soon as it is decided.
    Winner {
        /// The earlier stage.
        stage: StageKey,
        /// The match.
        key: MatchKey,
    },
    /// The loser of a match of an earlier stage, as soon as it is decided.
    Loser {
        /// The earlier stage.
        stage: StageKey,
        /// The match.
        key: MatchKey,
    },
}

impl Entry {
    /// The stages it waits for.
    pub fn stages(&self) -> &[StageKey] {
        match self {
            Self::Seed(_) => &[],
            Self::Place { stage, .. } | Self::Winner { stage, .. } | Self::Loser { stage, .. } => {
                std::slice::from_ref(stage)
            }
            Self::Best { stages, .. } => stages,
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seed(seed) => write!(f, "seed {seed}"),
            Self::Place { stage, place } => write!(f, "place {place} of stage {stage}"),
            Self::Best { stages, place, nth } => {
                write!(f, "number {nth} of those on place {place} of stages ")?;
                for (index, stage) in stages.iter().enumerate() {
                    write!(f, "{}{stage}", if index > 0 { ", " } else { "" })?;
                }
                Ok(())
            }
            Self::Winner { stage, key } => write!(f, "the winner of match {key} of stage {stage}"),
            Self::Loser { stage, key } => write!(f, "the loser of match {key} of stage {stage}"),
        }
    }
}

/// One stage of a design.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageDesign {
    /// What people call it, such as `Group A`.
    pub name: String,
    /// Stages of one phase are played side by side, such as groups; from 1. In the final ranks who
    /// reached a later phase is ahead.
    pub phase: u32,
    /// In the final ranks, those of a lower tier are ahead in a phase; stages of one tier stand
    /// side by side.
    #[serde(default)]
    pub tier: u32,
    /// How it is played.
    pub kind: Kind,
    /// Who gets its seats, the best seed first.
    pub entries: Vec<Entry>,
}

impl StageDesign {
    /// The matches of a round robin.
    fn table_matches(&self) -> u64 {
        let Kind::Matches(settings) = &self.kind else { return 0 };
        let Format::RoundRobin { cycles, .. } = settings.format else { return 0 };
        let seats = self.entries.len() as u64;
        (seats.saturating_mul(seats.saturating_sub(1)) / 2).saturating_mul(u64::from(cycles))
    }
}

/// The stages of an event, each behind all that feed it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Design {
    /// By key.
    pub stages: Vec<StageDesign>,
}

impl Design {
    /// One stage of all entrants.
    pub fn single(kind: impl Into<Kind>, entrants: u32) -> Self {
        // One too many is refused, more need not be written down.
        let entrants = entrants.min(MAX_ENTRANTS + 1);
        let entries = (1..=entrants).map(|seed| Entry::Seed(Seed(seed))).collect();
        let name = "Main".to_owned();
        Self { stages: vec![StageDesign { name, phase: 1, tier: 0, kind: kind.into(), entries }] }
    }

    /// All entrants in groups that are played side by side, called `Group A` and so on.
    pub fn groups(kind: impl Into<Kind>, entrants: u32, groups: u32, spread: Spread) -> Self {
        let kind = kind.into();
        let groups = spread::groups(spread, entrants.min(MAX_ENTRANTS + 1), groups);
        let stages = (0..).zip(groups).map(|(number, seeds)| StageDesign {
            name: format!("Group {}", crate::model::Identifier::new(number)),
            phase: 1,
            tier: 0,
            kind: kind.clone(),
            entries: seeds.into_iter().map(|seed| Entry::Seed(Seed(seed))).collect(),
        });
        Self { stages: stages.collect() }
    }

    /// One more stage for the first `advance` of every stage of the last phase. Those who were
    /// first come first, and those who come from one group meet again as late as can be.
    #[must_use]
    pub fn then_top(self, name: &str, advance: u32, kind: impl Into<Kind>) -> Self {
        let phase = self.last_phase();
        let feeders: Vec<StageKey> = self.phase(phase).collect();
        let size = |key: &StageKey| {
            let seats = self.stages.get(key.index()).map_or(0, |stage| stage.entries.len());
            u32::try_from(seats).unwrap_or(u32::MAX)
        };
        let sizes: Vec<_> = feeders.iter().map(size).collect();
        let entries = spread::cross(&sizes, advance).into_iter().filter_map(|one| {
            let stage = *feeders.get((one.group as usize).checked_sub(1)?)?;
            Some(Entry::Place { stage, place: one.place })
        });
        let entries = entries.collect();
        self.then(name, kind, entries)
    }

    /// One more stage, in a phase of its own.
    #[must_use]
    pub fn then(mut self, name: &str, kind: impl Into<Kind>, entries: Vec<Entry>) -> Self {
        let phase = self.last_phase().saturating_add(1);
        let name = name.to_owned();
        self.stages.push(StageDesign { name, phase, tier: 0, kind: kind.into(), entries });
        self
    }

    /// One more stage beside those of the last phase, ranked behind all of them.
    #[must_use]
    pub fn beside(mut self, name: &str, kind: impl Into<Kind>, entries: Vec<Entry>) -> Self {
        let phase = self.last_phase();
        let tiers = self.stages.iter().filter(|stage| stage.phase == phase).map(|one| one.tier);
        let tier = tiers.max().map_or(0, |tier| tier.saturating_add(1));
        let name = name.to_owned();
        self.stages.push(StageDesign { name, phase, tier, kind: kind.into(), entries });
        self
    }

    /// The stages of a phase.
    pub fn phase(&self, phase: u32) -> impl Iterator<Item = StageKey> {
        let stages = (0..).map(StageKey).zip(&self.stages);
        stages.filter(move |(_, stage)| stage.phase == phase).map(|(key, _)| key)
    }

    fn last_phase(&self) -> u32 {
        self.stages.iter().map(|stage| stage.phase).max().unwrap_or(0)
    }

    pub(super) fn stage(&self, key: StageKey) -> Result<&StageDesign, EventRefusal> {
        self.stages.get(key.index()).ok_or(EventRefusal::UnknownStage { stage: key })
    }

    /// Checks that so many entrants can play it.
    pub(super) fn check(&self, entrants: u32) -> Result<(), EventRefusal> {
        if self.stages.is_empty() {
            return Err(EventRefusal::NoStages);
        }
        let seats: usize = self.stages.iter().map(|stage| stage.entries.len()).sum();
        if seats > MAX_SEATS {
            return Err(EventRefusal::TooManySeats { given: seats });
        }
        let matches =
            self.stages.iter().map(StageDesign::table_matches).fold(0, u64::saturating_add);
        if matches > MAX_TABLE_MATCHES {
            return Err(EventRefusal::TooManyMatches { given: matches });
        }
        let mut taken = Taken::default();
        let mut seeds = BTreeSet::new();
        for (key, stage) in (0..).map(StageKey).zip(&self.stages) {
            let seats = u32::try_from(stage.entries.len()).unwrap_or(u32::MAX);
            match &stage.kind {
                Kind::Matches(settings) => settings
                    .check(seats)
                    .map_err(|refusal| EventRefusal::Stage { stage: key, refusal })?,
                Kind::Race(settings) => settings
                    .check()
                    .map_err(|refusal| EventRefusal::Race { stage: key, refusal })?,
            }
            for entry in &stage.entries {
                if let Entry::Seed(seed) = entry
                    && (!(1..=entrants).contains(&seed.0) || !seeds.insert(*seed))
                {
                    return Err(EventRefusal::WrongSeed { stage: key, seed: *seed });
                }
                if !self.precedes(entry, key) || !taken.add(entry) {
                    return Err(EventRefusal::WrongEntry { stage: key, entry: entry.clone() });
                }
            }
        }
        let left = (1..=entrants).map(Seed).find(|seed| !seeds.contains(seed));
        left.map_or(Ok(()), |seed| Err(EventRefusal::SeedLeftOut { seed }))
    }

    /// What an entry names exists, in earlier stages.
    fn precedes(&self, entry: &Entry, key: StageKey) -> bool {
        let earlier = |stage: &StageKey| {
            let stage = self.stages.get(stage.index()).filter(|_| *stage < key);
            stage.map(|stage| (&stage.kind, stage.entries.len()))
        };
        let held = |place: u32, seats: usize| place >= 1 && place as usize <= seats;
        match entry {
            Entry::Seed(_) => true,
            Entry::Place { stage, place } => {
                earlier(stage).is_some_and(|(_, seats)| held(*place, seats))
            }
            Entry::Best { stages, place, nth } => {
                let distinct: BTreeSet<_> = stages.iter().collect();
                let table = |kind: &Kind| match kind {
                    Kind::Matches(settings) => settings.format.is_table(),
                    Kind::Race(_) => false,
                };
                (1..=stages.len()).contains(&(*nth as usize))
                    && distinct.len() == stages.len()
                    && stages.iter().all(|stage| {
                        earlier(stage)
                            .is_some_and(|(kind, seats)| table(kind) && held(*place, seats))
                    })
            }
            Entry::Winner { stage, .. } | Entry::Loser { stage, .. } => {
                earlier(stage).is_some_and(|(kind, _)| matches!(kind, Kind::Matches(_)))
            }
        }
    }
}

/// What entries have claimed so far.
#[derive(Default)]
struct Taken {
    /// By stage and place: alone (nothing), or by wild cards among stages of this number.
    places: BTreeMap<(StageKey, u32), Option<usize>>,
    /// Numbers of lists of stages. A list may be long, and each is kept once.
    lists: BTreeMap<Vec<StageKey>, usize>,
    cards: BTreeSet<(usize, u32, u32)>,
    /// The loser, the winner.
    matches: BTreeSet<(StageKey, MatchKey, bool)>,
    /// Whether a stage is left by matches or by places.
    by_match: BTreeMap<StageKey, bool>,
}

impl Taken {
    /// Claims what an entry names; says whether it was free.
    fn add(&mut self, entry: &Entry) -> bool {
        let by_match = matches!(entry, Entry::Winner { .. } | Entry::Loser { .. });
        let mut way =
            |stage: &StageKey| *self.by_match.entry(*stage).or_insert(by_match) == by_match;
        if !entry.stages().iter().all(&mut way) {
            return false;
        }
        match entry {
            Entry::Seed(_) => true,
            Entry::Place { stage, place } => self.places.insert((*stage, *place), None).is_none(),
            Entry::Best { stages, place, nth } => {
                let mut among = stages.clone();
                among.sort_unstable();
                let next = self.lists.len();
                let list = *self.lists.entry(among).or_insert(next);
                let shared = stages.iter().all(|stage| {
                    *self.places.entry((*stage, *place)).or_insert(Some(list)) == Some(list)
                });
                shared && self.cards.insert((list, *place, *nth))
            }
            Entry::Winner { stage, key } => self.matches.insert((*stage, *key, true)),
            Entry::Loser { stage, key } => self.matches.insert((*stage, *key, false)),
        }
    }
}
