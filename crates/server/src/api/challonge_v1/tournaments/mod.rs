//! `/v1/tournaments`.

mod input;

pub(super) mod create;
pub(super) mod delete;
pub(super) mod list;
pub(super) mod show;
pub(super) mod state;
pub(super) mod update;

use axum::response::Response;
use tiltyard_core::tournaments::Tournament;

use super::{
    call::Call,
    error::ApiError,
    resources::{self, Beside, TournamentBox},
};

/// The tournament, with what the request asks for beside it.
async fn document(call: &Call, tournament: &Tournament) -> Result<TournamentBox, ApiError> {
    let subdomain = match tournament.row.community_id {
        Some(community) => {
            call.core().community_permalinks(vec![community]).await?.remove(&community)
        }
        None => None,
    };
    let participants = call.includes("include_participants").then(|| {
        let rows = tournament.participants.iter().zip(tournament.group_ids());
        rows.map(|(row, group)| resources::participant(tournament, row, group, None)).collect()
    });
    let matches = call.includes("include_matches").then(|| {
        let listed = tournament.listed_matches();
        listed.map(|(row, of)| resources::one_match(tournament, row, of)).collect()
    });
    let beside = Beside { subdomain, participants, matches };
    Ok(resources::tournament(&tournament.row, &tournament.options, beside, call.base()))
}

/// The answer with the tournament.
async fn answer(call: &Call, tournament: &Tournament) -> Result<Response, ApiError> {
    call.one(&document(call, tournament).await?)
}
