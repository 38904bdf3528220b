//! `GET /v2.1/communities/{community}/members/{person}.json`.

use axum::{http::StatusCode, response::Response};
use tiltyard_core::{communities::Who, permissions::Permission};

use crate::api::challonge_v2::{
    communities::document::MemberDocument, error::ApiError, output::Call, path::ApiPath,
};

/// Shows a member, to owners and organizers; everybody who belongs to the community sees themselves.
#[utoipa::path(
    get,
    path = "/communities/{community}/members/{person}",
    operation_id = "challongeV2GetCommunityMember",
    responses((status = 200, description = "The member.", body = MemberDocument)),
    extensions(("x-permissions" = json!([Permission::ReadCommunities as u32]))),
)]
pub(in crate::api::challonge_v2) async fn get(
    call: Call,
    ApiPath(person): ApiPath<String>,
) -> Result<Response, ApiError> {
    let (named, who) = (call.named_community(), Who::parse(&person));
    let member = call.core().community_member(&call.actor, named, who).await?;
    Ok(super::answer(&call, StatusCode::OK, &member))
}
