//! Who belongs to a community, and as what.

use tiltyard_store::{
    Read, Tx,
    repo::{
        communities::{self, CommunityRow, MemberRow},
        people,
    },
};

use super::{Role, find, leave_all::settle_owner};
use crate::{
    Actor, Core, Error,
    accounts::{Origin, login_key},
    audit,
    clock::Millis,
    error::Result,
    permissions::{self, CommunityAccess, Permission},
    tournaments::{Listed, Page},
};

/// Somebody who belongs to a community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub person: i64,
    /// Their user name.
    pub username: String,
    /// What they are to the community.
    pub role: Role,
    /// Since when.
    pub since: Millis,
}

impl TryFrom<MemberRow> for Member {
    type Error = Error;

    fn try_from(row: MemberRow) -> Result<Self> {
        let role = Role::parse(&row.role)
            .ok_or_else(|| Error::internal(format!("the role {} is none", row.role)))?;
        Ok(Self { person: row.person_id, username: row.username, role, since: row.created_at })
    }
}

/// A person, as somebody names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// By numeric id.
    Id(i64),
    /// By user name, without regard to case.
    Username(String),
}

impl Who {
    /// An id or a user name, as it stands in a path: all digits is an id.
    pub fn parse(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Username(text.to_owned()), Self::Id)
    }

    /// The person's id, if there is one of this name; e-mail addresses find nobody, so that no address
    /// can be tried.
    fn find(&self, db: &mut impl Read) -> Result<Option<i64>> {
        Ok(match self {
            Self::Id(id) => people::get(db, *id)?,
            Self::Username(name) => {
                let key = login_key(name);
                people::by_login(db, &key)?.filter(|row| login_key(&row.username) == key)
            }
        }
        // Of a deleted account the row is left.
        .filter(|row| !row.password.is_empty())
        .map(|row| row.id))
    }
}

fn member(db: &mut impl Read, community: i64, person: Option<i64>) -> Result<Member> {
    let row = match person {
        Some(person) => communities::member(db, community, person)?,
        None => None,
    };
    row.ok_or(Error::NotFound("member"))?.try_into()
}

/// What an actor may do about somebody: about oneself, whatever one's role is.
fn about(actor: &Actor, person: Option<i64>, otherwise: CommunityAccess) -> CommunityAccess {
    let oneself = person.is_some() && actor.person_id() == person;
    match otherwise {
        CommunityAccess::SeeMembers if oneself => CommunityAccess::See,
        CommunityAccess::Govern if oneself => CommunityAccess::Leave,
        other => other,
    }
}

/// Fails where the community would have no owner any more.
fn keeps_an_owner(tx: &mut Tx<'_>, community: &CommunityRow) -> Result<()> {
    let (_, owners) = communities::members(tx, community.id, Role::Owner.name(), 1, 0)?;
    if owners > 1 {
        return Ok(());
    }
    Err(Error::conflict(
        "a community always has an owner: make somebody else one first, or delete the community",
    ))
}

impl Core {
    /// The members of a community, who came first in front, for its owners and organizers.
    pub async fn community_members(
        &self,
        actor: &Actor,
        community: String,
        role: Option<Role>,
        page: Page,
    ) -> Result<Listed<Member>> {
        permissions::require(actor, Permission::ReadCommunities)?;
        let actor = actor.clone();
        let wanted = role.map_or("", Role::name);
        let (rows, total) = self
            .0
            .store
            .scan(move |rx| -> Result<_> {
                let access = CommunityAccess::SeeMembers;
                let (row, _) = find::seen(rx, &community, &actor, access)?;
                let limit = i64::from(page.size);
                Ok(communities::members(rx, row.id, wanted, limit, page.offset())?)
            })
            .await?;
        let items = rows.into_iter().map(Member::try_from).collect::<Result<_>>()?;
        Ok(Listed { items, total: u64::try_from(total).unwrap_or_default() })
    }

    /// One member of a community; everybody who belongs to it may see themselves.
    pub async fn community_member(
        &self,
        actor: &Actor,
        community: String,
        who: Who,
    ) -> Result<Member> {
        permissions::require(actor, Permission::ReadCommunities)?;
        let actor = actor.clone();
        self.0
            .store
            .read(move |rx| -> Result<_> {
                let person = who.find(rx)?;
                let access = about(&actor, person, CommunityAccess::SeeMembers);
                let (row, _) = find::seen(rx, &community, &actor, access)?;
                member(rx, row.id, person)
            })
            .await
    }

    /// Adds a person to a community, for its owners.
    pub async fn add_community_member(
        &self,
        actor: &Actor,
        community: String,
        who: Who,
        role: Role,
        origin: Origin,
    ) -> Result<Member> {
        permissions::require(actor, Permission::WriteCommunities)?;
        let now = self.now();
        let actor = actor.clone();
        self.write(move |tx| -> Result<Member> {
            let (row, _) = find::locked(tx, &community, &actor, CommunityAccess::Govern)?;
            let field = match &who {
                Who::Id(_) => "person_id",
                Who::Username(_) => "username",
            };
            let person = who
                .find(tx)?
                .ok_or_else(|| Error::invalid(field, "is nobody who has an account here"))?;
            if communities::role(tx, row.id, person)?.is_some() {
                return Err(Error::invalid(field, "belongs to this community already"));
            }
            communities::insert_member(tx, row.id, person, role.name(), now)?;
            settle_lost(tx, &row, person, role, now)?;
            let detail = format!("community {} ({}): {}", row.id, row.permalink, role.name());
            audit::Event::ok("community.member.add", &actor, &origin.address)
                .person(person)
                .detail(detail)
                .write(tx, now)?;
            member(tx, row.id, Some(person))
        })
        .await
    }

    /// Gives a member another role, for owners. Ownership is handed over by making somebody else an
    /// owner, who may then take it from the first.
    pub async fn set_community_role(
        &self,
        actor: &Actor,
        community: String,
        who: Who,
        role: Role,
        origin: Origin,
    ) -> Result<Member> {
        permissions::require(actor, Permission::WriteCommunities)?;
        let now = self.now();
        let actor = actor.clone();
        self.write(move |tx| -> Result<Member> {
            let (row, _) = find::locked(tx, &community, &actor, CommunityAccess::Govern)?;
            let person = who.find(tx)?;
            let before = member(tx, row.id, person)?;
            if before.role == role {
                return Ok(before);
            }
            let was_owner = before.role == Role::Owner;
            if was_owner {
                keeps_an_owner(tx, &row)?;
            }
            communities::set_role(tx, row.id, before.person, role.name())?;
            if was_owner {
                settle_owner(tx, row.id, before.person, now)?;
            } else {
                settle_lost(tx, &row, before.person, role, now)?;
            }
            let detail = format!("community {} ({}): {}", row.id, row.permalink, role.name());
            audit::Event::ok("community.member.role", &actor, &origin.address)
                .person(before.person)
                .detail(detail)
                .write(tx, now)?;
            Ok(Member { role, ..before })
        })
        .await
    }

    /// Takes a person out of a community: owners anybody, everybody themselves, nobody the last owner.
    /// What they made in it stays there.
    pub async fn remove_community_member(
        &self,
        actor: &Actor,
        community: String,
        who: Who,
        origin: Origin,
    ) -> Result<()> {
        permissions::require(actor, Permission::WriteCommunities)?;
        let now = self.now();
        let actor = actor.clone();
        self.write(move |tx| -> Result<()> {
            let person = who.find(tx)?;
            let access = about(&actor, person, CommunityAccess::Govern);
            let (row, _) = find::locked(tx, &community, &actor, access)?;
            let member = member(tx, row.id, person)?;
            if member.role == Role::Owner {
                keeps_an_owner(tx, &row)?;
            }
            communities::delete_member(tx, row.id, member.person)?;
            if member.role == Role::Owner {
                settle_owner(tx, row.id, member.person, now)?;
            }
            audit::Event::ok("community.member.remove", &actor, &origin.address)
                .person(member.person)
                .detail(format!("community {} ({})", row.id, row.permalink))
                .write(tx, now)?;
            Ok(())
        })
        .await
    }
}

/// Where an operator gives an owner to a community that had lost all, its row names the new one.
fn settle_lost(
    tx: &mut Tx<'_>,
    row: &CommunityRow,
    person: i64,
    role: Role,
    now: Millis,
) -> Result<()> {
    if role == Role::Owner && communities::role(tx, row.id, row.owner_id)?.is_none() {
        let row = CommunityRow { owner_id: person, updated_at: now, ..row.clone() };
        communities::update(tx, &row)?;
    }
    Ok(())
}
