//! `POST /v2.1/tournaments.json`.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};

use crate::{
    App,
    api::challonge_v2::{auth, error::ApiError, input, output::Asked},
};

pub(in crate::api::challonge_v2) async fn create(
    State(app): State<App>,
    request: Request,
) -> Result<Response, ApiError> {
    let asked = Asked::of(&request)?;
    let actor = auth::actor(&app, request.headers()).await?;
    let base = app.base(request.headers()).to_owned();
    let sent = super::input::read(input::attributes(&app, request).await?)?;
    let tournament = app.core().create_tournament(&actor, sent.into_new()).await?;
    Ok(super::answer(&asked, StatusCode::CREATED, &tournament, &base))
}
