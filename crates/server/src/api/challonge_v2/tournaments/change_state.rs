//! `PUT /v2.1/tournaments/{id}/change_state.json`.

use axum::{extract::Request, http::StatusCode, response::Response};
use tiltyard_core::{
    permissions::Permission,
    tournaments::{StateChange, Tournament},
};

use crate::api::challonge_v2::{
    document::{TournamentDocument, TournamentStateInput},
    error::ApiError,
    input,
    output::{self, Call},
    path::ApiPath,
};

/// The verbs.
const CHANGES: [(&str, StateChange); 10] = [
    ("process_checkin", StateChange::ProcessCheckIn),
    ("abort_checkin", StateChange::AbortCheckIn),
    ("open_predictions", StateChange::OpenPredictions),
    ("start_group_stage", StateChange::StartGroupStage),
    ("finalize_group_stage", StateChange::FinalizeGroupStage),
    ("reset_group_stage", StateChange::ResetGroupStage),
    ("start", StateChange::Start),
    ("reset_final_stage", StateChange::ResetFinalStage),
    ("finalize", StateChange::Finalize),
    ("reset", StateChange::Reset),
];

/// Starts, finalizes or resets a tournament, or one of its stages, ends its check-in, or opens it for
/// predictions.
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
    let state = sent.text("state").unwrap_or_default();
    let change = CHANGES.iter().find(|(verb, _)| *verb == state).map(|(_, change)| *change);
    let verbs = CHANGES.map(|(verb, _)| verb).join(", ");
    if change.is_none() {
        sent.refuse("state", &format!("must be one of {verbs}"));
    }
    sent.check()?;
    let Some(change) = change else {
        return Err(ApiError::bad_request(format!("`state` must be one of {verbs}.")));
    };
    let by = call.by(&tournament);
    let changed = call.core().change_tournament_state(&call.actor, by, change).await;
    let shown =
        |tournament: &Tournament| Some(output::json(&super::resource(tournament, call.base())));
    let held = Permission::WriteTournaments;
    let tournament = call.allowed(&tournament, held, Some("state"), shown, changed).await?;
    Ok(super::answer(&call, StatusCode::OK, &tournament))
}
