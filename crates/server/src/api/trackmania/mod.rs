//! Trackmania's web API: so far who is signed in, and what people are called, under `/api`.

mod display_names;
pub(crate) mod document;
mod error;
mod user;

use axum::{middleware::from_fn_with_state, routing::any};
use tiltyard_oauth::resource::Resource;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouter},
    routes,
};

use super::credential;
use crate::{App, openapi};

/// The dialect's routes. What else is below `/api` is answered in its form, too.
pub(super) fn routes(app: &App) -> OpenApiRouter<App> {
    let own = |routes: UtoipaMethodRouter<App>| {
        openapi::with(routes, |it| it.fallback(error::wrong_method))
    };
    OpenApiRouter::new()
        .routes(own(routes!(user::get)))
        .routes(own(routes!(display_names::names)))
        .routes(own(routes!(display_names::account_ids)))
        .route("/api/{*rest}", any(error::unknown_route))
        .layer(from_fn_with_state((app.clone(), Resource::Api), credential::frame))
}
