//! `GET /v2.1/tournaments/{id}/participants.json`.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use tiltyard_core::{permissions::Permission, tournaments::By};

use crate::{
    App,
    api::challonge_v2::{
        auth,
        error::ApiError,
        input::ListQuery,
        output::{self, Asked, Many, Meta, PageLinks},
        path::ApiPath,
        resources,
    },
};

pub(in crate::api::challonge_v2) async fn list(
    State(app): State<App>,
    ApiPath(tournament): ApiPath<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let asked = Asked::of(&request)?;
    let actor = auth::actor(&app, request.headers()).await?;
    let query = ListQuery::of(request.uri());
    let page = query.page()?;
    let by = By::parse(&tournament);
    let tournament = app.core().tournament(&actor, by, Permission::ReadParticipants).await?;
    let base = app.base(request.headers());
    let (data, count) = output::slice(resources::participants(&tournament, base).collect(), page);
    let address = format!("{base}/v2.1/tournaments/{}/participants.json", tournament.row.id);
    let document = Many::<_, ()> {
        data,
        included: Vec::new(),
        meta: Meta { count },
        links: PageLinks::new(&address, &query, page, count),
    };
    Ok(asked.respond(StatusCode::OK, &document))
}
