//! `PUT /v2.1/tournaments/{id}.json`.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use tiltyard_core::tournaments::By;

use crate::{
    App,
    api::challonge_v2::{auth, error::ApiError, input, output::Asked, path::ApiPath},
};

pub(in crate::api::challonge_v2) async fn update(
    State(app): State<App>,
    ApiPath(tournament): ApiPath<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let asked = Asked::of(&request)?;
    let actor = auth::actor(&app, request.headers()).await?;
    let base = app.base(request.headers()).to_owned();
    let sent = super::input::read(input::attributes(&app, request).await?)?;
    let tournament = app
        .core()
        .update_tournament(&actor, By::parse(&tournament), move |tournament| {
            Ok(sent.changes(&tournament.options))
        })
        .await?;
    Ok(super::answer(&asked, StatusCode::OK, &tournament, &base))
}
