//! The token endpoint and its doors for the platforms' clients: form or JSON body; JSON answers,
//! whatever `Accept` says.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    response::Response,
};
use serde_json::Value;
use tiltyard_core::authorization::{TokenCall, TokenFailure};
use tiltyard_oauth::{
    answer::AnswerShape,
    error::TokenError,
    params::{MAX_TOTAL_BYTES, Params},
};

use super::document::{OAuthError, TokenRequest, Tokens};
use crate::{
    App,
    http::{
        body::{self, BodyError},
        client_address, limited,
    },
};

/// Why the request could not be read.
pub(super) struct Unreadable {
    status: StatusCode,
    error: TokenError,
}

impl Unreadable {
    /// The answer that says so, as the door's clients expect it.
    pub(super) fn respond(&self, door: AnswerShape) -> Response {
        respond(self.status, &self.error.body(door), None)
    }
}

impl From<tiltyard_oauth::params::ParamsError> for Unreadable {
    fn from(error: tiltyard_oauth::params::ParamsError) -> Self {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
        Self { status, error: error.into() }
    }
}

/// The parameters of query and body.
pub(super) async fn params(parts: &Parts, body: axum::body::Body) -> Result<Params, Unreadable> {
    let query = Params::from_query(parts.uri.query().unwrap_or_default())?;
    if parts.method == Method::GET {
        return Ok(query);
    }
    let bytes = body::read(body, MAX_TOTAL_BYTES).await.map_err(|error| match error {
        BodyError::TooLarge => Unreadable {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            error: TokenError::invalid_request("The request is too large."),
        },
        BodyError::Broken => Unreadable {
            status: StatusCode::BAD_REQUEST,
            error: TokenError::invalid_request("The body could not be read."),
        },
    })?;
    let kind = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .map(|kind| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    let body = match kind.as_deref() {
        // Clients that put everything into the address send no body at all.
        None if bytes.is_empty() => return Ok(query),
        Some("application/json") => Params::from_json(&bytes)?,
        None if bytes.starts_with(b"{") => Params::from_json(&bytes)?,
        Some("application/x-www-form-urlencoded") | None => Params::from_form(&bytes)?,
        Some(_) => {
            return Err(Unreadable {
                status: StatusCode::BAD_REQUEST,
                error: TokenError::invalid_request(
                    "Send the body as application/x-www-form-urlencoded or application/json.",
                ),
            });
        }
    };
    Ok(body.merged(query)?)
}

/// Gives tokens for a grant.
#[utoipa::path(
    post,
    path = "/oauth/token",
    operation_id = "token",
    request_body(content(
        (TokenRequest = "application/x-www-form-urlencoded"),
        (TokenRequest = "application/json"),
    )),
    responses(
        (status = 200, description = "The tokens.", body = Tokens),
        (status = 400, description = "The request or the grant is wrong.", body = OAuthError),
        (status = 401, description = "The client did not authenticate.", body = OAuthError),
        (status = 503, description = "Too much at once, or our fault; try again soon.",
            body = OAuthError),
    ),
    security((), ("client" = [])),
)]
pub(super) async fn post(app: State<App>, request: Request) -> Response {
    token(app, request).await
}

/// Gives tokens for a grant, with everything in the query.
///
/// Only for applications that are switched to it; other clients must not put secrets into
/// addresses.
#[utoipa::path(
    get,
    path = "/oauth/token",
    operation_id = "tokenByQuery",
    params(TokenRequest),
    responses(
        (status = 200, description = "The tokens.", body = Tokens),
        (status = 400, description = "The request or the grant is wrong.", body = OAuthError),
        (status = 401, description = "The client did not authenticate.", body = OAuthError),
        (status = 413, description = "The request is too large.", body = OAuthError),
        (status = 503, description = "Too much at once, or our fault; try again soon.",
            body = OAuthError),
    ),
    security((), ("client" = [])),
)]
pub(super) async fn get(app: State<App>, request: Request) -> Response {
    token(app, request).await
}

async fn token(State(app): State<App>, request: Request) -> Response {
    let door = request.extensions().get().copied().unwrap_or(AnswerShape::Standard);
    let (parts, body) = request.into_parts();
    let params = match params(&parts, body).await {
        Ok(params) => params,
        Err(unreadable) => return unreadable.respond(door),
    };
    let authorization = parts.headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    let trusted = &app.options().trusted_proxies;
    let address = client_address::of(&parts.extensions, &parts.headers, trusted);
    let call = TokenCall { authorization, params: &params, door, address: &address };
    match app.core().token(call).await {
        Ok(body) => respond(StatusCode::OK, &body, None),
        Err(failure) => failed(&failure),
    }
}

/// The answer to a request of an application that was refused.
pub(super) fn failed(failure: &TokenFailure) -> Response {
    let status = if failure.wait.is_some() {
        StatusCode::TOO_MANY_REQUESTS
    } else if failure.ours {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::from_u16(failure.error.code.status()).unwrap_or(StatusCode::BAD_REQUEST)
    };
    let challenge = failure.challenge.then(|| failure.error.challenge()).flatten();
    let mut response = respond(status, &failure.error.body(failure.shape), challenge);
    if let Some(wait) = &failure.wait {
        limited::too_many(response.headers_mut(), wait);
    }
    response
}

/// A JSON answer that nobody keeps.
pub(super) fn respond(
    status: StatusCode,
    body: &Value,
    challenge: Option<&'static str>,
) -> Response {
    let mut response = Response::new(axum::body::Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(challenge) = challenge {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        limited::unavailable(headers);
    }
    response
}
