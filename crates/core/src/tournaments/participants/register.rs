//! Registering oneself, and withdrawing again.

use std::sync::Arc;

use serde_json::json;
use tiltyard_store::repo::{participants::ParticipantRow, people, sequences};

use super::{journaled, only_before_start, places_left, playing, remove::leave, settle};
use crate::{
    Actor, Core, Error, Patch, Problems,
    error::Result,
    permissions::{self, Permission},
    tournaments::{
        By, Tournament,
        registration::{self, Answers},
    },
};

impl Core {
    /// Registers the person for whom the actor acts, under their user name, with their answers to the
    /// tournament's own fields; the participant's id. Where no place is left they join the waiting
    /// list.
    pub async fn register_me(
        &self,
        actor: &Actor,
        by: By,
        answers: Patch<Answers>,
    ) -> Result<(Arc<Tournament>, i64)> {
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
            if rows.len() >= super::PARTICIPANTS_MAX {
                return Err(Error::conflict("this tournament is full"));
            }
            let name = people::get(draft.tx, person)?.ok_or(Error::NotFound("person"))?.username;
            if rows.iter().any(|row| row.name.to_lowercase() == name.to_lowercase()) {
                return Err(Error::conflict(
                    "somebody takes part under your user name already; ask the organizer",
                ));
            }
            let mut problems = Problems::default();
            let fields = &options.custom_fields;
            let answers = registration::take(fields, None, &answers, true, "", &mut problems)?;
            problems.check()?;
            let waits = places_left(&draft.tournament.options, &rows) == 0;
            let row = ParticipantRow {
                id: draft.tx.next_id(sequences::PARTICIPANT)?,
                seed: 0,
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
                on_waiting_list: waits,
                answers,
            };
            let id = row.id;
            let index = if waits { rows.len() } else { playing(&rows) };
            rows.insert(index, row);
            settle(draft, rows)?;
            let row = draft.tournament.participants.get(index).map(journaled);
            draft.event("participants.added", json!({"participants": [row]}));
            Ok(id)
        })
        .await
    }

    /// Lets the person for whom the actor acts go: removes them before the start, and withdraws them
    /// afterwards, which forfeits the matches that are left.
    pub async fn unregister_me(&self, actor: &Actor, by: By) -> Result<Arc<Tournament>> {
        self.leave_as(actor, by, None).await
    }

    /// The same for a caller who says which participant they are.
    pub async fn unregister_participant_me(
        &self,
        actor: &Actor,
        by: By,
        participant: i64,
    ) -> Result<Arc<Tournament>> {
        self.leave_as(actor, by, Some(participant)).await
    }

    async fn leave_as(
        &self,
        actor: &Actor,
        by: By,
        participant: Option<i64>,
    ) -> Result<Arc<Tournament>> {
        permissions::require(actor, Permission::RegisterMe)?;
        let asking = actor.clone();
        let (tournament, ()) = self
            .change_if_allowed(actor, by, move |draft| {
                // Who is in may leave, whether others may still come or not.
                let person = permissions::to_register(&asking, draft.facts, true)?;
                let index = draft
                    .tournament
                    .participants
                    .iter()
                    .position(|row| {
                        row.person_id == Some(person) && participant.is_none_or(|id| id == row.id)
                    })
                    .ok_or(Error::NotFound("participant"))?;
                leave(draft, index).map(drop)
            })
            .await?;
        Ok(tournament)
    }
}
