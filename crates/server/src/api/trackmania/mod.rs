//! Trackmania's web API: so far who is signed in, and what people are called, under `/api`.

mod display_names;
mod error;
mod user;

use axum::{Router, middleware::from_fn_with_state, routing::get};

use super::credential;
use crate::App;

/// The dialect's routes. What else is below `/api` is answered in its form, too.
pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/api/user", get(user::get).fallback(error::wrong_method))
        .route("/api/display-names", get(display_names::names).fallback(error::wrong_method))
        .route(
            "/api/display-names/account-ids",
            get(display_names::account_ids).fallback(error::wrong_method),
        )
        .route("/api/{*rest}", axum::routing::any(error::unknown_route))
        .layer(from_fn_with_state(app.clone(), credential::frame))
}
