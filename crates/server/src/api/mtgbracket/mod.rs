//! mtgbracket's API: so far who is signed in, and what a token may do.

mod error;
mod users;
mod validate;

use axum::{
    Router,
    middleware::from_fn_with_state,
    routing::{any, get},
};

use super::credential;
use crate::App;

/// The dialect's routes. What else is below `/users` is answered in its form, too.
pub(super) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/users/{id}", get(users::get).fallback(error::wrong_method))
        .route("/users/{id}/{*rest}", any(error::unknown_route))
        .route("/oauth/validate", get(validate::get).fallback(error::wrong_method))
        .layer(from_fn_with_state(app.clone(), credential::frame))
}
