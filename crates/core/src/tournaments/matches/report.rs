//! Reporting a result or a live score.

use std::sync::Arc;

use serde_json::json;
use tiltyard_bracket::{Operation, Outcome};

use super::{key, playable, refused};
use crate::{
    Actor, Core, Problems,
    error::Result,
    permissions::{self, Permission},
    tournaments::{By, Tournament},
};

/// One side of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The participant.
    pub participant: i64,
    /// This side's score in each set.
    pub scores: Vec<i64>,
    /// Whether this side goes on.
    pub advancing: bool,
}

/// A result, or a live score if nobody advances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The sides, in any order. A side that is left out has no score.
    pub sides: Vec<Side>,
    /// The match ends as a draw.
    pub tie: bool,
}

impl Core {
    /// Reports a match. Without anybody advancing it is a live score and the match stays open.
    /// Another winner of a complete match resets every match that depends on it.
    pub async fn report_match(
        &self,
        actor: &Actor,
        by: By,
        id: i64,
        report: Report,
    ) -> Result<Arc<Tournament>> {
        permissions::require(actor, Permission::WriteMatches).or_else(|refused| {
            permissions::require(actor, Permission::ReportOwnMatches).map_err(|_| refused)
        })?;
        let asking = actor.clone();
        let (tournament, ()) = self
            .change_if_allowed(actor, by, move |draft| {
                let plays = plays(&draft.tournament, id, asking.person_id());
                permissions::to_report(&asking, draft.facts, plays)?;
                let key = key(draft, id)?;
                let operation = operation(&draft.tournament, id, &report)?;
                playable(draft)?;
                let resumed = draft.resume()?;
                let bracket = playable(draft)?;
                let changes = bracket.apply(&operation).map_err(|refusal| refused(&refusal))?;
                let complete = bracket.get(key).is_some_and(|m| m.outcome.is_some());
                draft.write_matches(&changes)?;
                let Operation::Report { sets, outcome, .. } = &operation else { return Ok(()) };
                let reset: Vec<i64> = changes
                    .reset
                    .iter()
                    .filter_map(|key| draft.tournament.match_row(*key))
                    .map(|row| row.id)
                    .collect();
                draft.event(
                    if complete { "match.reported" } else { "match.scored" },
                    json!({"match": id, "sets": sets, "outcome": outcome, "reset": reset}),
                );
                if draft.settle_rounds(Some(key))? || resumed || changes.header {
                    draft.store_header()?;
                } else {
                    draft.only_progress();
                }
                Ok(())
            })
            .await?;
        Ok(tournament)
    }
}

/// Whether the person is one of the match's sides.
fn plays(tournament: &Tournament, id: i64, person: Option<i64>) -> bool {
    let Some((_, of_bracket)) = tournament.match_by_id(id) else { return false };
    person.is_some()
        && of_bracket
            .slots
            .iter()
            .filter_map(|slot| slot.content.entrant())
            .filter_map(|entrant| tournament.participant(entrant))
            .any(|participant| participant.person_id == person)
}

/// The engine's operation for the report, or what is wrong with it.
fn operation(tournament: &Tournament, id: i64, report: &Report) -> Result<Operation> {
    let (_, of_bracket) = tournament.match_by_id(id).ok_or(crate::Error::NotFound("match"))?;
    let mut problems = Problems::default();
    let mut by_slot: Vec<Option<&Side>> = vec![None; of_bracket.slots.len()];
    for (index, side) in report.sides.iter().enumerate() {
        let slot = of_bracket.slots.iter().position(|slot| {
            slot.content
                .entrant()
                .and_then(|entrant| tournament.participant(entrant))
                .is_some_and(|participant| participant.id == side.participant)
        });
        match slot {
            None => problems
                .add(format!("match.{index}.participant_id"), "is not a participant of this match"),
            Some(slot) if by_slot[slot].is_some() => {
                problems.add(format!("match.{index}.participant_id"), "appears twice");
            }
            Some(slot) => by_slot[slot] = Some(side),
        }
    }
    let sets = by_slot.iter().flatten().map(|side| side.scores.len()).max().unwrap_or(0);
    if by_slot.iter().flatten().any(|side| side.scores.len() != sets) {
        problems.add("match", "every side needs a score for the same number of sets");
    }
    let advancing: Vec<usize> = by_slot
        .iter()
        .enumerate()
        .filter(|(_, side)| side.is_some_and(|side| side.advancing))
        .map(|(slot, _)| slot)
        .collect();
    if advancing.len() > 1 {
        problems.add("match", "only one side can advance");
    }
    if report.tie && !advancing.is_empty() {
        problems.add("tie", "means that nobody advances: send `advancing` false for every side");
    }
    if !advancing.is_empty() && sets == 0 {
        problems.add("match", "a winner needs a score: send `score_set` for every side");
    }
    if report.sides.is_empty() && !report.tie {
        problems
            .add("match", "must list at least one side with its `participant_id` and `score_set`");
    }
    problems.check()?;
    let outcome = match advancing.first() {
        Some(slot) => Some(Outcome::win(u8::try_from(*slot).map_err(crate::Error::internal)?)),
        None if report.tie => Some(Outcome::Draw),
        None => None,
    };
    let sets = (0..sets)
        .map(|set| {
            by_slot
                .iter()
                .map(|side| side.and_then(|side| side.scores.get(set)).copied().unwrap_or(0))
                .collect()
        })
        .collect();
    Ok(Operation::Report { key: of_bracket.key, sets, outcome })
}
