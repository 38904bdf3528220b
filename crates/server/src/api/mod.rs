//! API dialects: each parses its own wire form, calls use cases, and writes its own wire form.
//! None holds a rule, none sees the store.

mod challonge_v1;
mod challonge_v2;
mod challonge_v20;
pub(crate) mod credential;
mod idempotency;
mod json;
mod mtgbracket;
mod refusal;
mod toornament;
mod trackmania;
mod upload;

use tiltyard_oauth::resource::Resource;
use utoipa_axum::router::OpenApiRouter;

use crate::{App, openapi::Part};

/// The dialects in the OpenAPI document.
pub(crate) const PARTS: &[Part] = &[
    challonge_v2::document::PART,
    challonge_v20::document::PART,
    challonge_v1::document::PART,
    toornament::document::PART,
    trackmania::document::PART,
    mtgbracket::document::PART,
];

/// What takes tokens by itself, and what it is called: each has a document of its own (RFC 9728).
pub(crate) const RESOURCES: [(Resource, &str); 5] = [
    (Resource::ChallongeV2, challonge_v2::document::PART.tag),
    (Resource::ChallongeV1, challonge_v1::document::PART.tag),
    (Resource::ToornamentAccount, toornament::document::PART.tag),
    (Resource::Api, trackmania::document::PART.tag),
    (Resource::Users, mtgbracket::document::PART.tag),
];

/// Adds the schemas that one dialect makes from another's.
pub(crate) fn derive_schemas(document: &mut serde_json::Value) {
    challonge_v20::document::derive(document);
}

/// The routes of all dialects.
pub(crate) fn routes(app: &App) -> OpenApiRouter<App> {
    challonge_v2::routes(app)
        .merge(challonge_v20::routes(app))
        .merge(challonge_v1::routes(app))
        .merge(toornament::routes(app))
        .merge(trackmania::routes(app))
        .merge(mtgbracket::routes(app))
}
