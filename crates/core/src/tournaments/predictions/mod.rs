//! Predictions: whom people expect to win each match of a bracket that is drawn and has not started, and
//! what they get for it (reference/challonge §4.5).
//!
//! Opening draws the bracket; the start plays exactly that one. Until then everybody who sees the
//! tournament keeps one prediction of it. Results change no row here: scores follow from the picks and
//! from how the matches stand, and are made when somebody asks, once a state of the tournament.

mod ballot;
mod forget;
mod open;
mod picks;
mod read;
mod save;
mod scoring;
mod standing;
mod votes;

pub use ballot::{Candidate, Question};
pub(crate) use forget::forget_person;
pub(super) use open::{check_unchanged, clear, close, open};
pub use read::{Fate, Pick, Prediction};
pub use save::{NewPick, PredictionChange};
pub use scoring::{Method, Score};
pub use standing::Ranked;
pub(crate) use standing::Standings;
pub use votes::Votes;
pub(super) use votes::load as load_votes;

use tiltyard_bracket::{Match, MatchKey, event::StageKey};
use tiltyard_store::repo::matches::MatchRow;

use self::{picks::Predicted, scoring::Results};
use super::{State, Tournament, rows::split};
use crate::{Error, error::Result};

/// Predictions are made of brackets without groups, so of the only stage.
const STAGE: StageKey = StageKey(0);

impl Tournament {
    /// The bracket as it is predicted, from the opening of predictions on.
    fn predicted(&self) -> Option<Predicted<'_>> {
        self.row.predictions_opened_at?;
        let stage = self.event.as_ref()?.stage(STAGE)?;
        let losers = self.options.prediction_options.predict_the_losers_bracket;
        Some(Predicted { stage, losers })
    }

    /// How predictions are scored here, if any are made.
    pub fn prediction_method(&self) -> Option<Method> {
        Method::of(self.options.prediction_options.method)
    }

    /// How the predicted matches stand.
    fn results(&self) -> Result<Results> {
        let of = self.predicted().zip(self.prediction_method());
        let (predicted, method) = of.ok_or_else(|| Error::internal("nothing is predicted here"))?;
        Ok(Results::of(predicted, method))
    }

    /// Whether everybody may see who predicts, and how often everybody is picked: from the start on, or
    /// earlier where the organizer wants it.
    pub fn shows_predictions(&self) -> bool {
        self.row.predictions_opened_at.is_some()
            && (self.state != State::AcceptingPredictions
                || self.options.prediction_options.public_predictions_before_start_time)
    }

    /// How many votes a side of a match has, whose player is known: how often that player is picked to
    /// win it, where that is shown, and what the organizer added. `None` where there is nothing to show.
    pub fn votes(&self, row: &MatchRow, of: &Match, slot: usize) -> Option<u32> {
        if self.row.votes_version == 0 && self.row.predictions_opened_at.is_none() {
            return None;
        }
        let entrant = of.slots.get(slot)?.content.entrant()?;
        let shown = self.shows_predictions() && self.predicted().is_some_and(|it| it.covers(of));
        let added = self.votes.added(row.id, entrant);
        let counted = || self.votes.counted(of.key, entrant);
        if shown {
            return Some(counted().saturating_add(added));
        }
        (added > 0).then_some(added)
    }

    /// The engine's key of the match with this id, if it is part of what is predicted.
    fn key_of(&self, id: i64) -> Option<MatchKey> {
        let (row, _) = self.match_by_id(id)?;
        split(row.match_key).filter(|(stage, _)| *stage == STAGE).map(|(_, key)| key)
    }
}

/// Fails unless people may predict now.
fn accepting(tournament: &Tournament) -> Result<()> {
    Err(Error::conflict(match tournament.state {
        State::AcceptingPredictions => return Ok(()),
        State::Pending | State::CheckingIn | State::CheckedIn => {
            if tournament.prediction_method().is_none() {
                "this tournament takes no predictions"
            } else {
                "predictions are not open yet: the organizer opens them"
            }
        }
        _ if tournament.row.predictions_opened_at.is_none() => {
            "this tournament takes no predictions"
        }
        _ => "predictions closed when the tournament started",
    }))
}
