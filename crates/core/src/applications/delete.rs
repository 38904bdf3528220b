//! Removing an application.

use tiltyard_store::repo::{applications, families};

use super::managed;
use crate::{
    Actor, Core,
    accounts::Origin,
    audit,
    authorization::revocation::{self, Subject},
    error::Result,
};

/// What went with an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deleted {
    /// Grants of people that were alive.
    pub grants: i64,
}

impl Core {
    /// Removes an application with its secrets and consents, and ends all its tokens. What was made
    /// through it stays with the people.
    pub async fn delete_application(
        &self,
        actor: &Actor,
        client_id: &str,
        origin: Origin,
    ) -> Result<Deleted> {
        let now = self.now();
        let longest = self.settings().longest_access_token();
        let actor = actor.clone();
        let client_id = client_id.to_owned();
        let deleted = self
            .0
            .store
            .write(move |tx| -> Result<Deleted> {
                let application = managed(tx, &actor, &client_id)?;
                let grants = families::count_live(tx, application.id, now)?;
                let epoch = application.token_epoch + 1;
                revocation::note(tx, Subject::Application(application.id, epoch), now, longest)?;
                applications::delete(tx, application.id)?;
                audit::Event::ok("application.delete", &actor, &origin.address)
                    .person(application.client.owner)
                    .application(application.id)
                    .detail(format!("{grants} grants ended"))
                    .write(tx, now)?;
                Ok(Deleted { grants })
            })
            .await?;
        self.reload_revocations().await;
        Ok(deleted)
    }
}
