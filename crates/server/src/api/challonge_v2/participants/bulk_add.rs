//! `POST /v2.1/tournaments/{id}/participants/bulk_add.json`: all or none.

use std::collections::HashSet;

use axum::{
    extract::{Request, State},
    response::Response,
};
use tiltyard_core::{Problems, tournaments::By};

use crate::{
    App,
    api::challonge_v2::{auth, error::ApiError, input, output::Asked, path::ApiPath},
};

pub(in crate::api::challonge_v2) async fn bulk_add(
    State(app): State<App>,
    ApiPath(tournament): ApiPath<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let asked = Asked::of(&request)?;
    let actor = auth::actor(&app, request.headers()).await?;
    let base = app.base(request.headers()).to_owned();
    let mut problems = Problems::default();
    let new = input::attribute_list(&app, request, "participants")
        .await?
        .into_iter()
        .map(|sent| super::input::new(sent, &mut problems))
        .collect();
    problems.check()?;
    let by = By::parse(&tournament);
    let (tournament, ids) = app.core().add_participants(&actor, by, new, true).await?;
    let added: HashSet<i64> = ids.into_iter().collect();
    Ok(super::answer_many(&asked, &tournament, |id| added.contains(&id), &base))
}
