//! Revoking a token (RFC 7009).

use tiltyard_oauth::{
    access_token::AccessClaims,
    answer::AnswerShape,
    error::TokenError,
    refresh::{RefreshKey, RefreshToken},
};
use tiltyard_store::{LockKey, repo::families};

use super::{
    exchange::{Failure, family_of, revoke_family},
    revocation::{self, Subject},
    token::{TokenCall, TokenFailure, token_guesses},
};
use crate::{
    Actor, Core,
    accounts::Origin,
    applications::Application,
    audit,
    clock::{MINUTE, SECOND},
    error::Result,
    permissions::Powers,
};

impl Core {
    /// Revokes a token of the calling application: an access token alone, a refresh token with its
    /// whole family and every access token of that. A hint is not needed, because a token says what
    /// it is. Whatever is no live token of the caller is left alone, and the caller is not told.
    pub async fn revoke(&self, call: TokenCall<'_>) -> Result<(), TokenFailure> {
        let mut shape = call.door;
        let result = self.revoke_token(&call, &mut shape).await;
        result.map_err(|failure| TokenFailure::of(failure, shape, &call))
    }

    async fn revoke_token(
        &self,
        call: &TokenCall<'_>,
        shape: &mut AnswerShape,
    ) -> Result<(), Failure> {
        let origin = Origin { address: call.address.to_owned(), user_agent: String::new() };
        let caller = self.caller(call, shape).await?;
        let token = wanted_token(call)?;
        let application = caller.application();
        let guesses = [token_guesses(application, call)];
        self.0.limits.check(&guesses, self.now())?;
        let own = if let Ok(token) = RefreshToken::parse(token) {
            self.revoke_refresh_token(application, token, origin).await?
        } else if let Some(claims) = self.own_live_token(application, token).await? {
            self.revoke_access_token(application, claims, origin).await?;
            true
        } else {
            false
        };
        if own {
            self.0.metrics.revocations.inc();
        } else {
            self.0.limits.note_failure(&guesses, self.now());
        }
        Ok(())
    }

    /// Whether it was the application's.
    async fn revoke_refresh_token(
        &self,
        application: &Application,
        token: RefreshToken,
        origin: Origin,
    ) -> Result<bool> {
        let id = token.family_id();
        let now = self.now();
        let longest = self.settings().longest_access_token();
        let key = RefreshKey::new(self.0.secret.refresh_key());
        let (application, actor) = (application.id, acting(application));
        let found =
            self.0.store.read(move |rx| -> Result<_> { Ok(families::get(rx, id)?) }).await?;
        let own = match &found {
            // Any generation will do: the family goes as a whole.
            Some(row) => row.application_id == application && family_of(row)?.issued(&token, &key),
            None => false,
        };
        if !own {
            return Ok(false);
        }
        self.0
            .store
            .write(move |tx| -> Result<()> {
                tx.lock(LockKey { space: "token_family", id })?;
                let Some(row) = families::get(tx, id)? else { return Ok(()) };
                if row.revoked_at.is_some() {
                    return Ok(());
                }
                revoke_family(tx, id, now, longest)?;
                Ok(audit::Event::ok("token.revoke", &actor, &origin.address)
                    .person(row.person_id)
                    .application(application)
                    .detail("refresh token")
                    .write(tx, now)?)
            })
            .await?;
        self.0.revocations.add(&Subject::Family(id));
        self.reload_revocations().await;
        Ok(true)
    }

    async fn revoke_access_token(
        &self,
        application: &Application,
        claims: AccessClaims,
        origin: Origin,
    ) -> Result<()> {
        let now = self.now();
        let kept = claims.exp.saturating_mul(SECOND).saturating_add(MINUTE).saturating_sub(now);
        let subject = Subject::Token(claims.jti);
        let (application, actor) = (application.id, acting(application));
        let noted = subject.clone();
        self.0
            .store
            .write(move |tx| -> Result<()> {
                revocation::note(tx, noted.clone(), now, kept)?;
                Ok(audit::Event::ok("token.revoke", &actor, &origin.address)
                    .application(application)
                    .detail("access token")
                    .write(tx, now)?)
            })
            .await?;
        self.0.revocations.add(&subject);
        self.reload_revocations().await;
        Ok(())
    }
}

/// The token that a request to revoke or introspect is about.
pub(super) fn wanted_token<'a>(call: &TokenCall<'a>) -> Result<&'a str, TokenError> {
    call.params.refuse_repeated()?;
    call.params.one("token")?.ok_or_else(|| TokenError::invalid_request("token is required."))
}

/// The application as itself, for the audit.
fn acting(application: &Application) -> Actor {
    Actor::Application {
        application: application.id,
        owner: application.client.owner,
        powers: Powers::default(),
    }
}
