//! The frame of every write to a tournament: lock, read, permission, change, journal, row, news.

use std::sync::Arc;

use serde_json::Value as Json;
use tiltyard_bracket::{
    Match, MatchKey,
    MatchState::{Complete, Open, Pending},
    Stage,
    event::{Event, EventChanges, EventOperation, EventUndo, StageChange, StageKey},
};
use tiltyard_store::{
    LockKey, Tx,
    repo::{
        journal::{self, EntryRow},
        matches::{self, MatchRow},
        sequences, tournaments,
    },
};

use super::{
    By, Rows, State, Tournament, check_in, condition,
    draw::refused,
    engine::{self, Told},
    groups, load, registration,
    rows::{keys_from, row_key},
    undo::Undo,
};
use crate::{
    Actor, Core, Error,
    clock::Millis,
    entropy,
    error::Result,
    live,
    permissions::{self, Access, Permission, TournamentFacts},
};

/// A tournament that is being changed within a transaction.
pub(super) struct Draft<'a, 'b> {
    /// The transaction.
    pub(super) tx: &'a mut Tx<'b>,
    /// The tournament; what is changed here is written at the end, rows of participants by whoever
    /// changes them.
    pub(super) tournament: Tournament,
    /// The tournament as far as permission goes, and what the actor is to it.
    pub(super) facts: TournamentFacts,
    /// The time of the change.
    pub(super) now: Millis,
    entries: Vec<Entry>,
    /// What the next entry is about.
    told: Vec<Told>,
    /// What takes the next entry back.
    pub(super) undo: Undo,
    /// Only state, progress and counters differ, as after a report.
    light: bool,
    /// The engine's part of the tournament's row is to be written again.
    engine: bool,
}

/// An entry of the journal, before it has its number.
struct Entry {
    event: &'static str,
    body: Json,
    told: Vec<Told>,
    undo: Undo,
}

impl Draft<'_, '_> {
    /// Notes what happened.
    pub(super) fn event(&mut self, event: &'static str, body: Json) {
        let (told, undo) = (std::mem::take(&mut self.told), std::mem::take(&mut self.undo));
        self.entries.push(Entry { event, body, told, undo });
    }

    /// What has happened so far is for good.
    pub(super) fn keep(&mut self) {
        for entry in &mut self.entries {
            entry.undo = Undo::default();
        }
    }

    /// Promises that of the tournament's own row only what follows from matches changes.
    pub(super) fn only_progress(&mut self) {
        self.light = true;
    }

    /// Lets the event begin; nothing in it has started.
    pub(super) fn begin(&mut self) -> Result<()> {
        let t = &mut self.tournament;
        let (stages, entrants) = (t.stages()?, t.entrants());
        let event = Event::new(stages.design(entrants), entrants).map_err(|it| refused(&it))?;
        t.matches = Rows::of(event.design().stages.len());
        t.event = Some(event);
        self.told.push(Told::Begin { stages, entrants });
        self.engine = true;
        groups::number(self)
    }

    /// Throws the event away.
    pub(super) fn end(&mut self) -> Result<()> {
        matches::delete_all(self.tx, self.tournament.row.id)?;
        let t = &mut self.tournament;
        t.matches = Rows::default();
        t.event = None;
        t.planned = 0;
        t.row.design = None;
        t.row.first_group = None;
        self.told.push(Told::End);
        self.engine = true;
        Ok(())
    }

    /// Counts the matches of stages that have not started.
    pub(super) fn plan(&mut self) {
        self.tournament.planned = self.tournament.event.as_ref().map_or(0, engine::planned);
        self.engine = true;
        self.update_progress();
    }

    /// Tells the engine that something happens, and keeps rows, state and progress in step.
    pub(super) fn operate(&mut self, operation: EventOperation) -> Result<EventChanges> {
        let event = self.tournament.event.as_mut();
        let event = event.ok_or_else(|| Error::conflict("the tournament has not been started"))?;
        let changes = event.apply(&operation).map_err(|refusal| refused(&refusal))?;
        self.told.push(Told::Operation(operation));
        self.undo.events.push(changes.undo.clone());
        self.follow(&changes)?;
        Ok(changes)
    }

    /// Takes something back that the engine was told.
    pub(super) fn take_back(&mut self, undo: EventUndo) -> Result<()> {
        let event = self.tournament.event.as_mut();
        let event = event.ok_or_else(|| Error::internal("an undo without an event"))?;
        let changes = event.undo(&undo).map_err(Error::internal)?;
        self.told.push(Told::Undo(undo));
        self.follow(&changes)
    }

    /// Writes the rows of the matches that changed.
    fn follow(&mut self, changes: &EventChanges) -> Result<()> {
        self.engine |= changes.state;
        for (key, change) in &changes.stages {
            self.engine |= change.matches.header || change.started || change.stopped;
            self.follow_stage(*key, change)?;
        }
        self.update_progress();
        Ok(())
    }

    fn follow_stage(&mut self, key: StageKey, change: &StageChange) -> Result<()> {
        let Self { tx, tournament, now, undo, .. } = self;
        let (id, now) = (tournament.row.id, *now);
        let stage = tournament.event.as_ref().and_then(|event| event.stage(key));
        let length = stage.map_or(0, |stage| stage.all_matches().len());
        let had = tournament.matches.len_of(key);
        if had > length {
            let first = MatchKey(u32::try_from(length).map_err(Error::internal)?);
            let (from, to) = keys_from(key, first);
            matches::delete_range(tx, id, from, to)?;
            tournament.matches.truncate(key, first);
        }
        let Some(stage) = stage else { return Ok(()) };
        for match_key in &change.matches.changed {
            let Some(of_bracket) = stage.get(*match_key) else { continue };
            let Some(row) = tournament.matches.get_mut(key, *match_key) else { continue };
            undo.before(row);
            row.record = record(stage, *match_key)?;
            row.started_at = match of_bracket.state {
                Pending => None,
                Open | Complete => row.started_at.or(Some(now)),
            };
            row.completed_at = match of_bracket.state {
                Complete => row.completed_at.or(Some(now)),
                Open | Pending => None,
            };
            if of_bracket.state == Pending {
                row.underway_at = None;
            }
            row.updated_at = now;
            matches::update(tx, row)?;
        }
        if length > had {
            let fresh: Vec<&Match> = stage.all_matches().skip(had).collect();
            let count = u32::try_from(fresh.len()).map_err(Error::internal)?;
            let ids = tx.next_ids(sequences::MATCH, count)?;
            let rows: Vec<MatchRow> = fresh
                .into_iter()
                .zip(ids)
                .map(|(m, id)| fresh_row(stage, key, m, id, now))
                .collect::<Result<_>>()?;
            matches::insert(tx, id, &rows)?;
            for row in rows {
                if !tournament.matches.push(row) {
                    return Err(Error::internal("rows of matches with a gap"));
                }
            }
        }
        Ok(())
    }

    /// The ids of the matches that an operation reset.
    pub(super) fn reset_by(&self, changes: &EventChanges) -> Vec<i64> {
        let rows = &self.tournament.matches;
        let of_stage = |(key, change): &(StageKey, StageChange)| {
            let stage = *key;
            let reset = change.matches.reset.clone();
            reset.into_iter().filter_map(move |key| rows.get(stage, key)).map(|row| row.id)
        };
        changes.stages.iter().flat_map(of_stage).collect()
    }

    /// Brings state and progress up to date with what is played.
    pub(super) fn update_progress(&mut self) {
        let t = &mut self.tournament;
        let Some(event) = &t.event else { return };
        let (mut complete, mut total) = (0_u64, u64::from(t.planned));
        for stage in event.keys().filter_map(|key| event.stage(key)) {
            let progress = stage.progress();
            complete += u64::from(progress.complete);
            total += u64::from(progress.total);
        }
        let over = event.is_over();
        // A hundred means that nothing is left to be played.
        let percent = (complete * 100).checked_div(total).unwrap_or(0);
        let percent = if over { 100 } else { percent.min(99) };
        t.row.progress = i64::try_from(percent).unwrap_or(0);
        let final_started = t.final_stage().is_none_or(|key| event.contest(key).is_some());
        t.state = if over {
            State::AwaitingReview
        } else if final_started {
            State::Underway
        } else if t.state == State::GroupStagesFinalized && t.groups_are_over() {
            State::GroupStagesFinalized
        } else {
            State::GroupStagesUnderway
        };
    }
}

impl Core {
    /// Changes a tournament in one transaction: `change` is given the tournament under its lock,
    /// after the permission was checked. It may be run again, and so has no effect outside.
    pub(super) async fn change_tournament<T: Send + 'static>(
        &self,
        actor: &Actor,
        by: By,
        permission: Permission,
        change: impl Fn(&mut Draft<'_, '_>) -> Result<T> + Send + 'static,
    ) -> Result<(Arc<Tournament>, T)> {
        permissions::require(actor, permission)?;
        let asking = actor.clone();
        self.change_if_allowed(actor, by, move |draft| {
            permissions::on_tournament(&asking, draft.facts, Access::Write, permission)?;
            change(draft)
        })
        .await
    }

    /// The same where the permission depends on more than the tournament: `change` begins with
    /// asking for it.
    pub(super) async fn change_if_allowed<T: Send + 'static>(
        &self,
        actor: &Actor,
        by: By,
        change: impl Fn(&mut Draft<'_, '_>) -> Result<T> + Send + 'static,
    ) -> Result<(Arc<Tournament>, T)> {
        let now = self.now();
        let revision = entropy::positive(self.0.entropy.as_ref())?;
        let inner = Arc::clone(&self.0);
        let actor = actor.clone();
        self.write(move |tx| {
            let id = load::id(tx, &by)?;
            tx.lock(LockKey { space: "tournament", id })?;
            let row = tournaments::get(tx, id)?.ok_or(Error::NotFound("tournament"))?;
            let facts = load::facts(tx, &row, &actor)?;
            let stored = (row.id, row.revision);
            let before = load::assemble(tx, &inner.tournaments, row)?;
            let before = check_in::as_of(before, now);
            let mut draft = Draft {
                tx,
                tournament: Tournament::clone(&before),
                facts,
                now,
                entries: Vec::new(),
                told: Vec::new(),
                undo: Undo::default(),
                light: false,
                engine: false,
            };
            // They judge and are answered by what they see.
            let shown = |tournament: Arc<Tournament>| {
                registration::seen_by(&actor, facts, tournament, &inner.tournaments)
            };
            let result = change(&mut draft);
            let result = condition::judged(&by, || shown(Arc::clone(&before)), result)?;
            let Draft { tx, mut tournament, entries, light, engine, .. } = draft;
            if entries.is_empty() {
                return Ok((shown(before), result));
            }
            if engine {
                let event = tournament.event.as_ref();
                let written = event.map(|event| engine::write(event, tournament.planned));
                tournament.row.engine = written.transpose()?;
            }
            let row = &mut tournament.row;
            let step = row.journal_number + 1;
            row.state.clear();
            row.state.push_str(tournament.state.name());
            row.updated_at = now;
            row.revision = revision;
            for Entry { event, body, told, undo } in entries {
                row.journal_number += 1;
                let entry = EntryRow {
                    number: row.journal_number,
                    at: now,
                    actor: actor.describe(),
                    event: event.to_owned(),
                    body: body.to_string(),
                    step: Some(step),
                    operations: written(&told, told.is_empty())?,
                    undo: written(&undo, undo.is_empty())?,
                };
                journal::insert(tx, row.id, &entry)?;
            }
            if light && !engine {
                tournaments::advance(tx, row)?;
            } else {
                tournaments::update(tx, row)?;
            }
            tx.publish(&live::topic(row.id));
            let after = Arc::new(tournament);
            inner.tournaments.remove(&stored);
            inner.tournaments.insert((after.row.id, after.row.revision), Arc::clone(&after));
            Ok((shown(after), result))
        })
        .await
    }
}

/// The row of a match that is new to the store.
fn fresh_row(stage: &Stage, key: StageKey, m: &Match, id: i64, now: Millis) -> Result<MatchRow> {
    Ok(MatchRow {
        id,
        match_key: row_key(key, m.key),
        record: record(stage, m.key)?,
        location: None,
        scheduled_at: None,
        started_at: (m.state != Pending).then_some(now),
        underway_at: None,
        completed_at: (m.state == Complete).then_some(now),
        created_at: now,
        updated_at: now,
        attachments: 0,
    })
}

/// The engine's record of a match as it is stored.
fn record(stage: &Stage, key: MatchKey) -> Result<Option<String>> {
    let record = stage.record(key).map(|record| serde_json::to_string(&record));
    record.transpose().map_err(Error::internal)
}

/// The JSON of something, if there is anything.
fn written(something: &impl serde::Serialize, empty: bool) -> Result<Option<String>> {
    if empty {
        return Ok(None);
    }
    serde_json::to_string(something).map(Some).map_err(Error::internal)
}
