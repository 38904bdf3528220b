//! Starting, finalizing and resetting, stage by stage.

use std::sync::Arc;

use serde_json::json;
use tiltyard_bracket::event::{EventOperation, StageKey};
use tiltyard_store::repo::participants;

use super::{By, State, Tournament, change::Draft, check_in, groups, predictions};
use crate::{Actor, Core, Error, error::Result, permissions::Permission};

/// A change of a tournament's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateChange {
    /// Ends the check-in and puts aside who is not here.
    ProcessCheckIn,
    /// Gives the check-in up.
    AbortCheckIn,
    /// Draws the bracket and lets people predict how it will be played.
    OpenPredictions,
    /// Draws the groups.
    StartGroupStage,
    /// Says who goes on from the groups.
    FinalizeGroupStage,
    /// Throws the groups away, and what came after.
    ResetGroupStage,
    /// Draws the bracket, or plays the one that was predicted. In a tournament with groups that is the next of its stages.
    Start,
    /// Throws the final stage after groups away.
    ResetFinalStage,
    /// Fixes the ranks.
    Finalize,
    /// Throws everything away that was played.
    Reset,
}

impl Core {
    /// Brings the tournament one step on, or back.
    pub async fn change_tournament_state(
        &self,
        actor: &Actor,
        by: By,
        change: StateChange,
    ) -> Result<Arc<Tournament>> {
        let (tournament, ()) = self
            .change_tournament(actor, by, Permission::WriteTournaments, move |draft| match change {
                StateChange::ProcessCheckIn => check_in::process(draft),
                StateChange::AbortCheckIn => check_in::abort(draft),
                StateChange::OpenPredictions => predictions::open(draft),
                StateChange::StartGroupStage => groups::start(draft),
                StateChange::FinalizeGroupStage => groups::finalize(draft),
                StateChange::ResetGroupStage => reset_groups(draft),
                StateChange::Start => start(draft),
                StateChange::ResetFinalStage => groups::reset_final(draft),
                StateChange::Finalize => finalize(draft),
                StateChange::Reset => reset(draft),
            })
            .await?;
        Ok(tournament)
    }
}

fn start(draft: &mut Draft<'_, '_>) -> Result<()> {
    match draft.tournament.state {
        State::Pending | State::CheckingIn | State::CheckedIn => begin(draft),
        State::AcceptingPredictions => {
            predictions::close(draft);
            Ok(())
        }
        State::GroupStagesUnderway => {
            groups::finalize(draft)?;
            groups::start_final(draft)
        }
        State::GroupStagesFinalized => groups::start_final(draft),
        State::Underway | State::AwaitingReview | State::Complete => {
            Err(Error::conflict("the tournament has already been started"))
        }
    }
}

/// Draws the first stage, the bracket or the groups, and says nothing of it yet.
pub(super) fn draw(draft: &mut Draft<'_, '_>) -> Result<Vec<StageKey>> {
    check_in::settled(&draft.tournament)?;
    if draft.tournament.entrants() < 2 {
        return Err(Error::conflict("the tournament needs at least 2 participants to start"));
    }
    draft.begin()?;
    let first: Vec<StageKey> =
        draft.tournament.event.iter().flat_map(|event| event.design().phase(1)).collect();
    for stage in &first {
        draft.operate(EventOperation::Start { stage: *stage })?;
    }
    draft.plan();
    Ok(first)
}

/// Draws the first stage, which is played from now on.
pub(super) fn begin(draft: &mut Draft<'_, '_>) -> Result<()> {
    let first = draw(draft)?;
    let entrants = draft.tournament.entrants();
    draft.tournament.row.started_at = Some(draft.now);
    let matches = draft.tournament.matches.len();
    if draft.tournament.row.first_group.is_some() {
        let body = json!({"entrants": entrants, "groups": first.len(), "matches": matches});
        draft.event("groups.started", body);
    } else {
        draft.event("tournament.started", json!({"entrants": entrants, "matches": matches}));
    }
    for stage in first {
        draft.settle_rounds(stage, None)?;
    }
    draft.keep();
    Ok(())
}

fn reset_groups(draft: &mut Draft<'_, '_>) -> Result<()> {
    if draft.tournament.row.first_group.is_none() {
        return Err(Error::conflict("no group stage has been started"));
    }
    reset(draft)
}

fn finalize(draft: &mut Draft<'_, '_>) -> Result<()> {
    let now = draft.now;
    let t = &mut draft.tournament;
    match t.state {
        State::AwaitingReview => {}
        State::Pending | State::CheckingIn | State::CheckedIn | State::AcceptingPredictions => {
            return Err(Error::conflict("the tournament has not been started"));
        }
        State::GroupStagesUnderway | State::GroupStagesFinalized => {
            return Err(Error::conflict(
                "the final stage must be played before the tournament is finalized",
            ));
        }
        State::Complete => {
            return Err(Error::conflict("the tournament has already been finalized"));
        }
        State::Underway => {
            return Err(Error::conflict(
                "every match must be complete before the tournament is finalized",
            ));
        }
    }
    let event =
        t.event.as_ref().ok_or_else(|| Error::internal("a started tournament has no event"))?;
    let ranks = event.ranks();
    for (participant, rank) in Arc::make_mut(&mut t.participants).iter_mut().zip(ranks) {
        participant.final_rank = rank.map(i64::from);
        participant.updated_at = now;
        participants::update(draft.tx, participant)?;
    }
    t.row.completed_at = Some(now);
    t.row.progress = 100;
    t.state = State::Complete;
    draft.undo.state = Some(State::AwaitingReview.name().to_owned());
    let t = &draft.tournament;
    let ranks: Vec<_> =
        t.participants.iter().map(|p| json!({"participant": p.id, "rank": p.final_rank})).collect();
    draft.event("tournament.finalized", json!({"ranks": ranks}));
    Ok(())
}

fn reset(draft: &mut Draft<'_, '_>) -> Result<()> {
    let now = draft.now;
    let t = &mut draft.tournament;
    if !t.state.started() {
        return Err(Error::conflict(
            "the tournament has not been started, so there is nothing to reset",
        ));
    }
    for participant in Arc::make_mut(&mut t.participants) {
        if check_in::forget(participant) || participant.final_rank.is_some() {
            participant.final_rank = None;
            participant.updated_at = now;
            participants::update(draft.tx, participant)?;
        }
    }
    t.row.started_at = None;
    t.row.completed_at = None;
    t.row.progress = 0;
    t.state = State::Pending;
    check_in::rearm(t, now);
    draft.end()?;
    predictions::clear(draft)?;
    draft.event("tournament.reset", json!({}));
    Ok(())
}
