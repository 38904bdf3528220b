//! `GET /v2.1/communities/{community}/members.json`.

use axum::{http::StatusCode, response::Response};
use tiltyard_core::{communities::Role, permissions::Permission};
use utoipa::IntoParams;

use crate::api::challonge_v2::{
    communities::document::{MemberList, member},
    document::Paging,
    error::ApiError,
    input::ListQuery,
    output::{Call, Many, Meta, PageLinks},
};

/// Which members.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only the schema is used")]
struct MemberQuery {
    /// Those with this role: `owner`, `organizer` or `member`.
    #[param(pattern = "^(owner|organizer|member)$")]
    role: Option<String>,
}

/// Lists who belongs to a community, for its owners and organizers; who came first stands in front.
#[utoipa::path(
    get,
    path = "/communities/{community}/members",
    operation_id = "challongeV2ListCommunityMembers",
    params(Paging, MemberQuery),
    responses((status = 200, description = "A page of members.", body = MemberList)),
    extensions(("x-permissions" = json!([Permission::ReadCommunities as u32]))),
)]
pub(in crate::api::challonge_v2) async fn list(
    call: Call,
    query: ListQuery,
) -> Result<Response, ApiError> {
    let page = query.page()?;
    let role = match query.get("role") {
        None => None,
        Some(name) => Some(Role::parse(name).ok_or_else(|| {
            ApiError::bad_parameter("role", "must be one of owner, organizer, member")
        })?),
    };
    let named = call.named_community();
    let listed = call.core().community_members(&call.actor, named, role, page).await?;
    let address = format!("{}{}/members.json", call.base(), call.prefix);
    let document = Many::<_, ()> {
        data: listed.items.iter().map(member).collect(),
        included: Vec::new(),
        meta: Meta { count: listed.total },
        links: PageLinks::new(&address, &query, page, listed.total),
    };
    Ok(call.respond(StatusCode::OK, &document))
}
