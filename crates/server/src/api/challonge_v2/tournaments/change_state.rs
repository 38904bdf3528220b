//! `PUT /v2.1/tournaments/{id}/change_state.json`.

use axum::{extract::Request, http::StatusCode, response::Response};
use tiltyard_core::{permissions::Permission, tournaments::StateChange};

use crate::api::challonge_v2::{
    document::{TournamentDocument, TournamentStateInput},
    error::ApiError,
    input,
    output::Call,
    path::ApiPath,
};

/// Starts, finalizes or resets a tournament.
#[utoipa::path(
    method(put, post),
    path = "/tournaments/{tournament}/change_state",
    operation_id = "challongeV2ChangeTournamentState",
    request_body = TournamentStateInput,
    responses((status = 200, description = "The tournament after the change.", body = TournamentDocument)),
    extensions(("x-also-by-post" = json!(true)), ("x-permissions" = json!([Permission::WriteTournaments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn change_state(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let mut sent = input::attributes(&call, &[Permission::WriteTournaments], request).await?;
    let change = match sent.text("state").as_deref() {
        Some("start") => Some(StateChange::Start),
        Some("finalize") => Some(StateChange::Finalize),
        Some("reset") => Some(StateChange::Reset),
        Some(
            "process_checkin"
            | "abort_checkin"
            | "start_group_stage"
            | "finalize_group_stage"
            | "reset_group_stage"
            | "open_predictions",
        ) => {
            sent.refuse("state", "names a change that is not available in this version");
            None
        }
        _ => {
            sent.refuse("state", "must be one of start, finalize, reset");
            None
        }
    };
    sent.check()?;
    let Some(change) = change else {
        return Err(ApiError::bad_request("`state` must be one of start, finalize, reset."));
    };
    let by = call.by(&tournament);
    let tournament = call.core().change_tournament_state(&call.actor, by, change).await?;
    Ok(super::answer(&call, StatusCode::OK, &tournament))
}
