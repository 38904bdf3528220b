//! Registering oneself, and withdrawing again.

use std::sync::Arc;

use serde_json::json;
use tiltyard_store::repo::{
    participants::{self, ParticipantRow},
    people, sequences,
};

use super::{journaled, only_before_start, renumber, replace};
use crate::{
    Actor, Core, Error,
    error::Result,
    permissions::{self, Permission},
    tournaments::{By, Tournament},
};

impl Core {
    /// Registers the person for whom the actor acts, under their user name; the participant's id.
    pub async fn register_me(&self, actor: &Actor, by: By) -> Result<(Arc<Tournament>, i64)> {
        permissions::require(actor, Permission::RegisterMe)?;
        let asking = actor.clone();
        self.change_if_allowed(actor, by, move |draft| {
            let options = draft.tournament.options.registration_options.clone();
            let person = permissions::to_register(&asking, draft.facts, options.open_signup)?;
            only_before_start(draft.tournament.state, "registering")?;
            let mut rows = Vec::clone(&draft.tournament.participants);
            if rows.iter().any(|row| row.person_id == Some(person)) {
                return Err(Error::conflict("you are registered for this tournament already"));
            }
            if options.signup_cap.is_some_and(|cap| rows.len() >= cap as usize)
                || rows.len() >= super::PARTICIPANTS_MAX
            {
                return Err(Error::conflict("this tournament is full"));
            }
            let name = people::get(draft.tx, person)?.ok_or(Error::NotFound("person"))?.username;
            if rows.iter().any(|row| row.name.to_lowercase() == name.to_lowercase()) {
                return Err(Error::conflict(
                    "somebody takes part under your user name already; ask the organizer",
                ));
            }
            let row = ParticipantRow {
                id: draft.tx.next_id(sequences::PARTICIPANT)?,
                seed: i64::try_from(rows.len() + 1).map_err(Error::internal)?,
                name: name.clone(),
                misc: None,
                email: None,
                username: Some(name),
                person_id: Some(person),
                active: true,
                checked_in_at: None,
                final_rank: None,
                created_at: draft.now,
                updated_at: draft.now,
            };
            participants::insert(draft.tx, draft.tournament.row.id, std::slice::from_ref(&row))?;
            draft.event("participants.added", json!({"participants": [journaled(&row)]}));
            let id = row.id;
            rows.push(row);
            replace(draft, rows);
            Ok(id)
        })
        .await
    }

    /// Withdraws the person for whom the actor acts before the start.
    pub async fn unregister_me(&self, actor: &Actor, by: By) -> Result<Arc<Tournament>> {
        permissions::require(actor, Permission::RegisterMe)?;
        let asking = actor.clone();
        let (tournament, ()) = self
            .change_if_allowed(actor, by, move |draft| {
                // Who is in may leave, whether others may still come or not.
                let person = permissions::to_register(&asking, draft.facts, true)?;
                let mut rows = Vec::clone(&draft.tournament.participants);
                let index = rows
                    .iter()
                    .position(|row| row.person_id == Some(person))
                    .ok_or(Error::NotFound("participant"))?;
                only_before_start(draft.tournament.state, "withdrawing")?;
                let row = rows.remove(index);
                participants::delete(draft.tx, row.id)?;
                renumber(draft, &mut rows, |_| true)?;
                draft.event("participant.removed", journaled(&row));
                replace(draft, rows);
                Ok(())
            })
            .await?;
        Ok(tournament)
    }
}
