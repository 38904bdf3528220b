//! Telling a resource server what a token is (RFC 7662).

use std::sync::Arc;

use tiltyard_oauth::{
    answer::AnswerShape,
    introspection::{self, RefreshFacts},
    refresh::{RefreshKey, RefreshToken},
    switch::Switch,
};
use tiltyard_store::repo::{applications, consents, families, people};

use super::{
    bearer::{Refused, Verdict},
    exchange::{Failure, family_of},
    may_get_tokens,
    revoke::wanted_token,
    token::{TokenCall, TokenFailure, token_guesses},
};
use crate::{Core, Error, applications::Application, error::Result};

/// What a token is.
#[derive(Debug, Clone)]
pub enum Introspection {
    /// Alive: the JSON that says so.
    Active(Arc<[u8]>),
    /// Dead, unknown, or none of the caller's business; which of these is not told.
    Inactive,
}

impl Core {
    /// Tells an application that proved its secret about a token: its own access and refresh
    /// tokens, and the access tokens of all where an operator made it a resource server. Personal
    /// keys are never told of.
    pub async fn introspect(&self, call: TokenCall<'_>) -> Result<Introspection, TokenFailure> {
        let mut shape = call.door;
        let result = self.introspect_token(&call, &mut shape).await;
        result.map_err(|failure| TokenFailure::of(failure, shape, &call))
    }

    async fn introspect_token(
        &self,
        call: &TokenCall<'_>,
        shape: &mut AnswerShape,
    ) -> Result<Introspection, Failure> {
        let caller = self.caller(call, shape).await?;
        caller.proven.require_secret()?;
        let token = wanted_token(call)?;
        let application = caller.application();
        let guesses = [token_guesses(application, call)];
        self.0.limits.check(&guesses, self.now())?;
        if let Ok(token) = RefreshToken::parse(token) {
            let told = self.introspect_refresh_token(application, token).await?;
            if matches!(told, Introspection::Inactive) {
                self.0.limits.note_failure(&guesses, self.now());
            }
            return Ok(told);
        }
        let verdict = match self.verdict(token).await {
            Ok(verdict) if self.is_alive(&verdict) => verdict,
            // It was ours once.
            Ok(_) => return Ok(Introspection::Inactive),
            Err(Refused::Invalid) => {
                self.0.limits.note_failure(&guesses, self.now());
                return Ok(Introspection::Inactive);
            }
            Err(Refused::Failed(error)) => return Err(error.into()),
        };
        if !verdict.is_of(application) && !application.client.has(Switch::IntrospectAll) {
            return Ok(Introspection::Inactive);
        }
        Ok(self.told(&verdict, token)?)
    }

    /// The answer about a live access token, written once.
    fn told(&self, verdict: &Verdict, token: &str) -> Result<Introspection> {
        if let Some(ready) = verdict.told.get() {
            return Ok(Introspection::Active(Arc::clone(ready)));
        }
        let Some(claims) = self.claims(token) else { return Ok(Introspection::Inactive) };
        let bytes = introspection::access_token(&claims).map_err(Error::internal)?;
        Ok(Introspection::Active(Arc::clone(verdict.told.get_or_init(|| bytes.into()))))
    }

    async fn introspect_refresh_token(
        &self,
        application: &Application,
        token: RefreshToken,
    ) -> Result<Introspection> {
        let now = self.now();
        let key = RefreshKey::new(self.0.secret.refresh_key());
        let issuer = self.public_url().to_owned();
        let own = application.id;
        self.0
            .store
            .read(move |rx| -> Result<_> {
                let dead = Ok(Introspection::Inactive);
                let Some(row) = families::get(rx, token.family_id())? else { return dead };
                let Some(application) = applications::get(rx, own)? else { return dead };
                let application = Application::try_from(application)?;
                let family = family_of(&row)?;
                if family.present(&token, &key, &application.client, now).is_err()
                    || row.application_epoch < application.token_epoch
                {
                    return dead;
                }
                let person = people::get(rx, family.person)?.filter(may_get_tokens);
                let consent = consents::get(rx, family.person, own)?
                    .filter(|consent| consent.created_at <= family.created_at);
                let (Some(person), Some(_)) = (person, consent) else { return dead };
                let bounds = family.bounds;
                let idle = family.rotated_at.saturating_add(bounds.idle_ms);
                let end = idle.min(family.created_at.saturating_add(bounds.absolute_ms));
                let scopes = family.scopes.intersection(&application.client.scopes);
                let bytes = introspection::refresh_token(&RefreshFacts {
                    issuer: &issuer,
                    client_id: &family.client_id,
                    sub: &person.uuid,
                    scopes: &scopes,
                    issued_at: family.rotated_at / 1_000,
                    expires_at: end / 1_000,
                })
                .map_err(Error::internal)?;
                Ok(Introspection::Active(bytes.into()))
            })
            .await
    }
}
