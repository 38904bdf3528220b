//! `GET /v1/tournaments/{t}.json`.

use axum::response::Response;
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v1::{
    call::{self, Call, Names},
    document::Includes,
    error::ApiError,
    resources::TournamentBox,
};

/// Shows a tournament; its participants and matches where they are asked for.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}",
    operation_id = "challongeV1GetTournament",
    params(Includes),
    responses((status = 200, description = "The tournament.", body = TournamentBox)),
    extensions(("x-permissions" = json!([Permission::ReadTournaments as u32]))),
)]
pub(in crate::api::challonge_v1) async fn show(
    call: Call,
    Names([tournament]): Names<1>,
) -> Result<Response, ApiError> {
    let by = call::by(&tournament);
    let tournament = call.core().tournament(&call.actor, by, Permission::ReadTournaments).await?;
    super::answer(&call, &tournament).await
}
