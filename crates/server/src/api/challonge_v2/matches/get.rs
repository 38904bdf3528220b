//! `GET /v2.1/tournaments/{id}/matches/{match}.json`.

use axum::response::Response;
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::MatchDocument, error::ApiError, output::Call, path::ApiPath,
};

/// Shows a match and who plays it.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}/matches/{match}",
    operation_id = "challongeV2GetMatch",
    responses((status = 200, description = "The match.", body = MatchDocument),
        (status = 304, description = "The client has it already: the tag in `If-None-Match` is current.")),
    extensions(("x-permissions" = json!([Permission::ReadMatches as u32]))),
)]
pub(in crate::api::challonge_v2) async fn get(
    call: Call,
    ApiPath((tournament, id)): ApiPath<(String, String)>,
) -> Result<Response, ApiError> {
    let by = call.by(&tournament);
    let tournament = call.core().tournament(&call.actor, by, Permission::ReadMatches).await?;
    super::answer(&call, &tournament, super::id(&id)?)
}
