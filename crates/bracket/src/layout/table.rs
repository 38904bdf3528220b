//! Rounds below which nothing follows from links: those of tables.

use std::collections::BTreeMap;

use super::place::Placing;
use super::{Column, HEADING, Note, RoundName, card_height};
use crate::history::Unpaired;
use crate::model::{Match, Section, Seed, Source};
use crate::settings::Format;
use crate::stage::Added;

/// A round of a table.
#[derive(Default)]
struct Round<'a> {
    /// In board order.
    matches: Vec<&'a Match>,
    unpaired: Vec<(Seed, Option<Unpaired>)>,
}

impl<'a> Placing<'a> {
    /// A column a round: matches in board order, and below them who has no opponent.
    pub(super) fn table(&mut self) {
        let mut rounds: BTreeMap<i32, Round<'a>> = BTreeMap::new();
        for m in self.matches().filter(|m| m.section == Section::Table) {
            rounds.entry(m.round).or_default().matches.push(m);
        }
        if let Format::RoundRobin { .. } = self.stage.settings().format {
            for (number, round) in &mut rounds {
                if self.window.has_round(*number) {
                    round.unpaired = free(&round.matches, self.stage.entrants());
                }
            }
        }
        let added = self.stage.added().iter().filter_map(|added| match added {
            Added::Round(round) => Some(round),
            Added::Entrant | Added::TieBreak(_) => None,
        });
        for (number, added) in (1..).zip(added).filter(|(number, _)| self.window.has_round(*number))
        {
            let unpaired = added.unpaired.iter().map(|(seed, why)| (*seed, Some(*why)));
            rounds.entry(number).or_default().unpaired = unpaired.collect();
        }
        let top = self.bottom;
        for (x, (number, round)) in (0..).zip(rounds) {
            let name = RoundName::Round(number.unsigned_abs());
            let section = Section::Table;
            let column = self.write_heading(Column { x, y: top, section, round: number, name });
            let mut next = self.stack(&round.matches, column, x, top);
            for (seed, why) in round.unpaired {
                self.notes.push(Note { seed, why, column, x, y: next });
                next += 1;
            }
            self.width = self.width.max(x + 1);
            self.bottom = self.bottom.max(next);
        }
        self.band += 1;
    }

    /// The matches between those whom the table leaves equal, a column for each time that some were
    /// added.
    pub(super) fn tie_breaks(&mut self) {
        let mut rounds: BTreeMap<i32, Vec<&Match>> = BTreeMap::new();
        for m in self.matches().filter(|m| m.section == Section::TieBreak) {
            rounds.entry(m.round).or_default().push(m);
        }
        let top = self.bottom;
        for (x, (round, matches)) in (0..).zip(rounds) {
            let (section, name) = (Section::TieBreak, RoundName::TieBreak);
            let column = self.write_heading(Column { x, y: top, section, round, name });
            self.stack(&matches, column, x, top);
        }
        self.band += 1;
    }

    /// Places matches under a heading; returns where the next thing can be.
    fn stack(&mut self, matches: &[&Match], column: u32, x: u32, top: u32) -> u32 {
        let mut next = top + HEADING;
        for m in matches {
            let height = card_height(m.slots.len());
            self.put(m, x, next + height / 2);
            self.set_column(m.key, column);
            next += height;
        }
        next
    }
}

/// Who has no match in a round, if they are fewer than those who have one.
fn free(matches: &[&Match], entrants: u32) -> Vec<(Seed, Option<Unpaired>)> {
    let mut busy = vec![false; entrants as usize];
    for slot in matches.iter().flat_map(|m| &m.slots) {
        let Source::Seed(seed) = slot.source else { continue };
        if let Some(busy) = busy.get_mut(seed.index()) {
            *busy = true;
        }
    }
    if 2 * busy.iter().filter(|busy| **busy).count() <= busy.len() {
        return Vec::new();
    }
    let seeds = (1..).map(Seed).zip(busy).filter(|(_, busy)| !busy);
    seeds.map(|(seed, _)| (seed, None)).collect()
}
