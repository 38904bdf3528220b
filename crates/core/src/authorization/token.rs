//! The token endpoint: who asks, for which grant, and the answer.

use serde_json::Value;
use tiltyard_oauth::{
    answer::{AnswerShape, TokenAnswer},
    client_auth::Authentication,
    error::{ErrorCode, TokenError},
    params::Params,
    resource,
    token_request::TokenRequest,
};

use super::{
    exchange::{CodeExchange, Failure},
    issue::Grant,
};
use crate::{
    Core, Error,
    applications::Application,
    error::Result,
    limits::{Key, Kind, Network, Subject, TooMany},
};

/// A request of an application to one of its endpoints, as it came.
#[derive(Debug)]
pub struct TokenCall<'a> {
    /// The `Authorization` header.
    pub authorization: Option<&'a [u8]>,
    /// The parameters of query and body.
    pub params: &'a Params,
    /// How answers at this door look while no application is known.
    pub door: AnswerShape,
    /// The client's address, for limits and audit.
    pub address: &'a str,
}

/// A request of an application that was refused.
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
    /// A limit was reached: 429, try again after that.
    pub wait: Option<TooMany>,
}

impl TokenFailure {
    /// What a failure is for a client whose answers have this shape.
    pub(super) fn of(failure: Failure, shape: AnswerShape, call: &TokenCall<'_>) -> Self {
        let challenge = call.authorization.is_some();
        let failed = |code, description: String| Self {
            error: TokenError::new(code, description),
            shape,
            challenge,
            ours: false,
            wait: None,
        };
        match failure {
            Failure::Refused(error) => Self { error, shape, challenge, ours: false, wait: None },
            Failure::Failed(Error::TooMany(wait)) => {
                let seconds = wait.seconds;
                let text = format!("Too many failed attempts. Try again in {seconds} seconds.");
                Self { wait: Some(wait), ..failed(ErrorCode::TemporarilyUnavailable, text) }
            }
            Failure::Failed(error) if error.is_unavailable() => {
                tracing::error!(?error, "a token request failed: the database is unavailable");
                let text = "The server cannot reach its database. Nothing was changed; try again.";
                let code = ErrorCode::TemporarilyUnavailable;
                Self { ours: true, ..failed(code, text.to_owned()) }
            }
            Failure::Failed(error) => {
                tracing::error!(?error, "a token request failed by our fault");
                let text = "Something went wrong on our side; try again in a moment.";
                Self { ours: true, ..failed(ErrorCode::ServerError, text.to_owned()) }
            }
        }
    }
}

impl Core {
    /// Answers a token request: the JSON body.
    pub async fn token(&self, call: TokenCall<'_>) -> Result<Value, TokenFailure> {
        let mut shape = call.door;
        let result = self.answer_token(&call, &mut shape).await;
        match result {
            Ok(answer) => Ok(answer.to_json(shape)),
            Err(failure) => {
                if let Failure::Refused(error) = &failure {
                    self.0.metrics.refusals.get_or_create(&[("error", error.code.name())]).inc();
                }
                Err(TokenFailure::of(failure, shape, &call))
            }
        }
    }

    async fn answer_token(
        &self,
        call: &TokenCall<'_>,
        shape: &mut AnswerShape,
    ) -> Result<TokenAnswer, Failure> {
        let caller = self.caller(call, shape).await?;
        let application = caller.application();
        let quota = [Kind::TokenQuota.of(Subject::id(application.id))];
        // Anybody can ask in the name of an application that proves nothing, and be refused.
        let proven = caller.proven == Authentication::Secret;
        if proven {
            self.0.limits.begin(&quota, self.now())?;
        } else {
            self.0.limits.check(&quota, self.now())?;
        }
        let request = TokenRequest::read(call.params)?;
        request.check_allowed(&application.client, caller.proven)?;
        let guesses = [wrong_grants(application, call)];
        self.0.limits.check(&guesses, self.now())?;
        let grant = request.grant().name();
        let answer = match request {
            TokenRequest::AuthorizationCode { code, redirect_uri, verifier, resource } => {
                let exchange = CodeExchange { code, redirect_uri, verifier, resource };
                self.exchange_code(application, call, exchange).await
            }
            TokenRequest::RefreshToken { token, scope, resource } => {
                self.refresh(application, call, &token, scope, resource).await
            }
            TokenRequest::ClientCredentials { scope, resource } => {
                self.client_credentials(application, scope.as_deref(), &resource)
            }
            TokenRequest::DeviceCode { device_code } => {
                self.redeem_device_code(application, call, &device_code).await
            }
        }?;
        if !proven {
            self.0.limits.note_failure(&quota, self.now());
        }
        self.count_token(application.id, grant);
        Ok(answer)
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
            lifetime: application.client.access_token_seconds,
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

/// The bucket of the client's wrong codes and refresh tokens.
pub(super) fn wrong_grants(application: &Application, call: &TokenCall<'_>) -> Key {
    Kind::GrantPair.at(Subject::id(application.id), Network::of(call.address))
}

/// The bucket of the application's questions about tokens that are none (RFC 7662 §4).
pub(super) fn token_guesses(application: &Application, call: &TokenCall<'_>) -> Key {
    Kind::TokenGuess.at(Subject::id(application.id), Network::of(call.address))
}
