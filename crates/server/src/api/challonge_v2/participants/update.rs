//! `PUT /v2.1/tournaments/{id}/participants/{participant}.json`.

use axum::{extract::Request, response::Response};
use tiltyard_core::{permissions::Permission, tournaments::participants::ParticipantChanges};

use crate::api::challonge_v2::{
    document::{ParticipantDocument, ParticipantInput},
    error::ApiError,
    input,
    output::Call,
    path::ApiPath,
};

/// Changes a participant. What is not sent stays as it is.
#[utoipa::path(
    put,
    path = "/tournaments/{tournament}/participants/{participant}",
    operation_id = "challongeV2UpdateParticipant",
    request_body = ParticipantInput,
    responses((status = 200, description = "The participant after the change.", body = ParticipantDocument)),
    extensions(("x-permissions" = json!([Permission::WriteParticipants as u32]))),
)]
pub(in crate::api::challonge_v2) async fn update(
    call: Call,
    ApiPath((tournament, participant)): ApiPath<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let id = super::id(&participant)?;
    let mut sent = input::attributes(&call, &[Permission::WriteParticipants], request).await?;
    let changes = ParticipantChanges {
        name: sent.text("name"),
        seed: sent.count("seed"),
        misc: sent.nullable_text("misc"),
        email: sent.nullable_text("email"),
        username: sent.nullable_text("username"),
        checked_in: sent.bool("checked_in"),
        answers: sent.object("custom_field_response"),
    };
    sent.check()?;
    let by = super::by(&call, &tournament, id);
    let tournament = call.core().update_participant(&call.actor, by, id, changes).await?;
    super::answer_one(&call, &tournament, id)
}
