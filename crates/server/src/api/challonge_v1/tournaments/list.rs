//! `GET /v1/tournaments.json`: the key owner's tournaments, or a community's; all of them, newest
//! first.

use axum::response::Response;
use tiltyard_core::{
    permissions::Permission,
    tournaments::{Kind, Options, Page, StateFilter, TournamentFilter},
};

use crate::{
    api::{
        challonge_v1::{
            call::Call,
            document::{Changed, HostQuery},
            error::ApiError,
            parameters::Parameters,
            resources::{self, Beside, TournamentBox},
        },
        challonge_v2::document::TournamentQuery,
    },
    http::time,
};

/// Lists the person's tournaments, newest first.
#[utoipa::path(
    get,
    path = "/tournaments",
    operation_id = "challongeV1ListTournaments",
    params(TournamentQuery, HostQuery, Changed),
    responses((status = 200, description = "All of them.", body = Vec<TournamentBox>)),
    extensions(("x-permissions" = json!([Permission::ReadTournaments as u32]))),
)]
pub(in crate::api::challonge_v1) async fn list(call: Call) -> Result<Response, ApiError> {
    let filter = filter(call.parameters(&[Permission::ReadTournaments])?)?;
    // There is no paging.
    let all = Page { number: 1, size: u32::MAX };
    let listed = call.core().tournaments(&call.actor, filter, all).await?;
    let mut communities: Vec<i64> =
        listed.items.iter().filter_map(|row| row.community_id).collect();
    communities.sort_unstable();
    communities.dedup();
    let permalinks = call.core().community_permalinks(communities).await?;
    let documents: Vec<TournamentBox> = listed
        .items
        .iter()
        .map(|row| {
            let options: Options = serde_json::from_str(&row.options).unwrap_or_default();
            let subdomain = row.community_id.and_then(|id| permalinks.get(&id).cloned());
            let beside = Beside { subdomain, ..Beside::default() };
            resources::tournament(row, &options, beside, call.base())
        })
        .collect();
    call.many("tournaments", &documents)
}

fn filter(query: &Parameters) -> Result<TournamentFilter, ApiError> {
    let state = match query.text("state") {
        None | Some("all") => StateFilter::All,
        Some("pending") => StateFilter::Pending,
        Some("in_progress") => StateFilter::InProgress,
        Some("ended") => StateFilter::Ended,
        Some(_) => {
            return Err(ApiError::invalid("State must be one of all, pending, in_progress, ended"));
        }
    };
    // What cannot be made here is had by nobody.
    let kind = query.text("type").map(Kind::parse);
    let date = |name: &str| match query.text(name) {
        None => Ok(None),
        Some(text) => time::parse(text).map(Some).ok_or_else(|| {
            ApiError::invalid("Dates must be of the form YYYY-MM-DD, such as 2027-03-01")
        }),
    };
    Ok(TournamentFilter {
        community: query.text("subdomain").map(str::to_owned),
        state,
        kind,
        created_from: date("created_after")?,
        created_before: date("created_before")?,
        updated_from: query.updated_since()?,
    })
}
