//! `/v2.1/tournaments/{id}/predictions/me.json`: the caller's own prediction.

use axum::{extract::Request, http::StatusCode, response::Response};
use tiltyard_core::{
    permissions::Permission,
    tournaments::predictions::{NewPick, Prediction, PredictionChange},
};

use crate::api::challonge_v2::{
    document::{OwnPredictionDocument, PredictionInput},
    error::ApiError,
    input::{self, Attributes},
    output::{Call, One},
    path::ApiPath,
};

fn answer(call: &Call, tournament: i64, prediction: &Prediction) -> Response {
    let own =
        format!("{}{}/tournaments/{tournament}/predictions/me.json", call.base(), call.prefix);
    let data = super::resource::own_prediction(prediction, own);
    call.respond(StatusCode::OK, &One::<_, ()> { data, included: Vec::new() })
}

/// Shows whom the caller picks, and what that has come to.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}/predictions/me",
    operation_id = "challongeV2GetOwnPrediction",
    responses((status = 200, description = "The caller's prediction; without picks if there is none.", body = OwnPredictionDocument)),
    extensions(("x-permissions" = json!([Permission::ReadMatches as u32]))),
)]
pub(in crate::api::challonge_v2) async fn get(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
) -> Result<Response, ApiError> {
    let by = call.by(&tournament);
    let (tournament, prediction) = call.core().own_prediction(&call.actor, by).await?;
    Ok(answer(&call, tournament.row.id, &prediction))
}

fn pick(sent: &mut Attributes) -> NewPick {
    let of = sent.int("match_id");
    if of.is_none() {
        sent.refuse("match_id", "must be the id of a match");
    }
    if !sent.has("participant_id") {
        sent.refuse("participant_id", "must be the participant who wins, or null for nobody");
    }
    NewPick { of: of.unwrap_or_default(), winner: sent.int("participant_id") }
}

/// Saves whom the caller picks, until the tournament starts: the whole prediction (`picks`), or single
/// picks beside those there are (`changed_picks`).
#[utoipa::path(
    put,
    path = "/tournaments/{tournament}/predictions/me",
    operation_id = "challongeV2SavePrediction",
    request_body = PredictionInput,
    responses((status = 200, description = "The prediction after the change.", body = OwnPredictionDocument)),
    extensions(("x-permissions" = json!([Permission::PredictMatches as u32]))),
)]
pub(in crate::api::challonge_v2) async fn save(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let mut sent = input::attributes(&call, &[Permission::PredictMatches], request).await?;
    let whole = sent.list("picks", pick);
    let some = sent.list("changed_picks", pick);
    if whole.is_some() == some.is_some() {
        sent.refuse(
            "picks",
            "must list the whole prediction, or `changed_picks` single picks; send one of them",
        );
    }
    sent.check()?;
    let change = match (whole, some) {
        (Some(picks), _) => PredictionChange::Whole(picks),
        (None, some) => PredictionChange::Some(some.unwrap_or_default()),
    };
    let by = call.by(&tournament);
    let (tournament, prediction) = call.core().save_prediction(&call.actor, by, change).await?;
    Ok(answer(&call, tournament.row.id, &prediction))
}

/// Takes the caller's prediction back, until the tournament starts.
#[utoipa::path(
    delete,
    path = "/tournaments/{tournament}/predictions/me",
    operation_id = "challongeV2RemovePrediction",
    responses((status = 204, description = "There is none any more.")),
    extensions(("x-permissions" = json!([Permission::PredictMatches as u32]))),
)]
pub(in crate::api::challonge_v2) async fn remove(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    call.core().remove_prediction(&call.actor, call.by(&tournament)).await?;
    Ok(StatusCode::NO_CONTENT)
}
