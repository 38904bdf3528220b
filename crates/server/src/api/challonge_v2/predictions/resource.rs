//! Predictions: ours.

use serde::Serialize;
use tiltyard_core::tournaments::predictions::{Fate, Pick, Prediction, Ranked};
use utoipa::ToSchema;

use crate::{
    api::challonge_v2::resources::{SelfLink, as_text},
    http::time::iso,
};

/// Somebody's prediction, by what it has come to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::Prediction)]
pub(in crate::api::challonge_v2) struct PredictionResource<'a> {
    /// The person's id.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String, pattern = "^[0-9]+$", examples("10000001"))]
    id: i64,
    #[serde(rename = "type")]
    #[schema(examples("prediction"))]
    kind: &'static str,
    attributes: Place<'a>,
}

/// Where a prediction stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::PredictionPlace)]
struct Place<'a> {
    /// From 1; who has as many points with as many right picks shares it.
    rank: u32,
    user_id: i64,
    username: &'a str,
    /// Points for the right picks.
    points: u64,
    /// How many picks are right.
    correct: u32,
    /// The most points that can still come of it.
    possible: u64,
}

/// The caller's prediction.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::OwnPrediction)]
pub(in crate::api::challonge_v2) struct OwnPredictionResource {
    /// The person's id.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String, pattern = "^[0-9]+$", examples("10000001"))]
    id: i64,
    #[serde(rename = "type")]
    #[schema(examples("prediction"))]
    kind: &'static str,
    attributes: Own,
    links: SelfLink,
}

/// Whom the caller picks, and what that has come to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::OwnPredictionAttributes)]
struct Own {
    /// In the order of the bracket.
    picks: Vec<Picked>,
    /// The place among all predictions, from the start on.
    rank: Option<u32>,
    /// Points for the right picks.
    points: u64,
    /// How many picks are right.
    correct: u32,
    /// The most points that can still come of it.
    possible: u64,
    timestamps: Timestamps,
}

/// Who wins a match.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::Pick)]
struct Picked {
    match_id: i64,
    participant_id: i64,
    /// `open` (it can still come true), `correct` or `wrong`.
    state: &'static str,
    /// What it is worth if it is right.
    points: u64,
}

/// When a prediction was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::PredictionTimestamps)]
struct Timestamps {
    #[schema(format = DateTime)]
    created_at: Option<String>,
    #[schema(format = DateTime)]
    updated_at: Option<String>,
}

/// The resource of somebody's prediction in the list of all.
pub(in crate::api::challonge_v2) fn ranked(of: &Ranked) -> PredictionResource<'_> {
    PredictionResource {
        id: of.person,
        kind: "prediction",
        attributes: Place {
            rank: of.rank,
            user_id: of.person,
            username: &of.username,
            points: of.score.points,
            correct: of.score.correct,
            possible: of.score.possible,
        },
    }
}

fn picked(pick: &Pick) -> Picked {
    Picked {
        match_id: pick.of,
        participant_id: pick.winner,
        state: match pick.fate {
            Fate::Open => "open",
            Fate::Correct => "correct",
            Fate::Wrong => "wrong",
        },
        points: pick.worth,
    }
}

/// The resource of the caller's prediction, at its own address.
pub(in crate::api::challonge_v2) fn own_prediction(
    of: &Prediction,
    own: String,
) -> OwnPredictionResource {
    OwnPredictionResource {
        id: of.person,
        kind: "prediction",
        attributes: Own {
            picks: of.picks.iter().map(picked).collect(),
            rank: of.rank,
            points: of.score.points,
            correct: of.score.correct,
            possible: of.score.possible,
            timestamps: Timestamps {
                created_at: of.created_at.map(iso),
                updated_at: of.updated_at.map(iso),
            },
        },
        links: SelfLink { own },
    }
}
