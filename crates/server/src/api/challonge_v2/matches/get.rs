//! `GET /v2.1/tournaments/{id}/matches/{match}.json`.

use axum::{
    extract::{Request, State},
    response::Response,
};
use tiltyard_core::{permissions::Permission, tournaments::By};

use crate::{
    App,
    api::challonge_v2::{auth, error::ApiError, output::Asked, path::ApiPath},
};

pub(in crate::api::challonge_v2) async fn get(
    State(app): State<App>,
    ApiPath((tournament, id)): ApiPath<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let asked = Asked::of(&request)?;
    let actor = auth::actor(&app, request.headers()).await?;
    let by = By::parse(&tournament);
    let tournament = app.core().tournament(&actor, by, Permission::ReadMatches).await?;
    super::answer(&asked, &tournament, super::id(&id)?, app.base(request.headers()))
}
