//! `/oauth/introspect` (RFC 7662): by POST only, form or JSON body, for applications that prove
//! their secret.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, header},
    response::Response,
};
use bytes::Bytes;
use tiltyard_core::authorization::{Introspection, TokenCall};
use tiltyard_oauth::{answer::AnswerShape, introspection::INACTIVE};

use super::document::{Introspected, OAuthError, TokenQuestion};
use super::token::{failed, params};
use crate::{App, http::client_address};

/// Tells what a token is (RFC 7662).
#[utoipa::path(
    post,
    path = "/oauth/introspect",
    operation_id = "introspect",
    request_body(content(
        (TokenQuestion = "application/x-www-form-urlencoded"),
        (TokenQuestion = "application/json"),
    )),
    responses(
        (status = 200, description = "What it is; `active` alone is told of what does not count.",
            body = Introspected),
        (status = 400, description = "The request is wrong.", body = OAuthError),
        (status = 401, description = "The client did not authenticate.", body = OAuthError),
        (status = 503, description = "Too much at once, or our fault; try again soon.",
            body = OAuthError),
    ),
    security((), ("client" = [])),
)]
pub(super) async fn introspect(State(app): State<App>, request: Request) -> Response {
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
    match app.core().introspect(call).await {
        Ok(Introspection::Active(told)) => answer(Bytes::from_owner(told)),
        Ok(Introspection::Inactive) => answer(Bytes::from_static(INACTIVE)),
        Err(mut failure) => {
            // Nobody may ask without a credential, so every refusal of one is a challenge.
            failure.challenge = true;
            failed(&failure)
        }
    }
}

fn answer(body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
