//! `POST /v1/tournaments/{t}/participants/{p}/check_in.json`, and `undo_check_in`.

use axum::response::Response;
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v1::{
    call::{self, Call, Names},
    error::ApiError,
    resources::ParticipantBox,
};

/// Checks a participant in while the check-in is open.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/participants/{participant}/check_in",
    operation_id = "challongeV1CheckIn",
    responses((status = 200, description = "The participant after the change.", body = ParticipantBox)),
    extensions(("x-permissions" = json!([Permission::WriteParticipants as u32, Permission::RegisterMe as u32]))),
)]
pub(in crate::api::challonge_v1) async fn check_in(
    call: Call,
    Names([tournament, participant]): Names<2>,
) -> Result<Response, ApiError> {
    let id = call::id(&participant, "participant")?;
    let by = call::by(&tournament);
    let tournament = call.core().check_in_participant(&call.actor, by, id).await?;
    super::answer(&call, &tournament, id)
}

/// Takes a check-in back.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/participants/{participant}/undo_check_in",
    operation_id = "challongeV1UndoCheckIn",
    responses((status = 200, description = "The participant after the change.", body = ParticipantBox)),
    extensions(("x-permissions" = json!([Permission::WriteParticipants as u32, Permission::RegisterMe as u32]))),
)]
pub(in crate::api::challonge_v1) async fn undo(
    call: Call,
    Names([tournament, participant]): Names<2>,
) -> Result<Response, ApiError> {
    let id = call::id(&participant, "participant")?;
    let by = call::by(&tournament);
    let tournament = call.core().undo_check_in(&call.actor, by, id).await?;
    super::answer(&call, &tournament, id)
}
