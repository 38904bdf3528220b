//! Tables: rounds that are added, late entrants, tie-break matches, and the history they make.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Header, Stage};
use crate::history::{History, Pairing, Round, Unpaired};
use crate::model::{
    Content, Entrant, MAX_ENTRANTS, Match, MatchState, Outcome, Section, Seed, Source,
};
use crate::operation::Changes;
use crate::plan::Addition;
use crate::refusal::Refusal;
use crate::settings::{Format, MAX_ROUNDS};
use crate::standings::{self, Criterion, Extra, NoStandings, Ranking, Standings};
use crate::swiss::{self, NoRound};

/// One round of a Swiss stage, in board order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PairedRound {
    /// Who meets whom; the first side (white, home, player 1) first.
    pub pairs: Vec<[Seed; 2]>,
    /// Those without an opponent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unpaired: Vec<(Seed, Unpaired)>,
}

/// What joined a table after its start. In their order they make its matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Added {
    /// A round.
    Round(PairedRound),
    /// An entrant on the next seed.
    Entrant,
    /// Matches between those whom the table left equal.
    TieBreak(Vec<[Seed; 2]>),
}

impl Stage {
    /// What joined the table after its start, the first one first.
    pub fn added(&self) -> &[Added] {
        &self.added
    }

    /// The rounds of a table so far, tie-break matches not counted.
    pub fn rounds(&self) -> u32 {
        let table = self.matches.iter().filter(|m| m.section == Section::Table);
        let last = table.map(|m| m.round.unsigned_abs()).max().unwrap_or(0);
        // A round may be of byes alone.
        let added = self.added.iter().filter(|added| matches!(added, Added::Round(_))).count();
        last.max(u32::try_from(added).unwrap_or(u32::MAX))
    }

    /// What was played for the table, round by round. Entrants of a history are the stage's seeds.
    pub fn history(&self) -> History {
        let mut rounds = vec![Round::default(); self.rounds() as usize];
        let paired = self.added.iter().filter_map(|added| match added {
            Added::Round(round) => Some(round),
            Added::Entrant | Added::TieBreak(_) => None,
        });
        for (round, added) in rounds.iter_mut().zip(paired) {
            round.unpaired =
                added.unpaired.iter().map(|(seed, why)| (Entrant(seed.0), *why)).collect();
        }
        for m in self.matches.iter().filter(|m| m.section == Section::Table) {
            let [Some(first), Some(second)] = [0, 1].map(|slot| seed_in(m.slots.get(slot))) else {
                continue;
            };
            // Against nobody nothing is played.
            if m.entrants().nth(1).is_none() {
                continue;
            }
            let sets = m.sets.iter().filter_map(|set| <[i64; 2]>::try_from(set.as_slice()).ok());
            let pairing = Pairing {
                sides: [Entrant(first.0), Entrant(second.0)],
                outcome: m.outcome,
                sets: sets.collect(),
            };
            let round = (m.round.unsigned_abs() as usize).wrapping_sub(1);
            if let Some(round) = rounds.get_mut(round) {
                round.pairings.push(pairing);
            }
        }
        History { entrants: self.entrants(), rounds }
    }

    /// The seeds that can be paired: somebody stands there who did not withdraw.
    pub fn able(&self) -> Vec<Seed> {
        let able = |seed: &Seed| {
            self.on_seed(*seed).entrant().is_some_and(|entrant| !self.withdrawn.contains(entrant))
        };
        (1..=self.entrants()).map(Seed).filter(able).collect()
    }

    /// The table of a round robin or Swiss stage, ordered as its settings say; live, as open matches
    /// count nothing yet. Entrants of the lines are the stage's seeds.
    ///
    /// # Errors
    /// Why there is none: the settings' points may not go together.
    pub fn standings(&self) -> Result<Standings, NoStandings> {
        self.standings_by(&self.settings().ranking(), &Extra::default())
    }

    /// The same, ordered in another way. Wins of tie-break matches decide after everything but seed
    /// and lots, wherever `ranking` does not name them.
    ///
    /// # Errors
    /// As [`Stage::standings`].
    pub fn standings_by(&self, ranking: &Ranking, extra: &Extra) -> Result<Standings, NoStandings> {
        let (ranking, extra) = self.with_tie_breaks(ranking, extra);
        standings::standings(&self.history(), &ranking, &extra)
    }

    fn with_tie_breaks(&self, ranking: &Ranking, extra: &Extra) -> (Ranking, Extra) {
        let (mut ranking, mut extra) = (ranking.clone(), extra.clone());
        let criterion = Criterion::TieBreakWins;
        for m in self.matches.iter().filter(|m| m.section == Section::TieBreak) {
            let won = m.outcome.and_then(Outcome::winner_slot).and_then(|slot| m.slots.get(slot));
            if let Some(seed) = seed_in(won) {
                *extra.tie_break_wins.entry(Entrant(seed.0)).or_default() += 1;
            }
            if !ranking.criteria.contains(&criterion) {
                let last = [Criterion::Seed, Criterion::Lots];
                let place = ranking.criteria.iter().position(|other| last.contains(other));
                ranking.criteria.insert(place.unwrap_or(ranking.criteria.len()), criterion);
            }
        }
        (ranking, extra)
    }

    /// Final places by seed, or the worst ones still possible.
    pub(super) fn table_ranks(&self, guaranteed: bool) -> Vec<Option<u32>> {
        let all = self.entrants();
        let (ranking, extra) = self.with_tie_breaks(&self.settings().ranking(), &Extra::default());
        let ranks = if guaranteed {
            let rounds = self.rounds_to_come().unwrap_or(all);
            let left: Vec<_> = self
                .field()
                .map(|content| match content.entrant() {
                    Some(entrant) if !self.withdrawn.contains(entrant) => rounds,
                    _ => 0,
                })
                .collect();
            let ranks = standings::guaranteed(&self.history(), &ranking, &extra, &left).ok();
            ranks.map(|ranks| self.behind_tie_breaks(ranks))
        } else if self.is_over() {
            standings::standings(&self.history(), &ranking, &extra).ok().map(|table| table.ranks())
        } else {
            None
        };
        match ranks {
            Some(ranks) => ranks.into_iter().map(Some).collect(),
            None => vec![guaranteed.then_some(all); all as usize],
        }
    }

    /// Who has a tie-break match to play may end last of those on the same rank.
    fn behind_tie_breaks(&self, mut ranks: Vec<u32>) -> Vec<u32> {
        let open = |m: &&Match| m.section == Section::TieBreak && m.state != MatchState::Complete;
        let playing: BTreeSet<_> = self
            .matches
            .iter()
            .filter(open)
            .flat_map(|m| &m.slots)
            .filter_map(|slot| ranks.get(seed_in(Some(slot))?.index()).copied())
            .collect();
        for rank in playing {
            let level = ranks.iter().filter(|other| **other == rank).count();
            let last = rank + u32::try_from(level).unwrap_or(1).saturating_sub(1);
            ranks.iter_mut().filter(|other| **other == rank).for_each(|other| *other = last);
        }
        ranks
    }

    /// How many can still be paired, those who have won or lost enough left out.
    pub(super) fn still_in(&self) -> usize {
        let able = self.able();
        let Format::Swiss { rules, .. } = &self.settings().format else { return able.len() };
        let Some(enough) = rules.first_to else { return able.len() };
        let mut records = vec![(0_u32, 0_u32); self.entrants() as usize];
        let mut count = |who: Entrant, won: bool| {
            if let Some((wins, losses)) = records.get_mut(who.index()) {
                *(if won { wins } else { losses }) += 1;
            }
        };
        for round in self.history().rounds {
            for pairing in round.pairings {
                if matches!(pairing.outcome, Some(Outcome::Winner { .. } | Outcome::DoubleForfeit))
                {
                    pairing
                        .sides
                        .iter()
                        .for_each(|one| count(*one, pairing.winner() == Some(*one)));
                }
            }
            for (who, why) in round.unpaired {
                if matches!(why, Unpaired::Bye | Unpaired::FullPoint) {
                    count(who, true);
                }
            }
        }
        let out = |seed: &Seed| {
            let record = records.get(seed.index());
            record.is_some_and(|(wins, losses)| *wins >= enough || *losses >= enough)
        };
        able.iter().filter(|seed| !out(seed)).count()
    }

    /// Proposes the next round of a Swiss stage, for [`crate::Operation::AddRound`]. `unpaired` are
    /// byes and absences that are settled already. The stage is not changed, and the same stage
    /// gives the same round.
    ///
    /// # Errors
    /// Why there is none. A stage that is not Swiss has nobody to pair.
    pub fn pair(&self, unpaired: &[(Seed, Unpaired)]) -> Result<PairedRound, NoRound> {
        let Format::Swiss { rules, .. } = &self.settings().format else {
            return Err(NoRound::Nobody);
        };
        let settled: Vec<_> = unpaired.iter().map(|(seed, why)| (Entrant(seed.0), *why)).collect();
        let present = self.able().into_iter().map(|seed| Entrant(seed.0));
        let present: Vec<_> =
            present.filter(|one| settled.iter().all(|(other, _)| other != one)).collect();
        let round = swiss::pair(&self.history(), rules, &present, &settled)?;
        let seeds = |pairing: Pairing| pairing.sides.map(|side| Seed(side.0));
        Ok(PairedRound {
            pairs: round.pairings.into_iter().map(seeds).collect(),
            unpaired: round.unpaired.into_iter().map(|(who, why)| (Seed(who.0), why)).collect(),
        })
    }

    /// The rounds still to be paired; `None` if that is not settled.
    pub(super) fn rounds_to_come(&self) -> Option<u32> {
        match self.settings().format.added_rounds() {
            None => Some(0),
            Some(_) if self.finalized => Some(0),
            Some(_) if self.still_in() < 2 => Some(0),
            Some(0) => None,
            Some(planned) => Some(planned.saturating_sub(self.rounds())),
        }
    }

    /// Adds what joined a table, matches not up to date with their sources yet.
    pub(super) fn join(&mut self, added: Added) -> Result<(), Refusal> {
        let mut addition = Addition::new(u32::try_from(self.matches.len()).unwrap_or(u32::MAX));
        if !self.settings().format.is_table() && !matches!(added, Added::Round(_)) {
            return Err(Refusal::NoTable);
        }
        match &added {
            Added::Round(round) => {
                self.check_round(round)?;
                addition.round(Section::Table, self.rounds() + 1, round.pairs.iter().copied());
            }
            Added::Entrant => {
                let seed = Seed(self.entrants() + 1);
                if seed.0 > MAX_ENTRANTS {
                    return Err(Refusal::TooManyEntrants { given: seed.0 });
                }
                self.settings().format.check(seed.0)?;
                for (round, pair) in self.late_matches(seed) {
                    addition.round(Section::Table, round, [pair]);
                }
                Arc::make_mut(&mut self.plan).entrants = seed.0;
            }
            Added::TieBreak(pairs) => {
                if pairs.is_empty() {
                    return Err(Refusal::EmptyRound);
                }
                let played = |added: &&Added| matches!(added, Added::TieBreak(_));
                if self.added.iter().filter(played).count() >= MAX_ROUNDS as usize {
                    return Err(Refusal::AllRounds { rounds: MAX_ROUNDS });
                }
                // One may meet several: three who are level all meet.
                pairs.iter().try_for_each(|pair| self.check_pairs(pair.iter().copied()))?;
                let round = self.matches.iter().map(|m| m.round.unsigned_abs()).max().unwrap_or(0);
                addition.round(Section::TieBreak, round + 1, pairs.iter().copied());
            }
        }
        let (nodes, matches) = addition.finish();
        Arc::make_mut(&mut self.plan).nodes.extend(nodes);
        self.matches.extend(matches);
        self.added.push(added);
        Ok(())
    }

    fn check_round(&self, round: &PairedRound) -> Result<(), Refusal> {
        let rounds = self.settings().format.added_rounds().ok_or(Refusal::NoRounds)?;
        let rounds = if rounds > 0 { rounds } else { MAX_ROUNDS };
        if self.rounds() >= rounds {
            return Err(Refusal::AllRounds { rounds });
        }
        if round.pairs.is_empty() && round.unpaired.is_empty() {
            return Err(Refusal::EmptyRound);
        }
        let seeds = round.pairs.iter().flatten().copied();
        self.check_pairs(seeds.chain(round.unpaired.iter().map(|(seed, _)| *seed)))
    }

    /// Everybody is there, once.
    fn check_pairs(&self, seeds: impl Iterator<Item = Seed>) -> Result<(), Refusal> {
        let mut seen = BTreeSet::new();
        for seed in seeds {
            if !(1..=self.entrants()).contains(&seed.0) || !seen.insert(seed) {
                return Err(Refusal::NotPairable { seed });
            }
        }
        Ok(())
    }

    pub(super) fn add_round(&mut self, round: &PairedRound) -> Result<Changes, Refusal> {
        let missing = self
            .matches
            .iter()
            .find(|m| m.state != MatchState::Complete && m.section == Section::Table);
        if let Some(m) = missing {
            return Err(Refusal::RoundUnderway { round: m.round.unsigned_abs() });
        }
        let able: BTreeSet<_> = self.able().into_iter().collect();
        if let Some(seed) = round.pairs.iter().flatten().find(|seed| !able.contains(seed)) {
            return Err(Refusal::NotPairable { seed: *seed });
        }
        self.grow(Added::Round(round.clone()), None)
    }

    pub(super) fn tie_break(&mut self, pairs: &[[Seed; 2]]) -> Result<Changes, Refusal> {
        self.grow(Added::TieBreak(pairs.to_vec()), None)
    }

    pub(super) fn join_late(&mut self, entrant: Entrant) -> Result<Changes, Refusal> {
        self.grow(Added::Entrant, Some(entrant))
    }

    /// Joins something to the table, a newcomer with who they are.
    fn grow(&mut self, added: Added, newcomer: Option<Entrant>) -> Result<Changes, Refusal> {
        let mut after = self.clone();
        let first = after.matches.len();
        after.join(added)?;
        if let Some(entrant) = newcomer {
            let mut field: Vec<_> = self.field().collect();
            field.push(Content::Entrant(entrant));
            after.field = super::apply::standing_alone(&field);
        }
        for index in first..after.matches.len() {
            after.refresh(index);
        }
        after.count();
        Ok(self.turn_into(after))
    }

    pub(super) fn remove_round(&mut self) -> Result<Changes, Refusal> {
        match self.added.last() {
            Some(Added::Round(_) | Added::TieBreak(_)) => {}
            Some(Added::Entrant) | None => return Err(Refusal::NothingAdded),
        }
        let header = self.header();
        let mut added = header.added.clone();
        added.pop();
        let kept = Self::fresh(Header { added: added.clone(), ..header.clone() })?.matches.len();
        let records = self.records().filter(|record| record.key.index() < kept);
        let header = Header { added, finalized: false, ..header };
        let after = Self::restore(header, records).map_err(|_| Refusal::NothingAdded)?;
        let lost = self.matches.iter().skip(kept).filter(|m| m.has_record());
        let reset = lost.map(|m| m.key).collect();
        let mut changes = self.turn_into(after);
        changes.reset = reset;
        Ok(changes)
    }
}

fn seed_in(slot: Option<&crate::model::Slot>) -> Option<Seed> {
    match slot?.source {
        Source::Seed(seed) => Some(seed),
        Source::Winner(_) | Source::Loser(_) | Source::Place { .. } => None,
    }
}
