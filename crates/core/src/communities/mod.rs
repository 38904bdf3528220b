//! Communities: several people who organize together.

mod create;
mod delete;
mod find;
mod leave_all;
mod list;
mod members;
mod names;
mod pages;
mod particulars;
mod update;

pub use create::NewCommunity;
pub use members::{Member, Who};
pub use pages::Part;
pub use update::CommunityChanges;

pub(crate) use find::{find, role, to_organize};
pub(crate) use leave_all::leave_all;

use tiltyard_store::{LockKey, repo::communities::CommunityRow};

use crate::clock::Millis;

/// What somebody is to a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Decides about everything: particulars, members, the end. There is always one, and may be several.
    Owner,
    /// Runs its tournaments, and sees who belongs to it.
    Organizer,
    /// Sees what is for its members.
    Member,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Organizer, Self::Member];

    /// The name in stored records and on the wire.
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
    /// Whose it is: one of its owners.
    pub owner_id: i64,
    /// Its name, as people see it.
    pub name: String,
    /// Its name in addresses.
    pub permalink: String,
    /// Another name in addresses; the permalink where none was chosen.
    pub subdomain: String,
    /// What it is about.
    pub description: String,
    /// What the actor is to it; none where it is seen for another reason.
    pub role: Option<Role>,
    /// When it was made.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}

impl Community {
    pub(crate) fn new(row: CommunityRow, role: Option<Role>) -> Self {
        Self {
            id: row.id,
            owner_id: row.owner_id,
            name: row.name,
            permalink: row.permalink,
            subdomain: row.subdomain,
            description: row.description,
            role,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Held by whoever changes a community, its members, or which tournaments it has.
pub(crate) const fn lock(community: i64) -> LockKey {
    LockKey { space: "community", id: community }
}

/// Held by whoever gives a community a name, since permalinks and subdomains share one space. Before
/// the lock of a community.
const NAMES: LockKey = LockKey { space: "community-names", id: 0 };
