//! One's own account.

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::Response,
};
use tiltyard_core::{
    Error,
    accounts::{ChangePassword, NewApiKey},
};
use tiltyard_pages::{
    Link, Moment, Notice,
    account::{AccountPage, Connection, Key, PasswordErrors, Session},
    agent_words,
    message::{SecretPage, SecretValue},
};

use super::{
    PageError, Posted, Visitor, form::problem, html, page::see_other, visitor::end_cookie,
};
use crate::App;

/// The page, with what a form came to.
async fn respond(
    app: &App,
    visitor: &Visitor,
    status: StatusCode,
    password: PasswordErrors,
) -> Response {
    let Some(session) = &visitor.session else {
        return PageError::from(Error::Unauthenticated(
            "Your account is behind the sign-in.".into(),
        ))
        .respond(app, visitor);
    };
    let actor = visitor.actor();
    let now = app.core().now();
    let lists = async {
        let sessions = app.core().sessions(&actor).await?;
        let connections = app.core().connections(&actor).await?;
        let keys = app.core().api_keys(&actor).await?;
        Ok::<_, Error>((sessions, connections, keys))
    };
    let (mut sessions, connections, keys) = match lists.await {
        Ok(lists) => lists,
        Err(error) => return PageError::from(error).respond(app, visitor),
    };
    sessions.sort_by_key(|listed| listed.id != session.id);
    let page = AccountPage {
        chrome: visitor.chrome(app),
        username: session.person.username.clone(),
        email: session.person.email.clone(),
        password,
        sessions: sessions
            .into_iter()
            .map(|listed| Session {
                current: listed.id == session.id,
                id: listed.id.to_string(),
                address: listed.address,
                agent: agent_words(&listed.user_agent),
                last_seen: Moment::relative(listed.last_seen_at, now),
                since: Moment::from_millis(listed.created_at),
            })
            .collect(),
        connections: connections
            .into_iter()
            .map(|connection| Connection {
                client_id: connection.client_id,
                name: connection.name,
                owner: connection.owner,
                scopes: connection.scopes.split_whitespace().map(str::to_owned).collect(),
                since: Moment::from_millis(connection.since),
                last_used: connection.last_used.map(|at| Moment::relative(at, now)),
            })
            .collect(),
        keys: keys
            .into_iter()
            .map(|key| Key {
                id: key.id.to_string(),
                name: key.name,
                hint: key.hint,
                scopes: key
                    .scopes
                    .map(|scopes| scopes.iter().map(|scope| scope.as_str().to_owned()).collect()),
                created: Moment::from_millis(key.created_at),
                expires: key.expires_at.map(Moment::from_millis),
                last_used: key.last_used_at.map(|at| Moment::relative(at, now)),
                last_address: key.last_used_address,
            })
            .collect(),
    };
    html(app, visitor, status, &page)
}

pub(super) async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    respond(&app, &visitor, StatusCode::OK, PasswordErrors::default()).await
}

pub(super) async fn change_password(
    State(app): State<App>,
    Posted(visitor, form): Posted,
) -> Response {
    let change = ChangePassword {
        current: form.text("current_password").to_owned(),
        new: form.text("new_password").to_owned(),
        end_others: form.ticked("end_others"),
        session: visitor.session.as_ref().map_or(0, |session| session.id),
    };
    let origin = visitor.origin.clone();
    match app.core().change_password(&visitor.actor(), change, origin).await {
        Ok(ended) => {
            let text = match ended {
                0 => "Your password was changed.".to_owned(),
                1 => "Your password was changed, and one other session ended.".to_owned(),
                more => format!("Your password was changed, and {more} other sessions ended."),
            };
            let visitor = visitor.with_notice(Some(Notice::success(text)));
            respond(&app, &visitor, StatusCode::OK, PasswordErrors::default()).await
        }
        Err(error @ Error::Invalid(_)) => {
            let errors = PasswordErrors {
                current: problem(&error, "current_password"),
                new: problem(&error, "new_password"),
                delete: None,
            };
            respond(&app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, errors).await
        }
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}

pub(super) async fn delete(State(app): State<App>, Posted(visitor, form): Posted) -> Response {
    let password = form.text("delete_password").to_owned();
    let origin = visitor.origin.clone();
    match app.core().delete_own_account(&visitor.actor(), password, origin).await {
        Ok(()) => {
            let mut response = see_other("/");
            if let Some(cookie) = end_cookie(&app) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(error @ Error::Invalid(_)) => {
            let delete = problem(&error, "delete_password");
            let errors = PasswordErrors { delete, ..PasswordErrors::default() };
            respond(&app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, errors).await
        }
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}

pub(super) async fn end_session(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted(visitor, _): Posted,
) -> Response {
    let id = id.parse().unwrap_or_default();
    match app.core().end_session(&visitor.actor(), id, visitor.origin.clone()).await {
        Ok(()) => see_other("/account"),
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}

pub(super) async fn end_other_sessions(
    State(app): State<App>,
    Posted(visitor, _): Posted,
) -> Response {
    let keep = visitor.session.as_ref().map_or(0, |session| session.id);
    let origin = visitor.origin.clone();
    match app.core().end_other_sessions(&visitor.actor(), keep, origin).await {
        Ok(_) => see_other("/account"),
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}

pub(super) async fn disconnect(
    State(app): State<App>,
    Path(client_id): Path<String>,
    Posted(visitor, _): Posted,
) -> Response {
    let origin = visitor.origin.clone();
    match app.core().disconnect(&visitor.actor(), &client_id, origin).await {
        Ok(()) => see_other("/account"),
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}

pub(super) async fn create_key(State(app): State<App>, Posted(visitor, form): Posted) -> Response {
    let owner = visitor.session.as_ref().map_or(0, |session| session.person.id);
    let (actor, origin) = (visitor.actor(), visitor.origin.clone());
    let scopes = form.all("scope").join(" ");
    let new = NewApiKey {
        name: form.text("name").to_owned(),
        scopes: (!scopes.is_empty()).then_some(scopes),
        days: form.text("expires").parse().ok().filter(|days| *days > 0),
    };
    match app.core().create_api_key(&actor, owner, new, origin).await {
        Ok((key, text)) => {
            let page = SecretPage {
                chrome: visitor.chrome(&app),
                title: format!("The key {} is ready", key.name),
                lede: format!(
                    "Copy it now: only its hash is kept, and nobody can show it again. It acts for \
                     you {}.",
                    if key.scopes.is_some() {
                        "with the scopes that you chose"
                    } else {
                        "with everything you may do"
                    }
                ),
                example: Some(format!(
                    "curl {}/v2.1/me.json \\\n  -H 'Authorization-Type: v1' \\\n  -H 'Authorization: {text}'",
                    app.core().public_url()
                )),
                values: vec![SecretValue {
                    label: "Personal key".to_owned(),
                    value: text,
                    once: true,
                }],
                done: Link::new("Back to your account", "/account"),
            };
            html(&app, &visitor, StatusCode::OK, &page)
        }
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}

pub(super) async fn delete_key(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted(visitor, _): Posted,
) -> Response {
    let id = id.parse().unwrap_or_default();
    match app.core().delete_api_key(&visitor.actor(), id, visitor.origin.clone()).await {
        Ok(()) => see_other("/account"),
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}
