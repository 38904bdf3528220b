//! Registering an application.

use tiltyard_oauth::{client::ClientKind, preset::Preset};
use tiltyard_store::repo::{
    applications::{self, ApplicationRow},
    people, secrets, sequences,
};

use super::{Application, check, may_manage, parse_scopes};
use crate::{Actor, Core, Error, Problems, accounts::Origin, audit, error::Result};

/// Most applications that one person can register by themselves.
pub const OWNED_MAX: usize = 100;

/// What an application is made of.
#[derive(Debug, Clone)]
pub struct NewApplication {
    /// Who owns it.
    pub owner: i64,
    /// Its name, as people see it.
    pub name: String,
    /// Where its settings start from.
    pub preset: Preset,
    /// Where people return to.
    pub redirect_uris: Vec<String>,
    /// Its scopes, space-separated; all of the preset's if there are none.
    pub scopes: Option<String>,
}

/// An application that was just registered.
#[derive(Debug, Clone)]
pub struct Created {
    /// The application.
    pub application: Application,
    /// The client secret, which is not kept readable; `None` for public clients.
    pub client_secret: Option<String>,
    /// The key that names it, which is not kept readable; `None` where its preset has none.
    pub api_key: Option<String>,
}

impl Core {
    /// Registers an application.
    pub async fn create_application(
        &self,
        actor: &Actor,
        new: NewApplication,
        origin: Origin,
    ) -> Result<Created> {
        if !may_manage(actor, new.owner) {
            return Err(Error::Forbidden(
                "an application belongs to whoever registers it; sign in first".to_owned(),
            ));
        }
        let mut client_id = String::with_capacity(32);
        for byte in self.random::<16>()? {
            use std::fmt::Write as _;
            let _ = write!(client_id, "{byte:02x}");
        }
        let mut problems = Problems::default();
        let template = new.preset.template();
        let key = template.has_application_key.then(|| self.new_key()).transpose()?;
        let api_key = key.as_ref().map(|key| key.text.clone());
        let mut client = template.client(client_id, new.name.trim(), new.owner, new.redirect_uris);
        if let Some(scopes) = &new.scopes {
            client.scopes = parse_scopes(scopes, &mut problems);
        }
        check(&client, &mut problems);
        problems.check()?;
        let (secret, hash) = self.new_secret()?;
        let confidential = client.kind == ClientKind::Confidential;
        let now = self.now();
        let actor = actor.clone();
        let application = self
            .0
            .store
            .write(move |tx| -> Result<Application> {
                if people::get(tx, new.owner)?.is_none() {
                    return Err(Error::NotFound("person"));
                }
                // Whoever has the command line knows what they do.
                if !matches!(actor, Actor::Operator)
                    && applications::of_owner(tx, new.owner)?.len() >= OWNED_MAX
                {
                    return Err(Error::conflict(format!(
                        "nobody can have more than {OWNED_MAX} applications; delete one of yours \
                         first, or ask the operator to register another for you"
                    )));
                }
                let row = ApplicationRow {
                    id: tx.next_id(sequences::APPLICATION)?,
                    client_id: client.client_id.clone(),
                    owner_id: client.owner,
                    name: client.name.clone(),
                    client: serde_json::to_string(&client).map_err(Error::internal)?,
                    token_epoch: 0,
                    created_at: now,
                    updated_at: now,
                };
                applications::insert(tx, &row)?;
                if confidential {
                    let id = tx.next_id(sequences::SECRET)?;
                    secrets::insert(tx, id, row.id, hash, now)?;
                }
                if let Some(key) = &key {
                    key.set(tx, row.id, now)?;
                }
                audit::Event::ok("application.create", &actor, &origin.address)
                    .person(row.owner_id)
                    .application(row.id)
                    .detail(client.preset.name())
                    .write(tx, now)?;
                row.try_into()
            })
            .await?;
        let client_secret = confidential.then_some(secret);
        Ok(Created { application, client_secret, api_key })
    }
}
