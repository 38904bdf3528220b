//! Giving an application a new secret.

use tiltyard_oauth::client::ClientKind;
use tiltyard_store::repo::{applications, families, secrets, sequences};

use super::{Application, managed};
use crate::{
    Actor, Core, Error,
    accounts::Origin,
    audit,
    authorization::revocation::{self, Subject},
    clock::Millis,
    error::Result,
};

/// An application with a new secret.
#[derive(Debug, Clone)]
pub struct Rotated {
    /// The application.
    pub application: Application,
    /// The new secret, which is not kept readable.
    pub client_secret: String,
    /// Until when the old one works; `None` if it stopped at once.
    pub old_until: Option<Millis>,
}

impl Core {
    /// Makes a new client secret. The old one goes on working for a while; after a leak it stops
    /// at once, and all tokens of the application with it.
    pub async fn rotate_secret(
        &self,
        actor: &Actor,
        client_id: &str,
        leaked: bool,
        origin: Origin,
    ) -> Result<Rotated> {
        let (client_secret, hash) = self.new_secret()?;
        let now = self.now();
        let longest = self.settings().longest_access_token();
        let until = if leaked { now } else { now + self.settings().secret_overlap };
        let actor = actor.clone();
        let client_id = client_id.to_owned();
        let application = self
            .0
            .store
            .write(move |tx| -> Result<Application> {
                let mut application = managed(tx, &actor, &client_id)?;
                if application.client.kind == ClientKind::Public {
                    return Err(Error::conflict("a public application has no secret"));
                }
                secrets::expire_all(tx, application.id, until)?;
                secrets::delete_expired(tx, application.id, now)?;
                let id = tx.next_id(sequences::SECRET)?;
                secrets::insert(tx, id, application.id, hash, now)?;
                if leaked {
                    let epoch = applications::bump_epoch(tx, application.id)?;
                    families::revoke_of_application(tx, application.id, now)?;
                    revocation::note(
                        tx,
                        Subject::Application(application.id, epoch),
                        now,
                        longest,
                    )?;
                    application.token_epoch = epoch;
                }
                audit::Event::ok("application.rotate_secret", &actor, &origin.address)
                    .person(application.client.owner)
                    .application(application.id)
                    .detail(if leaked { "leaked" } else { "overlap" })
                    .write(tx, now)?;
                Ok(application)
            })
            .await?;
        if leaked {
            self.reload_revocations().await;
        }
        Ok(Rotated { application, client_secret, old_until: (!leaked).then_some(until) })
    }
}
