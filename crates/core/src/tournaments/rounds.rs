//! Rounds that are added while a Swiss tournament is played.

use std::sync::Arc;

use serde_json::json;
use tiltyard_bracket::{Added, Format, Match, MatchKey, MatchState, Operation, PairedRound, Stage};
use tiltyard_store::repo::{
    matches::{self, MatchRow},
    sequences,
};

use super::{change::Draft, change_state};
use crate::{Error, error::Result};

/// The bracket, if it is one to which rounds are added.
fn swiss<'a>(draft: &'a Draft<'_, '_>) -> Option<&'a Stage> {
    let bracket = draft.tournament.bracket.as_ref()?;
    matches!(bracket.settings().format, Format::Swiss { .. }).then_some(bracket)
}

impl Draft<'_, '_> {
    /// Applies an operation on rounds; the rows of matches are for the caller to keep in step.
    fn operate(&mut self, operation: &Operation) -> Result<()> {
        let bracket = self.tournament.bracket.as_mut();
        let bracket = bracket.ok_or_else(|| Error::internal("rounds without a bracket"))?;
        bracket.apply(operation).map_err(Error::internal)?;
        Ok(())
    }

    /// Lets results of a tournament change that ended early. True if it had: then the header is to
    /// be stored.
    pub(super) fn resume(&mut self) -> Result<bool> {
        if !swiss(self).is_some_and(Stage::is_finalized) {
            return Ok(false);
        }
        self.operate(&Operation::Resume)?;
        Ok(true)
    }

    /// Adds the next round once everything is played and rounds are left, or ends the tournament
    /// early if there is no legal one. Where the result of a match of the last round but one was
    /// changed before anything of the last one was reported, the last one is paired anew if it would
    /// be another. True if the header is to be stored.
    pub(super) fn settle_rounds(&mut self, changed: Option<MatchKey>) -> Result<bool> {
        let removed = changed.is_some_and(|key| self.is_outdated(key));
        if removed {
            self.remove_round()?;
        }
        let Some(bracket) = swiss(self) else { return Ok(false) };
        let played = bracket.all_matches().all(|m| m.state == MatchState::Complete);
        let settled = played && !bracket.is_over();
        if settled {
            match bracket.pair(&[]) {
                Ok(round) => self.add_round(round)?,
                Err(none) => {
                    let body = json!({"rounds": bracket.rounds(), "reason": none.to_string()});
                    self.operate(&Operation::Finalize)?;
                    self.event("tournament.ended_early", body);
                }
            }
        }
        if removed || settled {
            self.update_progress();
        }
        Ok(removed || settled)
    }

    /// Whether the last round rests on a result that has changed, and nothing of it is reported.
    fn is_outdated(&self, key: MatchKey) -> bool {
        let Some(bracket) = swiss(self) else { return false };
        let rounds = bracket.rounds();
        if bracket.get(key).is_none_or(|m| m.round.unsigned_abs() + 1 != rounds) {
            return false;
        }
        let of_last = |m: &&Match| m.round.unsigned_abs() == rounds;
        let untouched = bracket.all_matches().filter(of_last).all(|m| {
            let row = self.tournament.match_row(m.key);
            m.outcome.is_none()
                && m.sets.is_empty()
                && row.is_some_and(|row| row.underway_at.is_none())
        });
        let Some(Added::Round(last)) = bracket.added().last() else { return false };
        let mut before = bracket.clone();
        // Without a result there is no pairing yet, so that is another one.
        untouched
            && before.apply(&Operation::RemoveRound).is_ok()
            && before.pair(&[]).ok().as_ref() != Some(last)
    }

    fn add_round(&mut self, round: PairedRound) -> Result<()> {
        let byes: Vec<i64> = round
            .unpaired
            .iter()
            .filter_map(|(seed, _)| self.tournament.participants.get(seed.index()))
            .map(|participant| participant.id)
            .collect();
        self.operate(&Operation::AddRound(round))?;
        let Some(bracket) = &self.tournament.bracket else { return Ok(()) };
        let number = bracket.rounds();
        let fresh: Vec<&Match> =
            bracket.all_matches().skip(self.tournament.matches.len()).collect();
        let count = u32::try_from(fresh.len()).map_err(Error::internal)?;
        let ids = self.tx.next_ids(sequences::MATCH, count)?;
        let rows: Vec<MatchRow> = fresh
            .into_iter()
            .zip(&ids)
            .map(|(m, id)| change_state::row(m, *id, self.now))
            .collect();
        matches::insert(self.tx, self.tournament.row.id, &rows)?;
        Arc::make_mut(&mut self.tournament.matches).extend(rows);
        self.event("round.paired", json!({"round": number, "matches": ids, "byes": byes}));
        Ok(())
    }

    fn remove_round(&mut self) -> Result<()> {
        let number = swiss(self).map(Stage::rounds);
        self.operate(&Operation::RemoveRound)?;
        let kept = swiss(self).map_or(0, |bracket| bracket.all_matches().len());
        let gone = Arc::make_mut(&mut self.tournament.matches).split_off(kept);
        let first = i64::try_from(kept).map_err(Error::internal)?;
        matches::delete_from(self.tx, self.tournament.row.id, first)?;
        let ids: Vec<i64> = gone.iter().map(|row| row.id).collect();
        self.event("round.removed", json!({"round": number, "matches": ids}));
        Ok(())
    }
}
