//! `PUT /v2.1/tournaments/{id}/change_state.json`.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use tiltyard_core::tournaments::{By, StateChange};

use crate::{
    App,
    api::challonge_v2::{auth, error::ApiError, input, output::Asked, path::ApiPath},
};

pub(in crate::api::challonge_v2) async fn change_state(
    State(app): State<App>,
    ApiPath(tournament): ApiPath<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let asked = Asked::of(&request)?;
    let actor = auth::actor(&app, request.headers()).await?;
    let base = app.base(request.headers()).to_owned();
    let mut sent = input::attributes(&app, request).await?;
    let change = match sent.text("state").as_deref() {
        Some("start") => Some(StateChange::Start),
        Some("finalize") => Some(StateChange::Finalize),
        Some("reset") => Some(StateChange::Reset),
        Some(
            "process_checkin"
            | "abort_checkin"
            | "start_group_stage"
            | "finalize_group_stage"
            | "reset_group_stage"
            | "open_predictions",
        ) => {
            sent.refuse("state", "names a change that is not available in this version");
            None
        }
        _ => {
            sent.refuse("state", "must be one of start, finalize, reset");
            None
        }
    };
    sent.check()?;
    let Some(change) = change else {
        return Err(ApiError::bad_request("`state` must be one of start, finalize, reset."));
    };
    let by = By::parse(&tournament);
    let tournament = app.core().change_tournament_state(&actor, by, change).await?;
    Ok(super::answer(&asked, StatusCode::OK, &tournament, &base))
}
