//! `POST /v2.1/tournaments/{id}/participants/bulk_add.json`: all or none.

use std::collections::HashSet;

use axum::{extract::Request, response::Response};
use tiltyard_core::{Problems, permissions::Permission};

use crate::api::challonge_v2::{
    document::{ParticipantList, ParticipantsInput},
    error::ApiError,
    input,
    output::Call,
    path::ApiPath,
};

/// Adds several participants: all or none.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/participants/bulk_add",
    operation_id = "challongeV2AddParticipants",
    request_body = ParticipantsInput,
    responses((status = 200, description = "The new participants.", body = ParticipantList)),
    extensions(("x-permissions" = json!([Permission::WriteParticipants as u32]))),
)]
pub(in crate::api::challonge_v2) async fn bulk_add(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let mut problems = Problems::default();
    let new =
        input::attribute_list(&call, &[Permission::WriteParticipants], request, "participants")
            .await?
            .into_iter()
            .map(|sent| super::input::new(sent, &mut problems))
            .collect();
    problems.check()?;
    let by = call.by(&tournament);
    let (tournament, ids) = call.core().add_participants(&call.actor, by, new, true).await?;
    let added: HashSet<i64> = ids.into_iter().collect();
    Ok(super::answer_many(&call, &tournament, |id| added.contains(&id)))
}
