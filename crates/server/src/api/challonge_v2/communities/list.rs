//! `GET /v2.1/communities.json`: the communities that the caller administers.

use axum::{http::StatusCode, response::Response};
use tiltyard_core::permissions::Permission;

use super::document::{CommunityList, resource};
use crate::api::challonge_v2::{
    document::Paging,
    error::ApiError,
    input::ListQuery,
    output::{Call, Many, Meta, PageLinks},
};

/// Lists the communities that the caller administers.
#[utoipa::path(
    get,
    path = "/communities",
    operation_id = "challongeV2ListCommunities",
    params(Paging),
    responses((status = 200, description = "A page of communities.", body = CommunityList)),
    extensions(("x-permissions" = json!([Permission::ReadCommunities as u32]))),
)]
pub(in crate::api::challonge_v2) async fn list(
    call: Call,
    query: ListQuery,
) -> Result<Response, ApiError> {
    let page = query.page()?;
    let listed = call.core().communities(&call.actor, page).await?;
    let address = format!("{}/v2.1/communities.json", call.base());
    let document = Many::<_, ()> {
        data: listed.items.iter().map(resource).collect(),
        included: Vec::new(),
        meta: Meta { count: listed.total },
        links: PageLinks::new(&address, &query, page, listed.total),
    };
    Ok(call.respond(StatusCode::OK, &document))
}
