//! Deciding a match that somebody did not play.

use std::sync::Arc;

use tiltyard_bracket::Operation;

use super::{place, report};
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
                place(draft, id)?;
                let operation = operation(&draft.tournament, id, &absent)?;
                report::play(draft, id, operation)
            })
            .await?;
        Ok(tournament)
    }
}

/// The engine's operation if these participants did not play the match.
pub(in crate::tournaments) fn operation(
    tournament: &Tournament,
    id: i64,
    absent: &[i64],
) -> Result<Operation> {
    let (_, of_bracket) = tournament.match_by_id(id).ok_or(Error::NotFound("match"))?;
    let slot = |participant: &i64| {
        report::side_of(tournament, of_bracket, *participant)
            .and_then(|slot| u8::try_from(slot).ok())
            .ok_or_else(|| Error::invalid("participant_id", "is not a participant of this match"))
    };
    let slots = absent.iter().map(slot).collect::<Result<_>>()?;
    Ok(Operation::Forfeit { key: of_bracket.key, slots })
}
