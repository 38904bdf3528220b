//! What happened to a tournament, as everybody may read it: its journal, the latest first.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use serde_json::Value as Json;
use tiltyard_store::{
    Read,
    repo::{
        applications,
        journal::{self, ToldRow},
        people,
    },
};

use super::{Tournament, load};
use crate::{
    Actor, Core,
    clock::Millis,
    error::Result,
    permissions::{self, Access, Permission},
};

/// Entries a page; no more people and applications are in it than are looked up at once.
const PER_PAGE: usize = people::MANY;

/// Longest particulars that are read, in bytes; of thousands of names nobody reads more than that they came.
const LONGEST: i64 = 16 * 1024;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Happening {
    /// Its number in the tournament's journal, from 1.
    pub number: i64,
    /// When it happened.
    pub at: Millis,
    /// Who did it.
    pub by: Doer,
    /// What happened, as a dotted name (`match.reported`).
    pub event: String,
    /// The particulars: ids, names as they stood on the bracket, results. Never what participants told the
    /// organizers alone. `null` where it would be very long.
    pub body: Json,
}

/// Who did something, by the name that everybody may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doer {
    /// A person; without a name once their account is deleted.
    Person(Option<String>),
    /// An application, for a person or for itself; without a name once it is deleted.
    Application {
        /// Its name.
        name: Option<String>,
        /// The person.
        person: Option<String>,
    },
    /// Whoever operates the installation, at the command line.
    Operator,
    /// The platform, whose time had come.
    Platform,
    /// One of those who run it with its owner; their names are for these alone.
    Organizer,
    /// One of those who play, through their account.
    Player,
    /// Somebody whose name is nobody's business.
    Somebody,
}

/// A page of what happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Happenings {
    /// The latest first.
    pub entries: Vec<Happening>,
    /// Older ones are before this number.
    pub older: Option<i64>,
}

/// Who did something, by numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Person(i64),
    Application(i64, Option<i64>),
    Operator,
    Platform,
    Nobody,
}

impl Known {
    /// Of [`Actor::describe`] what it says.
    fn of(described: &str) -> Self {
        let mut words = described.split(' ');
        let (kind, first) = (words.next(), words.next());
        let number = |word: Option<&str>| word.and_then(|word| word.parse::<i64>().ok());
        let rest: Vec<&str> = words.collect();
        match (kind, number(first), rest.as_slice()) {
            (Some("person"), Some(person), [] | ["by", "key", _]) => Self::Person(person),
            (Some("person"), Some(person), ["through", "application", id]) => {
                number(Some(id)).map_or(Self::Nobody, |id| Self::Application(id, Some(person)))
            }
            (Some("application"), Some(id), []) => Self::Application(id, None),
            (Some("operator"), ..) => Self::Operator,
            (Some("platform"), ..) => Self::Platform,
            _ => Self::Nobody,
        }
    }

    fn person(self) -> Option<i64> {
        match self {
            Self::Person(id) | Self::Application(_, Some(id)) => Some(id),
            _ => None,
        }
    }

    fn application(self) -> Option<i64> {
        match self {
            Self::Application(id, _) => Some(id),
            _ => None,
        }
    }
}

/// Each id once.
fn once(ids: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Whether nobody is to know who it was: people predict in secret.
fn is_secret(event: &str) -> bool {
    event.starts_with("prediction.")
}

/// Whose names are shown: to those who run it everybody's, to others that of its owner, who stands on its
/// page.
struct Shown {
    all: bool,
    owner: i64,
    players: HashSet<i64>,
}

impl Shown {
    fn names(&self, person: i64) -> bool {
        self.all || person == self.owner
    }

    fn person(&self, person: i64, names: &HashMap<i64, String>) -> Doer {
        if self.names(person) {
            Doer::Person(names.get(&person).cloned())
        } else if self.players.contains(&person) {
            Doer::Player
        } else {
            Doer::Organizer
        }
    }
}

fn read(
    db: &mut impl Read,
    tournament: i64,
    before: Option<i64>,
    whose: &Shown,
) -> Result<Happenings> {
    let limit = i64::try_from(PER_PAGE + 1).unwrap_or(i64::MAX);
    let mut rows =
        journal::told_before(db, tournament, before.unwrap_or(i64::MAX), limit, LONGEST)?;
    let more = rows.len() > PER_PAGE;
    rows.truncate(PER_PAGE);
    let older = rows.last().map(|row| row.number).filter(|_| more);
    let known: Vec<Known> = rows.iter().map(|row| Known::of(&row.actor)).collect();
    let named = |row: &ToldRow| !is_secret(&row.event);
    let shown = || known.iter().zip(&rows).filter(|(_, row)| named(row)).map(|(known, _)| *known);
    let people = once(shown().filter_map(Known::person).filter(|id| whose.names(*id)));
    let people: HashMap<i64, String> = people::names_by_id(db, &people)?.into_iter().collect();
    let applications = once(shown().filter_map(Known::application));
    let applications: HashMap<i64, String> = if applications.is_empty() {
        HashMap::new()
    } else {
        applications::names_by_id(db, &applications)?.into_iter().collect()
    };
    let entry = |(row, known): (ToldRow, Known)| Happening {
        number: row.number,
        at: row.at,
        by: match known {
            _ if is_secret(&row.event) => Doer::Somebody,
            Known::Person(id) => whose.person(id, &people),
            Known::Application(id, person) => Doer::Application {
                name: applications.get(&id).cloned(),
                person: person.and_then(|id| people.get(&id).cloned()),
            },
            Known::Operator => Doer::Operator,
            Known::Platform => Doer::Platform,
            Known::Nobody => Doer::Somebody,
        },
        event: row.event,
        // Written by us; what cannot be read has no particulars.
        body: serde_json::from_str(&row.body).unwrap_or_default(),
    };
    Ok(Happenings { entries: rows.into_iter().zip(known).map(entry).collect(), older })
}

impl Core {
    /// What happened to the tournament at a page's address, before the entry of this number or up to now:
    /// for everybody, and of a private one for those who may read it. Who did it is named to those who run
    /// it.
    pub async fn happenings(
        &self,
        actor: &Actor,
        slug: &str,
        before: Option<i64>,
    ) -> Result<(Arc<Tournament>, Happenings)> {
        let tournament = self.tournament_page(slug).await?;
        if tournament.row.private {
            permissions::require(actor, Permission::ReadTournaments)?;
        }
        let (row, actor) = (tournament.row.clone(), actor.clone());
        let players: HashSet<i64> =
            tournament.participants.iter().filter_map(|it| it.person_id).collect();
        let page = self
            .0
            .store
            .read(move |rx| -> Result<_> {
                let facts = load::facts(rx, &row, &actor)?;
                if row.private {
                    let permission = Permission::ReadTournaments;
                    permissions::on_tournament(&actor, facts, Access::Read, permission)?;
                }
                let all = permissions::sees_private(&actor, facts);
                read(
                    rx,
                    row.id,
                    before,
                    &Shown { all, owner: row.owner_id, players: players.clone() },
                )
            })
            .await?;
        Ok((tournament, page))
    }
}

#[cfg(test)]
mod tests {
    use super::{Actor, Known};
    use crate::permissions::Powers;

    #[test]
    fn every_actor_is_known_again() {
        let powers = Powers::ALL;
        for (actor, known) in [
            (Actor::Person { person: 5, operator: true }, Known::Person(5)),
            (Actor::KeyHolder { person: 5, key: 6, powers }, Known::Person(5)),
            (Actor::Through { person: 5, application: 7, powers }, Known::Application(7, Some(5))),
            (Actor::Application { application: 7, owner: 5, powers }, Known::Application(7, None)),
            (Actor::Operator, Known::Operator),
            (Actor::Platform, Known::Platform),
            (Actor::Anonymous, Known::Nobody),
            (Actor::Named { application: 7 }, Known::Nobody),
        ] {
            assert_eq!(Known::of(&actor.describe()), known);
        }
        assert_eq!(Known::of("person x"), Known::Nobody);
    }
}
