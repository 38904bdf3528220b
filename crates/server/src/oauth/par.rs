//! `/oauth/par`: pushed authorization requests (RFC 9126), by POST only.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::json;
use tiltyard_core::authorization::TokenCall;
use tiltyard_oauth::answer::AnswerShape;

use super::token;
use crate::{App, http::client_address};

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
