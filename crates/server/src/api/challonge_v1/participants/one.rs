//! `/v1/tournaments/{t}/participants/{p}.json`.

use axum::response::Response;
use tiltyard_core::{Problems, permissions::Permission};

use crate::api::challonge_v1::{
    call::{self, Call, Names},
    document::{IncludesMatches, ParticipantInput},
    error::ApiError,
    resources::ParticipantBox,
};

/// Shows a participant; the matches where they are asked for.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}/participants/{participant}",
    operation_id = "challongeV1GetParticipant",
    params(IncludesMatches),
    responses((status = 200, description = "The participant.", body = ParticipantBox)),
    extensions(("x-permissions" = json!([Permission::ReadParticipants as u32]))),
)]
pub(in crate::api::challonge_v1) async fn show(
    call: Call,
    Names([tournament, participant]): Names<2>,
) -> Result<Response, ApiError> {
    let by = call::by(&tournament);
    let tournament = call.core().tournament(&call.actor, by, Permission::ReadParticipants).await?;
    super::answer(&call, &tournament, call::id(&participant, "participant")?)
}

/// Changes a participant. What is not sent stays as it is.
#[utoipa::path(
    put,
    path = "/tournaments/{tournament}/participants/{participant}",
    operation_id = "challongeV1UpdateParticipant",
    request_body = ParticipantInput,
    responses((status = 200, description = "The participant after the change.", body = ParticipantBox)),
    extensions(("x-permissions" = json!([Permission::WriteParticipants as u32]))),
)]
pub(in crate::api::challonge_v1) async fn update(
    call: Call,
    Names([tournament, participant]): Names<2>,
) -> Result<Response, ApiError> {
    let id = call::id(&participant, "participant")?;
    let mut problems = Problems::default();
    let sent = call.attributes(&[Permission::WriteParticipants], "participant")?;
    let changes = super::input::changes(sent, &mut problems);
    problems.check()?;
    let by = call::by(&tournament);
    let tournament = call.core().update_participant(&call.actor, by, id, changes).await?;
    super::answer(&call, &tournament, id)
}

/// Removes a participant; once the tournament runs, the participant withdraws and forfeits what is
/// left.
#[utoipa::path(
    delete,
    path = "/tournaments/{tournament}/participants/{participant}",
    operation_id = "challongeV1DeleteParticipant",
    responses((status = 200, description = "The participant as it was, or as it is now.", body = ParticipantBox)),
    extensions(("x-permissions" = json!([Permission::WriteParticipants as u32]))),
)]
pub(in crate::api::challonge_v1) async fn delete(
    call: Call,
    Names([tournament, participant]): Names<2>,
) -> Result<Response, ApiError> {
    let id = call::id(&participant, "participant")?;
    let by = call::by(&tournament);
    let before =
        call.core().tournament(&call.actor, by.clone(), Permission::WriteParticipants).await?;
    let document = super::document(&before, id, false)?;
    let (after, gone) = call.core().remove_participant(&call.actor, by, id).await?;
    if gone {
        return call.one(&document);
    }
    super::answer(&call, &after, id)
}
