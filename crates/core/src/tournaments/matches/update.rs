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

/// What is to be changed of a match.
#[derive(Debug, Clone, Default)]
pub struct MatchChanges {
    /// A result, or a live score.
    pub report: Option<Report>,
    /// Where it is played.
    pub location: Patch<String>,
    /// For when it is set.
    pub scheduled_at: Patch<Millis>,
}

impl MatchChanges {
    fn moves(&self) -> bool {
        !self.location.is_keep() || !self.scheduled_at.is_keep()
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
        if let Patch::Set(location) = &changes.location {
            if location.chars().count() > LOCATION_MAX {
                let message = format!("is too long (maximum is {LOCATION_MAX} characters)");
                problems.add("location", message);
            } else if text::has_forbidden(location) {
                problems.add("location", text::FORBIDDEN);
            }
        }
        if changes.report.is_none() && !changes.moves() {
            problems.add("match", "must list the sides, or there must be something else to change");
        }
        problems.check()?;
        let asking = actor.clone();
        let (tournament, ()) = self
            .change_if_allowed(actor, by, move |draft| {
                if changes.moves() {
                    permissions::on_tournament(
                        &asking,
                        draft.facts,
                        Access::Write,
                        Permission::WriteMatches,
                    )?;
                } else {
                    report::check_permission(draft, &asking, id)?;
                }
                if let Some(report) = &changes.report {
                    report::report_one(draft, id, report)?;
                }
                schedule(draft, id, &changes)
            })
            .await?;
        Ok(tournament)
    }
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
