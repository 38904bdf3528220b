//! Adding participants, one or many: all or none.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::json;
use tiltyard_store::repo::{
    participants::{self, ParticipantRow},
    people, sequences,
};

use super::{PARTICIPANTS_MAX, check_texts, journaled, only_before_start, renumber, replace};
use crate::{
    Actor, Core, Problems,
    error::Result,
    permissions::Permission,
    tournaments::{By, Tournament},
};

/// A participant to be added.
#[derive(Debug, Clone, Default)]
pub struct NewParticipant {
    /// Name; may be left out where a user name or an e-mail address is given.
    pub name: Option<String>,
    /// Seed; the last place if there is none or it is beyond.
    pub seed: Option<u32>,
    /// Free text of the organizer's program.
    pub misc: Option<String>,
    /// Invited e-mail address.
    pub email: Option<String>,
    /// Invited user name.
    pub username: Option<String>,
}

impl NewParticipant {
    fn name(&self) -> Option<&str> {
        [&self.name, &self.username, &self.email]
            .into_iter()
            .flatten()
            .map(|text| text.trim())
            .find(|text| !text.is_empty())
    }
}

impl Core {
    /// Adds participants before the start; the ids of the new ones, in the order given. In error
    /// texts the fields of the n-th are prefixed with `participants.n.` where there are several.
    pub async fn add_participants(
        &self,
        actor: &Actor,
        by: By,
        new: Vec<NewParticipant>,
        many: bool,
    ) -> Result<(Arc<Tournament>, Vec<i64>)> {
        let prefix = move |index: usize| {
            if many { format!("participants.{index}.") } else { String::new() }
        };
        let mut problems = Problems::default();
        if new.is_empty() {
            problems.add("participants", "must contain at least one participant");
        }
        for (index, participant) in new.iter().enumerate() {
            let prefix = prefix(index);
            let others = [
                ("email", participant.email.as_deref()),
                ("username", participant.username.as_deref()),
            ];
            check_texts(
                &prefix,
                participant.name(),
                participant.misc.as_deref(),
                others,
                &mut problems,
            );
            if participant.name().is_none() {
                problems.add(format!("{prefix}name"), "can't be blank");
            }
            if participant.seed == Some(0) {
                problems.add(format!("{prefix}seed"), "must be 1 or more");
            }
        }
        problems.check()?;
        self.change_tournament(actor, by, Permission::WriteParticipants, move |draft| {
            only_before_start(draft.tournament.state, "adding participants")?;
            let now = draft.now;
            let mut rows = Vec::clone(&draft.tournament.participants);
            let mut problems = Problems::default();
            if rows.len() + new.len() > PARTICIPANTS_MAX {
                problems
                    .add("", format!("a tournament has at most {PARTICIPANTS_MAX} participants"));
            }
            let mut names: HashSet<String> =
                rows.iter().map(|row| row.name.to_lowercase()).collect();
            for (index, participant) in new.iter().enumerate() {
                if let Some(name) = participant.name()
                    && !names.insert(name.to_lowercase())
                {
                    problems.add(format!("{}name", prefix(index)), "has already been taken");
                }
            }
            problems.check()?;
            let count = u32::try_from(new.len()).unwrap_or(u32::MAX);
            let ids = draft.tx.next_ids(sequences::PARTICIPANT, count)?;
            let fresh: HashSet<i64> = ids.iter().copied().collect();
            for (participant, id) in new.iter().zip(&ids) {
                let person_id = match &participant.username {
                    Some(name) => people::by_login(draft.tx, &name.trim().to_lowercase())?
                        .filter(|person| {
                            person.username.to_lowercase() == name.trim().to_lowercase()
                        })
                        .map(|person| person.id),
                    None => None,
                };
                let row = ParticipantRow {
                    id: *id,
                    seed: 0,
                    name: participant.name().unwrap_or_default().to_owned(),
                    misc: participant.misc.clone(),
                    email: participant.email.clone(),
                    username: participant.username.clone(),
                    person_id,
                    active: true,
                    checked_in_at: None,
                    final_rank: None,
                    created_at: now,
                    updated_at: now,
                };
                let at = participant
                    .seed
                    .map_or(rows.len(), |seed| (seed as usize).saturating_sub(1).min(rows.len()));
                rows.insert(at, row);
            }
            renumber(draft, &mut rows, |row| !fresh.contains(&row.id))?;
            let added: Vec<ParticipantRow> =
                rows.iter().filter(|row| fresh.contains(&row.id)).cloned().collect();
            participants::insert(draft.tx, draft.tournament.row.id, &added)?;
            let body: Vec<_> = added.iter().map(journaled).collect();
            draft.event("participants.added", json!({"participants": body}));
            replace(draft, rows);
            Ok(ids)
        })
        .await
    }
}
