//! Looking at applications.

use tiltyard_store::repo::{applications, consents};

use super::{Application, managed};
use crate::{Actor, Core, Error, error::Result};

impl Core {
    /// The actor's applications, oldest first; every application for the operator's command line.
    pub async fn applications(&self, actor: &Actor) -> Result<Vec<Application>> {
        let owner = match actor {
            Actor::Operator => None,
            Actor::Person { person, .. } => Some(*person),
            _ => return Err(Error::Unauthenticated("sign in first".to_owned())),
        };
        let rows = self
            .0
            .store
            .scan(move |rx| -> Result<_> {
                Ok(match owner {
                    Some(owner) => applications::of_owner(rx, owner)?,
                    None => applications::all(rx)?,
                })
            })
            .await?;
        rows.into_iter().map(Application::try_from).collect()
    }

    /// How many people connected the application.
    pub async fn connected_people(&self, actor: &Actor, client_id: &str) -> Result<u64> {
        let actor = actor.clone();
        let client_id = client_id.to_owned();
        self.0
            .store
            .scan(move |rx| {
                let application = managed(rx, &actor, &client_id)?;
                let count = consents::count(rx, application.id)?;
                Ok(u64::try_from(count).unwrap_or_default())
            })
            .await
    }

    /// The application with this client identifier, for whoever may manage it.
    pub async fn application(&self, actor: &Actor, client_id: &str) -> Result<Application> {
        let actor = actor.clone();
        let client_id = client_id.to_owned();
        self.0.store.read(move |rx| managed(rx, &actor, &client_id)).await
    }
}
