//! Signing in and out.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use tiltyard_core::{
    Error,
    accounts::{NewSession, Person, SignIn},
    authorization::sign_in_again::NOTE,
    limits::TooMany,
};
use tiltyard_pages::{Link, auth::LoginPage};

use super::{
    PageError, Posted, Visitor,
    form::next_path,
    page::{html_with, see_other},
    visitor,
};
use crate::{App, http::limited};

/// A value of the request's query, empty if there is none.
pub(super) fn query(request: &Request, name: &str) -> String {
    request
        .uri()
        .query()
        .into_iter()
        .flat_map(|query| form_urlencoded::parse(query.as_bytes()))
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// Begins a session for somebody who has just proved who they are, and goes on.
pub(super) async fn signed_in(app: &App, visitor: Visitor, person: Person, next: &str) -> Response {
    let begun = app
        .core()
        .begin_session(person, visitor.session_token.clone(), visitor.origin.clone())
        .await;
    match begun {
        Ok(session) => go_on(app, &visitor, &session, next),
        Err(error) => PageError::from(error).respond(app, &visitor),
    }
}

/// Goes on as somebody who is signed in now.
fn go_on(app: &App, visitor: &Visitor, session: &NewSession, next: &str) -> Response {
    let mut response = see_other(next_path(next, "/"));
    let cookies = [
        visitor::begin_cookie(app, &session.token),
        visitor::known_browser_cookie(app, visitor, session.person.id),
    ];
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// How long to wait, as people say it.
pub(super) fn in_words(wait: &TooMany) -> String {
    match wait.seconds {
        1 => "a second".to_owned(),
        seconds @ 2..=119 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds.div_ceil(60)),
    }
}

async fn page(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    username: &str,
    next: &str,
    error: Option<String>,
) -> Response {
    let next = next_path(next, "");
    let for_app = match parameter(next, "client_id") {
        // The page is complete without the name, also while the database does not answer.
        Some(client_id) => app.core().name_of_application(&client_id).await.ok().flatten(),
        None => None,
    };
    let link = if next.is_empty() {
        "/signup".to_owned()
    } else {
        let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
        format!("/signup?next={next}")
    };
    let page = LoginPage {
        chrome: visitor.chrome(app),
        username: username.to_owned(),
        error,
        next: next.to_owned(),
        for_app,
        again: visitor.session.is_some() && parameter(next, NOTE).is_some(),
        signup: app.core().settings().open_signup.then(|| Link::new("Create an account", link)),
    };
    html_with(app, visitor, status, &page, onward_origin(next).as_deref())
}

/// The origin to which signing in may lead on at once: that of the redirect URI of an
/// authorization request whose consent was given before. It is only let through the policy of the
/// page; whether one gets there is the authorization endpoint's decision.
pub(super) fn onward_origin(next: &str) -> Option<String> {
    crate::oauth::form_action_source(&parameter(next, "redirect_uri")?)
}

/// A parameter of the authorization request that signing in leads on to.
fn parameter(next: &str, name: &str) -> Option<String> {
    let query = next.strip_prefix("/oauth/authorize?")?;
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// Who an application expects to sign in (OpenID Connect Core §3.1.2.1): filled in, to be changed.
fn login_hint(next: &str) -> String {
    let Some((_, query)) = next.split_once('?').filter(|(path, _)| path.starts_with("/oauth"))
    else {
        return String::new();
    };
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == "login_hint")
        .map(|(_, value)| value.chars().filter(|it| !it.is_control()).take(254).collect())
        .unwrap_or_default()
}

pub(super) async fn show(State(app): State<App>, visitor: Visitor, request: Request) -> Response {
    let next = query(&request, "next");
    let hint = login_hint(&next);
    page(&app, &visitor, StatusCode::OK, &hint, &next, None).await
}

pub(super) async fn submit(State(app): State<App>, Posted(visitor, form): Posted) -> Response {
    let attempt = SignIn {
        login: form.text("username").to_owned(),
        password: form.text("password").to_owned(),
        known: visitor.known_browser.clone(),
    };
    let next = form.text("next");
    let begun =
        app.core().sign_in(attempt, visitor.session_token.clone(), visitor.origin.clone()).await;
    match begun {
        Ok(session) => go_on(&app, &visitor, &session, next),
        Err(Error::TooMany(wait)) => {
            let error = format!("Too many wrong passwords. Try again in {}.", in_words(&wait));
            let name = form.text("username");
            let status = StatusCode::TOO_MANY_REQUESTS;
            let mut response = page(&app, &visitor, status, name, next, Some(error)).await;
            limited::too_many(response.headers_mut(), &wait);
            response
        }
        Err(Error::Unauthenticated(_)) => {
            let error = "User name or password is wrong.".to_owned();
            let name = form.text("username");
            page(&app, &visitor, StatusCode::UNAUTHORIZED, name, next, Some(error)).await
        }
        Err(Error::Busy(text)) => {
            let name = form.text("username");
            let status = StatusCode::SERVICE_UNAVAILABLE;
            let mut response =
                page(&app, &visitor, status, name, next, Some(text.to_owned())).await;
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
            response
        }
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}

pub(super) async fn sign_out(State(app): State<App>, Posted(visitor, form): Posted) -> Response {
    if let Some(token) = &visitor.session_token
        && let Err(error) = app.core().sign_out(token).await
    {
        return PageError::from(error).respond(&app, &visitor);
    }
    let next = next_path(form.text("next"), "/");
    let mut response = see_other(next);
    if let Some(cookie) = visitor::end_cookie(&app) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
