//! `PUT /v1/tournaments/{t}.json`.

use axum::response::Response;
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v1::{
    call::{self, Call, Names},
    document::TournamentInput,
    error::ApiError,
    resources::TournamentBox,
};

/// Changes a tournament. What is not sent stays as it is.
#[utoipa::path(
    put,
    path = "/tournaments/{tournament}",
    operation_id = "challongeV1UpdateTournament",
    request_body = TournamentInput,
    responses((status = 200, description = "The tournament after the change.", body = TournamentBox)),
    extensions(("x-permissions" = json!([Permission::WriteTournaments as u32]))),
)]
pub(in crate::api::challonge_v1) async fn update(
    call: Call,
    Names([tournament]): Names<1>,
) -> Result<Response, ApiError> {
    let sent = super::input::read(call.map(&[Permission::WriteTournaments], "tournament")?)?;
    let by = call::by(&tournament);
    let tournament = call
        .core()
        .update_tournament(&call.actor, by, move |tournament| Ok(sent.changes(tournament)))
        .await?;
    super::answer(&call, &tournament).await
}
