//! `POST /v2.1/communities/{community}/members.json`.

use axum::{extract::Request, http::StatusCode, response::Response};
use tiltyard_core::{communities::Role, permissions::Permission};

use crate::api::challonge_v2::{
    communities::{
        document::{MemberDocument, MemberInput},
        input::{role, who},
    },
    error::ApiError,
    input,
    origin::CallOrigin,
    output::Call,
};

/// Adds a person to a community, for its owners.
#[utoipa::path(
    post,
    path = "/communities/{community}/members",
    operation_id = "challongeV2AddCommunityMember",
    request_body = MemberInput,
    responses((status = 201, description = "The member.", body = MemberDocument)),
    extensions(("x-permissions" = json!([Permission::WriteCommunities as u32]))),
)]
pub(in crate::api::challonge_v2) async fn add(
    call: Call,
    CallOrigin(origin): CallOrigin,
    request: Request,
) -> Result<Response, ApiError> {
    let mut sent = input::attributes(&call, &[Permission::WriteCommunities], request).await?;
    let role = role(&mut sent).unwrap_or(Role::Member);
    let who = who(&mut sent);
    sent.check()?;
    // Without anybody the check has failed.
    let Some(who) = who else { return Err(ApiError::bad_request("Say who is to belong to it.")) };
    let named = call.named_community();
    let member = call.core().add_community_member(&call.actor, named, who, role, origin).await?;
    Ok(super::answer(&call, StatusCode::CREATED, &member))
}
