//! Changing an application.

use tiltyard_oauth::{
    client::{ClientKind, GrantSet, IdTokenAlgorithm, TokenForm},
    switch::{Switch, SwitchSet},
};
use tiltyard_store::repo::{applications, families};

use super::{Application, check, managed, parse_scopes};
use crate::{
    Actor, Core, Error, Problems,
    accounts::Origin,
    audit,
    authorization::revocation::{self, Subject},
    error::Result,
};

/// What is to be changed; `None` leaves things as they are.
#[derive(Debug, Clone, Default)]
pub struct ApplicationChanges {
    /// Another name.
    pub name: Option<String>,
    /// Other redirect URIs.
    pub redirect_uris: Option<Vec<String>>,
    /// Other scopes, space-separated.
    pub scopes: Option<String>,
    /// Other grants.
    pub grants: Option<GrantSet>,
    /// Other switches.
    pub switches: Option<SwitchSet>,
    /// Another form of access tokens; those that are out go on working.
    pub token_form: Option<TokenForm>,
    /// Another algorithm of ID tokens.
    pub id_token_algorithm: Option<IdTokenAlgorithm>,
}

impl Core {
    /// Changes an application. Where its privileges are fixed at registration, other scopes end
    /// all its tokens.
    pub async fn update_application(
        &self,
        actor: &Actor,
        client_id: &str,
        changes: impl Fn(&Application) -> ApplicationChanges + Send + 'static,
        origin: Origin,
    ) -> Result<Application> {
        let now = self.now();
        let longest = self.settings().longest_access_token();
        let actor = actor.clone();
        let client_id = client_id.to_owned();
        let (application, ended) = self
            .0
            .store
            .write(move |tx| -> Result<(Application, bool)> {
                let mut application = managed(tx, &actor, &client_id)?;
                let changes = changes(&application);
                let before = application.client.clone();
                let client = &mut application.client;
                let mut problems = Problems::default();
                if let Some(name) = changes.name {
                    name.trim().clone_into(&mut client.name);
                }
                if let Some(uris) = changes.redirect_uris {
                    client.redirect_uris = uris;
                }
                if let Some(scopes) = changes.scopes {
                    client.scopes = parse_scopes(&scopes, &mut problems);
                }
                if let Some(grants) = changes.grants {
                    client.grants = grants;
                }
                if let Some(form) = changes.token_form {
                    client.token_form = form;
                }
                if let Some(algorithm) = changes.id_token_algorithm {
                    client.id_token_algorithm = algorithm;
                }
                if let Some(switches) = changes.switches {
                    client.switches = switches;
                }
                check(client, &mut problems);
                let gained =
                    client.has(Switch::IntrospectAll) && !before.has(Switch::IntrospectAll);
                if gained && !actor.is_operator() {
                    problems.add(
                        "switches",
                        "contain introspect-all, which only an operator may turn on",
                    );
                }
                if client.kind == ClientKind::Public {
                    client.switches.remove(&Switch::SecretOptional);
                }
                problems.check()?;
                if *client == before {
                    return Ok((application, false));
                }
                let record = serde_json::to_string(client).map_err(Error::internal)?;
                let ends = client.has(Switch::FixedPrivileges) && client.scopes != before.scopes;
                let name = client.name.clone();
                applications::update(tx, application.id, &name, &record, now)?;
                if ends {
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
                audit::Event::ok("application.update", &actor, &origin.address)
                    .person(before.owner)
                    .application(application.id)
                    .write(tx, now)?;
                application.updated_at = now;
                Ok((application, ends))
            })
            .await?;
        if ended {
            self.reload_revocations().await;
        }
        Ok(application)
    }
}
