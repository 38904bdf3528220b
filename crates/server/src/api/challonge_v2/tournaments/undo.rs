//! `POST /v2.1/tournaments/{id}/undo.json`: takes the latest change of what is played back.

use axum::{http::StatusCode, response::Response};
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::TournamentDocument, error::ApiError, output::Call, path::ApiPath,
};

/// Takes the latest change of what is played back: a report, a match that was reopened, a
/// withdrawal, the end of the groups, the start of the final stage, the ranks. Asked again, it takes
/// back the one before.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/undo",
    operation_id = "challongeV2UndoLastChange",
    responses((status = 200, description = "The tournament as it was before.", body = TournamentDocument)),
    extensions(("x-permissions" = json!([Permission::WriteTournaments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn undo(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
) -> Result<Response, ApiError> {
    let by = call.by(&tournament);
    let (tournament, _) = call.core().undo_last_change(&call.actor, by).await?;
    Ok(super::answer(&call, StatusCode::OK, &tournament))
}
