//! Taking the latest changes back, one after the other.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tiltyard_bracket::event::EventUndo;
use tiltyard_store::{
    Read,
    repo::{
        journal::{self, EntryRow},
        matches::{self, MatchRow},
        participants,
        tournaments::TournamentRow,
    },
};

use super::{By, State, Tournament, change::Draft};
use crate::{Actor, Core, Error, clock::Millis, error::Result, permissions::Permission};

/// The event of an entry that says that something was taken back.
const UNDONE: &str = "change.undone";

/// Entries of the journal that are read at a time.
const READ: i64 = 50;

/// What takes an entry of the journal back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Undo {
    /// Of the engine, in the order in which things happened.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) events: Vec<EventUndo>,
    /// Times of matches as they were, by key.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    matches: Vec<Times>,
    /// Participants who were active, or not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) active: Vec<(i64, bool)>,
    /// The state, where it does not follow from the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<String>,
}

/// An entry of the journal that can be taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What happened, as a dotted name (`match.reported`).
    pub event: String,
    /// The particulars.
    pub body: serde_json::Value,
}

/// Times of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Times {
    match_key: i64,
    started_at: Option<Millis>,
    underway_at: Option<Millis>,
    completed_at: Option<Millis>,
}

impl Undo {
    /// Whether there is nothing to take back.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Remembers the times of a match.
    pub(super) fn before(&mut self, row: &MatchRow) {
        let times = Times {
            match_key: row.match_key,
            started_at: row.started_at,
            underway_at: row.underway_at,
            completed_at: row.completed_at,
        };
        let known = self.matches.binary_search_by_key(&times.match_key, |other| other.match_key);
        if let Err(place) = known {
            self.matches.insert(place, times);
        }
    }
}

impl Core {
    /// The journal's entries that [`Core::undo_last_change`] would take back from this
    /// tournament, or why there are none. Who may ask has been shown the tournament to run it.
    pub async fn last_change(&self, tournament: &Tournament) -> Result<Vec<Change>> {
        if tournament.state == State::AcceptingPredictions {
            return Err(nothing("predictions.opened"));
        }
        let row = tournament.row.clone();
        let entries = self.0.store.scan(move |rx| latest(rx, &row)).await?;
        let change = |entry: EntryRow| {
            let body = serde_json::from_str(&entry.body).map_err(Error::internal)?;
            Ok(Change { event: entry.event, body })
        };
        entries.into_iter().rev().map(change).collect()
    }

    /// Takes the latest change of what is played back: a report, a match that was reopened, a
    /// withdrawal, the end of the groups, the start of the final stage, the ranks. Asked again, it
    /// takes back the one before. The names of the journal's entries that were taken back.
    ///
    /// # Errors
    /// There is nothing left; the start and a reset are not taken back.
    pub async fn undo_last_change(
        &self,
        actor: &Actor,
        by: By,
    ) -> Result<(Arc<Tournament>, Vec<String>)> {
        self.change_tournament(actor, by, Permission::WriteTournaments, move |draft| {
            if draft.tournament.state == State::AcceptingPredictions {
                return Err(nothing("predictions.opened"));
            }
            let entries = latest(draft.tx, &draft.tournament.row)?;
            let step = entries.iter().filter_map(|entry| entry.step).min().unwrap_or_default();
            for entry in &entries {
                let Some(undo) = entry.undo.as_deref() else { continue };
                take_back(draft, serde_json::from_str(undo).map_err(Error::internal)?)?;
            }
            let mut names: Vec<String> = entries.into_iter().map(|entry| entry.event).collect();
            names.reverse();
            draft.plan();
            draft.event(UNDONE, json!({"step": step, "events": names}));
            draft.keep();
            Ok(names)
        })
        .await
    }
}

/// The entries of the latest change that is not taken back, the last one first.
fn latest(db: &mut impl Read, row: &TournamentRow) -> Result<Vec<EntryRow>> {
    let id = row.id;
    let mut before = row.journal_number + 1;
    let mut found: Vec<EntryRow> = Vec::new();
    loop {
        let entries = journal::before(db, id, before, READ)?;
        let Some(last) = entries.last() else { break };
        let mut next = last.number;
        for entry in entries {
            if entry.number >= before {
                continue;
            }
            if let Some(first) = found.first() {
                if entry.step != first.step {
                    return Ok(found);
                }
                found.push(entry);
            } else if entry.event == UNDONE {
                let body: serde_json::Value =
                    serde_json::from_str(&entry.body).map_err(Error::internal)?;
                let step = body["step"].as_i64();
                before = step.ok_or_else(|| Error::internal("something undone without a step"))?;
                next = next.min(before);
            } else if entry.undo.is_some() {
                found.push(entry);
            } else if entry.operations.is_some()
                || entry.number == 1
                || entry.event == "tournament.started"
            {
                return Err(nothing(&entry.event));
            }
        }
        before = next;
    }
    if found.is_empty() { Err(nothing("tournament.created")) } else { Ok(found) }
}

fn nothing(event: &str) -> Error {
    Error::conflict(match event {
        "tournament.started" | "groups.started" | "round.paired" => {
            "nothing has been reported since the start; reset the tournament to take the start back"
        }
        "predictions.opened" => {
            "nothing has been played yet; reset the tournament to take predictions back"
        }
        _ => "there is no change left that could be taken back",
    })
}

fn take_back(draft: &mut Draft<'_, '_>, undo: Undo) -> Result<()> {
    let was_complete = draft.tournament.state == State::Complete;
    for event in undo.events.into_iter().rev() {
        draft.take_back(event)?;
    }
    let Draft { tx, tournament: t, now, .. } = draft;
    for times in undo.matches {
        let Some((stage, key)) = super::rows::split(times.match_key) else { continue };
        let Some(row) = t.matches.get_mut(stage, key) else { continue };
        row.started_at = times.started_at;
        row.underway_at = times.underway_at;
        row.completed_at = times.completed_at;
        row.updated_at = *now;
        matches::update(tx, row)?;
    }
    if let Some(state) = undo.state {
        let state = State::parse(&state);
        t.state = state.ok_or_else(|| Error::internal("no such state to return to"))?;
    }
    let opens = was_complete && t.state != State::Complete;
    if opens {
        t.row.completed_at = None;
    }
    for participant in Arc::make_mut(&mut t.participants) {
        let active = undo.active.iter().find(|(id, _)| *id == participant.id);
        if let Some((_, active)) = active {
            participant.active = *active;
        }
        if opens {
            participant.final_rank = None;
        }
        if active.is_some() || opens {
            participant.updated_at = *now;
            participants::update(tx, participant)?;
        }
    }
    Ok(())
}
