//! `GET /v1/tournaments/{t}/matches.json`.

use axum::response::Response;
use tiltyard_bracket::MatchState;
use tiltyard_core::permissions::Permission;

use crate::api::{
    challonge_v1::{
        call::{self, Call, Names},
        document::Changed,
        error::ApiError,
        resources::{self, MatchBox},
    },
    challonge_v2::document::MatchQuery,
};

/// Lists a tournament's matches.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}/matches",
    operation_id = "challongeV1ListMatches",
    params(MatchQuery, Changed),
    responses((status = 200, description = "All of them.", body = Vec<MatchBox>)),
    extensions(("x-permissions" = json!([Permission::ReadMatches as u32]))),
)]
pub(in crate::api::challonge_v1) async fn list(
    call: Call,
    Names([tournament]): Names<1>,
) -> Result<Response, ApiError> {
    let query = call.parameters(&[Permission::ReadMatches])?;
    let state = match query.text("state") {
        None | Some("all") => None,
        Some("pending") => Some(MatchState::Pending),
        Some("open") => Some(MatchState::Open),
        Some("complete") => Some(MatchState::Complete),
        Some(_) => {
            return Err(ApiError::invalid("State must be one of all, pending, open, complete"));
        }
    };
    let since = query.updated_since()?;
    let player = match query.text("participant_id") {
        None => None,
        Some(text) => Some(
            text.parse::<i64>()
                .map_err(|_| ApiError::invalid("Participant must be a participant's id"))?,
        ),
    };
    let by = call::by(&tournament);
    let tournament = call.core().tournament(&call.actor, by, Permission::ReadMatches).await?;
    let documents: Vec<MatchBox> = tournament
        .listed_matches()
        .filter(|(row, _)| since.is_none_or(|since| row.updated_at >= since))
        .filter(|(_, of)| state.is_none_or(|state| of.state == state))
        .filter(|(_, of)| {
            player.is_none_or(|player| {
                let mut rows = of.entrants().filter_map(|it| tournament.participant(it));
                rows.any(|row| row.id == player)
            })
        })
        .map(|(row, of)| resources::one_match(&tournament, row, of))
        .collect();
    call.many("matches", &documents)
}
