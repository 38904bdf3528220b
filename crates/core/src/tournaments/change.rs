//! The frame of every write to a tournament: lock, read, permission, change, journal, row, news.

use std::sync::Arc;

use serde_json::Value as Json;
use tiltyard_bracket::{
    Changes,
    MatchState::{Complete, Open, Pending},
};
use tiltyard_store::{
    LockKey, Tx,
    repo::{
        journal::{self, EntryRow},
        matches, tournaments,
    },
};

use super::{By, Tournament, load};
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
    /// The tournament; what is changed here is written at the end, rows of participants and
    /// matches by whoever changes them.
    pub(super) tournament: Tournament,
    /// The tournament as far as permission goes, and what the actor is to it.
    pub(super) facts: TournamentFacts,
    /// The time of the change.
    pub(super) now: Millis,
    events: Vec<(&'static str, Json)>,
    /// Only state, progress and counters differ, as after a report.
    light: bool,
}

impl Draft<'_, '_> {
    /// Notes what happened.
    pub(super) fn event(&mut self, event: &'static str, body: Json) {
        self.events.push((event, body));
    }

    /// Promises that of the tournament's own row only state and progress change.
    pub(super) fn only_progress(&mut self) {
        self.light = true;
    }

    /// Writes the matches that an operation of the engine changed, and what follows for the
    /// tournament's state and progress.
    pub(super) fn write_matches(&mut self, changes: &Changes) -> Result<()> {
        let Self { tx, tournament, now, .. } = self;
        let now = *now;
        let bracket = tournament
            .bracket
            .as_ref()
            .ok_or_else(|| Error::internal("matches changed without a bracket"))?;
        let rows = Arc::make_mut(&mut tournament.matches);
        for key in &changes.changed {
            let (Some(row), Some(of_bracket)) = (rows.get_mut(key.index()), bracket.get(*key))
            else {
                return Err(Error::internal("the engine changed a match that has no row"));
            };
            let record = bracket.record(*key).map(|record| serde_json::to_string(&record));
            row.record = record.transpose().map_err(Error::internal)?;
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
        self.update_progress();
        Ok(())
    }

    /// Brings state and progress up to date with the bracket.
    pub(super) fn update_progress(&mut self) {
        let tournament = &mut self.tournament;
        let Some(bracket) = &tournament.bracket else { return };
        let over = bracket.is_over();
        tournament.row.progress = i64::from(bracket.progress().percent());
        tournament.state = if over { super::State::AwaitingReview } else { super::State::Underway };
    }

    /// Puts the bracket's header into the tournament's row.
    pub(super) fn store_header(&mut self) -> Result<()> {
        let bracket = self.tournament.bracket.as_ref();
        let header = bracket.map(|bracket| serde_json::to_string(&bracket.header())).transpose();
        self.tournament.row.engine = header.map_err(Error::internal)?;
        Ok(())
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
        self.0
            .store
            .write(move |tx| {
                let id = load::id(tx, &by)?;
                tx.lock(LockKey { space: "tournament", id })?;
                let row = tournaments::get(tx, id)?.ok_or(Error::NotFound("tournament"))?;
                let facts = load::facts(tx, &row, &actor)?;
                let before = load::assemble(tx, &inner.tournaments, row)?;
                let mut draft = Draft {
                    tx,
                    tournament: Tournament::clone(&before),
                    facts,
                    now,
                    events: Vec::new(),
                    light: false,
                };
                let result = change(&mut draft)?;
                let Draft { tx, mut tournament, events, light, .. } = draft;
                if events.is_empty() {
                    return Ok((before, result));
                }
                let row = &mut tournament.row;
                row.state.clear();
                row.state.push_str(tournament.state.name());
                row.updated_at = now;
                row.revision = revision;
                for (event, body) in events {
                    row.journal_number += 1;
                    let entry = EntryRow {
                        number: row.journal_number,
                        at: now,
                        actor: actor.describe(),
                        event: event.to_owned(),
                        body: body.to_string(),
                    };
                    journal::insert(tx, row.id, &entry)?;
                }
                if light {
                    tournaments::advance(tx, row)?;
                } else {
                    tournaments::update(tx, row)?;
                }
                tx.publish(&live::topic(row.id));
                let after = Arc::new(tournament);
                inner.tournaments.remove(&(before.row.id, before.row.revision));
                inner.tournaments.insert((after.row.id, after.row.revision), Arc::clone(&after));
                Ok((after, result))
            })
            .await
    }
}
