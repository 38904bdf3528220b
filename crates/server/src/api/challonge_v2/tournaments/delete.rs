//! `DELETE /v2.1/tournaments/{id}.json`.

use axum::{
    extract::{Request, State},
    http::StatusCode,
};
use tiltyard_core::tournaments::By;

use crate::{
    App,
    api::challonge_v2::{auth, error::ApiError, path::ApiPath},
};

pub(in crate::api::challonge_v2) async fn delete(
    State(app): State<App>,
    ApiPath(tournament): ApiPath<String>,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let actor = auth::actor(&app, request.headers()).await?;
    app.core().delete_tournament(&actor, By::parse(&tournament)).await?;
    Ok(StatusCode::NO_CONTENT)
}
