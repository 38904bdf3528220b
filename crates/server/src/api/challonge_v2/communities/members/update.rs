//! `PUT /v2.1/communities/{community}/members/{person}.json`.

use axum::{extract::Request, http::StatusCode, response::Response};
use tiltyard_core::{communities::Who, permissions::Permission};

use crate::api::challonge_v2::{
    communities::{
        document::{MemberDocument, RoleInput},
        input::required_role,
    },
    error::ApiError,
    input,
    origin::CallOrigin,
    output::Call,
    path::ApiPath,
};

/// Gives a member another role, for the community's owners. There is always an owner.
#[utoipa::path(
    put,
    path = "/communities/{community}/members/{person}",
    operation_id = "challongeV2UpdateCommunityMember",
    request_body = RoleInput,
    responses((status = 200, description = "The member after the change.", body = MemberDocument)),
    extensions(("x-permissions" = json!([Permission::WriteCommunities as u32]))),
)]
pub(in crate::api::challonge_v2) async fn update(
    call: Call,
    CallOrigin(origin): CallOrigin,
    ApiPath(person): ApiPath<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let sent = input::attributes(&call, &[Permission::WriteCommunities], request).await?;
    let role = required_role(sent)?;
    let (named, who) = (call.named_community(), Who::parse(&person));
    let member = call.core().set_community_role(&call.actor, named, who, role, origin).await?;
    Ok(super::answer(&call, StatusCode::OK, &member))
}
