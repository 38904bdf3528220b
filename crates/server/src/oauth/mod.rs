//! The endpoints of the authorization server.

mod authorize;
mod device;
mod introspect;
mod metadata;
mod revoke;
mod token;
mod userinfo;

pub(crate) use authorize::scope_views;

use axum::{
    Router,
    routing::{get, post},
};
use tiltyard_oauth::answer::AnswerShape;
use url::Url;

use crate::App;

/// The endpoints' routes.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/oauth/authorize", get(authorize::get).post(authorize::post))
        .route("/oauth2/authorize", get(authorize::get).post(authorize::post))
        .route("/oauth/token", token::door(AnswerShape::Standard))
        .route("/oauth/v2/token", token::door(AnswerShape::Toornament))
        .route("/api/access_token", token::door(AnswerShape::Trackmania))
        .route("/oauth/access_token", token::door(AnswerShape::Mtgbracket))
        .route("/oauth/revoke", post(revoke::revoke))
        .route("/oauth/introspect", post(introspect::introspect))
        .route("/oauth/device_authorization", post(device::authorization))
        .route("/oauth/authorize_device", post(device::authorization))
        .route("/oauth/device", get(device::page))
        .route("/oauth/userinfo", get(userinfo::user_info).post(userinfo::user_info))
        .route("/oauth/jwks", get(metadata::jwks))
        .route("/.well-known/oauth-authorization-server", get(metadata::authorization_server))
        .route("/.well-known/openid-configuration", get(metadata::authorization_server))
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
