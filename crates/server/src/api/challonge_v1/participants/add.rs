//! `POST /v1/tournaments/{t}/participants.json`, one or several at once.

use std::collections::HashSet;

use axum::response::Response;
use tiltyard_core::{Problems, permissions::Permission};

use crate::api::{
    challonge_v1::{
        call::{self, Call, Names},
        document::{ParticipantInput, ParticipantsInput},
        error::ApiError,
        resources::ParticipantBox,
    },
    challonge_v2::input::Attributes,
};

/// Adds a participant.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/participants",
    operation_id = "challongeV1CreateParticipant",
    request_body = ParticipantInput,
    responses((status = 200, description = "The new participant.", body = ParticipantBox)),
    extensions(("x-permissions" = json!([Permission::WriteParticipants as u32]))),
)]
pub(in crate::api::challonge_v1) async fn create(
    call: Call,
    Names([tournament]): Names<1>,
) -> Result<Response, ApiError> {
    let map = call.map(&[Permission::WriteParticipants], "participant")?;
    if map.is_empty() {
        return Err(ApiError::invalid("Participant parameters are required"));
    }
    let mut problems = Problems::default();
    let new = super::input::new(Attributes::of(map, String::new()), &mut problems);
    problems.check()?;
    let by = call::by(&tournament);
    let (tournament, ids) = call.core().add_participants(&call.actor, by, vec![new], false).await?;
    super::answer(&call, &tournament, ids.first().copied().unwrap_or_default())
}

/// Adds several participants: all or none.
#[utoipa::path(
    post,
    path = "/tournaments/{tournament}/participants/bulk_add",
    operation_id = "challongeV1AddParticipants",
    request_body = ParticipantsInput,
    responses((status = 200, description = "The new participants.", body = Vec<ParticipantBox>)),
    extensions(("x-permissions" = json!([Permission::WriteParticipants as u32]))),
)]
pub(in crate::api::challonge_v1) async fn bulk_add(
    call: Call,
    Names([tournament]): Names<1>,
) -> Result<Response, ApiError> {
    let list = call
        .parameters(&[Permission::WriteParticipants])?
        .list(&["participants", "participant"], "participant");
    if list.is_empty() {
        return Err(ApiError::invalid("Participant parameters are required"));
    }
    let mut problems = Problems::default();
    let new = list
        .into_iter()
        .enumerate()
        .map(|(index, map)| {
            if map.is_none() {
                problems.add(format!("participants.{index}"), "must be an object");
            }
            let sent = Attributes::of(map.unwrap_or_default(), format!("participants.{index}."));
            super::input::new(sent, &mut problems)
        })
        .collect();
    problems.check()?;
    let by = call::by(&tournament);
    let (tournament, ids) = call.core().add_participants(&call.actor, by, new, true).await?;
    let added: HashSet<i64> = ids.into_iter().collect();
    super::answer_many(&call, &tournament, |row| added.contains(&row.id))
}
