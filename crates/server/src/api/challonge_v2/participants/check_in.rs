//! `POST /v2.1/tournaments/{id}/participants/{participant}/check_in.json`, and `undo_check_in.json`:
//! what v1 had and the reference lost in v2.1.

use axum::response::Response;
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::ParticipantDocument, error::ApiError, output::Call, path::ApiPath,
};

/// Checks a participant in while the check-in is open: the organizer does, or the participant. Once
/// it is processed the organizer can still do so, which makes an inactive participant active again.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/participants/{participant}/check_in",
    operation_id = "challongeV2CheckIn",
    responses((status = 200, description = "The participant after the change.", body = ParticipantDocument)),
    extensions(("x-permissions" = json!([Permission::WriteParticipants as u32, Permission::RegisterMe as u32]))),
)]
pub(in crate::api::challonge_v2) async fn check_in(
    call: Call,
    ApiPath((tournament, participant)): ApiPath<(String, String)>,
) -> Result<Response, ApiError> {
    let id = super::id(&participant)?;
    let by = call.by(&tournament);
    let tournament = call.core().check_in_participant(&call.actor, by, id).await?;
    super::answer_one(&call, &tournament, id)
}

/// Takes a check-in back.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/participants/{participant}/undo_check_in",
    operation_id = "challongeV2UndoCheckIn",
    responses((status = 200, description = "The participant after the change.", body = ParticipantDocument)),
    extensions(("x-permissions" = json!([Permission::WriteParticipants as u32, Permission::RegisterMe as u32]))),
)]
pub(in crate::api::challonge_v2) async fn undo(
    call: Call,
    ApiPath((tournament, participant)): ApiPath<(String, String)>,
) -> Result<Response, ApiError> {
    let id = super::id(&participant)?;
    let by = call.by(&tournament);
    let tournament = call.core().undo_check_in(&call.actor, by, id).await?;
    super::answer_one(&call, &tournament, id)
}
