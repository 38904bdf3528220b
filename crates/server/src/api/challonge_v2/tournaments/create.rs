//! `POST /v2.1/tournaments.json`.

use axum::{extract::Request, http::StatusCode, response::Response};
use tiltyard_core::{permissions::Permission, tournaments::NewTournament};

use crate::api::challonge_v2::{
    document::{TournamentDocument, TournamentInput},
    error::ApiError,
    input,
    output::Call,
};

/// Creates a tournament.
#[utoipa::path(
    post,
    path = "/tournaments",
    operation_id = "challongeV2CreateTournament",
    request_body = TournamentInput,
    responses((status = 201, description = "The new tournament.", body = TournamentDocument)),
    extensions(("x-permissions" = json!([Permission::WriteTournaments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn create(
    call: Call,
    request: Request,
) -> Result<Response, ApiError> {
    let sent = super::input::read(
        input::attributes(&call, &[Permission::WriteTournaments], request).await?,
    )?;
    let new = NewTournament { community: call.community.clone(), ..sent.into_new() };
    let tournament = call.core().create_tournament(&call.actor, new).await?;
    Ok(super::answer(&call, StatusCode::CREATED, &tournament))
}
