//! Toornament's API v2: so far who is signed in, under `/account/v2`.

mod error;
mod me;

use axum::{
    Router,
    middleware::from_fn_with_state,
    routing::{any, get},
};

use super::credential;
use crate::App;

/// The dialect's routes.
pub(super) fn routes(app: &App) -> Router<App> {
    let account = Router::new()
        .route("/", any(error::unknown_route))
        .route("/me/info", get(me::info))
        .fallback(error::unknown_route)
        .method_not_allowed_fallback(error::wrong_method)
        .layer(from_fn_with_state(app.clone(), credential::frame))
        .with_state(app.clone());
    Router::new().nest("/account/v2", account)
}
