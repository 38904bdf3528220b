//! Changing a participant; a new seed moves the others.

use std::sync::Arc;

use tiltyard_store::repo::participants;

use super::{check_names_differ, check_texts, journaled, only_before_start, renumber, replace};
use crate::{
    Actor, Core, Error, Patch, Problems,
    error::Result,
    permissions::Permission,
    tournaments::{By, Tournament},
};

/// What is to be changed; `None` leaves things as they are.
#[derive(Debug, Clone, Default)]
pub struct ParticipantChanges {
    /// A new name.
    pub name: Option<String>,
    /// A new seed; before the start only.
    pub seed: Option<u32>,
    /// Another free text, or none.
    pub misc: Patch<String>,
    /// Another e-mail address, or none.
    pub email: Patch<String>,
    /// Another user name, or none.
    pub username: Patch<String>,
}

impl Core {
    /// Changes a participant.
    pub async fn update_participant(
        &self,
        actor: &Actor,
        by: By,
        participant: i64,
        changes: ParticipantChanges,
    ) -> Result<Arc<Tournament>> {
        let (tournament, ()) = self
            .change_tournament(actor, by, Permission::WriteParticipants, move |draft| {
                let mut rows = Vec::clone(&draft.tournament.participants);
                let mut index = rows
                    .iter()
                    .position(|row| row.id == participant)
                    .ok_or(Error::NotFound("participant"))?;
                let row = &mut rows[index];
                let before = row.clone();
                if let Some(name) = &changes.name {
                    name.trim().clone_into(&mut row.name);
                }
                changes.misc.clone().apply(&mut row.misc);
                changes.email.clone().apply(&mut row.email);
                changes.username.clone().apply(&mut row.username);
                let mut problems = Problems::default();
                let others =
                    [("email", row.email.as_deref()), ("username", row.username.as_deref())];
                check_texts("", Some(&row.name), row.misc.as_deref(), others, &mut problems);
                if changes.seed == Some(0) {
                    problems.add("seed", "must be 1 or more");
                }
                check_names_differ(&rows, index, "name", &mut problems);
                problems.check()?;
                if let Some(seed) = changes.seed {
                    let wanted = (seed as usize).saturating_sub(1).min(rows.len() - 1);
                    if wanted != index {
                        only_before_start(draft.tournament.state, "changing seeds")?;
                        let row = rows.remove(index);
                        rows.insert(wanted, row);
                        index = wanted;
                    }
                }
                renumber(draft, &mut rows, |_| true)?;
                let row = &mut rows[index];
                if *row == before {
                    return Ok(());
                }
                row.updated_at = draft.now;
                participants::update(draft.tx, row)?;
                let body = journaled(row);
                draft.event("participant.updated", body);
                replace(draft, rows);
                Ok(())
            })
            .await?;
        Ok(tournament)
    }
}
