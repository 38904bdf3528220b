//! `/device`: plays a device on which people sign in (RFC 8628), for those who make applications.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use tiltyard_core::{
    Error,
    authorization::{DemonstratedDevice, DemonstrationState},
};
use tiltyard_oauth::client::GrantKind;
use tiltyard_pages::{
    Moment,
    device::{DeviceApp, DeviceChoicePage, DevicePage, DeviceState},
};

use super::{
    PageError, Posted, Visitor,
    form::problem,
    html,
    login::query,
    page::see_other,
    visitor::{cookie, set_cookie},
};
use crate::App;

/// Longest client identifier that is brought back from signing in.
const CLIENT_ID_MAX: usize = 128;

/// How long the page can still say that a code is too old, in seconds.
const AFTERWARDS: i64 = 600;

/// The cookie with what the device remembers, sealed.
fn device_cookie(app: &App) -> &'static str {
    if app.https() { "__Host-tly_device" } else { "tly_device" }
}

/// Takes the device's memory away.
fn forget(app: &App, headers: &mut HeaderMap) {
    if let Some(cookie) = set_cookie(app, device_cookie(app), "", Some(0)) {
        headers.append(header::SET_COOKIE, cookie);
    }
}

/// Asks to sign in first, and comes back to the same application.
fn sign_in_first(client_id: &str) -> Response {
    let mut next = "/device".to_owned();
    if !client_id.is_empty() {
        let client_id: String = client_id.chars().take(CLIENT_ID_MAX).collect();
        let client_id: String = form_urlencoded::byte_serialize(client_id.as_bytes()).collect();
        next = format!("/device?client_id={client_id}");
    }
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    see_other(&format!("/login?next={next}"))
}

pub(super) async fn show(State(app): State<App>, visitor: Visitor, request: Request) -> Response {
    let wanted = query(&request, "client_id");
    let Some(session) = &visitor.session else { return sign_in_first(&wanted) };
    if wanted.is_empty()
        && let Some(sealed) = cookie(request.headers(), device_cookie(&app))
    {
        match app.core().demonstrated_device(session, &sealed).await {
            Ok(Some(device)) => return screen(&app, &visitor, device),
            // Another session's, or an old one.
            Ok(None) => {}
            Err(error) => return PageError::from(error).respond(&app, &visitor),
        }
    }
    choice(&app, &visitor, StatusCode::OK, &wanted, None).await
}

pub(super) async fn submit(State(app): State<App>, Posted(visitor, form): Posted) -> Response {
    let client_id = form.text("client_id");
    let Some(session) = &visitor.session else { return sign_in_first(client_id) };
    let mut response = see_other("/device");
    if client_id.is_empty() {
        forget(&app, response.headers_mut());
        return response;
    }
    let address = &visitor.origin.address;
    match app.core().demonstrate_device(session, client_id, address).await {
        Ok(sealed) => {
            let seconds = app.core().settings().device_lifetime / 1_000 + AFTERWARDS;
            let cookie = set_cookie(&app, device_cookie(&app), &sealed, Some(seconds));
            response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
            response
        }
        Err(error @ Error::Invalid(_)) => {
            let text = problem(&error, "client_id");
            choice(&app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, client_id, text).await
        }
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}

/// The applications to choose from.
async fn choice(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    wanted: &str,
    error: Option<String>,
) -> Response {
    let applications = match app.core().applications(&visitor.actor()).await {
        Ok(applications) => applications,
        Err(error) => return PageError::from(error).respond(app, visitor),
    };
    let apps: Vec<DeviceApp> = applications
        .into_iter()
        .rev()
        .filter(|application| application.client.may(GrantKind::DeviceCode))
        .map(|application| DeviceApp {
            client_id: application.client.client_id,
            name: application.client.name,
        })
        .collect();
    let chosen = match apps.as_slice() {
        [only] => only.client_id.clone(),
        _ => wanted.to_owned(),
    };
    let page = DeviceChoicePage { chrome: visitor.chrome(app), apps, chosen, error };
    html(app, visitor, status, &page)
}

/// What the device shows.
fn screen(app: &App, visitor: &Visitor, device: DemonstratedDevice) -> Response {
    let state = match device.state {
        DemonstrationState::Waiting => DeviceState::Waiting,
        DemonstrationState::Connected { username } => DeviceState::Connected(username),
        DemonstrationState::Refused => DeviceState::Refused,
        DemonstrationState::Expired => DeviceState::Expired,
        DemonstrationState::Over => DeviceState::Over,
    };
    let ended = state != DeviceState::Waiting;
    let page = DevicePage {
        chrome: visitor.chrome(app),
        client_id: device.client_id,
        client_name: device.client_name,
        user_code: device.user_code,
        address: device.verification_uri,
        complete: device.verification_uri_complete,
        expires: Moment::from_millis(device.expires_at),
        seconds: device.interval,
        state,
    };
    let mut response = html(app, visitor, StatusCode::OK, &page);
    if ended {
        forget(app, response.headers_mut());
    }
    response
}
