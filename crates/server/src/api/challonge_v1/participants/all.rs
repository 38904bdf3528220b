//! What is done with all participants of a tournament.

use axum::response::Response;
use serde::Serialize;
use tiltyard_core::permissions::Permission;
use utoipa::ToSchema;

use crate::api::challonge_v1::{
    call::{self, Call, Names},
    document::Changed,
    error::ApiError,
    resources::ParticipantBox,
};

/// Lists a tournament's participants by seed.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}/participants",
    operation_id = "challongeV1ListParticipants",
    params(Changed),
    responses((status = 200, description = "All of them.", body = Vec<ParticipantBox>)),
    extensions(("x-permissions" = json!([Permission::ReadParticipants as u32]))),
)]
pub(in crate::api::challonge_v1) async fn list(
    call: Call,
    Names([tournament]): Names<1>,
) -> Result<Response, ApiError> {
    let since = call.parameters(&[Permission::ReadParticipants])?.updated_since()?;
    let by = call::by(&tournament);
    let tournament = call.core().tournament(&call.actor, by, Permission::ReadParticipants).await?;
    super::answer_many(&call, &tournament, |row| since.is_none_or(|since| row.updated_at >= since))
}

/// Shuffles the seeds of a tournament that has not started.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/participants/randomize",
    operation_id = "challongeV1RandomizeParticipants",
    responses((status = 200, description = "All participants.", body = Vec<ParticipantBox>)),
    extensions(("x-permissions" = json!([Permission::WriteParticipants as u32]))),
)]
pub(in crate::api::challonge_v1) async fn randomize(
    call: Call,
    Names([tournament]): Names<1>,
) -> Result<Response, ApiError> {
    let tournament = call.core().randomize_participants(&call.actor, call::by(&tournament)).await?;
    super::answer_many(&call, &tournament, |_| true)
}

/// What was done, in words.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge_v1::Message)]
pub(in crate::api::challonge_v1) struct Message {
    #[schema(examples("Cleared all participants"))]
    message: &'static str,
}

/// Removes all participants of a tournament that has not started.
#[utoipa::path(
    delete,
    path = "/tournaments/{tournament}/participants/clear",
    operation_id = "challongeV1ClearParticipants",
    responses((status = 200, description = "They are gone.", body = Message)),
    extensions(("x-permissions" = json!([Permission::WriteParticipants as u32]))),
)]
pub(in crate::api::challonge_v1) async fn clear(
    call: Call,
    Names([tournament]): Names<1>,
) -> Result<Response, ApiError> {
    call.core().clear_participants(&call.actor, call::by(&tournament)).await?;
    call.one(&Message { message: "Cleared all participants" })
}
