//! The endpoints of the authorization server.

mod authorize;
mod device;
mod document;
mod introspect;
mod metadata;
mod par;
mod revoke;
mod token;
mod userinfo;

pub(crate) use authorize::scope_views;
pub(crate) use metadata::address as metadata_address;

use axum::{Extension, http::StatusCode, response::Response};
use tiltyard_oauth::{answer::AnswerShape, error::TokenError, resource::Resource};
use url::Url;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouter},
    routes,
};

use crate::{App, api, openapi};

pub(crate) use document::PART;

/// The endpoints' routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(authorize::get, authorize::post))
        .routes(openapi::at(
            "/oauth2/authorize",
            "ForMtgbracket",
            routes!(authorize::get, authorize::post),
        ))
        .routes(routes!(token::post, token::get))
        .routes(token_door("/oauth/v2/token", AnswerShape::Toornament))
        .routes(token_door("/api/access_token", AnswerShape::Trackmania))
        .routes(token_door("/oauth/access_token", AnswerShape::Mtgbracket))
        .routes(routes!(par::push))
        .routes(routes!(revoke::revoke))
        .routes(routes!(introspect::introspect))
        .routes(routes!(device::authorization))
        .routes(openapi::at(
            "/oauth/authorize_device",
            "ForChallonge",
            routes!(device::authorization),
        ))
        .routes(routes!(device::page))
        .routes(routes!(userinfo::get, userinfo::post))
        .routes(routes!(metadata::jwks))
        .routes(routes!(metadata::authorization_server))
        .routes(openapi::at(
            "/.well-known/openid-configuration",
            "ForOpenId",
            routes!(metadata::authorization_server),
        ))
        .merge(resource_documents())
}

/// The document of all APIs together, and those of each.
fn resource_documents() -> OpenApiRouter<App> {
    let all = openapi::with(routes!(metadata::protected_resource), |it| {
        it.layer(Extension(Resource::Issuer))
    });
    api::RESOURCES.into_iter().fold(OpenApiRouter::new().routes(all), |routes, (one, _)| {
        let (path, suffix) = (metadata::path(one), format!("Of{one:?}"));
        let one_more = openapi::at(&path, &suffix, routes!(metadata::protected_resource));
        routes.routes(openapi::with(one_more, |it| it.layer(Extension(one))))
    })
}

/// The answer where no endpoint is.
pub(crate) fn no_such_address() -> Response {
    let description = "There is no such address. The endpoints stand in \
        /.well-known/oauth-authorization-server.";
    refused(StatusCode::NOT_FOUND, description)
}

/// The answer of an endpoint that does not take the method; the header `Allow` goes with it.
pub(crate) fn wrong_method() -> Response {
    let description =
        "This address does not take this method; the header Allow says which it does.";
    refused(StatusCode::METHOD_NOT_ALLOWED, description)
}

fn refused(status: StatusCode, description: &str) -> Response {
    let error = TokenError::invalid_request(description).body(AnswerShape::Standard);
    token::respond(status, &error, None)
}

/// A door to the one token service: what its platform's clients expect of an answer holds until the
/// application is known, whose preset decides then.
fn token_door(path: &str, shape: AnswerShape) -> UtoipaMethodRouter<App> {
    let suffix = format!("For{shape:?}");
    let (schemas, paths, router) = openapi::at(path, &suffix, routes!(token::post, token::get));
    (schemas, paths, router.layer(Extension(shape)))
}

/// The source expression under which a page's policy lets a form end at this redirect URI. It may
/// come from the address of a page, so nothing gets into the policy that is no source, or stands for
/// many.
pub(crate) fn form_action_source(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    match url.scheme() {
        "http" | "https" => {
            let origin = url.origin().ascii_serialization();
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:/[]".contains(&byte);
            (origin != "null" && origin.bytes().all(plain)).then_some(origin)
        }
        // Those of applications are reversed domain names (RFC 8252 §7.1).
        scheme => scheme.contains('.').then(|| format!("{scheme}:")),
    }
}

#[cfg(test)]
mod tests {
    #[rstest::rstest]
    #[case("https://client.example/cb?x=1", Some("https://client.example"))]
    #[case("http://127.0.0.1:8765/cb", Some("http://127.0.0.1:8765"))]
    #[case("http://[::1]:8765/cb", Some("http://[::1]:8765"))]
    #[case("org.example.game:/cb", Some("org.example.game:"))]
    // Another directive, another policy, every site, a script.
    #[case("https://client.example;sandbox/cb", None)]
    #[case("https://client.example,sandbox/cb", None)]
    #[case("https://*/cb", None)]
    #[case("https://*.example/cb", None)]
    #[case("https://'self'/cb", None)]
    #[case("javascript:alert(1)", None)]
    #[case("data:text/html,x", None)]
    #[case("/cb", None)]
    fn only_one_source_gets_into_a_policy(#[case] uri: &str, #[case] source: Option<&str>) {
        assert_eq!(super::form_action_source(uri).as_deref(), source);
    }
}
