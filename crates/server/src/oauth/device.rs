//! `/oauth/device_authorization` (RFC 8628 §3.1), also under the path that one platform's clients
//! know; and the old address of the page where codes are typed.

use axum::{
    extract::{RawQuery, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use tiltyard_core::authorization::TokenCall;
use tiltyard_oauth::answer::AnswerShape;

use super::{
    document::{DeviceCodes, DeviceRequest, OAuthError},
    token,
};
use crate::{App, http::client_address, web::page::see_other};

/// Gives a device the codes to sign in with (RFC 8628).
#[utoipa::path(
    post,
    path = "/oauth/device_authorization",
    operation_id = "deviceAuthorization",
    request_body(content(
        (DeviceRequest = "application/x-www-form-urlencoded"),
        (DeviceRequest = "application/json"),
    )),
    responses(
        (status = 200, description = "The codes.", body = DeviceCodes),
        (status = 400, description = "The request is wrong.", body = OAuthError),
        (status = 401, description = "The client did not authenticate.", body = OAuthError),
        (status = 503, description = "Too much at once, or our fault; try again soon.",
            body = OAuthError),
    ),
    security((), ("client" = [])),
)]
pub(super) async fn authorization(State(app): State<App>, request: Request) -> Response {
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
    match app.core().device_authorization(call).await {
        Ok(body) => token::respond(StatusCode::OK, &body, None),
        Err(failure) => token::failed(&failure),
    }
}

/// Leads to the page where codes are typed.
///
/// It stood here on one platform.
#[utoipa::path(
    get,
    path = "/oauth/device",
    operation_id = "devicePage",
    params(("user_code" = Option<String>, Query, description = "The code, as the device shows it.")),
    responses((status = 303, description = "To the page.", headers(("Location")))),
    security(()),
)]
pub(super) async fn page(RawQuery(query): RawQuery) -> Response {
    see_other(&query.map_or("/activate".to_owned(), |query| format!("/activate?{query}")))
}
