//! The rules of an event, as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::Entrant;

/// One thing that makes a round worse. Earlier ones in [`Rules::criteria`] always win.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Criterion {
    /// The score of who gets the bye.
    ByeScore,
    /// The number of rounds that who gets the bye has not played before (C9 of the Dutch system). Not
    /// among the defaults.
    ByeUnplayed,
    /// The number of pairs of one club, country or other group to be kept apart.
    Avoided,
    /// The number of pairs of unequal score: those with the greatest difference first.
    Differences,
    /// The number of pairs inside one half of a score group (FIDE's exchanges), where the order sets
    /// one half against the other.
    Exchanges,
    /// The squared distance from the ideal pairing inside score groups.
    Order,
}

/// The ideal pairing inside a score group, whose entrants stand in seed order.
///
/// The field has several names for each; "fold" is used for the first two, so it is none here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Upper half against lower half, S1 against S2 (slide, the order of the Dutch system and of
    /// Challonge): of eight, 1-5 2-6 3-7 4-8.
    #[default]
    #[serde(alias = "slide")]
    Halves,
    /// Best against last (slaughter): of eight, 1-8 2-7 3-6 4-5.
    #[serde(alias = "slaughter")]
    Ends,
    /// Neighbours (Danish, adjacent, king of the hill): of eight, 1-2 3-4 5-6 7-8.
    #[serde(alias = "danish", alias = "adjacent")]
    Monrad,
    /// Halves of a shuffled order. The same draw gives the same order, so a round can be explained.
    Random {
        /// Any number, drawn by the caller once a round.
        draw: u64,
    },
}

/// How much work goes into a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The best of all rounds, up to [`super::MAX_OPTIMAL`] entrants.
    #[default]
    Optimal,
    /// Score groups paired in order and conflicts mended: every hard rule is kept, the criteria
    /// nearly. For very large fields, and where every millisecond counts.
    Casual,
}

/// Entrants of one group who should not meet in the first rounds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Avoid {
    /// The group of each entrant that has one.
    pub groups: BTreeMap<Entrant, u32>,
    /// In how many rounds from the first it counts.
    pub rounds: usize,
}

/// The rules of an event. Whatever a stored object leaves out has its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// Points of a win and of a bye.
    pub win: u32,
    /// Points of a draw and of a half-point bye.
    pub draw: u32,
    /// What makes a round worse, the weightiest first.
    pub criteria: Vec<Criterion>,
    /// The ideal pairing inside score groups.
    pub order: Order,
    /// Pairs that never meet.
    pub forbidden: Vec<[Entrant; 2]>,
    /// Groups to be kept apart.
    pub avoid: Vec<Avoid>,
    /// Baku acceleration in an event of so many rounds.
    pub accelerated: Option<usize>,
    /// Who has won or lost so many games is out.
    pub first_to: Option<u32>,
    /// How much work goes into the round.
    pub mode: Mode,
    /// Pairs may meet again, as few as possible. For events that would end otherwise.
    pub allow_rematches: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            win: 2,
            draw: 1,
            criteria: vec![
                Criterion::ByeScore,
                Criterion::Avoided,
                Criterion::Differences,
                Criterion::Exchanges,
                Criterion::Order,
            ],
            order: Order::default(),
            forbidden: Vec::new(),
            avoid: Vec::new(),
            accelerated: None,
            first_to: None,
            mode: Mode::default(),
            allow_rematches: false,
        }
    }
}
