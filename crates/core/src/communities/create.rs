//! Making a community.

use tiltyard_store::repo::{
    communities::{self, CommunityRow},
    people, sequences,
};

use super::{
    Community, NAMES, Role,
    particulars::{check, check_free, taken},
};
use crate::{
    Actor, Core, Error, Problems,
    accounts::Origin,
    audit,
    error::Result,
    permissions::{self, Permission},
};

/// What a community is made of.
#[derive(Debug, Clone, Default)]
pub struct NewCommunity {
    /// Whose it is.
    pub owner: i64,
    /// Its name, as people see it.
    pub name: String,
    /// Its name in addresses.
    pub permalink: String,
    /// Another name in addresses; the permalink where there is none.
    pub subdomain: Option<String>,
    /// What it is about.
    pub description: String,
}

impl Core {
    /// Makes a community; its owner is its first member.
    pub async fn create_community(
        &self,
        actor: &Actor,
        new: NewCommunity,
        origin: Origin,
    ) -> Result<Community> {
        permissions::require(actor, Permission::WriteCommunities)?;
        if !actor.is_operator() && actor.person_id() != Some(new.owner) {
            return Err(Error::Forbidden("a community belongs to whoever makes it".to_owned()));
        }
        let now = self.now();
        let row = CommunityRow {
            id: 0,
            owner_id: new.owner,
            name: new.name.trim().to_owned(),
            subdomain: new.subdomain.unwrap_or_else(|| new.permalink.clone()),
            permalink: new.permalink,
            description: new.description,
            created_at: now,
            updated_at: now,
        };
        let mut problems = Problems::default();
        check(&row, &mut problems);
        problems.check()?;
        let actor = actor.clone();
        self.write(move |tx| -> Result<Community> {
            let mut row = row.clone();
            if people::get(tx, row.owner_id)?.is_none() {
                return Err(Error::NotFound("person"));
            }
            tx.lock(NAMES)?;
            let mut problems = Problems::default();
            check_free(tx, &row, &mut problems)?;
            problems.check()?;
            row.id = tx.next_id(sequences::COMMUNITY)?;
            communities::insert(tx, &row).map_err(taken)?;
            communities::insert_member(tx, row.id, row.owner_id, Role::Owner.name(), now)?;
            audit::Event::ok("community.create", &actor, &origin.address)
                .person(row.owner_id)
                .detail(format!("community {} ({})", row.id, row.permalink))
                .write(tx, now)?;
            let role = actor.person_id().filter(|it| *it == row.owner_id).map(|_| Role::Owner);
            Ok(Community::new(row, role))
        })
        .await
    }
}
