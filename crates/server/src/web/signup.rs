//! Making an account.

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    response::Response,
};
use tiltyard_core::{Error, accounts::NewPerson};
use tiltyard_pages::{
    Field,
    auth::{AccountForm, SignupPage},
};

use super::{
    Form, PageError, Posted, Visitor,
    form::{next_path, problem},
    html,
    login::{query, signed_in},
    page::html_with,
};
use crate::App;

/// The account fields of a form, as typed and with what is wrong.
pub(super) fn account_form(form: &Form, error: Option<&Error>) -> AccountForm {
    let field = |name: &str| Field {
        value: form.text(name).to_owned(),
        error: error.and_then(|error| problem(error, name)),
    };
    let whole = error.filter(|error| !matches!(error, Error::Invalid(_)));
    AccountForm {
        username: field("username"),
        email: field("email"),
        password_error: error.and_then(|error| problem(error, "password")),
        error: whole.map(ToString::to_string),
    }
}

/// The account that a form describes.
pub(super) fn new_person(form: &Form) -> NewPerson {
    NewPerson {
        username: form.text("username").to_owned(),
        email: form.text("email").to_owned(),
        password: form.text("password").to_owned(),
        operator: false,
    }
}

pub(super) async fn show(State(app): State<App>, visitor: Visitor, request: Request) -> Response {
    let next = query(&request, "next");
    if !app.core().settings().open_signup {
        return PageError::from(Error::Forbidden(
            "Sign-up is closed here; ask the operator for an account.".to_owned(),
        ))
        .respond(&app, &visitor);
    }
    let page = SignupPage { chrome: visitor.chrome(&app), form: AccountForm::default(), next };
    html(&app, &visitor, StatusCode::OK, &page)
}

pub(super) async fn submit(State(app): State<App>, Posted(visitor, form): Posted) -> Response {
    match app.core().sign_up(new_person(&form), visitor.origin.clone()).await {
        Ok(person) => signed_in(&app, visitor, person, form.text("next")).await,
        Err(
            error
            @ (Error::Internal(_) | Error::Store(_) | Error::Forbidden(_) | Error::TooMany(_)),
        ) => PageError::from(error).respond(&app, &visitor),
        Err(error) => {
            let page = SignupPage {
                chrome: visitor.chrome(&app),
                form: account_form(&form, Some(&error)),
                next: next_path(form.text("next"), "").to_owned(),
            };
            let mut response =
                html_with(&app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, &page, None);
            if matches!(error, Error::Busy(_)) {
                *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
                response
                    .headers_mut()
                    .insert(header::RETRY_AFTER, axum::http::HeaderValue::from_static("2"));
            }
            response
        }
    }
}
