//! `DELETE /v1/tournaments/{t}.json`.

use axum::response::Response;
use tiltyard_core::{permissions::Permission, tournaments::By};

use crate::api::challonge_v1::{
    call::{self, Call, Names},
    error::ApiError,
    resources::TournamentBox,
};

/// Deletes a tournament with all that belongs to it, and shows it once more.
#[utoipa::path(
    delete,
    path = "/tournaments/{tournament}",
    operation_id = "challongeV1DeleteTournament",
    responses((status = 200, description = "The tournament as it was.", body = TournamentBox)),
    extensions(("x-permissions" = json!([Permission::DeleteTournaments as u32]))),
)]
pub(in crate::api::challonge_v1) async fn delete(
    call: Call,
    Names([tournament]): Names<1>,
) -> Result<Response, ApiError> {
    let by = call::by(&tournament);
    let tournament = call.core().tournament(&call.actor, by, Permission::DeleteTournaments).await?;
    let document = super::document(&call, &tournament).await?;
    call.core().delete_tournament(&call.actor, By::Id(tournament.row.id)).await?;
    call.one(&document)
}
