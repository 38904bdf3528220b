//! Removing a tournament.

use std::sync::Arc;

use tiltyard_store::{LockKey, repo::tournaments};

use super::{By, condition, load};
use crate::{
    Actor, Core, Error, audit,
    error::Result,
    live,
    permissions::{self, Access, Permission},
};

impl Core {
    /// Removes the tournament with its participants, matches and journal. An audit row stays.
    pub async fn delete_tournament(&self, actor: &Actor, by: By) -> Result<()> {
        permissions::require(actor, Permission::DeleteTournaments)?;
        let now = self.now();
        let actor = actor.clone();
        let inner = Arc::clone(&self.0);
        self.write(move |tx| {
            let id = load::id(tx, &by)?;
            tx.lock(LockKey { space: "tournament", id })?;
            let row = tournaments::get(tx, id)?.ok_or(Error::NotFound("tournament"))?;
            let facts = load::facts(tx, &row, &actor)?;
            permissions::on_tournament(
                &actor,
                facts,
                Access::Write,
                Permission::DeleteTournaments,
            )?;
            if by.condition().is_some() {
                let before = load::assemble(tx, &inner.tournaments, row.clone())?;
                let shown =
                    || super::registration::seen_by(&actor, facts, before, &inner.tournaments);
                condition::judged(&by, shown, Ok(()))?;
            }
            tournaments::delete(tx, row.id)?;
            audit::Event::ok("tournament.delete", &actor, "")
                .person(row.owner_id)
                .detail(format!("tournament {} ({})", row.id, row.slug))
                .write(tx, now)?;
            tx.publish(&live::topic(row.id));
            Ok(())
        })
        .await
    }
}
