//! The applications that a person allowed to act for them.

use tiltyard_store::repo::{applications, codes, consents, device_requests, families, people};

use super::{
    exchange::lock_consent,
    revocation::{self, Subject},
};
use crate::{
    Actor, Core, Error, accounts::Origin, applications::Application, audit, clock::Millis,
    error::Result,
};

/// An application that a person connected.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The OAuth client identifier.
    pub client_id: String,
    /// The application's name.
    pub name: String,
    /// The user name of its owner.
    pub owner: String,
    /// What was allowed, space-separated.
    pub scopes: String,
    /// Since when.
    pub since: Millis,
    /// When it last got tokens by a sign-in or a refresh.
    pub last_used: Option<Millis>,
}

fn person(actor: &Actor) -> Result<i64> {
    match actor {
        Actor::Person { person, .. } => Ok(*person),
        _ => Err(Error::Unauthenticated("sign in first".to_owned())),
    }
}

impl Core {
    /// The applications that the person connected, latest first.
    pub async fn connections(&self, actor: &Actor) -> Result<Vec<Connection>> {
        let person = person(actor)?;
        self.0
            .store
            .scan(move |rx| -> Result<_> {
                let mut list = Vec::new();
                let used = families::last_of_person(rx, person)?;
                for consent in consents::of_person(rx, person)? {
                    let Some(row) = applications::get(rx, consent.application_id)? else {
                        continue;
                    };
                    let owner = people::get(rx, row.owner_id)?;
                    list.push(Connection {
                        client_id: row.client_id,
                        name: row.name,
                        owner: owner.map(|owner| owner.username).unwrap_or_default(),
                        scopes: consent.scopes,
                        since: consent.created_at,
                        last_used: used
                            .iter()
                            .find(|(application, _)| *application == consent.application_id)
                            .map(|(_, at)| *at),
                    });
                }
                Ok(list)
            })
            .await
    }

    /// Withdraws the person's consent to an application: its codes and tokens for them end.
    pub async fn disconnect(&self, actor: &Actor, client_id: &str, origin: Origin) -> Result<()> {
        let person = person(actor)?;
        let now = self.now();
        let longest = self.settings().longest_access_token();
        let client_id = client_id.to_owned();
        let actor = actor.clone();
        self.0
            .store
            .write(move |tx| -> Result<()> {
                let row = applications::by_client_id(tx, &client_id)?
                    .ok_or(Error::NotFound("connection"))?;
                let application = Application::try_from(row)?.id;
                lock_consent(tx, person, application)?;
                if !consents::delete(tx, person, application)? {
                    return Err(Error::NotFound("connection"));
                }
                codes::delete_of_consent(tx, person, application)?;
                device_requests::deny_of_consent(tx, person, application)?;
                for family in families::live_of_consent(tx, person, application)? {
                    families::revoke(tx, family, now)?;
                    revocation::note(tx, Subject::Family(family), now, longest)?;
                }
                audit::Event::ok("consent.withdraw", &actor, &origin.address)
                    .person(person)
                    .application(application)
                    .write(tx, now)?;
                Ok(())
            })
            .await?;
        self.0.metrics.revocations.inc();
        self.reload_revocations().await;
        Ok(())
    }
}
