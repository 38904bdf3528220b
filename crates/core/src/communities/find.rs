//! Finding a community, and what the actor is to it.

use tiltyard_store::{
    Read, Tx,
    repo::communities::{self, CommunityRow},
};

use super::{Role, lock};
use crate::{
    Actor, Error,
    error::Result,
    permissions::{self, CommunityAccess, Permission},
};

/// The community with this permalink, subdomain or id.
pub(crate) fn find(db: &mut impl Read, identifier: &str) -> Result<CommunityRow> {
    let found = match identifier.parse::<i64>() {
        Ok(id) => communities::get(db, id)?,
        Err(_) => communities::by_name(db, &identifier.trim().to_lowercase())?,
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

/// The community, for whoever may make tournaments of it; it stays until the end of the transaction.
pub(crate) fn to_organize(
    tx: &mut Tx<'_>,
    identifier: &str,
    actor: &Actor,
) -> Result<CommunityRow> {
    permissions::require(actor, Permission::WriteTournaments)?;
    let community = find(tx, identifier)?;
    permissions::in_community(actor, role(tx, community.id, actor)?)?;
    tx.lock(lock(community.id))?;
    // It may have gone while we waited.
    communities::get(tx, community.id)?.ok_or(Error::NotFound("community"))
}

/// The community and the actor's role, for whoever may do this with it.
pub(super) fn seen(
    db: &mut impl Read,
    identifier: &str,
    actor: &Actor,
    access: CommunityAccess,
) -> Result<(CommunityRow, Option<Role>)> {
    let community = find(db, identifier)?;
    let role = role(db, community.id, actor)?;
    permissions::on_community(actor, role, access)?;
    Ok((community, role))
}

/// The same under the community's lock, to change it.
pub(super) fn locked(
    tx: &mut Tx<'_>,
    identifier: &str,
    actor: &Actor,
    access: CommunityAccess,
) -> Result<(CommunityRow, Option<Role>)> {
    let id = find(tx, identifier)?.id;
    tx.lock(lock(id))?;
    let community = communities::get(tx, id)?.ok_or(Error::NotFound("community"))?;
    let role = role(tx, id, actor)?;
    permissions::on_community(actor, role, access)?;
    Ok((community, role))
}
