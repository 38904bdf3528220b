//! Removing a community. Its tournaments stay with those who made them.

use serde_json::json;
use tiltyard_store::{
    LockKey, Tx,
    repo::{
        communities,
        journal::{self, EntryRow},
        tournaments,
    },
};

use super::find;
use crate::{
    Actor, Core,
    accounts::Origin,
    audit,
    clock::Millis,
    entropy,
    error::Result,
    live,
    permissions::{self, CommunityAccess, Permission},
};

/// Most tournaments that one transaction lets go: each is locked, and others wait meanwhile.
const AT_ONCE: i64 = 200;

impl Core {
    /// Removes a community with its list of members, for its owners. Its tournaments belong to those
    /// who made them from then on, as if they had never been in a community. Where there are many, they
    /// go in several transactions, and the community with the last of them.
    pub async fn delete_community(
        &self,
        actor: &Actor,
        identifier: String,
        origin: Origin,
    ) -> Result<()> {
        permissions::require(actor, Permission::WriteCommunities)?;
        loop {
            let now = self.now();
            let revision = entropy::positive(self.0.entropy.as_ref())?;
            let (identifier, actor, origin) = (identifier.clone(), actor.clone(), origin.clone());
            let gone = self.0.store.write(move |tx| -> Result<bool> {
                let access = CommunityAccess::Govern;
                let (row, _) = find::locked(tx, &identifier, &actor, access)?;
                let more = release(tx, row.id, &actor, now, revision)?;
                if more {
                    return Ok(false);
                }
                communities::delete(tx, row.id)?;
                audit::Event::ok("community.delete", &actor, &origin.address)
                    .person(row.owner_id)
                    .detail(format!("community {} ({})", row.id, row.permalink))
                    .write(tx, now)?;
                Ok(true)
            });
            if gone.await? {
                return Ok(());
            }
        }
    }
}

/// Takes tournaments out of the community, oldest first; says whether there may be more.
fn release(
    tx: &mut Tx<'_>,
    community: i64,
    actor: &Actor,
    now: Millis,
    revision: i64,
) -> Result<bool> {
    let ids = tournaments::of_community(tx, community, AT_ONCE)?;
    for id in &ids {
        // Nobody may write back a row as it was before.
        tx.lock(LockKey { space: "tournament", id: *id })?;
        let Some((_, number)) = tournaments::revision(tx, *id)? else { continue };
        let entry = EntryRow {
            number: number + 1,
            at: now,
            actor: actor.describe(),
            event: "tournament.released".to_owned(),
            body: json!({"community": community}).to_string(),
            step: Some(number + 1),
            operations: None,
            undo: None,
        };
        journal::insert(tx, *id, &entry)?;
        tournaments::leave_community(tx, *id, now, entry.number, revision)?;
        tx.publish(&live::topic(*id));
    }
    Ok(i64::try_from(ids.len()).is_ok_and(|count| count == AT_ONCE))
}
