//! Starting, finalizing and resetting.

use std::sync::Arc;

use serde_json::json;
use tiltyard_bracket::{Match, MatchState};
use tiltyard_store::repo::{
    matches::{self, MatchRow},
    participants, sequences,
};

use super::{By, State, Tournament, change::Draft};
use crate::{Actor, Core, Error, clock::Millis, error::Result, permissions::Permission};

/// A change of a tournament's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateChange {
    /// Draws the bracket.
    Start,
    /// Fixes the ranks.
    Finalize,
    /// Throws the bracket away.
    Reset,
}

impl Core {
    /// Starts, finalizes or resets the tournament.
    pub async fn change_tournament_state(
        &self,
        actor: &Actor,
        by: By,
        change: StateChange,
    ) -> Result<Arc<Tournament>> {
        let (tournament, ()) = self
            .change_tournament(actor, by, Permission::WriteTournaments, move |draft| match change {
                StateChange::Start => start(draft),
                StateChange::Finalize => finalize(draft),
                StateChange::Reset => reset(draft),
            })
            .await?;
        Ok(tournament)
    }
}

/// The row of a match that has just been made.
pub(super) fn row(m: &Match, id: i64, now: Millis) -> MatchRow {
    MatchRow {
        id,
        match_key: i64::from(m.key.0),
        record: None,
        location: None,
        scheduled_at: None,
        started_at: (m.state == MatchState::Open).then_some(now),
        underway_at: None,
        completed_at: None,
        created_at: now,
        updated_at: now,
    }
}

fn start(draft: &mut Draft<'_, '_>) -> Result<()> {
    let now = draft.now;
    let t = &mut draft.tournament;
    if t.state != State::Pending {
        return Err(Error::conflict("the tournament has already been started"));
    }
    let entrants = u32::try_from(t.participants.len()).unwrap_or(u32::MAX);
    if entrants < 2 {
        return Err(Error::conflict("the tournament needs at least 2 participants to start"));
    }
    let bracket = t.draw()?;
    let count = bracket.all_matches().count();
    let ids =
        draft.tx.next_ids(sequences::MATCH, u32::try_from(count).map_err(Error::internal)?)?;
    let rows: Vec<MatchRow> =
        bracket.all_matches().zip(ids).map(|(m, id)| row(m, id, now)).collect();
    matches::insert(draft.tx, t.row.id, &rows)?;
    t.row.engine = Some(serde_json::to_string(&bracket.header()).map_err(Error::internal)?);
    t.row.started_at = Some(now);
    t.row.progress = 0;
    t.matches = Arc::new(rows);
    t.bracket = Some(bracket);
    t.state = State::Underway;
    draft.event("tournament.started", json!({"entrants": entrants, "matches": count}));
    Ok(())
}

fn finalize(draft: &mut Draft<'_, '_>) -> Result<()> {
    let now = draft.now;
    let t = &mut draft.tournament;
    match t.state {
        State::AwaitingReview => {}
        State::Pending => return Err(Error::conflict("the tournament has not been started")),
        State::Complete => {
            return Err(Error::conflict("the tournament has already been finalized"));
        }
        State::Underway => {
            return Err(Error::conflict(
                "every match must be complete before the tournament is finalized",
            ));
        }
    }
    let bracket =
        t.bracket.as_ref().ok_or_else(|| Error::internal("a started tournament has no bracket"))?;
    let ranks = bracket.ranks();
    for (participant, rank) in Arc::make_mut(&mut t.participants).iter_mut().zip(ranks) {
        participant.final_rank = rank.map(i64::from);
        participant.updated_at = now;
        participants::update(draft.tx, participant)?;
    }
    t.row.completed_at = Some(now);
    t.row.progress = 100;
    t.state = State::Complete;
    let ranks: Vec<_> =
        t.participants.iter().map(|p| json!({"participant": p.id, "rank": p.final_rank})).collect();
    draft.event("tournament.finalized", json!({"ranks": ranks}));
    Ok(())
}

fn reset(draft: &mut Draft<'_, '_>) -> Result<()> {
    let now = draft.now;
    let t = &mut draft.tournament;
    if t.state == State::Pending {
        return Err(Error::conflict(
            "the tournament has not been started, so there is nothing to reset",
        ));
    }
    matches::delete_all(draft.tx, t.row.id)?;
    for participant in Arc::make_mut(&mut t.participants) {
        if participant.final_rank.is_some() || !participant.active {
            participant.final_rank = None;
            participant.active = true;
            participant.updated_at = now;
            participants::update(draft.tx, participant)?;
        }
    }
    t.row.engine = None;
    t.row.started_at = None;
    t.row.completed_at = None;
    t.row.progress = 0;
    t.matches = Arc::default();
    t.bracket = None;
    t.state = State::Pending;
    draft.event("tournament.reset", json!({}));
    Ok(())
}
