//! `POST /v2.1/communities.json`.

use axum::{extract::Request, http::StatusCode, response::Response};
use tiltyard_core::{communities::NewCommunity, permissions::Permission};

use super::{
    document::{CommunityDocument, CommunityInput},
    input::community,
};
use crate::api::challonge_v2::{error::ApiError, input, origin::CallOrigin, output::Call};

/// Makes a community, of which the caller is the owner.
#[utoipa::path(
    post,
    path = "/communities",
    operation_id = "challongeV2CreateCommunity",
    request_body = CommunityInput,
    responses((status = 201, description = "The community.", body = CommunityDocument)),
    extensions(("x-permissions" = json!([Permission::WriteCommunities as u32]))),
)]
pub(in crate::api::challonge_v2) async fn create(
    call: Call,
    CallOrigin(origin): CallOrigin,
    request: Request,
) -> Result<Response, ApiError> {
    let sent = input::attributes(&call, &[Permission::WriteCommunities], request).await?;
    let sent = community(sent)?;
    let new = NewCommunity {
        owner: call.actor.person_id().unwrap_or_default(),
        name: sent.name.unwrap_or_default(),
        permalink: sent.permalink.unwrap_or_default(),
        subdomain: sent.subdomain.into_option(),
        description: sent.description.into_option().unwrap_or_default(),
    };
    let community = call.core().create_community(&call.actor, new, origin).await?;
    Ok(super::answer(&call, StatusCode::CREATED, &community))
}
