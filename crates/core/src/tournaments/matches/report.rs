//! Reporting a result or a live score.

use std::sync::Arc;

use serde_json::json;
use tiltyard_bracket::{Match, MatchState, Operation, Outcome, Slot, event::EventOperation};

use super::{MatchChanges, check_playable, place};
use crate::{
    Actor, Core, Error, Problems,
    error::Result,
    permissions,
    tournaments::{By, ParticipantRow, Tournament, change::Draft},
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
    /// This side's place, from 1, in a match of more than two; equal numbers share a place.
    pub rank: Option<u32>,
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
        let changes = MatchChanges { report: Some(report), ..MatchChanges::default() };
        self.update_match(actor, by, id, changes).await
    }
}

/// Refuses whoever may neither report all matches nor this one, which they play.
pub(super) fn check_permission(draft: &Draft<'_, '_>, actor: &Actor, id: i64) -> Result<()> {
    permissions::to_report(actor, draft.facts, plays(&draft.tournament, id, actor.person_id()))
}

/// Reports a match within a change.
pub(super) fn report_one(draft: &mut Draft<'_, '_>, id: i64, report: &Report) -> Result<()> {
    place(draft, id)?;
    let operation = operation(&draft.tournament, id, report)?;
    play(draft, id, operation)
}

/// Does something to a match, and notes what it came to.
pub(super) fn play(draft: &mut Draft<'_, '_>, id: i64, operation: Operation) -> Result<()> {
    let (stage, key) = place(draft, id)?;
    // Who played: later, somebody else may stand there.
    let (identifier, players) = called(&draft.tournament, id)?;
    check_playable(draft)?;
    draft.resume(stage)?;
    let told = match &operation {
        Operation::Report { sets, outcome, .. } => Some((json!(sets), json!(outcome))),
        Operation::Rank { sets, places, .. } => Some((json!(sets), json!({"places": places}))),
        // What others come to, the match says afterwards.
        _ => None,
    };
    let changes = draft.operate(EventOperation::Play { stage, operation })?;
    let played = draft.tournament.match_by_id(id).map(|(_, of)| of);
    let complete = played.is_some_and(|of| of.state == MatchState::Complete);
    let after = || played.map(|of| (json!(of.sets), json!(of.outcome)));
    let (sets, outcome) = told.or_else(after).ok_or(Error::NotFound("match"))?;
    let reset = draft.reset_by(&changes);
    draft.only_progress();
    draft.event(
        if complete { "match.reported" } else { "match.scored" },
        json!({
            "match": id,
            "identifier": identifier,
            "players": players,
            "sets": sets,
            "outcome": outcome,
            "reset": reset,
        }),
    );
    draft.settle_rounds(stage, Some(key))?;
    draft.settle_ties()
}

/// The participant on a side of a match.
fn on_side<'a>(tournament: &'a Tournament, slot: &Slot) -> Option<&'a ParticipantRow> {
    slot.content.entrant().and_then(|entrant| tournament.participant(entrant))
}

/// On which side of a match a participant is.
pub(super) fn side_of(tournament: &Tournament, of: &Match, participant: i64) -> Option<usize> {
    of.slots
        .iter()
        .position(|slot| on_side(tournament, slot).is_some_and(|row| row.id == participant))
}

/// The match's letters, and the participants on its sides.
fn called(tournament: &Tournament, id: i64) -> Result<(String, Vec<Option<i64>>)> {
    let (_, of) = tournament.match_by_id(id).ok_or(Error::NotFound("match"))?;
    let players = of.slots.iter().map(|slot| on_side(tournament, slot).map(|row| row.id));
    Ok((of.identifier.to_string(), players.collect()))
}

/// Whether the person is one of the match's sides.
pub(in crate::tournaments) fn plays(tournament: &Tournament, id: i64, person: Option<i64>) -> bool {
    let Some((_, of_bracket)) = tournament.match_by_id(id) else { return false };
    let mut sides = of_bracket.slots.iter().filter_map(|slot| on_side(tournament, slot));
    person.is_some() && sides.any(|participant| participant.person_id == person)
}

/// The engine's operation for the report, or what is wrong with it.
pub(in crate::tournaments) fn operation(
    tournament: &Tournament,
    id: i64,
    report: &Report,
) -> Result<Operation> {
    let (_, of_bracket) = tournament.match_by_id(id).ok_or(Error::NotFound("match"))?;
    let mut problems = Problems::default();
    let mut by_slot: Vec<Option<&Side>> = vec![None; of_bracket.slots.len()];
    for (index, side) in report.sides.iter().enumerate() {
        match side_of(tournament, of_bracket, side.participant) {
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
    let many = by_slot.len() > 2;
    if advancing.len() > 1 && !many {
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
    let sets: Vec<Vec<i64>> = (0..sets)
        .map(|set| {
            by_slot
                .iter()
                .map(|side| side.and_then(|side| side.scores.get(set)).copied().unwrap_or(0))
                .collect()
        })
        .collect();
    if many && let Some(places) = places(tournament, id, &by_slot, report.tie)? {
        return Ok(Operation::Rank { key: of_bracket.key, sets, places });
    }
    let outcome = match advancing.first() {
        Some(slot) => Some(Outcome::win(u8::try_from(*slot).map_err(Error::internal)?)),
        None if report.tie => Some(Outcome::Draw),
        None => None,
    };
    Ok(Operation::Report { key: of_bracket.key, sets, outcome })
}

/// The places of a match of many sides, in slot order: as reported or, where only those who advance
/// were named, by what they scored. `None` for a live score.
fn places(
    tournament: &Tournament,
    id: i64,
    by_slot: &[Option<&Side>],
    tie: bool,
) -> Result<Option<Vec<u8>>> {
    let (row, of_bracket) = tournament.match_by_id(id).ok_or(Error::NotFound("match"))?;
    let sides: Vec<(usize, &Side)> =
        by_slot.iter().enumerate().filter_map(|(slot, side)| Some((slot, (*side)?))).collect();
    let ranked = sides.iter().any(|(_, side)| side.rank.is_some_and(|rank| rank > 1));
    let advancing = sides.iter().filter(|(_, side)| side.advancing).count();
    if !tie && !ranked && advancing == 0 {
        return Ok(None);
    }
    let mut problems = Problems::default();
    let present = of_bracket.entrants().count();
    if sides.len() < present {
        problems.add("match", "every side needs its place or score once the match is decided");
    }
    let goes_on = tournament.stage_of(row).map_or(0, |(_, stage)| {
        (1..=present).filter(|place| stage.goes_to(of_bracket.key, *place).is_some()).count()
    });
    if advancing > 0 && goes_on > 0 && advancing != goes_on {
        let message = format!("{goes_on} sides advance from this match, not {advancing}");
        problems.add("match", message);
    }
    problems.check()?;
    let key = |side: &Side| {
        let total: i64 = side.scores.iter().fold(0, |sum, score| sum.saturating_add(*score));
        let rank = side.rank.filter(|_| ranked).unwrap_or(1);
        (!side.advancing && advancing > 0, rank, if ranked { 0 } else { total.saturating_neg() })
    };
    let mut places = vec![u8::MAX; by_slot.len()];
    for (slot, side) in &sides {
        let ahead = sides.iter().filter(|(_, other)| key(other) < key(side)).count();
        let place = if tie { 1 } else { ahead + 1 };
        places[*slot] = u8::try_from(place).map_err(Error::internal)?;
    }
    Ok(Some(places))
}
