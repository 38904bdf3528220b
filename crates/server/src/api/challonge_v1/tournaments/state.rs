//! `POST /v1/tournaments/{t}/start.json` and the other changes of state.

use axum::response::Response;
use tiltyard_core::{
    permissions::Permission,
    tournaments::{StateChange, TournamentChanges},
};

use crate::api::challonge_v1::{
    call::{self, Call, Names},
    document::Includes,
    error::ApiError,
    resources::TournamentBox,
};

async fn change(call: Call, tournament: &str, change: StateChange) -> Result<Response, ApiError> {
    let by = call::by(tournament);
    let tournament = call.core().change_tournament_state(&call.actor, by, change).await?;
    super::answer(&call, &tournament).await
}

/// Starts a tournament.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/start",
    operation_id = "challongeV1StartTournament",
    params(Includes),
    responses((status = 200, description = "The tournament after the change.", body = TournamentBox)),
    extensions(("x-permissions" = json!([Permission::WriteTournaments as u32]))),
)]
pub(in crate::api::challonge_v1) async fn start(
    call: Call,
    Names([tournament]): Names<1>,
) -> Result<Response, ApiError> {
    change(call, &tournament, StateChange::Start).await
}

/// Finalizes a tournament all of whose matches are complete.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/finalize",
    operation_id = "challongeV1FinalizeTournament",
    params(Includes),
    responses((status = 200, description = "The tournament after the change.", body = TournamentBox)),
    extensions(("x-permissions" = json!([Permission::WriteTournaments as u32]))),
)]
pub(in crate::api::challonge_v1) async fn finalize(
    call: Call,
    Names([tournament]): Names<1>,
) -> Result<Response, ApiError> {
    change(call, &tournament, StateChange::Finalize).await
}

/// Resets a tournament: its matches and results go, its participants stay.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/reset",
    operation_id = "challongeV1ResetTournament",
    params(Includes),
    responses((status = 200, description = "The tournament after the change.", body = TournamentBox)),
    extensions(("x-permissions" = json!([Permission::WriteTournaments as u32]))),
)]
pub(in crate::api::challonge_v1) async fn reset(
    call: Call,
    Names([tournament]): Names<1>,
) -> Result<Response, ApiError> {
    change(call, &tournament, StateChange::Reset).await
}

/// Ends the check-in: whoever did not check in becomes inactive and goes to the bottom of the seeds.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/process_check_ins",
    operation_id = "challongeV1ProcessCheckIns",
    params(Includes),
    responses((status = 200, description = "The tournament after the change.", body = TournamentBox)),
    extensions(("x-permissions" = json!([Permission::WriteTournaments as u32]))),
)]
pub(in crate::api::challonge_v1) async fn process_check_ins(
    call: Call,
    Names([tournament]): Names<1>,
) -> Result<Response, ApiError> {
    change(call, &tournament, StateChange::ProcessCheckIn).await
}

/// Gives the check-in up: everybody is active again, and nobody is checked in.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/abort_check_in",
    operation_id = "challongeV1AbortCheckIn",
    params(Includes),
    responses((status = 200, description = "The tournament after the change.", body = TournamentBox)),
    extensions(("x-permissions" = json!([Permission::WriteTournaments as u32]))),
)]
pub(in crate::api::challonge_v1) async fn abort_check_in(
    call: Call,
    Names([tournament]): Names<1>,
) -> Result<Response, ApiError> {
    change(call, &tournament, StateChange::AbortCheckIn).await
}

/// Opens a tournament for predictions: its bracket is drawn, and its participants are fixed.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/open_for_predictions",
    operation_id = "challongeV1OpenForPredictions",
    params(Includes),
    responses((status = 200, description = "The tournament after the change.", body = TournamentBox)),
    extensions(("x-permissions" = json!([Permission::WriteTournaments as u32]))),
)]
pub(in crate::api::challonge_v1) async fn open_for_predictions(
    call: Call,
    Names([tournament]): Names<1>,
) -> Result<Response, ApiError> {
    change(call, &tournament, StateChange::OpenPredictions).await
}

/// Publishes a tournament, as clients of 2014 do before they start it: it is public already.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/publish",
    operation_id = "challongeV1PublishTournament",
    responses((status = 200, description = "The tournament.", body = TournamentBox)),
    extensions(("x-permissions" = json!([Permission::WriteTournaments as u32]))),
)]
pub(in crate::api::challonge_v1) async fn publish(
    call: Call,
    Names([tournament]): Names<1>,
) -> Result<Response, ApiError> {
    let by = call::by(&tournament);
    let tournament = call
        .core()
        .update_tournament(&call.actor, by, |_| Ok(TournamentChanges::default()))
        .await?;
    super::answer(&call, &tournament).await
}
