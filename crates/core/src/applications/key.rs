//! The key that names an application (`X-Api-Key`).

use tiltyard_oauth::token_text::{self, TokenKind};
use tiltyard_store::{StoreError, Tx, repo::application_keys};

use super::{Application, managed};
use crate::{Actor, Core, accounts::Origin, audit, clock::Millis, error::Result};

/// Characters that are shown of a key.
const HINT: usize = 4;

/// A key that was just made.
#[derive(Clone)]
pub(super) struct NewKey {
    /// Its text, which is not kept readable.
    pub(super) text: String,
    hash: [u8; 32],
}

impl NewKey {
    /// Gives it to an application in place of the one it may have.
    pub(super) fn set(
        &self,
        tx: &mut Tx<'_>,
        application: i64,
        now: Millis,
    ) -> Result<(), StoreError> {
        let hint = self.text.get(self.text.len().saturating_sub(HINT)..).unwrap_or_default();
        application_keys::set(tx, application, self.hash, hint, now)
    }
}

impl Core {
    pub(super) fn new_key(&self) -> Result<NewKey> {
        let text = token_text::generate(TokenKind::ApplicationKey, &self.random::<32>()?);
        let hash = token_text::hash(&text);
        Ok(NewKey { text, hash })
    }

    /// Gives the application a new key that names it, and the application; the old key stops at
    /// once.
    pub async fn rotate_application_key(
        &self,
        actor: &Actor,
        client_id: &str,
        origin: Origin,
    ) -> Result<(Application, String)> {
        let key = self.new_key()?;
        let text = key.text.clone();
        let now = self.now();
        let actor = actor.clone();
        let client_id = client_id.to_owned();
        let application = self
            .0
            .store
            .write(move |tx| -> Result<Application> {
                let application = managed(tx, &actor, &client_id)?;
                key.set(tx, application.id, now)?;
                audit::Event::ok("application.rotate_key", &actor, &origin.address)
                    .person(application.client.owner)
                    .application(application.id)
                    .write(tx, now)?;
                Ok(application)
            })
            .await?;
        Ok((application, text))
    }

    /// The last characters of the application's key, if it has one.
    pub async fn application_key_hint(
        &self,
        actor: &Actor,
        client_id: &str,
    ) -> Result<Option<String>> {
        let actor = actor.clone();
        let client_id = client_id.to_owned();
        self.0
            .store
            .read(move |rx| -> Result<_> {
                let application = managed(rx, &actor, &client_id)?;
                Ok(application_keys::hint(rx, application.id)?)
            })
            .await
    }
}
