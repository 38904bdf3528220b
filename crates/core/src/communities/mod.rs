//! Communities: several people who organize together.

mod create;
mod list;
mod names;

pub use create::NewCommunity;

use tiltyard_store::{
    Read,
    repo::communities::{self, CommunityRow},
};

use crate::{
    Actor, Error,
    clock::Millis,
    error::Result,
    permissions::{self, Permission},
};

/// What somebody is to a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Made it, and decides about everything.
    Owner,
    /// Runs its tournaments.
    Organizer,
    /// Sees what is for its members.
    Member,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Organizer, Self::Member];

    /// The name in stored records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Organizer => "organizer",
            Self::Member => "member",
        }
    }

    /// The role with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether the role runs tournaments.
    pub const fn organizes(self) -> bool {
        matches!(self, Self::Owner | Self::Organizer)
    }
}

/// A community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Community {
    /// Numeric id.
    pub id: i64,
    /// Whose it is.
    pub owner_id: i64,
    /// Its name, as people see it.
    pub name: String,
    /// Its name in addresses.
    pub permalink: String,
    /// When it was made.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}

impl From<CommunityRow> for Community {
    fn from(row: CommunityRow) -> Self {
        Self {
            id: row.id,
            owner_id: row.owner_id,
            name: row.name,
            permalink: row.permalink,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// The community with this permalink or id.
pub(crate) fn find(db: &mut impl Read, identifier: &str) -> Result<CommunityRow> {
    let found = match identifier.parse::<i64>() {
        Ok(id) => communities::get(db, id)?,
        Err(_) => communities::by_permalink(db, &identifier.trim().to_lowercase())?,
    };
    found.ok_or(Error::NotFound("community"))
}

/// What the actor is to the community. An application for itself has its owner's communities, not
/// those where the owner merely helps.
pub(crate) fn role(db: &mut impl Read, community: i64, actor: &Actor) -> Result<Option<Role>> {
    let Some(person) = actor.person_id() else { return Ok(None) };
    let role = communities::role(db, community, person)?.as_deref().and_then(Role::parse);
    let own = |role: &Role| *role == Role::Owner || !matches!(actor, Actor::Application { .. });
    Ok(role.filter(own))
}

/// The community, for whoever may make tournaments of it.
pub(crate) fn to_organize(
    db: &mut impl Read,
    identifier: &str,
    actor: &Actor,
) -> Result<CommunityRow> {
    permissions::require(actor, Permission::WriteTournaments)?;
    let community = find(db, identifier)?;
    permissions::in_community(actor, role(db, community.id, actor)?)?;
    Ok(community)
}
