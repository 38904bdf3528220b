//! `GET /v2.1/tournaments/{id}/predictions.json`: who predicts best.

use axum::{http::StatusCode, response::Response};
use tiltyard_core::permissions::Permission;

use crate::api::challonge_v2::{
    document::{Paging, PredictionList},
    error::ApiError,
    input::ListQuery,
    output::{Call, Many, Meta, PageLinks},
    path::ApiPath,
};

/// Lists everybody's predictions by what they have come to, the best first.
#[utoipa::path(
    get,
    path = "/tournaments/{tournament}/predictions",
    operation_id = "challongeV2ListPredictions",
    params(Paging),
    responses((status = 200, description = "A page of predictions; none before the tournament starts, unless it shows them earlier (`public_predictions_before_start_time`).", body = PredictionList)),
    extensions(("x-permissions" = json!([Permission::ReadTournaments as u32]))),
)]
pub(in crate::api::challonge_v2) async fn list(
    call: Call,
    ApiPath(tournament): ApiPath<String>,
    query: ListQuery,
) -> Result<Response, ApiError> {
    let page = query.page()?;
    let by = call.by(&tournament);
    let (tournament, listed) = call.core().predictions(&call.actor, by, page).await?;
    let address = format!(
        "{}{}/tournaments/{}/predictions.json",
        call.base(),
        call.prefix,
        tournament.row.id
    );
    let document = Many::<_, ()> {
        data: listed.items.iter().map(super::resource::ranked).collect(),
        included: Vec::new(),
        meta: Meta { count: listed.total },
        links: PageLinks::new(&address, &query, page, listed.total),
    };
    Ok(call.respond(StatusCode::OK, &document))
}
