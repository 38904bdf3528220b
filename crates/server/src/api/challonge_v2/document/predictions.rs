//! Predictions in the document.

use utoipa::ToSchema;

use crate::api::challonge_v2::{
    output::{Meta, PageLinks},
    predictions::resource::{OwnPredictionResource, PredictionResource},
    resources::Included,
};

/// A document with the caller's prediction.
#[derive(ToSchema)]
#[schema(as = challonge::OwnPredictionDocument)]
pub(in crate::api::challonge_v2) struct OwnPredictionDocument {
    data: OwnPredictionResource,
}

/// A page of predictions.
#[derive(ToSchema)]
#[schema(as = challonge::PredictionList)]
pub(in crate::api::challonge_v2) struct PredictionList {
    data: Vec<PredictionResource<'static>>,
    included: Vec<Included<'static>>,
    meta: Meta,
    links: PageLinks,
}

/// Who is to win a match.
#[derive(ToSchema)]
#[schema(as = challonge::PickInput)]
struct PickInput {
    /// The match.
    #[schema(examples(10_000_001))]
    match_id: i64,
    /// The participant who wins it; null for nobody. They must win the matches before it by the caller's
    /// own picks.
    #[schema(examples(10_000_001))]
    participant_id: Option<i64>,
}

/// Whom the caller picks: one of these two.
#[derive(ToSchema)]
#[schema(as = challonge::PredictionInputAttributes)]
struct PredictionInputAttributes {
    /// The whole prediction.
    picks: Option<Vec<PickInput>>,
    /// Single picks beside those there are; what does not follow from them any more goes.
    changed_picks: Option<Vec<PickInput>>,
}

/// The resource in the envelope.
#[derive(ToSchema)]
#[schema(as = challonge::PredictionInputData)]
struct PredictionInputData {
    #[schema(rename = "type", examples("prediction"))]
    kind: String,
    attributes: PredictionInputAttributes,
}

/// A prediction in a request.
#[derive(ToSchema)]
#[schema(as = challonge::PredictionInput)]
pub(in crate::api::challonge_v2) struct PredictionInput {
    data: PredictionInputData,
}

/// About predictions.
#[derive(ToSchema)]
#[schema(as = challonge::PredictionChoice)]
pub(super) struct PredictionChoice {
    /// 0: none, 1: exponential scoring, 2: linear scoring. Fixed once predictions are opened.
    #[schema(minimum = 0, maximum = 2, default = 0)]
    prediction_method: Option<u8>,
    /// Whether the losers' bracket of a double elimination is predicted as well. Fixed once predictions
    /// are opened.
    predict_the_losers_bracket: Option<bool>,
    /// Whether it is shown before the start who predicts, and how often everybody is picked.
    public_predictions_before_start_time: Option<bool>,
}
