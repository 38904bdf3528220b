//! Who the actor is, and what others are called.

use tiltyard_store::repo::people;

use super::{Person, login_key};
use crate::{
    Actor, Core, Error,
    error::Result,
    permissions::{self, Permission},
};

/// Most people whose names are asked for at once.
pub const NAMES_MAX: usize = people::MANY;

/// Somebody's name beside the identifier that never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName {
    /// The stable subject identifier.
    pub uuid: String,
    /// The user name.
    pub username: String,
}

impl Core {
    /// The actor's own account, with the e-mail address.
    pub async fn me(&self, actor: &Actor) -> Result<Person> {
        permissions::require(actor, Permission::ReadMe)?;
        self.own_account(actor).await
    }

    /// The actor's own account, of which identifiers, name and picture may be shown.
    pub async fn profile(&self, actor: &Actor) -> Result<Person> {
        permissions::require(actor, Permission::ReadProfile)?;
        self.own_account(actor).await
    }

    async fn own_account(&self, actor: &Actor) -> Result<Person> {
        let id = match actor {
            Actor::Application { .. } => None,
            actor => actor.person_id(),
        };
        let id = id.ok_or_else(|| {
            Error::Forbidden("this credential acts for no person, so there is no `me`".to_owned())
        })?;
        let row = self.0.store.read(move |rx| -> Result<_> { Ok(people::get(rx, id)?) }).await?;
        row.map(Person::from).ok_or(Error::NotFound("person"))
    }

    /// What these people are called; who does not exist is left out. Any credential will do.
    pub async fn names_of(&self, actor: &Actor, uuids: Vec<String>) -> Result<Vec<DisplayName>> {
        actor.powers()?;
        check_number(&uuids, "accountId")?;
        let uuids: Vec<_> = uuids.iter().map(|uuid| login_key(uuid)).collect();
        let found =
            self.0.store.read(move |rx| -> Result<_> { Ok(people::names_by_uuid(rx, &uuids)?) });
        Ok(display_names(found.await?))
    }

    /// Who has these names, without regard to case; who does not exist is left out. Any credential
    /// will do.
    pub async fn people_called(
        &self,
        actor: &Actor,
        names: Vec<String>,
    ) -> Result<Vec<DisplayName>> {
        actor.powers()?;
        check_number(&names, "displayName")?;
        let names: Vec<_> = names.iter().map(|name| login_key(name)).collect();
        let found = self
            .0
            .store
            .read(move |rx| -> Result<_> { Ok(people::names_by_username(rx, &names)?) });
        Ok(display_names(found.await?))
    }
}

fn check_number(asked: &[String], field: &str) -> Result<()> {
    if asked.len() > NAMES_MAX {
        return Err(Error::invalid(field, format!("may be at most {NAMES_MAX}")));
    }
    Ok(())
}

fn display_names(rows: Vec<(String, String)>) -> Vec<DisplayName> {
    rows.into_iter().map(|(uuid, username)| DisplayName { uuid, username }).collect()
}
