//! `/activate`: where people type the code that their device shows (RFC 8628 §3.3).

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use tiltyard_core::{
    Error,
    accounts::Session,
    authorization::{DeviceAsked, DeviceDecision, DeviceLookup},
};
use tiltyard_pages::{
    Field, Link,
    consent::{ClientView, DeviceCodePage, DeviceConfirmPage},
    message::MessagePage,
};

use super::{PageError, Posted, Visitor, html, login::query, page::see_other};
use crate::{App, oauth::scope_views};

/// Longest code that is shown again.
const SHOWN_MAX: usize = 32;

fn code_page(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    typed: &str,
    error: Option<&str>,
) -> Response {
    let value: String = typed.chars().take(SHOWN_MAX).collect();
    let user_code = match error {
        Some(error) => Field::wrong(value, error),
        None => Field::of(value),
    };
    html(app, visitor, status, &DeviceCodePage { chrome: visitor.chrome(app), user_code })
}

fn confirm_page(app: &App, visitor: &Visitor, asked: DeviceAsked) -> Response {
    let days = app.core().settings().refresh_absolute / 86_400_000;
    let scopes = scope_views(&asked.client, &asked.scopes, &asked.given);
    let page = DeviceConfirmPage {
        chrome: visitor.chrome(app),
        switch_next: format!("/activate?user_code={}", asked.user_code),
        user_code: asked.user_code,
        client: ClientView { name: asked.client.name, description: None, owner: asked.owner },
        scopes,
        lasts: format!("Until you disconnect it on your account page, {days} days at most"),
    };
    html(app, visitor, StatusCode::OK, &page)
}

/// What there is to say of a code that nobody can decide on.
fn refused(app: &App, visitor: &Visitor, typed: &str, lookup: &DeviceLookup) -> Response {
    let text = match lookup {
        DeviceLookup::Malformed => {
            "That is no such code: it has eight letters, and none of them is a vowel."
        }
        DeviceLookup::Used => {
            "This code was already used. If your device still waits, start again there: it will \
             show a new one."
        }
        _ => {
            "No device waits with this code. Compare it letter by letter; if it is right, it is \
             too old, and your device can show a new one."
        }
    };
    code_page(app, visitor, StatusCode::UNPROCESSABLE_ENTITY, typed, Some(text))
}

/// Asks to sign in first, and comes back to the same code.
fn sign_in_first(typed: &str) -> Response {
    let mut next = "/activate".to_owned();
    if !typed.is_empty() {
        let typed: String = typed.chars().take(SHOWN_MAX).collect();
        let typed: String = form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        next = format!("/activate?user_code={typed}");
    }
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    see_other(&format!("/login?next={next}"))
}

async fn look_up(app: &App, visitor: &Visitor, session: &Session, typed: &str) -> Response {
    match app.core().device_request(session, typed, &visitor.origin).await {
        Ok(DeviceLookup::Asks(asked)) => confirm_page(app, visitor, *asked),
        Ok(lookup) => refused(app, visitor, typed, &lookup),
        Err(error) => PageError::from(error).respond(app, visitor),
    }
}

pub(super) async fn show(State(app): State<App>, visitor: Visitor, request: Request) -> Response {
    let typed = query(&request, "user_code");
    let Some(session) = &visitor.session else { return sign_in_first(&typed) };
    if typed.is_empty() {
        return code_page(&app, &visitor, StatusCode::OK, "", None);
    }
    look_up(&app, &visitor, session, &typed).await
}

pub(super) async fn submit(State(app): State<App>, Posted(visitor, form): Posted) -> Response {
    let typed = form.text("user_code").to_owned();
    let Some(session) = &visitor.session else { return sign_in_first(&typed) };
    let allow = match form.text("decision") {
        "" => return look_up(&app, &visitor, session, &typed).await,
        decision => decision == "allow",
    };
    let decision = DeviceDecision {
        user_code: typed.clone(),
        allow,
        scopes: form.ticked("choice").then(|| form.all("scope")),
    };
    match app.core().decide_device(session, decision, visitor.origin.clone()).await {
        Ok(DeviceLookup::Decided { client_name, allowed }) => {
            done(&app, &visitor, &client_name, allowed)
        }
        Ok(lookup) => refused(&app, &visitor, &typed, &lookup),
        Err(Error::Unauthenticated(_)) => sign_in_first(&typed),
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}

fn done(app: &App, visitor: &Visitor, name: &str, allowed: bool) -> Response {
    let (title, paragraphs) = if allowed {
        (
            format!("{name} is connected"),
            vec!["Look at your device: it goes on by itself. You can close this page.".to_owned()],
        )
    } else {
        (
            "Nothing was connected".to_owned(),
            vec![format!("You said no. {name} gets nothing, and the code is used up.")],
        )
    };
    let page = MessagePage {
        chrome: visitor.chrome(app),
        title,
        paragraphs,
        links: vec![
            Link::new("Your account", "/account"),
            Link::new("Connect another device", "/activate"),
        ],
    };
    html(app, visitor, StatusCode::OK, &page)
}
