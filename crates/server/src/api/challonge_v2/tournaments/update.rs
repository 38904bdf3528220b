//! `PUT /v2.1/tournaments/{id}.json`.

use axum::{extract::Request, http::StatusCode, response::Response};

use crate::api::challonge_v2::{error::ApiError, input, output::Call, path::ApiPath};

pub(in crate::api::challonge_v2) async fn update(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let sent = super::input::read(input::attributes(&call.app, request).await?)?;
    let tournament = call
        .core()
        .update_tournament(&call.actor, call.by(&tournament), move |tournament| {
            Ok(sent.changes(&tournament.options))
        })
        .await?;
    Ok(super::answer(&call, StatusCode::OK, &tournament))
}
