//! mtgbracket's API: so far who is signed in, and what a token may do.

pub(crate) mod document;
mod error;
mod users;
mod validate;

use axum::{middleware::from_fn_with_state, routing::any};
use tiltyard_oauth::resource::Resource;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::credential;
use crate::{App, openapi};

/// The dialect's routes. What else is below `/users` is answered in its form, too.
pub(super) fn routes(app: &App) -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(openapi::with(routes!(users::get), |it| it.fallback(error::wrong_method)))
        .route("/users/{id}/{*rest}", any(error::unknown_route))
        .routes(openapi::with(routes!(validate::get), |it| it.fallback(error::wrong_method)))
        .layer(from_fn_with_state((app.clone(), Resource::Users), credential::frame))
}
