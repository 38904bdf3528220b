//! What somebody is asked who predicts: every match of the bracket, and who can be picked to win it as
//! the other picks have it.

use std::collections::HashMap;

use tiltyard_bracket::{Entrant, Match, Source};
use tiltyard_store::repo::matches::MatchRow;

use super::{
    Pick, Prediction, STAGE,
    picks::{Picks, Predicted, Side},
};
use crate::tournaments::Tournament;

/// Who stands on a side of a match, if everything before it ends as picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Candidate {
    /// This participant.
    Is(i64),
    /// Whoever comes out of a bracket that is not predicted.
    Anybody,
    /// Nothing is picked that would say so.
    Unknown,
}

/// A match that is predicted.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Its row.
    pub row: &'a MatchRow,
    /// How it stands.
    pub of: &'a Match,
    /// Who can be picked.
    pub sides: [Candidate; 2],
    /// From which match the sides come, if that is predicted: its id, and whether its winner comes.
    pub from: [Option<(i64, bool)>; 2],
    /// Who is picked, and what has become of it.
    pub pick: Option<Pick>,
}

impl Tournament {
    /// Everything that is predicted here, the winners' bracket first, each match after those that lead to
    /// it; empty where no predictions were opened.
    pub fn ballot(&self, own: &Prediction) -> Vec<Question<'_>> {
        let Some(predicted) = self.predicted() else { return Vec::new() };
        let entrants: HashMap<i64, Entrant> =
            self.participants.iter().map(|row| row.id).zip((1..).map(Entrant)).collect();
        let picked: HashMap<i64, Pick> = own.picks.iter().map(|pick| (pick.of, *pick)).collect();
        let mut picks = Picks::default();
        let all = predicted.stage.all_matches().filter(|of| predicted.covers(of));
        let mut questions = Vec::new();
        for of in all {
            let Some(row) = self.matches.get(STAGE, of.key) else { continue };
            let pick = picked.get(&row.id).copied();
            if pick.is_none() && !of.present {
                continue;
            }
            picks.set(of.key, pick.and_then(|pick| entrants.get(&pick.winner).copied()));
            questions.push((row, of, pick));
        }
        let candidate = |side| match side {
            Side::Is(entrant) => {
                self.participant(entrant).map_or(Candidate::Unknown, |row| Candidate::Is(row.id))
            }
            Side::Anybody => Candidate::Anybody,
            Side::Unknown => Candidate::Unknown,
        };
        let mut asked: Vec<Question<'_>> = questions
            .into_iter()
            .map(|(row, of, pick)| Question {
                row,
                of,
                sides: predicted.sides(&picks, of).map(candidate),
                from: [0, 1].map(|slot| self.fed(predicted, row, of, slot)),
                pick,
            })
            .collect();
        asked.sort_by_key(|it| (it.of.section, it.of.round.unsigned_abs(), it.of.key));
        asked
    }

    fn fed(
        &self,
        predicted: Predicted<'_>,
        row: &MatchRow,
        of: &Match,
        slot: usize,
    ) -> Option<(i64, bool)> {
        let (key, winner) = match of.slots.get(slot)?.source {
            Source::Winner(key) => (key, true),
            Source::Loser(key) => (key, false),
            Source::Seed(_) | Source::Place { .. } => return None,
        };
        let feeder = predicted.stage.get(key).filter(|of| predicted.covers(of))?;
        Some((self.sibling(row, feeder.key)?.id, winner))
    }
}
