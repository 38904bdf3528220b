//! `GET /v2.1/tournaments/{id}/participants.json`.

use axum::{http::StatusCode, response::Response};
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::{Changed, Paging, ParticipantList},
    error::ApiError,
    input::ListQuery,
    output::{self, Call, Many, Meta, PageLinks},
    path::ApiPath,
    resources::{self, Included},
};

/// Lists a tournament's participants by seed; the profiles of those who are linked to an account are
/// included.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}/participants",
    operation_id = "challongeV2ListParticipants",
    params(Paging, Changed),
    responses((status = 200, description = "A page of participants.", body = ParticipantList)),
    extensions(("x-permissions" = json!([Permission::ReadParticipants as u32]))),
)]
pub(in crate::api::challonge_v2) async fn list(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
    query: ListQuery,
) -> Result<Response, ApiError> {
    let base = call.base();
    let page = query.page()?;
    let since = query.updated_since()?;
    let by = call.by(&tournament);
    let tournament = call.core().tournament(&call.actor, by, Permission::ReadParticipants).await?;
    let wanted = tournament
        .participants
        .iter()
        .zip(tournament.group_ids())
        .filter(|(row, _)| since.is_none_or(|since| row.updated_at >= since))
        .collect();
    let (shown, count) = output::slice(wanted, page);
    let data = shown
        .iter()
        .map(|(row, group)| resources::participant(tournament.row.id, row, *group, base))
        .collect();
    let rows = shown.iter().map(|(row, _)| *row);
    let address = format!("{base}/v2.1/tournaments/{}/participants.json", tournament.row.id);
    let document = Many {
        data,
        included: resources::profiles(rows).map(Included::Profile).collect(),
        meta: Meta { count },
        links: PageLinks::new(&address, &query, page, count),
    };
    Ok(call.respond(StatusCode::OK, &document))
}
