//! Rounds that count for a table.

use super::{Draft, Node, Round};
use crate::layout::RoundName;
use crate::model::{Match, Section, Seed, Source};
use crate::schedule::{self, Table};

pub(super) fn round_robin(draft: &mut Draft, table: Table, entrants: u32, cycles: u32) {
    for (number, round) in (1..).zip(schedule::rounds(table, entrants, cycles)) {
        let pairs = round.pairs.into_iter().map(|pair| pair.map(Seed));
        add_round(draft, Section::Table, number, pairs);
    }
}

fn add_round(
    draft: &mut Draft,
    section: Section,
    number: u32,
    pairs: impl IntoIterator<Item = [Seed; 2]>,
) {
    let name = match section {
        Section::TieBreak => RoundName::TieBreak,
        _ => RoundName::Round(number),
    };
    let number = i32::try_from(number).unwrap_or(i32::MAX);
    let round = Round { section, number, name, loser_rank: 0 };
    for pair in pairs {
        draft.add(pair.map(Source::Seed), &round);
    }
}

/// Matches that join a table later.
pub(crate) struct Addition(Draft);

impl Addition {
    /// Nothing yet, behind so many matches.
    pub(crate) fn new(base: u32) -> Self {
        Self(Draft { base, ..Draft::default() })
    }

    /// Adds matches of one round.
    pub(crate) fn round(
        &mut self,
        section: Section,
        number: u32,
        pairs: impl IntoIterator<Item = [Seed; 2]>,
    ) {
        add_round(&mut self.0, section, number, pairs);
    }

    /// What was added.
    pub(crate) fn finish(self) -> (Vec<Node>, Vec<Match>) {
        (self.0.nodes, self.0.matches)
    }
}
