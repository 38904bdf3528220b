//! The caller joins, and leaves: `POST` and `DELETE
//! /v2.1/tournaments/{id}/participants/register.json`. Clients know other paths as well (reference/
//! challonge §3.2): `participants/unregister`, and `participants/{participant}/register`.

use axum::{extract::Request, http::StatusCode, response::Response};
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::{ParticipantDocument, RegistrationInput},
    error::ApiError,
    input,
    output::Call,
    path::ApiPath,
};

async fn join(call: Call, tournament: &str, request: Request) -> Result<Response, ApiError> {
    let mut sent = input::attributes_if_any(&call, &[Permission::RegisterMe], request).await?;
    let answers = sent.object("custom_field_response");
    sent.check()?;
    let by = call.by(tournament);
    let (tournament, id) = call.core().register_me(&call.actor, by, answers).await?;
    super::answer_one(&call, &tournament, id)
}

/// Registers the caller for a tournament: without a free place, on its waiting list.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/participants/register",
    operation_id = "challongeV2Register",
    request_body = Option<RegistrationInput>,
    responses((status = 200, description = "The caller as a participant.", body = ParticipantDocument)),
    extensions(("x-permissions" = json!([Permission::RegisterMe as u32]))),
)]
pub(in crate::api::challonge_v2) async fn register(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
    request: Request,
) -> Result<Response, ApiError> {
    join(call, &tournament, request).await
}

/// Lets the caller go. Once the tournament runs, they withdraw and forfeit the matches that are left.
#[utoipa::path(
    delete,
    path = "/tournaments/{tournament}/participants/register",
    operation_id = "challongeV2Unregister",
    responses((status = 204, description = "The caller does not take part any more.")),
    extensions(("x-permissions" = json!([Permission::RegisterMe as u32]))),
)]
pub(in crate::api::challonge_v2) async fn unregister(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    call.core().unregister_me(&call.actor, call.by(&tournament)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets the caller go, by another path that clients know.
#[utoipa::path(
    method(delete, post),
    path = "/tournaments/{tournament}/participants/unregister",
    operation_id = "challongeV2UnregisterAlso",
    responses((status = 204, description = "The caller does not take part any more.")),
    extensions(("x-also-by-post" = json!(true)), ("x-permissions" = json!([Permission::RegisterMe as u32]))),
)]
pub(in crate::api::challonge_v2) async fn unregister_also(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    call.core().unregister_me(&call.actor, call.by(&tournament)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Registers the caller, by a path in which clients name anybody: it is the caller who joins.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/participants/{participant}/register",
    operation_id = "challongeV2RegisterNamed",
    request_body = Option<RegistrationInput>,
    responses((status = 200, description = "The caller as a participant.", body = ParticipantDocument)),
    extensions(("x-permissions" = json!([Permission::RegisterMe as u32]))),
)]
pub(in crate::api::challonge_v2) async fn register_named(
    call: Call,
    ApiPath((tournament, _)): ApiPath<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    join(call, &tournament, request).await
}

/// Lets the caller go, who must be this participant.
#[utoipa::path(
    delete,
    path = "/tournaments/{tournament}/participants/{participant}/register",
    operation_id = "challongeV2UnregisterNamed",
    responses((status = 204, description = "The caller does not take part any more.")),
    extensions(("x-permissions" = json!([Permission::RegisterMe as u32]))),
)]
pub(in crate::api::challonge_v2) async fn unregister_named(
    call: Call,
    ApiPath((tournament, participant)): ApiPath<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let id = super::id(&participant)?;
    let by = call.by(&tournament);
    call.core().unregister_participant_me(&call.actor, by, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
