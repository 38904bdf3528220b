//! `PUT /v2.1/tournaments/{id}/participants/randomize.json`.

use axum::response::Response;

use crate::api::challonge_v2::{error::ApiError, output::Call, path::ApiPath};

pub(in crate::api::challonge_v2) async fn randomize(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
) -> Result<Response, ApiError> {
    let by = call.by(&tournament);
    let tournament = call.core().randomize_participants(&call.actor, by).await?;
    Ok(super::answer_many(&call, &tournament, |_| true))
}
