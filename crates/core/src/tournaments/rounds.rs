//! Rounds that are added while a Swiss tournament is played.

use serde_json::json;
use tiltyard_bracket::{
    Added, Match, MatchKey, MatchState, Operation, PairedRound, Stage,
    event::{EventOperation, StageKey},
};

use super::{change::Draft, draw};
use crate::error::Result;

impl Draft<'_, '_> {
    /// The stage, if it is one to which rounds are added.
    fn swiss(&self, stage: StageKey) -> Option<&Stage> {
        let event = self.tournament.event.as_ref()?;
        event.stage(stage).filter(|stage| draw::is_swiss(stage))
    }

    /// Lets results of a stage change that ended early.
    pub(super) fn resume(&mut self, stage: StageKey) -> Result<()> {
        if self.swiss(stage).is_some_and(Stage::is_finalized) {
            self.operate(EventOperation::Resume { stage })?;
        }
        Ok(())
    }

    /// Adds the next round once everything is played and rounds are left, or ends the stage early if
    /// there is no legal one. Where the result of a match of the last round but one was changed
    /// before anything of the last one was reported, the last one is paired anew if it would be
    /// another.
    pub(super) fn settle_rounds(
        &mut self,
        stage: StageKey,
        changed: Option<MatchKey>,
    ) -> Result<()> {
        if changed.is_some_and(|key| self.is_outdated(stage, key)) {
            self.remove_round(stage)?;
        }
        let Some(bracket) = self.swiss(stage) else { return Ok(()) };
        let played = bracket.all_matches().all(|m| m.state == MatchState::Complete);
        if !played || bracket.is_over() {
            return Ok(());
        }
        match bracket.pair(&[]) {
            Ok(round) => self.add_round(stage, round),
            Err(none) => {
                let body = json!({"rounds": bracket.rounds(), "reason": none.to_string()});
                self.operate(EventOperation::Finalize { stage })?;
                self.event("tournament.ended_early", body);
                Ok(())
            }
        }
    }

    /// Whether the last round rests on a result that has changed, and nothing of it is reported.
    fn is_outdated(&self, stage: StageKey, key: MatchKey) -> bool {
        let Some(bracket) = self.swiss(stage) else { return false };
        let rounds = bracket.rounds();
        if bracket.get(key).is_none_or(|m| m.round.unsigned_abs() + 1 != rounds) {
            return false;
        }
        let of_last = |m: &&Match| m.round.unsigned_abs() == rounds;
        let untouched = bracket.all_matches().filter(of_last).all(|m| {
            let row = self.tournament.matches.get(stage, m.key);
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

    fn play(&mut self, stage: StageKey, operation: Operation) -> Result<()> {
        self.operate(EventOperation::Play { stage, operation })?;
        Ok(())
    }

    fn add_round(&mut self, stage: StageKey, round: PairedRound) -> Result<()> {
        let byes: Vec<i64> = round
            .unpaired
            .iter()
            .filter_map(|(seed, _)| self.swiss(stage)?.on_seed(*seed).entrant())
            .filter_map(|entrant| self.tournament.participant(entrant))
            .map(|participant| participant.id)
            .collect();
        let before = self.tournament.matches.len_of(stage);
        self.play(stage, Operation::AddRound(round))?;
        let number = self.swiss(stage).map(Stage::rounds);
        let fresh = before..self.tournament.matches.len_of(stage);
        let ids = self.ids(stage, fresh);
        self.event("round.paired", json!({"round": number, "matches": ids, "byes": byes}));
        Ok(())
    }

    fn remove_round(&mut self, stage: StageKey) -> Result<()> {
        let number = self.swiss(stage).map(Stage::rounds);
        let mut left = self.swiss(stage).cloned();
        let kept = left.as_mut().and_then(|stage| {
            stage.apply(&Operation::RemoveRound).ok()?;
            Some(stage.all_matches().len())
        });
        let gone = kept.unwrap_or(0)..self.tournament.matches.len_of(stage);
        let ids = self.ids(stage, gone);
        self.play(stage, Operation::RemoveRound)?;
        self.event("round.removed", json!({"round": number, "matches": ids}));
        Ok(())
    }

    fn ids(&self, stage: StageKey, keys: std::ops::Range<usize>) -> Vec<i64> {
        keys.filter_map(|key| u32::try_from(key).ok())
            .filter_map(|key| self.tournament.matches.get(stage, MatchKey(key)))
            .map(|row| row.id)
            .collect()
    }
}
