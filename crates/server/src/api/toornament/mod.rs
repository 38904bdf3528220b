//! Toornament's API v2: so far who is signed in, under `/account/v2`.

pub(crate) mod document;
mod error;
mod me;

use axum::{middleware::from_fn_with_state, routing::any};
use tiltyard_oauth::resource::Resource;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::credential;
use crate::{App, openapi};

/// The dialect's routes.
pub(super) fn routes(app: &App) -> OpenApiRouter<App> {
    let (router, document) = OpenApiRouter::new().routes(routes!(me::info)).split_for_parts();
    let router = router
        .route("/", any(error::unknown_route))
        .fallback(error::unknown_route)
        .method_not_allowed_fallback(error::wrong_method)
        .layer(from_fn_with_state((app.clone(), Resource::ToornamentAccount), credential::frame))
        .with_state(app.clone());
    OpenApiRouter::new().nest("/account/v2", openapi::described(router, document))
}
