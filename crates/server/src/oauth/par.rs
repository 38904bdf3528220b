//! `/oauth/par`: pushed authorization requests (RFC 9126), by POST only.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::json;
use tiltyard_core::authorization::TokenCall;
use tiltyard_oauth::answer::AnswerShape;

use super::{
    document::{OAuthError, Pushed, PushedRequest},
    token,
};
use crate::{App, http::client_address};

/// Takes an authorization request in beforehand (RFC 9126).
#[utoipa::path(
    post,
    path = "/oauth/par",
    operation_id = "pushAuthorizationRequest",
    request_body(content(
        (PushedRequest = "application/x-www-form-urlencoded"),
        (PushedRequest = "application/json"),
    )),
    responses(
        (status = 201, description = "A reference for one request at the authorization endpoint.",
            body = Pushed),
        (status = 400, description = "The request is wrong.", body = OAuthError),
        (status = 401, description = "The client did not authenticate.", body = OAuthError),
        (status = 503, description = "Too much at once, or our fault; try again soon.",
            body = OAuthError),
    ),
    security((), ("client" = [])),
)]
pub(super) async fn push(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let door = AnswerShape::Standard;
    let params = match token::params(&parts, body).await {
        Ok(params) => params,
        Err(unreadable) => return unreadable.respond(door),
    };
    let authorization = parts.headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    let trusted = &app.options().trusted_proxies;
    let address = client_address::of(&parts.extensions, &parts.headers, trusted);
    let call = TokenCall { authorization, params: &params, door, address: &address };
    match app.core().push_request(call).await {
        Ok(pushed) => {
            let body =
                json!({ "request_uri": pushed.request_uri, "expires_in": pushed.expires_in });
            token::respond(StatusCode::CREATED, &body, None)
        }
        Err(failure) => token::failed(&failure),
    }
}
