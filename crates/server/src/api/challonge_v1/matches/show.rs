//! `GET /v1/tournaments/{t}/matches/{m}.json`.

use axum::response::Response;
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v1::{
    attachments,
    call::{self, Call, Names},
    document::IncludesAttachments,
    error::ApiError,
    resources::{self, MatchBox},
};

/// Shows a match; what is attached to it where that is asked for.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}/matches/{match}",
    operation_id = "challongeV1GetMatch",
    params(IncludesAttachments),
    responses((status = 200, description = "The match.", body = MatchBox)),
    extensions(("x-permissions" = json!([Permission::ReadMatches as u32]))),
)]
pub(in crate::api::challonge_v1) async fn show(
    call: Call,
    Names([tournament, id]): Names<2>,
) -> Result<Response, ApiError> {
    let (by, id) = (call::by(&tournament), call::id(&id, "match")?);
    let tournament =
        call.core().tournament(&call.actor, by.clone(), Permission::ReadMatches).await?;
    let found = tournament.match_by_id(id);
    let (row, of) = found.ok_or(tiltyard_core::Error::NotFound("match"))?;
    let attached = if call.includes("include_attachments") {
        Some(attachments::of_match(&call, by, id).await?)
    } else {
        None
    };
    call.one(&resources::one_match(&tournament, row, of).with(attached))
}
