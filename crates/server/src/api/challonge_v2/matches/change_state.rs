//! `PUT /v2.1/tournaments/{id}/matches/{match}/change_state.json`.

use axum::{extract::Request, response::Response};
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::{MatchDocument, MatchStateInput},
    error::ApiError,
    input,
    output::Call,
    path::ApiPath,
};

/// Reopens a match, or marks it as underway.
#[utoipa::path(
    method(put, post),
    path = "/tournaments/{tournament}/matches/{match}/change_state",
    operation_id = "challongeV2ChangeMatchState",
    request_body = MatchStateInput,
    responses((status = 200, description = "The match after the change.", body = MatchDocument)),
    extensions(("x-also-by-post" = json!(true)), ("x-permissions" = json!([Permission::WriteMatches as u32]))),
)]
pub(in crate::api::challonge_v2) async fn change_state(
    call: Call,
    ApiPath((tournament, id)): ApiPath<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let id = super::id(&id)?;
    let mut sent = input::attributes(&call, &[Permission::WriteMatches], request).await?;
    let state = sent.text("state").unwrap_or_default();
    if !matches!(state.as_str(), "reopen" | "mark_as_underway" | "unmark_as_underway") {
        sent.refuse("state", "must be one of reopen, mark_as_underway, unmark_as_underway");
    }
    sent.check()?;
    let by = super::by(&call, &tournament, id);
    let changed = match state.as_str() {
        "reopen" => call.core().reopen_match(&call.actor, by, id).await,
        "mark_as_underway" => call.core().mark_match(&call.actor, by, id, true).await,
        _ => call.core().mark_match(&call.actor, by, id, false).await,
    };
    let held = Permission::WriteMatches;
    let tournament = super::allowed(&call, &tournament, id, held, changed).await?;
    super::changed(&call, &tournament, id)
}
