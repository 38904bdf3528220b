//! `GET /v2.1/tournaments.json`: the person's tournaments, the community's or the application's,
//! newest first.

use axum::{http::StatusCode, response::Response};
use tiltyard_core::{
    permissions::Permission,
    tournaments::{Kind, Options, StateFilter, TournamentFilter},
};

use crate::{
    api::challonge_v2::{
        document::{Changed, Paging, TournamentList, TournamentQuery},
        error::ApiError,
        input::ListQuery,
        output::{Call, Many, Meta, PageLinks},
        resources,
    },
    http::time,
};

/// Lists the person's tournaments, newest first.
#[utoipa::path(
    get,
    path = "/tournaments",
    operation_id = "challongeV2ListTournaments",
    params(Paging, TournamentQuery, Changed),
    responses((status = 200, description = "A page of tournaments.", body = TournamentList)),
    extensions(("x-permissions" = json!([Permission::ReadTournaments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn list(
    call: Call,
    query: ListQuery,
) -> Result<Response, ApiError> {
    let base = call.base();
    let page = query.page()?;
    let filter = TournamentFilter { community: call.community.clone(), ..filter(&query)? };
    let listed = call.core().tournaments(&call.actor, filter, page).await?;
    let options: Vec<Options> = listed
        .items
        .iter()
        .map(|row| serde_json::from_str(&row.options).unwrap_or_default())
        .collect();
    let data = listed
        .items
        .iter()
        .zip(&options)
        .map(|(row, options)| resources::tournament(row, options, 0, base).without_match_count())
        .collect();
    let address = format!("{base}{}/tournaments.json", call.prefix);
    let document = Many::<_, ()> {
        data,
        included: Vec::new(),
        meta: Meta { count: listed.total },
        links: PageLinks::new(&address, &query, page, listed.total),
    };
    Ok(call.respond(StatusCode::OK, &document))
}

fn filter(query: &ListQuery) -> Result<TournamentFilter, ApiError> {
    let state = match query.get("state") {
        None | Some("all") => StateFilter::All,
        Some("pending") => StateFilter::Pending,
        Some("in_progress") => StateFilter::InProgress,
        Some("ended") => StateFilter::Ended,
        Some(_) => {
            return Err(ApiError::bad_parameter(
                "state",
                "must be one of pending, in_progress, ended",
            ));
        }
    };
    // Formats that cannot be made yet are known by name: nothing has them.
    let later = ["free for all", "time trail", "time trial", "grand prix"];
    let kind = match query.get("type") {
        None => None,
        Some(name) => match Kind::parse(name) {
            Some(kind) => Some(Some(kind)),
            None if later.contains(&name.replace('_', " ").as_str()) => Some(None),
            None => {
                return Err(ApiError::bad_parameter(
                    "type",
                    "must be a tournament type such as double_elimination",
                ));
            }
        },
    };
    let date = |name: &str| match query.get(name) {
        None => Ok(None),
        Some(text) => time::parse(text)
            .map(Some)
            .ok_or_else(|| ApiError::bad_parameter(name, "must be a date such as 2027-03-01")),
    };
    Ok(TournamentFilter {
        community: None,
        state,
        kind,
        created_from: date("created_after")?,
        created_before: date("created_before")?,
        updated_from: query.updated_since()?,
    })
}
