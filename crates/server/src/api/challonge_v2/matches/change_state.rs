//! `PUT /v2.1/tournaments/{id}/matches/{match}/change_state.json`.

use axum::{
    extract::{Request, State},
    response::Response,
};
use tiltyard_core::tournaments::By;

use crate::{
    App,
    api::challonge_v2::{auth, error::ApiError, input, output::Asked, path::ApiPath},
};

pub(in crate::api::challonge_v2) async fn change_state(
    State(app): State<App>,
    ApiPath((tournament, id)): ApiPath<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let asked = Asked::of(&request)?;
    let actor = auth::actor(&app, request.headers()).await?;
    let base = app.base(request.headers()).to_owned();
    let id = super::id(&id)?;
    let mut sent = input::attributes(&app, request).await?;
    let state = sent.text("state").unwrap_or_default();
    if !matches!(state.as_str(), "reopen" | "mark_as_underway" | "unmark_as_underway") {
        sent.refuse("state", "must be one of reopen, mark_as_underway, unmark_as_underway");
    }
    sent.check()?;
    let by = By::parse(&tournament);
    let tournament = match state.as_str() {
        "reopen" => app.core().reopen_match(&actor, by, id).await?,
        "mark_as_underway" => app.core().mark_match(&actor, by, id, true).await?,
        _ => app.core().mark_match(&actor, by, id, false).await?,
    };
    super::answer(&asked, &tournament, id, &base)
}
