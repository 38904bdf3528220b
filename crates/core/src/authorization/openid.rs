//! OpenID Connect: ID tokens, the userinfo endpoint, and the account that a hint names.

use serde_json::{Map, Value};
use tiltyard_oauth::{
    client::Client,
    id_token::{self, IdToken, OPENID, Subject},
    resource::Resource,
    scope::ScopeSet,
};
use tiltyard_store::repo::people::{self, PersonRow};

use super::{bearer::Refused, exchange::Granted, may_get_tokens};
use crate::{
    Core, Error,
    clock::{Millis, SECOND},
    error::Result,
};

/// What a bearer of an access token is told at the userinfo endpoint.
#[derive(Debug)]
pub enum UserInfo {
    /// The claims.
    Claims(Map<String, Value>),
    /// The token is good, but lacks the scope that this needs.
    LacksOpenId,
}

fn subject(person: &PersonRow) -> Subject<'_> {
    Subject {
        sub: &person.uuid,
        username: &person.username,
        email: &person.email,
        updated_at: person.updated_at / SECOND,
    }
}

impl Core {
    /// The ID token that goes with an access token, if the grant asked for one. One that comes with a
    /// refresh has no nonce (OpenID Connect Core §12.2).
    pub(super) async fn id_token(
        &self,
        client: &Client,
        granted: &Granted,
        access_token: &str,
        now: Millis,
    ) -> Result<Option<String>> {
        if !granted.scopes.contains(OPENID) {
            return Ok(None);
        }
        self.make_id_token_keys().await?;
        let algorithm = client.id_token_algorithm;
        let auth_time = granted.family.as_ref().and_then(|family| family.auth_time);
        let claims = IdToken {
            issuer: self.public_url(),
            client_id: &client.client_id,
            subject: subject(&granted.person),
            scopes: &granted.scopes,
            nonce: granted.nonce.as_deref(),
            auth_time: auth_time.map(|at| at / SECOND),
            access_token,
            algorithm,
            issued_at: now / SECOND,
        }
        .claims();
        let claims = serde_json::to_vec(&claims).map_err(Error::internal)?;
        self.0.keys.sign_id_token(algorithm, &claims, now).map(Some)
    }

    /// Who is behind an access token, as far as its scopes tell (OpenID Connect Core §5.3). A token
    /// that is bound to another resource does not count.
    pub async fn user_info(&self, token: &str) -> Result<UserInfo, Refused> {
        let actor = self.authenticate_bearer(token, false, Resource::Issuer).await?;
        let scopes: ScopeSet = self.claims(token).ok_or(Refused::Invalid)?.scope;
        if !scopes.contains(OPENID) {
            return Ok(UserInfo::LacksOpenId);
        }
        let id = actor.person_id().ok_or(Refused::Invalid)?;
        let person = self.0.store.read(move |rx| -> Result<_> { Ok(people::get(rx, id)?) }).await?;
        let person = person.filter(may_get_tokens).ok_or(Refused::Invalid)?;
        Ok(UserInfo::Claims(subject(&person).claims(&scopes)))
    }

    /// The account (`sub`) that an `id_token_hint` names; `None` if it is no ID token of ours. That
    /// it has expired does not matter.
    pub(super) fn hinted(&self, hint: &str) -> Option<String> {
        let claims = self.0.keys.verify(hint, &[id_token::TYPE])?;
        id_token::hinted_subject(&claims, self.public_url())
    }
}
