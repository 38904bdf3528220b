//! `POST /v1/tournaments.json`.

use axum::response::Response;
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v1::{
    call::Call, document::TournamentInput, error::ApiError, resources::TournamentBox,
};

/// Creates a tournament.
#[utoipa::path(
    post,
    path = "/tournaments",
    operation_id = "challongeV1CreateTournament",
    request_body = TournamentInput,
    responses((status = 200, description = "The new tournament.", body = TournamentBox)),
    extensions(("x-permissions" = json!([Permission::WriteTournaments as u32]))),
)]
pub(in crate::api::challonge_v1) async fn create(call: Call) -> Result<Response, ApiError> {
    let sent = super::input::read(call.map(&[Permission::WriteTournaments], "tournament")?)?;
    let tournament = call.core().create_tournament(&call.actor, sent.into_new()).await?;
    super::answer(&call, &tournament).await
}
