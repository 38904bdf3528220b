//! `POST /v1/tournaments/{t}/matches/{m}/reopen.json`, `mark_as_underway`, `unmark_as_underway`.

use axum::response::Response;
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v1::{
    call::{self, Call, Names},
    error::ApiError,
    resources::MatchBox,
};

/// Reopens a match; every match that depends on it is reset.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/matches/{match}/reopen",
    operation_id = "challongeV1ReopenMatch",
    responses((status = 200, description = "The match after the change.", body = MatchBox)),
    extensions(("x-permissions" = json!([Permission::WriteMatches as u32]))),
)]
pub(in crate::api::challonge_v1) async fn reopen(
    call: Call,
    Names([tournament, id]): Names<2>,
) -> Result<Response, ApiError> {
    let id = call::id(&id, "match")?;
    let tournament = call.core().reopen_match(&call.actor, call::by(&tournament), id).await?;
    super::answer(&call, &tournament, id)
}

async fn mark(call: Call, names: [String; 2], underway: bool) -> Result<Response, ApiError> {
    let [tournament, id] = names;
    let id = call::id(&id, "match")?;
    let by = call::by(&tournament);
    let tournament = call.core().mark_match(&call.actor, by, id, underway).await?;
    super::answer(&call, &tournament, id)
}

/// Marks a match as underway.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/matches/{match}/mark_as_underway",
    operation_id = "challongeV1MarkMatch",
    responses((status = 200, description = "The match after the change.", body = MatchBox)),
    extensions(("x-permissions" = json!([Permission::WriteMatches as u32]))),
)]
pub(in crate::api::challonge_v1) async fn mark_as_underway(
    call: Call,
    Names(names): Names<2>,
) -> Result<Response, ApiError> {
    mark(call, names, true).await
}

/// Takes the mark back.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/matches/{match}/unmark_as_underway",
    operation_id = "challongeV1UnmarkMatch",
    responses((status = 200, description = "The match after the change.", body = MatchBox)),
    extensions(("x-permissions" = json!([Permission::WriteMatches as u32]))),
)]
pub(in crate::api::challonge_v1) async fn unmark_as_underway(
    call: Call,
    Names(names): Names<2>,
) -> Result<Response, ApiError> {
    mark(call, names, false).await
}
