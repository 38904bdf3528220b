//! Changing a match: its result, where and when it is played.

use std::sync::Arc;

use serde_json::json;
use tiltyard_store::repo::matches;

use super::{
    place,
    report::{self, Report},
};
use crate::{
    Actor, Core, Error, Patch, Problems,
    clock::Millis,
    error::Result,
    permissions::{self, Access, Permission},
    text,
    tournaments::{By, Tournament, change::Draft},
};

/// Longest name of a place in characters.
const LOCATION_MAX: usize = 255;

/// Most matches that one request changes.
const MATCHES_AT_ONCE: usize = 1_000;

/// What is to be changed of a match.
#[derive(Debug, Clone, Default)]
pub struct MatchChanges {
    /// A result, or a live score.
    pub report: Option<Report>,
    /// Where it is played.
    pub location: Patch<String>,
    /// For when it is set.
    pub scheduled_at: Patch<Millis>,
    /// Votes that the organizer adds for each side to those of predictions.
    pub votes: [Option<u32>; 2],
}

impl MatchChanges {
    fn moves(&self) -> bool {
        !self.location.is_keep() || !self.scheduled_at.is_keep()
    }

    fn votes(&self) -> bool {
        self.votes.iter().any(Option::is_some)
    }
}

impl Core {
    /// Changes a match, all of it or nothing. Who plays in it may at most report it.
    pub async fn update_match(
        &self,
        actor: &Actor,
        by: By,
        id: i64,
        changes: MatchChanges,
    ) -> Result<Arc<Tournament>> {
        permissions::require_one(actor, &[Permission::WriteMatches, Permission::ReportOwnMatches])?;
        let mut problems = Problems::default();
        check(&changes, "", &mut problems);
        problems.check()?;
        let asking = actor.clone();
        let (tournament, ()) = self
            .change_if_allowed(actor, by, move |draft| change(draft, &asking, id, &changes))
            .await?;
        Ok(tournament)
    }

    /// Changes several matches, one after the other, all of them or nothing: a report may open the match
    /// that the next one is about. In error texts the fields of the n-th are prefixed with `matches.n.`.
    pub async fn update_matches(
        &self,
        actor: &Actor,
        by: By,
        all: Vec<(i64, MatchChanges)>,
    ) -> Result<Arc<Tournament>> {
        permissions::require_one(actor, &[Permission::WriteMatches, Permission::ReportOwnMatches])?;
        let mut problems = Problems::default();
        if all.is_empty() || all.len() > MATCHES_AT_ONCE {
            problems.add("", format!("must be a list of 1 to {MATCHES_AT_ONCE} matches"));
        }
        for (index, (_, changes)) in all.iter().enumerate() {
            check(changes, &format!("matches.{index}."), &mut problems);
        }
        problems.check()?;
        let asking = actor.clone();
        let (tournament, ()) = self
            .change_if_allowed(actor, by, move |draft| {
                for (index, (id, changes)) in all.iter().enumerate() {
                    change(draft, &asking, *id, changes).map_err(|error| at(index, error))?;
                }
                Ok(())
            })
            .await?;
        Ok(tournament)
    }
}

/// What is wrong with the change by itself.
fn check(changes: &MatchChanges, prefix: &str, problems: &mut Problems) {
    if let Patch::Set(location) = &changes.location {
        if location.chars().count() > LOCATION_MAX {
            let message = format!("is too long (maximum is {LOCATION_MAX} characters)");
            problems.add(format!("{prefix}location"), message);
        } else if text::has_forbidden(location) {
            problems.add(format!("{prefix}location"), text::FORBIDDEN);
        }
    }
    if changes.report.is_none() && !changes.moves() && !changes.votes() {
        problems.add(
            format!("{prefix}match"),
            "must list the sides, or there must be something else to change",
        );
    }
}

/// Says of which of several matches the error is.
fn at(index: usize, error: Error) -> Error {
    match error {
        Error::Invalid(problems) => {
            let mut of_one = Problems::default();
            for problem in problems.list() {
                of_one.add(format!("matches.{index}.{}", problem.field), problem.message.clone());
            }
            Error::Invalid(of_one)
        }
        Error::Conflict(text) => Error::invalid(format!("matches.{index}"), text),
        Error::NotFound("match") => {
            Error::invalid(format!("matches.{index}.id"), "is no match of this tournament")
        }
        other => other,
    }
}

/// Changes a match within a change of its tournament.
fn change(draft: &mut Draft<'_, '_>, actor: &Actor, id: i64, changes: &MatchChanges) -> Result<()> {
    if changes.moves() || changes.votes() {
        permissions::on_tournament(actor, draft.facts, Access::Write, Permission::WriteMatches)?;
    } else {
        report::check_permission(draft, actor, id)?;
    }
    if let Some(report) = &changes.report {
        report::report_one(draft, id, report)?;
    }
    if changes.votes() {
        draft.add_votes(id, changes.votes)?;
    }
    schedule(draft, id, changes)
}

/// Says where and when a match is played.
fn schedule(draft: &mut Draft<'_, '_>, id: i64, changes: &MatchChanges) -> Result<()> {
    if !changes.moves() {
        return Ok(());
    }
    let (stage, key) = place(draft, id)?;
    let row = draft.tournament.matches.get_mut(stage, key);
    let row = row.ok_or(Error::NotFound("match"))?;
    let before = (row.location.clone(), row.scheduled_at);
    changes.location.clone().apply(&mut row.location);
    row.location = row.location.take().filter(|location| !location.trim().is_empty());
    changes.scheduled_at.apply(&mut row.scheduled_at);
    if (&row.location, row.scheduled_at) == (&before.0, before.1) {
        return Ok(());
    }
    row.updated_at = draft.now;
    matches::update(draft.tx, row)?;
    let body = json!({"match": id, "location": row.location, "scheduled_at": row.scheduled_at});
    draft.only_progress();
    draft.event("match.scheduled", body);
    Ok(())
}
