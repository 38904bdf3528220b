//! `GET /v1/tournaments/{t}/matches/{m}.json`.

use axum::response::Response;
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v1::{
    call::{self, Call, Names},
    error::ApiError,
    resources::MatchBox,
};

/// Shows a match.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}/matches/{match}",
    operation_id = "challongeV1GetMatch",
    responses((status = 200, description = "The match.", body = MatchBox)),
    extensions(("x-permissions" = json!([Permission::ReadMatches as u32]))),
)]
pub(in crate::api::challonge_v1) async fn show(
    call: Call,
    Names([tournament, id]): Names<2>,
) -> Result<Response, ApiError> {
    let by = call::by(&tournament);
    let tournament = call.core().tournament(&call.actor, by, Permission::ReadMatches).await?;
    super::answer(&call, &tournament, call::id(&id, "match")?)
}
