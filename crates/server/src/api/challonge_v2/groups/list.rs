//! `GET /v2.1/tournaments/{id}/groups.json`.

use axum::{http::StatusCode, response::Response};
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::{GroupList, Paging},
    error::ApiError,
    input::ListQuery,
    output::{self, Call, Many, Meta, PageLinks},
    path::ApiPath,
    resources::{self, Included},
};

/// The groups of a tournament, with who stands where in them.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}/groups",
    operation_id = "challongeV2ListGroups",
    params(Paging),
    responses((status = 200, description = "A page of groups; none before the group stage has started.", body = GroupList)),
    extensions(("x-permissions" = json!([Permission::ReadTournaments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn list(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
    query: ListQuery,
) -> Result<Response, ApiError> {
    let page = query.page()?;
    let by = call.by(&tournament);
    let tournament = call.core().tournament(&call.actor, by, Permission::ReadTournaments).await?;
    let (shown, count) = output::slice(tournament.groups().collect(), page);
    let address =
        format!("{}{}/tournaments/{}/groups.json", call.base(), "/v2.1", tournament.row.id);
    let document = Many::<_, Included<'_>> {
        data: shown.iter().map(|group| resources::group(&tournament, group)).collect(),
        included: Vec::new(),
        meta: Meta { count },
        links: PageLinks::new(&address, &query, page, count),
    };
    Ok(call.respond(StatusCode::OK, &document))
}
