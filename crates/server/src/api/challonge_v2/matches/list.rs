//! `GET /v2.1/tournaments/{id}/matches.json`, with the participants included.

use axum::{http::StatusCode, response::Response};
use tiltyard_bracket::MatchState;
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::{Changed, MatchList, MatchQuery, Paging},
    error::ApiError,
    input::ListQuery,
    output::{self, Call, Many, Meta, PageLinks},
    path::ApiPath,
    resources,
};

/// Lists a tournament's matches, with the participants included.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}/matches",
    operation_id = "challongeV2ListMatches",
    params(Paging, MatchQuery, Changed),
    responses((status = 200, description = "A page of matches.", body = MatchList)),
    extensions(("x-permissions" = json!([Permission::ReadMatches as u32]))),
)]
pub(in crate::api::challonge_v2) async fn list(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
    query: ListQuery,
) -> Result<Response, ApiError> {
    let base = call.base();
    let page = query.page()?;
    let state = match query.get("state") {
        None | Some("all") => None,
        Some("pending") => Some(MatchState::Pending),
        Some("open") => Some(MatchState::Open),
        Some("complete") => Some(MatchState::Complete),
        Some(_) => {
            return Err(ApiError::bad_parameter("state", "must be one of pending, open, complete"));
        }
    };
    let player = match query.get("participant_id") {
        None => None,
        Some(text) => Some(text.parse::<i64>().map_err(|_| {
            ApiError::bad_parameter("participant_id", "must be a participant's id")
        })?),
    };
    let since = query.updated_since()?;
    let by = call.by(&tournament);
    let tournament = call.core().tournament(&call.actor, by, Permission::ReadMatches).await?;
    let wanted: Vec<_> = tournament
        .listed_matches()
        .filter(|(row, _)| since.is_none_or(|since| row.updated_at >= since))
        .filter(|(_, of_bracket)| state.is_none_or(|state| of_bracket.state == state))
        .filter(|(_, of_bracket)| {
            player.is_none_or(|player| {
                of_bracket
                    .slots
                    .iter()
                    .filter_map(|slot| slot.content.entrant())
                    .filter_map(|entrant| tournament.participant(entrant))
                    .any(|participant| participant.id == player)
            })
        })
        .collect();
    let (shown, count) = output::slice(wanted, page);
    let data = shown
        .into_iter()
        .map(|(row, of_bracket)| resources::one_match(&tournament, row, of_bracket, base))
        .collect();
    let address = format!("{base}/v2.1/tournaments/{}/matches.json", tournament.row.id);
    let document = Many {
        data,
        included: resources::everybody(&tournament, base).collect(),
        meta: Meta { count },
        links: PageLinks::new(&address, &query, page, count),
    };
    Ok(call.respond(StatusCode::OK, &document))
}
