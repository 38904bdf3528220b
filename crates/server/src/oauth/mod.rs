//! The endpoints of the authorization server.

mod authorize;
mod metadata;
mod token;

use axum::{
    Router,
    routing::{get, post},
};
use url::Url;

use crate::App;

/// The endpoints' routes.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/oauth/authorize", get(authorize::get).post(authorize::post))
        .route("/oauth/token", post(token::token).get(token::token))
        .route("/oauth/jwks", get(metadata::jwks))
        .route("/.well-known/oauth-authorization-server", get(metadata::authorization_server))
        .route("/.well-known/oauth-protected-resource", get(metadata::protected_resource))
}

/// The source expression under which a page's policy lets a form end at this redirect URI.
pub(crate) fn form_action_source(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    match url.scheme() {
        "http" | "https" => {
            let origin = url.origin().ascii_serialization();
            (origin != "null").then_some(origin)
        }
        scheme => Some(format!("{scheme}:")),
    }
}
