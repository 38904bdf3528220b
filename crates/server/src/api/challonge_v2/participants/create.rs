//! `POST /v2.1/tournaments/{id}/participants.json`.

use axum::{extract::Request, response::Response};
use tiltyard_core::{Problems, permissions::Permission};

use crate::api::challonge_v2::{
    document::{ParticipantDocument, ParticipantInput},
    error::ApiError,
    input,
    output::Call,
    path::ApiPath,
};

/// Adds a participant.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/participants",
    operation_id = "challongeV2CreateParticipant",
    request_body = ParticipantInput,
    responses((status = 200, description = "The new participant.", body = ParticipantDocument)),
    extensions(("x-permissions" = json!([Permission::WriteParticipants as u32]))),
)]
pub(in crate::api::challonge_v2) async fn create(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let mut problems = Problems::default();
    let new = super::input::new(
        input::attributes(&call, &[Permission::WriteParticipants], request).await?,
        &mut problems,
    );
    problems.check()?;
    let (tournament, ids) =
        call.core().add_participants(&call.actor, call.by(&tournament), vec![new], false).await?;
    let id = ids.first().copied().unwrap_or_default();
    super::answer_one(&call, &tournament, id)
}
