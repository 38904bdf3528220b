//! `PUT /v1/tournaments/{t}/matches/{m}.json`: a result, or a live score.

use axum::response::Response;
use tiltyard_core::{
    permissions::{self, Permission},
    tournaments::{By, matches::MatchChanges},
};

use crate::api::{
    challonge_v1::{
        call::{self, Call, Names},
        document::MatchInput,
        error::ApiError,
        resources::MatchBox,
    },
    challonge_v2::matches::scores_csv,
};

/// Reports a match: a result, or a live score where no winner is named. Adds votes to those of
/// predictions.
#[utoipa::path(
    put,
    path = "/tournaments/{tournament}/matches/{match}",
    operation_id = "challongeV1ReportMatch",
    request_body = MatchInput,
    responses((status = 200, description = "The match after the report.", body = MatchBox)),
    extensions(("x-permissions" = json!([Permission::WriteMatches as u32, Permission::ReportOwnMatches as u32]))),
)]
pub(in crate::api::challonge_v1) async fn update(
    call: Call,
    Names([tournament, id]): Names<2>,
) -> Result<Response, ApiError> {
    let id = call::id(&id, "match")?;
    let allowed = [Permission::WriteMatches, Permission::ReportOwnMatches];
    let mut attributes = call.attributes(&allowed, "match")?;
    let sent = scores_csv::read(&mut attributes);
    attributes.problems.check()?;
    // Which score is whose is known from the match: sides are named by their participants, so that a
    // report on a match that has changed meanwhile is refused.
    let held = permissions::held(&call.actor, allowed[0], allowed[1]);
    let mut tournament = call.core().tournament(&call.actor, call::by(&tournament), held).await?;
    let report = sent.is_report().then(|| sent.report(&tournament, id)).transpose()?;
    if report.is_some() || sent.votes.iter().any(Option::is_some) {
        let changes = MatchChanges { report, votes: sent.votes, ..MatchChanges::default() };
        let by = By::Id(tournament.row.id);
        tournament = call.core().update_match(&call.actor, by, id, changes).await?;
    }
    super::answer(&call, &tournament, id)
}
