//! `PUT /v2.1/tournaments/{id}.json`.

use axum::{extract::Request, http::StatusCode, response::Response};
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::{TournamentDocument, TournamentInput},
    error::ApiError,
    input,
    output::Call,
    path::ApiPath,
};

/// Changes a tournament. What is not sent stays as it is.
#[utoipa::path(
    put,
    path = "/tournaments/{tournament}",
    operation_id = "challongeV2UpdateTournament",
    request_body = TournamentInput,
    responses((status = 200, description = "The tournament after the change.", body = TournamentDocument)),
    extensions(("x-permissions" = json!([Permission::WriteTournaments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn update(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let sent = super::input::read(
        input::attributes(&call, &[Permission::WriteTournaments], request).await?,
    )?;
    let tournament = call
        .core()
        .update_tournament(&call.actor, call.by(&tournament), move |tournament| {
            Ok(sent.changes(&tournament.options))
        })
        .await?;
    Ok(super::answer(&call, StatusCode::OK, &tournament))
}
