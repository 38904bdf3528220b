//! `GET /v2.1/tournaments/{id}.json`: a tournament with its matches and participants.

use axum::{
    extract::{Request, State},
    response::Response,
};
use tiltyard_core::{permissions::Permission, tournaments::By};

use crate::{
    App,
    api::challonge_v2::{auth, error::ApiError, output::Asked, path::ApiPath},
    app::{DocumentKey, DocumentKind},
};

pub(in crate::api::challonge_v2) async fn get(
    State(app): State<App>,
    ApiPath(tournament): ApiPath<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let asked = Asked::of(&request)?;
    let actor = auth::actor(&app, request.headers()).await?;
    let by = By::parse(&tournament);
    let tournament = app.core().tournament(&actor, by, Permission::ReadTournaments).await?;
    let base = app.base_index(request.headers());
    let key = DocumentKey {
        tournament: tournament.row.id,
        revision: tournament.row.revision,
        kind: DocumentKind::ChallongeV2,
        base,
    };
    let tag = format!("W/\"{:x}-{base}\"", key.revision);
    let body = app.document(key, || {
        serde_json::to_vec(&super::document(&tournament, app.base_at(base))).unwrap_or_default()
    });
    Ok(asked.respond_tagged(body, &tag))
}
