//! `DELETE /v2.1/tournaments/{id}/participants/{participant}.json`: 204 where the participant is
//! gone, 200 with the resource where it withdrew.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use tiltyard_core::tournaments::By;

use crate::{
    App,
    api::challonge_v2::{auth, error::ApiError, output::Asked, path::ApiPath},
};

pub(in crate::api::challonge_v2) async fn delete(
    State(app): State<App>,
    ApiPath((tournament, participant)): ApiPath<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let asked = Asked::of(&request)?;
    let actor = auth::actor(&app, request.headers()).await?;
    let base = app.base(request.headers());
    let id = super::id(&participant)?;
    let by = By::parse(&tournament);
    let (tournament, gone) = app.core().remove_participant(&actor, by, id).await?;
    if gone {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    super::answer_one(&asked, &tournament, id, base)
}
