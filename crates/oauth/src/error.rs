//! Protocol errors: their names, statuses and bodies.

use std::fmt;

use serde_json::{Value, json};

use crate::answer::AnswerShape;

/// An error code of the wire. Which endpoint may say what is in the RFC each variant names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// A parameter is missing, repeated or malformed (RFC 6749 §4.1.2.1, §5.2).
    InvalidRequest,
    /// Client authentication failed (RFC 6749 §5.2).
    InvalidClient,
    /// The code or refresh token is wrong, expired, revoked, or of another client (RFC 6749 §5.2).
    InvalidGrant,
    /// The client may not use this grant or response type (RFC 6749 §4.1.2.1, §5.2).
    UnauthorizedClient,
    /// The grant type is not supported (RFC 6749 §5.2).
    UnsupportedGrantType,
    /// The scope is unknown, malformed or more than may be granted (RFC 6749 §4.1.2.1, §5.2).
    InvalidScope,
    /// The person or the server refused (RFC 6749 §4.1.2.1, RFC 8628 §3.5).
    AccessDenied,
    /// The response type is not supported (RFC 6749 §4.1.2.1).
    UnsupportedResponseType,
    /// Something broke here (RFC 6749 §4.1.2.1).
    ServerError,
    /// Overload or maintenance (RFC 6749 §4.1.2.1).
    TemporarilyUnavailable,
    /// `prompt=none` without a session (OpenID Connect Core §3.1.2.6).
    LoginRequired,
    /// `prompt=none` without consent (OpenID Connect Core §3.1.2.6).
    ConsentRequired,
    /// `prompt=none` where a page would be needed (OpenID Connect Core §3.1.2.6).
    InteractionRequired,
    /// `prompt=none` with several accounts (OpenID Connect Core §3.1.2.6).
    AccountSelectionRequired,
    /// `request` is not supported (OpenID Connect Core §3.1.2.6, RFC 9101 §6).
    RequestNotSupported,
    /// `request_uri` is not supported (OpenID Connect Core §3.1.2.6, RFC 9101 §6).
    RequestUriNotSupported,
    /// `registration` is not supported (OpenID Connect Core §3.1.2.6).
    RegistrationNotSupported,
    /// The resource is malformed, unknown or not allowed (RFC 8707 §2).
    InvalidTarget,
    /// The person has not decided yet (RFC 8628 §3.5).
    AuthorizationPending,
    /// The device asks too often (RFC 8628 §3.5).
    SlowDown,
    /// The device code is too old (RFC 8628 §3.5).
    ExpiredToken,
    /// The access token is expired, revoked or malformed (RFC 6750 §3.1).
    InvalidToken,
    /// The access token lacks a scope (RFC 6750 §3.1).
    InsufficientScope,
    /// The revocation endpoint cannot revoke such tokens (RFC 7009 §2.2.1).
    UnsupportedTokenType,
}

impl ErrorCode {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::InteractionRequired => "interaction_required",
            Self::AccountSelectionRequired => "account_selection_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::InvalidTarget => "invalid_target",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::ExpiredToken => "expired_token",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::UnsupportedTokenType => "unsupported_token_type",
        }
    }

    /// The HTTP status where the error is an answer and not a redirect (RFC 6749 §5.2,
    /// RFC 6750 §3.1): 401 for clients and tokens that do not authenticate, 400 for most.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidClient | Self::InvalidToken => 401,
            Self::InsufficientScope => 403,
            Self::ServerError => 500,
            Self::TemporarilyUnavailable => 503,
            _ => 400,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An error answer of the token endpoint and its neighbours (RFC 6749 §5.2).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {description}")]
pub struct TokenError {
    /// The code.
    pub code: ErrorCode,
    /// A sentence for the developer of the client. It never repeats what was sent, except scope
    /// names that fit the grammar, so it holds only the characters RFC 6749 §5.2 allows.
    pub description: String,
    /// What to look at next; some platforms' clients insist on such a field.
    pub hint: Option<String>,
}

impl TokenError {
    /// An error with its sentence.
    pub fn new(code: ErrorCode, description: impl Into<String>) -> Self {
        Self { code, description: description.into(), hint: None }
    }

    /// The same error with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// `invalid_request` with a sentence.
    pub fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }

    /// `invalid_client`, always in the same words: whether the client is unknown or the secret is
    /// wrong is not told.
    pub fn invalid_client() -> Self {
        Self::new(ErrorCode::InvalidClient, "Client authentication failed.")
            .with_hint("Check client_id and client_secret.")
    }

    /// `invalid_grant`, always in the same words.
    pub fn invalid_grant() -> Self {
        Self::new(
            ErrorCode::InvalidGrant,
            "The grant is invalid, expired, revoked, already used, or of another client.",
        )
        .with_hint("Start the authorization again.")
    }

    /// `invalid_scope` with a sentence.
    pub fn invalid_scope(description: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidScope, description)
    }

    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        self.code.status()
    }

    /// The `WWW-Authenticate` header to send along: every 401 of a token endpoint asks for Basic
    /// (RFC 6749 §5.2, RFC 9110 §11.6.1).
    pub fn challenge(&self) -> Option<&'static str> {
        matches!(self.code, ErrorCode::InvalidClient)
            .then_some(r#"Basic realm="token endpoint", charset="UTF-8""#)
    }

    /// The JSON body. Clients of three of the platforms read `message` and `hint` besides the
    /// standard's two members, some of them as strings that must be there.
    pub fn body(&self, shape: AnswerShape) -> Value {
        let (error, description) = (self.code.name(), self.description.as_str());
        match shape {
            AnswerShape::Standard | AnswerShape::Challonge => {
                json!({ "error": error, "error_description": description })
            }
            AnswerShape::Toornament | AnswerShape::Trackmania | AnswerShape::Mtgbracket => json!({
                "error": error,
                "error_description": description,
                "message": description,
                "hint": self.hint.as_deref().unwrap_or("See the documentation of the endpoint."),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(ErrorCode::InvalidClient, 401)]
    #[case(ErrorCode::InvalidGrant, 400)]
    #[case(ErrorCode::InsufficientScope, 403)]
    #[case(ErrorCode::TemporarilyUnavailable, 503)]
    fn statuses_follow_the_standards(#[case] code: ErrorCode, #[case] status: u16) {
        assert_eq!(code.status(), status);
    }

    #[test]
    fn the_standard_body_has_the_two_members_of_the_standard() {
        insta::assert_json_snapshot!(TokenError::invalid_grant().body(AnswerShape::Standard), @r#"
        {
          "error": "invalid_grant",
          "error_description": "The grant is invalid, expired, revoked, already used, or of another client."
        }
        "#);
    }

    #[test]
    fn other_platforms_find_message_and_hint_as_strings() {
        insta::assert_json_snapshot!(TokenError::invalid_request("No code.").body(AnswerShape::Toornament), @r#"
        {
          "error": "invalid_request",
          "error_description": "No code.",
          "hint": "See the documentation of the endpoint.",
          "message": "No code."
        }
        "#);
    }

    #[test]
    fn only_failed_client_authentication_is_challenged() {
        assert!(
            TokenError::invalid_client().challenge().is_some_and(|it| it.starts_with("Basic "))
        );
        assert_eq!(TokenError::invalid_grant().challenge(), None);
    }
}
