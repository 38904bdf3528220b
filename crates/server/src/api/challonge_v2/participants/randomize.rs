//! `PUT /v2.1/tournaments/{id}/participants/randomize.json`.

use axum::{
    extract::{Request, State},
    response::Response,
};
use tiltyard_core::tournaments::By;

use crate::{
    App,
    api::challonge_v2::{auth, error::ApiError, output::Asked, path::ApiPath},
};

pub(in crate::api::challonge_v2) async fn randomize(
    State(app): State<App>,
    ApiPath(tournament): ApiPath<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let asked = Asked::of(&request)?;
    let actor = auth::actor(&app, request.headers()).await?;
    let base = app.base(request.headers());
    let by = By::parse(&tournament);
    let tournament = app.core().randomize_participants(&actor, by).await?;
    Ok(super::answer_many(&asked, &tournament, |_| true, base))
}
