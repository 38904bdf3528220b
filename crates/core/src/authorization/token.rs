//! The token endpoint: who asks, for which grant, and the answer.

use serde_json::Value;
use tiltyard_oauth::{
    answer::{AnswerShape, TokenAnswer},
    client_auth,
    error::{ErrorCode, TokenError},
    params::Params,
    resource,
    token_request::{self, TokenRequest},
};

use super::{
    exchange::{CodeExchange, Failure},
    issue::Grant,
    usable_with_secrets,
};
use crate::{Core, applications::Application, error::Result};

/// A token request as it came.
#[derive(Debug)]
pub struct TokenCall<'a> {
    /// The `Authorization` header.
    pub authorization: Option<&'a [u8]>,
    /// The parameters of query and body.
    pub params: &'a Params,
    /// How answers at this door look while no application is known.
    pub door: AnswerShape,
}

/// A token request that was refused.
#[derive(Debug)]
pub struct TokenFailure {
    /// What to tell the client.
    pub error: TokenError,
    /// How answers to this client look.
    pub shape: AnswerShape,
    /// Whether Basic was tried, so that the answer is a challenge.
    pub challenge: bool,
    /// It is our fault: 503, try again.
    pub ours: bool,
}

impl Core {
    /// Answers a token request: the JSON body.
    pub async fn token(&self, call: TokenCall<'_>) -> Result<Value, TokenFailure> {
        let mut shape = call.door;
        let result = self.answer_token(&call, &mut shape).await;
        let challenge = call.authorization.is_some();
        match result {
            Ok(answer) => Ok(answer.to_json(shape)),
            Err(Failure::Refused(error)) => {
                Err(TokenFailure { error, shape, challenge, ours: false })
            }
            Err(Failure::Failed(error)) => {
                tracing::error!(?error, "a token request failed by our fault");
                let description = "Something went wrong on our side; try again in a moment.";
                let error = TokenError::new(ErrorCode::ServerError, description);
                Err(TokenFailure { error, shape, challenge, ours: true })
            }
        }
    }

    async fn answer_token(
        &self,
        call: &TokenCall<'_>,
        shape: &mut AnswerShape,
    ) -> Result<TokenAnswer, Failure> {
        let presented = client_auth::read(call.authorization, call.params)?;
        let client_id = presented.client_id.clone();
        let found = self.0.store.read(move |rx| usable_with_secrets(rx, &client_id)).await?;
        let (found, secrets) = found.unzip();
        let secrets = secrets.unwrap_or_default();
        let client = found.as_ref().map(|application| &application.client);
        if let Some(client) = client {
            *shape = client.answer_shape;
        }
        token_request::check_origin(call.params, client)?;
        let proven = client_auth::verify(client, &presented, &secrets, self.now())?;
        let application = found.ok_or_else(TokenError::invalid_client)?;
        let request = TokenRequest::read(call.params)?;
        request.check_allowed(&application.client, proven)?;
        match request {
            TokenRequest::AuthorizationCode { code, redirect_uri, verifier, resource } => {
                let exchange = CodeExchange { code, redirect_uri, verifier, resource };
                self.exchange_code(&application, exchange).await
            }
            TokenRequest::RefreshToken { token, scope, resource } => {
                self.refresh(&application, &token, scope, resource).await
            }
            TokenRequest::ClientCredentials { scope, resource } => {
                self.client_credentials(&application, scope.as_deref(), &resource)
            }
            TokenRequest::DeviceCode { .. } => Err(TokenError::new(
                ErrorCode::UnsupportedGrantType,
                "This server does not offer the device grant yet.",
            )
            .into()),
        }
    }

    /// A token for the application itself; leaves no row.
    fn client_credentials(
        &self,
        application: &Application,
        scope: Option<&str>,
        resource: &[String],
    ) -> Result<TokenAnswer, Failure> {
        let resource = resource::known(self.public_url(), resource).map_err(TokenError::from)?;
        let scopes = application.client.application_scopes(scope).map_err(TokenError::from)?;
        let now = self.now();
        let access_token = self.issue(&Grant {
            application,
            person: None,
            scopes: &scopes,
            family: None,
            resource: &resource,
            now,
        })?;
        Ok(TokenAnswer {
            access_token,
            expires_in: application.client.access_token_seconds,
            refresh_token: None,
            scopes,
            scopes_differ: false,
            created_at: now / 1_000,
            id_token: None,
        })
    }
}
