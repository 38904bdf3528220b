//! Looking at communities.

use tiltyard_store::repo::communities;

use super::{Community, Role, find};
use crate::{
    Actor, Core, Error,
    error::Result,
    permissions::{self, CommunityAccess, Permission},
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
        let administers = |role: &Role| match role {
            Role::Owner => true,
            Role::Organizer => !for_itself,
            Role::Member => false,
        };
        let all: Vec<Community> = all
            .into_iter()
            .filter_map(|(row, role)| Some((row, Role::parse(&role).filter(administers)?)))
            .map(|(row, role)| Community::new(row, Some(role)))
            .collect();
        let total = all.len() as u64;
        let before = usize::try_from(page.offset()).unwrap_or(usize::MAX);
        let items = all.into_iter().skip(before).take(page.size as usize).collect();
        Ok(Listed { items, total })
    }

    /// The community with this permalink, subdomain or id, for whoever belongs to it.
    pub async fn community(&self, actor: &Actor, identifier: String) -> Result<Community> {
        permissions::require(actor, Permission::ReadCommunities)?;
        let actor = actor.clone();
        self.0
            .store
            .read(move |rx| -> Result<_> {
                let (row, role) = find::seen(rx, &identifier, &actor, CommunityAccess::See)?;
                Ok(Community::new(row, role))
            })
            .await
    }
}
