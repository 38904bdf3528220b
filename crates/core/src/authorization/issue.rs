//! Making access tokens.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use tiltyard_oauth::{
    access_token::{self, AccessClaims, ClaimsForm},
    answer::AnswerShape,
    client::TokenForm,
    resource,
    scope::ScopeSet,
    token_text::{self, TokenKind},
};

use crate::{Core, Error, applications::Application, clock::Millis, error::Result};

/// What opaque tokens are sealed for.
pub(super) const SEALED_FOR: &[u8] = b"access token";

/// What an access token is made of.
pub(super) struct Grant<'a> {
    /// The application that will use it.
    pub(super) application: &'a Application,
    /// The person's subject identifier and token epoch; none where the application acts for itself.
    pub(super) person: Option<(&'a str, i64)>,
    /// What it may do.
    pub(super) scopes: &'a ScopeSet,
    /// The family it belongs to.
    pub(super) family: Option<i64>,
    /// The resources it is for (RFC 8707); none for all.
    pub(super) resource: &'a [String],
    /// How long it lives, in seconds.
    pub(super) lifetime: u32,
    /// When.
    pub(super) now: Millis,
}

impl Core {
    /// Makes an access token: a signed JWT (RFC 9068), or the same claims sealed where the
    /// application's tokens are opaque. Neither leaves a row.
    pub(super) fn issue(&self, grant: &Grant<'_>) -> Result<String> {
        let client = &grant.application.client;
        let (sub, epoch) = grant.person.unwrap_or((&client.client_id, 0));
        let issued = grant.now / 1_000;
        let claims = AccessClaims {
            iss: self.public_url().to_owned(),
            sub: sub.to_owned(),
            aud: resource::audience(self.public_url(), grant.resource),
            client_id: client.client_id.clone(),
            iat: issued,
            exp: issued + i64::from(grant.lifetime),
            jti: URL_SAFE_NO_PAD.encode(self.random::<16>()?),
            scope: grant.scopes.clone(),
            fam: grant.family,
            epo: [grant.application.token_epoch, epoch],
        };
        let form = match client.answer_shape {
            AnswerShape::Trackmania => ClaimsForm::Trackmania,
            _ => ClaimsForm::Standard,
        };
        let claims = claims.to_json(form).map_err(Error::internal)?;
        match client.token_form {
            TokenForm::Jwt => self.0.keys.sign(access_token::TYPE, &claims, grant.now),
            TokenForm::Opaque => {
                let sealed = self.0.secret.seal(SEALED_FOR, &claims, self.random()?)?;
                Ok(token_text::encode(TokenKind::AccessToken, &sealed))
            }
        }
    }
}
