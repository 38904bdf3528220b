//! Parts of a stage.

use crate::model::{Match, MatchKey, Section, Source};
use crate::stage::Stage;

/// A part of a stage: of a big bracket only the end, one side, or one corner. What is asked for
/// together holds together; the default is the whole stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Window {
    /// Only this section.
    pub section: Option<Section>,
    /// Only from this round of the main bracket or table on, from 1, with whatever is fed from there:
    /// the losers' rounds in which its losers arrive, the matches for their places.
    pub from_round: u32,
    /// Only this match and those on which it depends who plays in it, without those whose losers drop
    /// in from another section.
    pub ending_in: Option<MatchKey>,
}

impl Window {
    /// From the first round with so many entrants or fewer: 16 is the round of 16 and what follows.
    /// Of a table it is all.
    pub fn of_last(stage: &Stage, entrants: u32) -> Self {
        // Who plays in the round, and who joins after it.
        let mut sides = Vec::new();
        let mut joining = Vec::new();
        for m in stage.matches().filter(|m| m.section == Section::Winners) {
            let round = m.round.unsigned_abs() as usize;
            let seeds = m.slots.iter().filter(|slot| matches!(slot.source, Source::Seed(_)));
            add(&mut sides, round, m.slots.len());
            add(&mut joining, round, seeds.count());
        }
        let mut later: usize = joining.iter().sum();
        let mut from_round = 0;
        for (round, (sides, joining)) in (0..).zip(sides.iter().zip(&joining)) {
            later -= joining;
            from_round = round;
            if round > 0 && sides + later <= entrants as usize {
                break;
            }
        }
        Self { from_round, ..Self::default() }
    }

    /// By key: whether a match is in the list and in the window.
    pub(super) fn shown(&self, stage: &Stage) -> Vec<bool> {
        let mut shown: Vec<bool> = stage.all_matches().map(|m| m.present).collect();
        if self.from_round > 1 {
            self.leave_out_early(stage, &mut shown);
        }
        if let Some(last) = self.ending_in {
            leave_out_others(stage, last, &mut shown);
        }
        if let Some(section) = self.section {
            for (shown, m) in shown.iter_mut().zip(stage.all_matches()) {
                *shown &= m.section == section;
            }
        }
        shown
    }

    /// Whether whole rounds of a table are shown from this one on.
    pub(super) fn has_round(&self, round: i32) -> bool {
        self.ending_in.is_none()
            && self.section.is_none_or(|section| section == Section::Table)
            && round.unsigned_abs() >= self.from_round
    }

    fn leave_out_early(&self, stage: &Stage, shown: &mut [bool]) {
        // Feeders have smaller keys.
        for m in stage.all_matches() {
            let stays = match m.section {
                Section::Winners | Section::Table | Section::TieBreak => {
                    m.round.unsigned_abs() >= self.from_round
                }
                Section::Losers | Section::GrandFinal | Section::Placement => {
                    feeders(m).any(|key| shown.get(key.index()) == Some(&true))
                }
            };
            if let Some(shown) = shown.get_mut(m.key.index()) {
                *shown &= stays;
            }
        }
    }
}

fn add(counts: &mut Vec<usize>, index: usize, number: usize) {
    if counts.len() <= index {
        counts.resize(index + 1, 0);
    }
    if let Some(count) = counts.get_mut(index) {
        *count += number;
    }
}

fn feeders(m: &Match) -> impl Iterator<Item = MatchKey> {
    m.slots.iter().filter_map(|slot| Some(slot.source.feeder()?.0))
}

fn leave_out_others(stage: &Stage, last: MatchKey, shown: &mut [bool]) {
    let mut needed = vec![false; shown.len()];
    if let Some(needed) = needed.get_mut(last.index()) {
        *needed = true;
    }
    for index in (0..shown.len().min(last.index().saturating_add(1))).rev() {
        if needed.get(index) != Some(&true) {
            continue;
        }
        let key = u32::try_from(index).map(MatchKey);
        let Some(m) = key.ok().and_then(|key| stage.get(key)) else { continue };
        for slot in &m.slots {
            let feeder = match slot.source {
                Source::Winner(of) | Source::Place { of, .. } => of,
                Source::Loser(of) if stage.get(of).is_some_and(|f| f.section == m.section) => of,
                Source::Seed(_) | Source::Loser(_) => continue,
            };
            if let Some(needed) = needed.get_mut(feeder.index()) {
                *needed = true;
            }
        }
    }
    for (shown, needed) in shown.iter_mut().zip(needed) {
        *shown &= needed;
    }
}
