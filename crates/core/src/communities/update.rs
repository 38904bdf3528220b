//! Changing a community's particulars.

use tiltyard_store::repo::communities;

use super::{
    Community, NAMES, find,
    particulars::{check, check_free, taken},
};
use crate::{
    Actor, Core, Patch, Problems,
    accounts::Origin,
    audit,
    error::Result,
    permissions::{self, CommunityAccess, Permission},
};

/// What is to be changed; `None` leaves things as they are.
#[derive(Debug, Clone, Default)]
pub struct CommunityChanges {
    /// A new name.
    pub name: Option<String>,
    /// A new name in addresses. The old one leads nowhere any more.
    pub permalink: Option<String>,
    /// Another name in addresses; cleared, it is the permalink.
    pub subdomain: Patch<String>,
    /// Another description.
    pub description: Option<String>,
}

impl Core {
    /// Changes a community's particulars, for its owners.
    pub async fn update_community(
        &self,
        actor: &Actor,
        identifier: String,
        changes: CommunityChanges,
        origin: Origin,
    ) -> Result<Community> {
        permissions::require(actor, Permission::WriteCommunities)?;
        let now = self.now();
        let actor = actor.clone();
        self.write(move |tx| -> Result<Community> {
            tx.lock(NAMES)?;
            let (before, role) = find::locked(tx, &identifier, &actor, CommunityAccess::Govern)?;
            let changes = changes.clone();
            let mut row = before.clone();
            if let Some(name) = changes.name {
                name.trim().clone_into(&mut row.name);
            }
            if let Some(permalink) = changes.permalink {
                if row.subdomain == row.permalink {
                    row.subdomain.clone_from(&permalink);
                }
                row.permalink = permalink;
            }
            match changes.subdomain {
                Patch::Keep => {}
                Patch::Clear => row.subdomain.clone_from(&row.permalink),
                Patch::Set(subdomain) => row.subdomain = subdomain,
            }
            if let Some(description) = changes.description {
                row.description = description;
            }
            let mut problems = Problems::default();
            check(&row, &mut problems);
            check_free(tx, &row, &mut problems)?;
            problems.check()?;
            if row != before {
                row.updated_at = now;
                communities::update(tx, &row).map_err(taken)?;
                audit::Event::ok("community.update", &actor, &origin.address)
                    .person(row.owner_id)
                    .detail(format!("community {} ({})", row.id, row.permalink))
                    .write(tx, now)?;
            }
            Ok(Community::new(row, role))
        })
        .await
    }
}
