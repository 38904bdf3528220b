//! `PUT /v2.1/communities/{community}.json`.

use axum::{extract::Request, http::StatusCode, response::Response};
use tiltyard_core::{communities::CommunityChanges, permissions::Permission};

use super::{
    document::{CommunityDocument, CommunityInput},
    input::community,
};
use crate::api::challonge_v2::{error::ApiError, input, origin::CallOrigin, output::Call};

/// Changes a community, for its owners. What is not sent stays as it is.
#[utoipa::path(
    put,
    path = "/communities/{community}",
    operation_id = "challongeV2UpdateCommunity",
    request_body = CommunityInput,
    responses((status = 200, description = "The community after the change.", body = CommunityDocument)),
    extensions(("x-permissions" = json!([Permission::WriteCommunities as u32]))),
)]
pub(in crate::api::challonge_v2) async fn update(
    call: Call,
    CallOrigin(origin): CallOrigin,
    request: Request,
) -> Result<Response, ApiError> {
    let sent = input::attributes(&call, &[Permission::WriteCommunities], request).await?;
    let sent = community(sent)?;
    let changes = CommunityChanges {
        name: sent.name,
        permalink: sent.permalink,
        subdomain: sent.subdomain,
        description: sent.description.or_default(),
    };
    let named = call.named_community();
    let community = call.core().update_community(&call.actor, named, changes, origin).await?;
    Ok(super::answer(&call, StatusCode::OK, &community))
}
