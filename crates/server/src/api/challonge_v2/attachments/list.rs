//! `GET /v2.1/tournaments/{id}/matches/{match}/attachments.json`.

use axum::{http::StatusCode, response::Response};
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::{AttachmentList, Paging},
    error::ApiError,
    input::ListQuery,
    matches,
    output::{self, Call, Many, Meta, PageLinks},
    path::ApiPath,
    resources,
};

/// Lists what is attached to a match, oldest first.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}/matches/{match}/attachments",
    operation_id = "challongeV2ListAttachments",
    params(Paging),
    responses((status = 200, description = "A page of attachments.", body = AttachmentList)),
    extensions(("x-permissions" = json!([Permission::ReadAttachments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn list(
    call: Call,
    ApiPath((tournament, of)): ApiPath<(String, String)>,
    query: ListQuery,
) -> Result<Response, ApiError> {
    let page = query.page()?;
    let of = matches::id(&of)?;
    let by = call.by(&tournament);
    let (tournament, rows) = call.core().match_attachments(&call.actor, by, of).await?;
    let (rows, count) = output::slice(rows, page);
    let base = call.base();
    let address =
        format!("{base}/v2.1/tournaments/{}/matches/{of}/attachments.json", tournament.row.id);
    let document = Many::<_, ()> {
        data: rows
            .iter()
            .map(|row| resources::attachment(call.core(), &tournament, row, base))
            .collect(),
        included: Vec::new(),
        meta: Meta { count },
        links: PageLinks::new(&address, &query, page, count),
    };
    Ok(call.respond(StatusCode::OK, &document))
}
