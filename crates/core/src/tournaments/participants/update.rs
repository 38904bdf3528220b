//! Changing a participant; a new seed moves the others.

use std::sync::Arc;

use super::{
    add::people_named, check_names_differ, check_texts, journaled, only_before_start, section,
    settle,
};
use crate::{
    Actor, Core, Error, Patch, Problems,
    error::Result,
    permissions::Permission,
    tournaments::{
        By, Tournament, check_in,
        registration::{self, Answers},
    },
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
    /// Whether they are here.
    pub checked_in: Option<bool>,
    /// Answers to the tournament's own registration fields; those that are not named stay.
    pub answers: Patch<Answers>,
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
                let mut problems = Problems::default();
                let fields = &draft.tournament.options.registration_options.custom_fields;
                let row = &mut rows[index];
                let before = row.clone();
                if let Some(name) = &changes.name {
                    name.trim().clone_into(&mut row.name);
                }
                changes.misc.clone().apply(&mut row.misc);
                changes.email.clone().apply(&mut row.email);
                changes.username.clone().apply(&mut row.username);
                let sent = &changes.answers;
                let stored = before.answers.as_deref();
                row.answers = registration::take(fields, stored, sent, false, "", &mut problems)?;
                let others =
                    [("email", row.email.as_deref()), ("username", row.username.as_deref())];
                check_texts("", Some(&row.name), row.misc.as_deref(), others, &mut problems);
                if changes.seed == Some(0) {
                    problems.add("seed", "must be 1 or more");
                }
                check_names_differ(&rows, index, "name", &mut problems);
                problems.check()?;
                if rows[index].username != before.username {
                    // Whose name it was plays here no longer.
                    let username = rows[index].username.as_deref();
                    let people = people_named(draft.tx, username.into_iter())?;
                    let linked = people.into_values().next();
                    let twice = linked.as_ref().is_some_and(|(id, _)| {
                        rows.iter().any(|row| row.person_id == Some(*id) && row.id != participant)
                    });
                    let mut problems = Problems::default();
                    if twice {
                        problems.add("username", "takes part in this tournament already");
                    }
                    problems.check()?;
                    let row = &mut rows[index];
                    row.person_id = linked.as_ref().map(|(id, _)| *id);
                    row.username = linked.map(|(_, name)| name).or_else(|| row.username.take());
                }
                if let Some(seed) = changes.seed.filter(|seed| *seed as usize != index + 1) {
                    // Whoever waits for a place stays behind those who have one.
                    let of = section(&rows[index]);
                    let started = draft.tournament.state.started();
                    let before = rows.iter().filter(|row| !started && section(row) < of);
                    let first = before.count();
                    let among = rows.iter().filter(|row| started || section(row) <= of);
                    let last = among.count() - 1;
                    let wanted = (seed as usize).saturating_sub(1).clamp(first, last);
                    if wanted != index {
                        only_before_start(draft.tournament.state, "changing seeds")?;
                        let row = rows.remove(index);
                        rows.insert(wanted, row);
                        index = wanted;
                    }
                }
                let moved = index + 1 != usize::try_from(before.seed).unwrap_or(0);
                if moved || rows[index] != before {
                    settle(draft, rows)?;
                    let body = draft.tournament.participants.get(index).map(journaled);
                    draft.event("participant.updated", body.unwrap_or_default());
                }
                match changes.checked_in {
                    None => Ok(()),
                    Some(here) => check_in::mark(draft, participant, here, true),
                }
            })
            .await?;
        Ok(tournament)
    }
}
