//! Adding participants, one or many: all or none.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use serde_json::json;
use tiltyard_store::{
    Read,
    repo::{participants::ParticipantRow, people, sequences},
};

use super::{
    PARTICIPANTS_MAX, check_texts, journaled, only_before_start, places_left, playing, settle,
};
use crate::{
    Actor, Core, Patch, Problems,
    error::Result,
    permissions::Permission,
    tournaments::{
        By, Tournament,
        registration::{self, Answers},
    },
};

/// A participant to be added.
#[derive(Debug, Clone, Default)]
pub struct NewParticipant {
    /// Name; may be left out where a user name or an e-mail address is given. Of an address the name
    /// is what stands before the `@`: everybody sees it, and the address is the organizers'.
    pub name: Option<String>,
    /// Seed; the last place if there is none or it is beyond.
    pub seed: Option<u32>,
    /// Free text of the organizer's program.
    pub misc: Option<String>,
    /// Invited e-mail address.
    pub email: Option<String>,
    /// Invited user name.
    pub username: Option<String>,
    /// Answers to the tournament's own registration fields.
    pub answers: Patch<Answers>,
}

impl NewParticipant {
    fn name(&self) -> Option<&str> {
        let local = self.email.as_deref().map(|email| email.split('@').next().unwrap_or(email));
        [self.name.as_deref(), self.username.as_deref(), local]
            .into_iter()
            .flatten()
            .map(str::trim)
            .find(|text| !text.is_empty())
    }

    /// Whether an address is all that is known of them.
    fn is_address_alone(&self) -> bool {
        let given = |text: &Option<String>| text.as_deref().is_some_and(|it| !it.trim().is_empty());
        !given(&self.name) && !given(&self.username)
    }
}

/// Which of the new ones are accounts that take part already, or stand among them before.
fn twice(rows: &[ParticipantRow], linked: &[Option<&(i64, String)>]) -> Vec<usize> {
    let mut people: HashSet<i64> = rows.iter().filter_map(|row| row.person_id).collect();
    let mut stands = |person: i64| !people.insert(person);
    let linked = linked.iter().enumerate();
    linked.filter(|(_, it)| it.is_some_and(|(id, _)| stands(*id))).map(|(index, _)| index).collect()
}

/// The name, or where it is taken the same with the first number that makes it another.
fn unlike(taken: &HashSet<String>, name: String) -> String {
    let numbered = (2..).map(|number| format!("{name} {number}"));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    names.find(|name| !taken.contains(&name.to_lowercase())).unwrap_or(name)
}

impl Core {
    /// Adds participants before the start, those beyond the tournament's `signup_cap` to its waiting
    /// list; the ids of the new ones, in the order given. In error
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
            let mut all = Vec::clone(&draft.tournament.participants);
            let mut problems = Problems::default();
            if all.len() + new.len() > PARTICIPANTS_MAX {
                problems
                    .add("", format!("a tournament has at most {PARTICIPANTS_MAX} participants"));
            }
            let mut names: HashSet<String> =
                all.iter().map(|row| row.name.to_lowercase()).collect();
            let fields = &draft.tournament.options.registration_options.custom_fields;
            let mut answers = Vec::with_capacity(new.len());
            let mut own_names = Vec::with_capacity(new.len());
            for (index, participant) in new.iter().enumerate() {
                let prefix = prefix(index);
                let mut name = participant.name().unwrap_or_default().to_owned();
                if participant.is_address_alone() {
                    name = unlike(&names, name);
                }
                if !names.insert(name.to_lowercase()) {
                    problems.add(format!("{prefix}name"), "has already been taken");
                }
                own_names.push(name);
                let sent = &participant.answers;
                let taken = registration::take(fields, None, sent, false, &prefix, &mut problems)?;
                answers.push(taken);
            }
            let named = new.iter().filter_map(|participant| participant.username.as_deref());
            let people = people_named(draft.tx, named)?;
            let linked: Vec<_> = new
                .iter()
                .map(|participant| people.get(&key(participant.username.as_deref()?)))
                .collect();
            for index in twice(&all, &linked) {
                let field = format!("{}username", prefix(index));
                problems.add(field, "takes part in this tournament already");
            }
            problems.check()?;
            let count = u32::try_from(new.len()).unwrap_or(u32::MAX);
            let ids = draft.tx.next_ids(sequences::PARTICIPANT, count)?;
            let mut free = places_left(&draft.tournament.options, &all);
            let stored = all.len();
            // Positions of those who play, so that inserting moves numbers and no rows.
            let mut order: Vec<usize> = (0..playing(&all)).collect();
            let mut others: Vec<usize> = (order.len()..stored).collect();
            let added = new.iter().zip(own_names).zip(linked).zip(&ids).zip(answers);
            for ((((participant, name), linked), id), answers) in added {
                let waits = free == 0;
                if waits {
                    others.push(all.len());
                } else {
                    free -= 1;
                    let last = order.len();
                    let seed = participant.seed.map_or(last, |seed| seed as usize - 1);
                    order.insert(seed.min(last), all.len());
                }
                all.push(ParticipantRow {
                    id: *id,
                    seed: 0,
                    name,
                    misc: participant.misc.clone(),
                    email: participant.email.clone(),
                    // As the person writes it: others read it as the account's.
                    username: linked
                        .map(|(_, name)| name)
                        .or(participant.username.as_ref())
                        .cloned(),
                    person_id: linked.map(|(id, _)| *id),
                    active: true,
                    checked_in_at: None,
                    final_rank: None,
                    created_at: now,
                    updated_at: now,
                    on_waiting_list: waits,
                    answers,
                });
            }
            let mut all: Vec<Option<ParticipantRow>> = all.into_iter().map(Some).collect();
            order.append(&mut others);
            let rows: Vec<ParticipantRow> =
                order.into_iter().filter_map(|index| all.get_mut(index)?.take()).collect();
            // As they stand in the end, with their seeds.
            settle(draft, rows)?;
            let fresh: HashSet<i64> = ids.iter().copied().collect();
            let added = draft.tournament.participants.iter().filter(|row| fresh.contains(&row.id));
            let body: Vec<_> = added.map(journaled).collect();
            draft.event("participants.added", json!({"participants": body}));
            Ok(ids)
        })
        .await
    }
}

/// A user name as it is looked up.
fn key(username: &str) -> String {
    username.trim().to_lowercase()
}

/// The people for whom these user names stand: id and user name, by the name as it is looked up.
pub(super) fn people_named<'a>(
    db: &mut impl Read,
    names: impl Iterator<Item = &'a str>,
) -> Result<HashMap<String, (i64, String)>> {
    let names: HashSet<String> = names.map(key).collect();
    let names: Vec<String> = names.into_iter().collect();
    let mut found = HashMap::new();
    for some in names.chunks(people::MANY) {
        let people = people::ids_by_username(db, some)?;
        found.extend(people.into_iter().map(|(id, key, name)| (key, (id, name))));
    }
    Ok(found)
}
