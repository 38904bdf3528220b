//! Looking at communities.

use tiltyard_store::repo::communities;

use super::{Community, Role};
use crate::{
    Actor, Core, Error,
    error::Result,
    permissions::{self, Permission},
    tournaments::{Listed, Page},
};

impl Core {
    /// The communities that the actor administers, oldest first.
    pub async fn communities(&self, actor: &Actor, page: Page) -> Result<Listed<Community>> {
        permissions::require(actor, Permission::ReadCommunities)?;
        let person = actor
            .person_id()
            .ok_or_else(|| Error::Forbidden("this credential acts for no person".to_owned()))?;
        let for_itself = matches!(actor, Actor::Application { .. });
        let all = self
            .0
            .store
            .scan(move |rx| -> Result<_> { Ok(communities::of_person(rx, person)?) })
            .await?;
        let administers = |name: &str| match Role::parse(name) {
            Some(Role::Owner) => true,
            Some(Role::Organizer) => !for_itself,
            _ => false,
        };
        let all: Vec<Community> = all
            .into_iter()
            .filter(|(_, role)| administers(role))
            .map(|(row, _)| row.into())
            .collect();
        let total = all.len() as u64;
        let before = usize::try_from(page.offset()).unwrap_or(usize::MAX);
        let items = all.into_iter().skip(before).take(page.size as usize).collect();
        Ok(Listed { items, total })
    }
}
