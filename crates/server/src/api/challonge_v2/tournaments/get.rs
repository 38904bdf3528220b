//! `GET /v2.1/tournaments/{id}.json`: a tournament with its matches and participants.

use axum::response::Response;
use tiltyard_core::permissions::Permission;

use crate::{
    api::challonge_v2::{
        document::TournamentDocument,
        error::ApiError,
        output::{self, Call},
        path::ApiPath,
    },
    app::{DocumentKey, DocumentKind},
    http::heavy,
};

/// Shows a tournament with its matches and participants.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}",
    operation_id = "challongeV2GetTournament",
    responses((status = 200, description = "The tournament.", body = TournamentDocument),
        (status = 304, description = "The client has it already: the tag in `If-None-Match` is current.")),
    extensions(("x-permissions" = json!([Permission::ReadTournaments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn get(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
) -> Result<Response, ApiError> {
    let by = call.by(&tournament);
    let tournament = call.core().tournament(&call.actor, by, Permission::ReadTournaments).await?;
    let base = call.base_index;
    let key = DocumentKey::of(&tournament, DocumentKind::ChallongeV2, base);
    let tag = output::tournament_tag(&tournament, base);
    let written = async {
        heavy::draw(tournament.participants.len(), || {
            serde_json::to_vec(&super::document(&tournament, call.app.base_at(base)))
        })
    };
    match call.app.document(&key, written).await {
        Ok(document) => Ok(call.respond_tagged(document, &tag)),
        Err(error) => Ok(output::unwritten(&error)),
    }
}
