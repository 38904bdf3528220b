//! `DELETE /v2.1/communities/{community}/members/{person}.json`.

use axum::http::StatusCode;
use tiltyard_core::{communities::Who, permissions::Permission};

use crate::api::challonge_v2::{error::ApiError, origin::CallOrigin, output::Call, path::ApiPath};

/// Takes a person out of a community: owners anybody, everybody themselves, nobody the last owner.
#[utoipa::path(
    delete,
    path = "/communities/{community}/members/{person}",
    operation_id = "challongeV2RemoveCommunityMember",
    responses((status = 204, description = "The person does not belong to it any more.")),
    extensions(("x-permissions" = json!([Permission::WriteCommunities as u32]))),
)]
pub(in crate::api::challonge_v2) async fn remove(
    call: Call,
    CallOrigin(origin): CallOrigin,
    ApiPath(person): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    let (named, who) = (call.named_community(), Who::parse(&person));
    call.core().remove_community_member(&call.actor, named, who, origin).await?;
    Ok(StatusCode::NO_CONTENT)
}
