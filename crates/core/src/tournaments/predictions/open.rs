//! Opening predictions, and closing them by the start.

use serde_json::json;
use tiltyard_bracket::event::StageKey;
use tiltyard_store::repo::predictions;

use super::Method;
use crate::{
    Error,
    error::Result,
    tournaments::{Kind, State, Tournament, change::Draft, change_state},
};

/// Draws the bracket, on which people may bet from now on. Who takes part is fixed by that.
pub(in crate::tournaments) fn open(draft: &mut Draft<'_, '_>) -> Result<()> {
    check(&draft.tournament)?;
    let stages: Vec<StageKey> = change_state::draw(draft)?;
    let t = &mut draft.tournament;
    t.state = State::AcceptingPredictions;
    t.row.predictions_opened_at = Some(draft.now);
    let body = json!({
        "entrants": t.entrants(),
        "matches": t.matches.len(),
        "stages": stages.len(),
    });
    draft.event("predictions.opened", body);
    draft.keep();
    Ok(())
}

/// Fails where predictions cannot be opened.
fn check(t: &Tournament) -> Result<()> {
    let refused = match t.state {
        State::AcceptingPredictions => Some("predictions are open already"),
        State::Pending | State::CheckingIn | State::CheckedIn => None,
        _ => Some("predictions can be opened before the tournament starts only; reset it first"),
    };
    let refused = refused.or_else(|| {
        if Method::of(t.options.prediction_options.method).is_none() {
            Some(
                "this tournament takes no predictions: set its `prediction_method` to 1 (exponential \
                 scoring) or 2 (linear scoring) first",
            )
        } else if t.options.group_stage_enabled {
            Some(
                "who goes on from groups follows from no bracket, so a tournament with a group stage \
                 takes no predictions; turn `group_stage_enabled` off first",
            )
        } else if !matches!(t.kind, Kind::SingleElimination | Kind::DoubleElimination) {
            Some(
                "predictions are made of a bracket: choose `single elimination` or `double elimination` \
                 first",
            )
        } else {
            None
        }
    });
    refused.map_or(Ok(()), |text| Err(Error::conflict(text)))
}

/// Plays what was predicted: the start of a tournament whose bracket is drawn.
pub(in crate::tournaments) fn close(draft: &mut Draft<'_, '_>) {
    let t = &mut draft.tournament;
    t.row.started_at = Some(draft.now);
    t.state = State::Underway;
    let body = json!({"entrants": t.entrants(), "matches": t.matches.len()});
    draft.event("tournament.started", body);
}

/// Throws predictions away, with the bracket that they are of.
pub(in crate::tournaments) fn clear(draft: &mut Draft<'_, '_>) -> Result<()> {
    let row = &mut draft.tournament.row;
    if row.predictions_opened_at.is_none() && row.votes_version == 0 {
        return Ok(());
    }
    predictions::delete_all(draft.tx, row.id)?;
    row.predictions_opened_at = None;
    row.votes_version = 0;
    draft.tournament.votes = std::sync::Arc::default();
    Ok(())
}

/// Refuses a change of what predictions were made under.
pub(in crate::tournaments) fn check_unchanged(t: &Tournament, before: &Tournament) -> Result<()> {
    let of = |t: &Tournament| {
        let options = &t.options.prediction_options;
        (options.method, options.predict_the_losers_bracket)
    };
    if t.row.predictions_opened_at.is_some() && of(t) != of(before) {
        return Err(Error::conflict(
            "what predictions are worth, and of which matches they are, cannot change once they were \
             opened; reset the tournament first",
        ));
    }
    Ok(())
}
