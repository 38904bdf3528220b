//! `/v2.1/communities/{community}/members`.

pub(in crate::api::challonge_v2) mod add;
pub(in crate::api::challonge_v2) mod get;
pub(in crate::api::challonge_v2) mod list;
pub(in crate::api::challonge_v2) mod remove;
pub(in crate::api::challonge_v2) mod update;

use axum::{http::StatusCode, response::Response};
use tiltyard_core::communities::Member;

use super::document::member;
use crate::api::challonge_v2::output::{Call, One};

/// The answer with one member.
fn answer(call: &Call, status: StatusCode, one: &Member) -> Response {
    call.respond(status, &One::<_, ()> { data: member(one), included: Vec::new() })
}
