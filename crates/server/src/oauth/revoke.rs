//! `/oauth/revoke` (RFC 7009): form or JSON body; an empty answer, whatever became of the token.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use tiltyard_core::authorization::TokenCall;
use tiltyard_oauth::answer::AnswerShape;

use super::document::{OAuthError, TokenQuestion};
use super::token::{failed, params};
use crate::{App, http::client_address};

/// Ends a token (RFC 7009).
#[utoipa::path(
    post,
    path = "/oauth/revoke",
    operation_id = "revoke",
    request_body(content(
        (TokenQuestion = "application/x-www-form-urlencoded"),
        (TokenQuestion = "application/json"),
    )),
    responses(
        (status = 200, description = "The token does not count, whatever it was."),
        (status = 400, description = "The request is wrong.", body = OAuthError),
        (status = 401, description = "The client did not authenticate.", body = OAuthError),
        (status = 503, description = "Too much at once, or our fault; try again soon.",
            body = OAuthError),
    ),
    security((), ("client" = [])),
)]
pub(super) async fn revoke(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let params = match params(&parts, body).await {
        Ok(params) => params,
        Err(unreadable) => return unreadable.respond(AnswerShape::Standard),
    };
    let authorization = parts.headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    let trusted = &app.options().trusted_proxies;
    let address = client_address::of(&parts.extensions, &parts.headers, trusted);
    let door = AnswerShape::Standard;
    let call = TokenCall { authorization, params: &params, door, address: &address };
    match app.core().revoke(call).await {
        Ok(()) => (StatusCode::OK, [(header::CACHE_CONTROL, "no-store")]).into_response(),
        Err(failure) => failed(&failure),
    }
}
