//! `PUT /v2.1/tournaments/{id}/matches/{match}.json`: a result or a live score, where and when.

use std::ops::RangeInclusive;

use axum::{extract::Request, response::Response};
use tiltyard_core::{
    permissions::{self, Permission},
    tournaments::matches::{MatchChanges, Report, Side},
};

use super::scores_csv;
use crate::api::challonge_v2::{
    document::{MatchDocument, MatchInput},
    error::ApiError,
    input::{self, Attributes},
    output::Call,
    path::ApiPath,
};

/// Reports a match: a result, or a live score where no side advances. Says where and when it is
/// played.
#[utoipa::path(
    put,
    path = "/tournaments/{tournament}/matches/{match}",
    operation_id = "challongeV2ReportMatch",
    request_body = MatchInput,
    responses((status = 200, description = "The match after the report.", body = MatchDocument)),
    extensions(("x-permissions" = json!([Permission::WriteMatches as u32, Permission::ReportOwnMatches as u32]))),
)]
pub(in crate::api::challonge_v2) async fn update(
    call: Call,
    ApiPath((tournament, id)): ApiPath<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let id = super::id(&id)?;
    let allowed = [Permission::WriteMatches, Permission::ReportOwnMatches];
    let mut sent = input::attributes(&call, &allowed, request).await?;
    let in_csv = !sent.has("match") && (sent.has("scores_csv") || sent.has("winner_id"));
    let csv = in_csv.then(|| scores_csv::read(&mut sent));
    let mut changes = read(&mut sent);
    sent.check()?;
    let held = permissions::held(&call.actor, allowed[0], allowed[1]);
    let by = super::by(&call, &tournament, id);
    if let Some(csv) = csv {
        // Which score is whose is known from the match; the report then names the participants.
        let before = call.core().tournament(&call.actor, call.by(&tournament), held).await?;
        changes.report = Some(csv.report(&before, id)?);
    }
    let changed = call.core().update_match(&call.actor, by, id, changes).await;
    let tournament = super::allowed(&call, &tournament, id, held, changed).await?;
    super::changed(&call, &tournament, id)
}

/// Reads what is to change, and notes what is wrong: `match` is a list of sides, each with its score
/// in every set (reference/challonge §3.3).
pub(super) fn read(sent: &mut Attributes) -> MatchChanges {
    let location = sent.nullable_text("location");
    let scheduled_at = sent.nullable_time("scheduled_time");
    let tie = sent.bool("tie");
    let sides = sent.list("match", side);
    let moves = !location.is_keep() || !scheduled_at.is_keep();
    let report = (sides.is_some() || tie.is_some() || !moves)
        .then(|| Report { sides: sides.unwrap_or_default(), tie: tie.unwrap_or_default() });
    MatchChanges { report, location, scheduled_at, votes: [None; 2] }
}

fn side(sent: &mut Attributes) -> Side {
    let participant = sent.int("participant_id").unwrap_or_default();
    if !sent.has("participant_id") {
        sent.refuse("participant_id", "is required");
    }
    let advancing = sent.bool("advancing").unwrap_or_default();
    let scores = match sent.text("score_set") {
        None => Vec::new(),
        Some(text) => scores(&text).unwrap_or_else(|| {
            sent.refuse(
                "score_set",
                "must be this side's score in each set, such as `4,2,4`; each from -1000000000 to \
                 1000000000",
            );
            Vec::new()
        }),
    };
    let rank = sent.count("rank");
    Side { participant, scores, advancing, rank }
}

/// What one side can score in a set.
pub(in crate::api) const SCORES: RangeInclusive<i64> = -1_000_000_000..=1_000_000_000;

/// `4,2,4` as numbers; empty for no set.
fn scores(text: &str) -> Option<Vec<i64>> {
    if text.trim().is_empty() {
        return Some(Vec::new());
    }
    text.split(',')
        .map(|score| score.trim().parse().ok().filter(|score| SCORES.contains(score)))
        .collect()
}

#[cfg(test)]
mod tests {
    #[rstest::rstest]
    #[case("4,2,4", Some(vec![4, 2, 4]))]
    #[case(" 3 ", Some(vec![3]))]
    #[case("-1, 0", Some(vec![-1, 0]))]
    #[case("", Some(vec![]))]
    #[case("4;2", None)]
    #[case("9999999999999", None)]
    #[case("-9223372036854775808", None)]
    fn score_sets(#[case] text: &str, #[case] scores: Option<Vec<i64>>) {
        assert_eq!(super::scores(text), scores);
    }
}
