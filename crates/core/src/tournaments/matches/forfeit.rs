//! Deciding a match that somebody did not play.

use std::sync::Arc;

use serde_json::json;
use tiltyard_bracket::{Operation, event::EventOperation};

use super::{check_playable, place, report};
use crate::{
    Actor, Core, Error,
    error::Result,
    permissions::Permission,
    tournaments::{By, Tournament},
};

impl Core {
    /// Decides a match of two for whoever was there: `absent` are the participants who did not play it,
    /// one or both. A score that it has stays. Of a match that has a result, every match that depends on
    /// it is reset if another side goes on now.
    pub async fn forfeit_match(
        &self,
        actor: &Actor,
        by: By,
        id: i64,
        absent: Vec<i64>,
    ) -> Result<Arc<Tournament>> {
        let (tournament, ()) = self
            .change_tournament(actor, by, Permission::WriteMatches, move |draft| {
                let (stage, key) = place(draft, id)?;
                let slots = slots(&draft.tournament, id, &absent)?;
                let (identifier, players) = report::called(&draft.tournament, id)?;
                check_playable(draft)?;
                draft.resume(stage)?;
                let operation = Operation::Forfeit { key, slots };
                let changes = draft.operate(EventOperation::Play { stage, operation })?;
                let played = draft.tournament.match_by_id(id);
                let (_, of_bracket) = played.ok_or(Error::NotFound("match"))?;
                let (sets, outcome) = (json!(of_bracket.sets), json!(of_bracket.outcome));
                let reset = draft.reset_by(&changes);
                draft.only_progress();
                draft.event(
                    "match.reported",
                    json!({
                        "match": id,
                        "identifier": identifier,
                        "players": players,
                        "sets": sets,
                        "outcome": outcome,
                        "reset": reset,
                    }),
                );
                draft.settle_rounds(stage, Some(key))?;
                draft.settle_ties()
            })
            .await?;
        Ok(tournament)
    }
}

/// The sides of these participants.
fn slots(tournament: &Tournament, id: i64, absent: &[i64]) -> Result<Vec<u8>> {
    let (_, of_bracket) = tournament.match_by_id(id).ok_or(Error::NotFound("match"))?;
    let slot = |participant: &i64| {
        let slot = of_bracket.slots.iter().position(|slot| {
            let entrant = slot.content.entrant();
            entrant
                .and_then(|entrant| tournament.participant(entrant))
                .is_some_and(|of_slot| of_slot.id == *participant)
        });
        slot.and_then(|slot| u8::try_from(slot).ok())
            .ok_or_else(|| Error::invalid("participant_id", "is not a participant of this match"))
    };
    absent.iter().map(slot).collect()
}
