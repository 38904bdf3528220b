//! `/oauth/userinfo` (OpenID Connect Core §5.3): who signed in, for the access token that came of it.

use axum::{
    extract::State,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE},
    },
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};
use tiltyard_core::authorization::{UserInfo, bearer::Refused};
use tiltyard_oauth::{
    bearer::{self, Credential},
    error::ErrorCode,
    id_token::OPENID,
    resource::Resource,
};

use super::{
    document::{OAuthError, UserInfoClaims},
    metadata::address as metadata_address,
};
use crate::{App, http::limited};

/// Tells who signed in (OpenID Connect Core §5.3).
#[utoipa::path(
    get,
    path = "/oauth/userinfo",
    operation_id = "userInfo",
    responses(
        (status = 200, description = "What the token's scopes tell.", body = UserInfoClaims),
        (status = 400, description = "There is more than one credential.", body = OAuthError),
        (status = 401, description = "The token is missing or does not count.", body = OAuthError),
        (status = 403, description = "The token lacks the scope `openid`.", body = OAuthError),
        (status = 503, description = "Our fault; try again soon.", body = OAuthError),
    ),
    security(("oauth2" = ["openid"]), ("openIdConnect" = ["openid"])),
)]
pub(super) async fn get(app: State<App>, headers: HeaderMap) -> Response {
    user_info(app, headers).await
}

/// Tells the same; the token stands in the header as well.
#[utoipa::path(
    post,
    path = "/oauth/userinfo",
    operation_id = "userInfoByPost",
    responses(
        (status = 200, description = "What the token's scopes tell.", body = UserInfoClaims),
        (status = 400, description = "There is more than one credential.", body = OAuthError),
        (status = 401, description = "The token is missing or does not count.", body = OAuthError),
        (status = 403, description = "The token lacks the scope `openid`.", body = OAuthError),
        (status = 503, description = "Our fault; try again soon.", body = OAuthError),
    ),
    security(("oauth2" = ["openid"]), ("openIdConnect" = ["openid"])),
)]
pub(super) async fn post(app: State<App>, headers: HeaderMap) -> Response {
    user_info(app, headers).await
}

/// By GET or POST; the token stands in the header.
async fn user_info(State(app): State<App>, headers: HeaderMap) -> Response {
    let header = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes);
    let token = match bearer::read(header, false, false) {
        Ok(Some(Credential::Bearer(token))) => token,
        Ok(None) => return denied(&app, None),
        Ok(Some(_)) => return denied(&app, Some((ErrorCode::InvalidToken, INVALID))),
        Err(error) => return denied(&app, Some((error.code(), &error.to_string()))),
    };
    match app.core().user_info(&token).await {
        Ok(UserInfo::Claims(claims)) => respond(StatusCode::OK, &Value::Object(claims)),
        Ok(UserInfo::LacksOpenId) => {
            denied(&app, Some((ErrorCode::InsufficientScope, "The token lacks the scope openid.")))
        }
        Err(Refused::Invalid) => denied(&app, Some((ErrorCode::InvalidToken, INVALID))),
        Err(Refused::Failed(error)) => {
            tracing::error!(?error, "cannot tell who is behind a token");
            let body = json!({ "error": ErrorCode::TemporarilyUnavailable.name() });
            let mut response = respond(StatusCode::SERVICE_UNAVAILABLE, &body);
            limited::unavailable(response.headers_mut());
            response
        }
    }
}

const INVALID: &str = "The access token is unknown, expired, revoked, or for something else.";

/// The challenge (RFC 6750 §3), and its error as a body as well.
fn denied(app: &App, error: Option<(ErrorCode, &str)>) -> Response {
    let code = error.map_or(ErrorCode::InvalidToken, |(code, _)| code);
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::UNAUTHORIZED);
    let metadata = metadata_address(app.core().public_url(), Resource::Issuer);
    let scope = (code == ErrorCode::InsufficientScope).then_some(OPENID);
    let challenge = bearer::challenge("tiltyard", Some(&metadata), error, scope);
    let description = error.map_or("Send `Authorization: Bearer <access token>`.", |it| it.1);
    let body = json!({ "error": code.name(), "error_description": description });
    let mut response = respond(status, &body);
    if let Ok(challenge) = HeaderValue::try_from(challenge) {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

fn respond(status: StatusCode, body: &Value) -> Response {
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
    (status, headers, body.to_string()).into_response()
}
