//! `PUT /v2.1/tournaments/{id}/matches/bulk_update.json`: several reports, in order, all or none.

use axum::{extract::Request, http::StatusCode, response::Response};
use tiltyard_core::{
    Problems,
    permissions::Permission,
    tournaments::{Page, Tournament},
};

use crate::api::challonge_v2::{
    document::{MatchList, MatchesInput},
    error::ApiError,
    input::{self, ListQuery},
    output::{Call, Many, Meta, PageLinks},
    path::ApiPath,
    resources,
};

/// Reports several matches, one after the other: all or none. A report may open the match that the next
/// one is about.
#[utoipa::path(
    method(put, post),
    path = "/tournaments/{tournament}/matches/bulk_update",
    operation_id = "challongeV2ReportMatches",
    request_body = MatchesInput,
    responses((status = 200, description = "The matches after all reports, in the order in which they were sent.",
        body = MatchList)),
    extensions(("x-also-by-post" = json!(true)),
        ("x-permissions" = json!([Permission::WriteMatches as u32, Permission::ReportOwnMatches as u32]))),
)]
pub(in crate::api::challonge_v2) async fn bulk_update(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let permissions = [Permission::WriteMatches, Permission::ReportOwnMatches];
    let sent = input::resources(&call, &permissions, request, "matches").await?;
    let mut problems = Problems::default();
    let mut changes = Vec::with_capacity(sent.len());
    for (index, (id, mut attributes)) in sent.into_iter().enumerate() {
        if id.is_none() {
            problems.add(format!("matches.{index}.id"), "must be a match's id");
        }
        changes.push((id.unwrap_or_default(), super::update::read(&mut attributes)));
        for problem in attributes.problems.list() {
            problems.add(problem.field.clone(), problem.message.clone());
        }
    }
    let of_list = |error| ApiError::in_list(error, "matches");
    problems.check().map_err(of_list)?;
    let ids: Vec<i64> = changes.iter().map(|(id, _)| *id).collect();
    let by = call.by(&tournament);
    let changed = call.core().update_matches(&call.actor, by, changes).await.map_err(of_list)?;
    Ok(answer(&call, &changed, &ids))
}

/// These matches of the tournament, each once, on one page; its participants are included.
fn answer(call: &Call, tournament: &Tournament, ids: &[i64]) -> Response {
    let base = call.base();
    let mut seen = std::collections::HashSet::new();
    let data: Vec<_> = ids
        .iter()
        .filter(|id| seen.insert(**id))
        .filter_map(|id| tournament.match_by_id(*id))
        .map(|(row, of_bracket)| resources::one_match(tournament, row, of_bracket, base))
        .collect();
    let count = data.len();
    let address = format!("{base}/v2.1/tournaments/{}/matches.json", tournament.row.id);
    let page = Page { number: 1, size: u32::try_from(count.max(1)).unwrap_or(u32::MAX) };
    let document = Many {
        data,
        included: resources::everybody(tournament, base).collect(),
        meta: Meta { count: count as u64 },
        links: PageLinks::new(&address, &ListQuery::default(), page, count as u64),
    };
    call.respond(StatusCode::OK, &document)
}
