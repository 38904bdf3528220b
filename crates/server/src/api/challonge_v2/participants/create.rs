//! `POST /v2.1/tournaments/{id}/participants.json`.

use axum::{
    extract::{Request, State},
    response::Response,
};
use tiltyard_core::{Problems, tournaments::By};

use crate::{
    App,
    api::challonge_v2::{auth, error::ApiError, input, output::Asked, path::ApiPath},
};

pub(in crate::api::challonge_v2) async fn create(
    State(app): State<App>,
    ApiPath(tournament): ApiPath<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let asked = Asked::of(&request)?;
    let actor = auth::actor(&app, request.headers()).await?;
    let base = app.base(request.headers()).to_owned();
    let mut problems = Problems::default();
    let new = super::input::new(input::attributes(&app, request).await?, &mut problems);
    problems.check()?;
    let (tournament, ids) =
        app.core().add_participants(&actor, By::parse(&tournament), vec![new], false).await?;
    let id = ids.first().copied().unwrap_or_default();
    super::answer_one(&asked, &tournament, id, &base)
}
