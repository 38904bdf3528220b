//! `POST /v2.1/tournaments.json`.

use axum::{extract::Request, http::StatusCode, response::Response};

use crate::api::challonge_v2::{error::ApiError, input, output::Call};

pub(in crate::api::challonge_v2) async fn create(
    call: Call,
    request: Request,
) -> Result<Response, ApiError> {
    let sent = super::input::read(input::attributes(&call.app, request).await?)?;
    let tournament = call.core().create_tournament(&call.actor, sent.into_new()).await?;
    Ok(super::answer(&call, StatusCode::CREATED, &tournament))
}
