//! Discovery documents and published keys.

use std::collections::BTreeSet;

use axum::{
    Extension,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use tiltyard_core::permissions::opens_nothing_yet;
use tiltyard_oauth::{
    client::{GrantKind, IdTokenAlgorithm},
    metadata::{AuthorizationServer, ProtectedResource},
    resource::Resource,
    response::ResponseMode,
    scope::{Scope, ScopeSet},
    scope_registry::SCOPES,
};

use super::document::{KeySet, ResourceMetadata, ServerMetadata};
use crate::{App, api::RESOURCES};

/// The scopes that are advertised: those that open something here.
fn scopes() -> ScopeSet {
    SCOPES.iter().map(Scope::from).filter(|scope| !opens_nothing_yet(scope)).collect()
}

fn json(body: String, age: &'static str) -> Response {
    (
        [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, age),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ],
        body,
    )
        .into_response()
}

/// What this authorization server offers (RFC 8414); the same for OpenID Connect Discovery.
#[utoipa::path(
    get,
    path = "/.well-known/oauth-authorization-server",
    operation_id = "serverMetadata",
    responses((status = 200, description = "The document.", body = ServerMetadata)),
    security(()),
)]
pub(super) async fn authorization_server(State(app): State<App>) -> Response {
    let issuer = app.core().public_url();
    let implicit = app.core().offers_implicit().await.unwrap_or_else(|error| {
        tracing::error!(?error, "cannot see which applications may use the implicit grant");
        false
    });
    let document = AuthorizationServer {
        issuer: issuer.to_owned(),
        authorization_endpoint: Some(format!("{issuer}/oauth/authorize")),
        token_endpoint: Some(format!("{issuer}/oauth/token")),
        device_authorization_endpoint: Some(format!("{issuer}/oauth/device_authorization")),
        jwks_uri: Some(format!("{issuer}/oauth/jwks")),
        pushed_authorization_request_endpoint: Some(format!("{issuer}/oauth/par")),
        revocation_endpoint: Some(format!("{issuer}/oauth/revoke")),
        introspection_endpoint: Some(format!("{issuer}/oauth/introspect")),
        grants: BTreeSet::from([
            GrantKind::AuthorizationCode,
            GrantKind::RefreshToken,
            GrantKind::ClientCredentials,
            GrantKind::DeviceCode,
        ]),
        response_modes: vec![ResponseMode::Query, ResponseMode::FormPost],
        scopes: scopes(),
        implicit,
        client_secrets: true,
        public_clients: true,
        userinfo_endpoint: Some(format!("{issuer}/oauth/userinfo")),
        id_token_algorithms: IdTokenAlgorithm::ALL.iter().map(ToString::to_string).collect(),
        ..AuthorizationServer::default()
    };
    json(document.to_json().to_string(), "public, max-age=300")
}

/// Where a resource is described: its path goes behind the well-known part (RFC 9728 §3.1).
pub(crate) fn address(issuer: &str, resource: Resource) -> String {
    format!("{issuer}{}", path(resource))
}

/// The same without the host.
pub(super) fn path(resource: Resource) -> String {
    // The public address has no path of its own that would have to stand before.
    format!("/.well-known/oauth-protected-resource{}", resource.path())
}

/// What a resource takes and who gives it (RFC 9728): all APIs together, or one.
#[utoipa::path(
    get,
    path = "/.well-known/oauth-protected-resource",
    operation_id = "resourceMetadata",
    responses((status = 200, description = "The document.", body = ResourceMetadata)),
    security(()),
)]
pub(super) async fn protected_resource(
    State(app): State<App>,
    Extension(resource): Extension<Resource>,
) -> Response {
    let issuer = app.core().public_url();
    let site = &app.core().settings().site_name;
    let (scopes, name) = match RESOURCES.iter().find(|(known, _)| *known == resource) {
        Some((_, name)) => {
            let open = app.description().scopes_at(resource);
            let scopes = scopes().iter().filter(|it| open.contains(it.as_str())).cloned().collect();
            (scopes, format!("{site}: {name}"))
        }
        None => (scopes(), site.clone()),
    };
    let document = ProtectedResource {
        resource: resource.identifier(issuer),
        issuer: issuer.to_owned(),
        scopes,
        name: Some(name),
        documentation: Some(format!("{issuer}/openapi.json")),
    };
    json(document.to_json().to_string(), "public, max-age=300")
}

/// The keys that tokens are signed with (RFC 7517).
#[utoipa::path(
    get,
    path = "/oauth/jwks",
    operation_id = "keys",
    responses((status = 200, description = "The document.", body = KeySet)),
    security(()),
)]
pub(super) async fn jwks(State(app): State<App>) -> Response {
    // For half as long as a new key is published before it signs.
    let seconds = app.core().settings().key_publication / 2_000;
    let (keys, all) = app.core().jwks().await;
    json(keys, if all && seconds >= 300 { "public, max-age=300" } else { "no-cache" })
}
