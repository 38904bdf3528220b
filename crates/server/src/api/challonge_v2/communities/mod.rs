//! `/v2.1/communities`. What a community's tournaments are like is no business of these files.

pub(super) mod create;
pub(super) mod delete;
pub(super) mod document;
pub(super) mod get;
mod input;
pub(super) mod list;
pub(super) mod members;
pub(super) mod update;

use axum::{http::StatusCode, response::Response};
use tiltyard_core::communities::Community;

use super::output::{Call, One};
use document::resource;

/// The answer with one community.
fn answer(call: &Call, status: StatusCode, community: &Community) -> Response {
    call.respond(status, &One::<_, ()> { data: resource(community), included: Vec::new() })
}
