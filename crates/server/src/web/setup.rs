//! The one-time link with which the first person becomes the operator.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use tiltyard_core::Error;
use tiltyard_pages::auth::{AccountForm, SetupPage};

use super::{
    PageError, Posted, Visitor, html,
    login::{query, signed_in},
    signup::{account_form, new_person},
};
use crate::App;

pub(super) async fn show(State(app): State<App>, visitor: Visitor, request: Request) -> Response {
    let token = query(&request, "token");
    match app.core().setup_link_is_valid(&token).await {
        Ok(true) => {
            let page =
                SetupPage { chrome: visitor.chrome(&app), form: AccountForm::default(), token };
            html(&app, &visitor, StatusCode::OK, &page)
        }
        Ok(false) => used(&app, &visitor),
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}

pub(super) async fn submit(State(app): State<App>, Posted(visitor, form): Posted) -> Response {
    let token = form.text("token");
    match app.core().set_up(token, new_person(&form), visitor.origin.clone()).await {
        Ok(person) => signed_in(&app, visitor, person, "/").await,
        Err(Error::NotFound(_)) => used(&app, &visitor),
        Err(error @ (Error::Internal(_) | Error::Store(_))) => {
            PageError::from(error).respond(&app, &visitor)
        }
        Err(error) => {
            let page = SetupPage {
                chrome: visitor.chrome(&app),
                form: account_form(&form, Some(&error)),
                token: token.to_owned(),
            };
            html(&app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

fn used(app: &App, visitor: &Visitor) -> Response {
    PageError::new(
        StatusCode::NOT_FOUND,
        "This link does not work any more",
        "It works once, for a day, as long as nobody operates this installation.",
    )
    .hint("If nobody operates it yet, start the server again: it prints a fresh link.")
    .respond(app, visitor)
}
