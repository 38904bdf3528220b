//! Saving and removing one's prediction, and the votes that organizers add.

use std::{collections::HashMap, sync::Arc};

use serde_json::json;
use tiltyard_bracket::{Entrant, MatchKey};
use tiltyard_store::repo::{
    matches, people,
    predictions::{self, PredictionRow},
};

use super::{Prediction, accepting, picks::Picks, read::stored};
use crate::{
    Actor, Core, Error, Problems,
    error::Result,
    permissions::{self, Permission},
    tournaments::{By, Tournament, change::Draft},
};

/// A pick as it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewPick {
    /// The match.
    pub of: i64,
    /// Who is to win it, a participant; `None` takes the pick away.
    pub winner: Option<i64>,
}

/// What is to become of a prediction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PredictionChange {
    /// These picks and no others.
    Whole(Vec<NewPick>),
    /// These picks beside those there are. What does not follow from them any more goes.
    Some(Vec<NewPick>),
    /// As `Some`, but what of these does not follow goes as well: picks of a page on which one was changed.
    Following(Vec<NewPick>),
}

impl PredictionChange {
    /// The picks, and under which name they are sent.
    fn sent(&self) -> (&[NewPick], &'static str) {
        match self {
            Self::Whole(picks) => (picks, "picks"),
            Self::Some(picks) | Self::Following(picks) => (picks, "changed_picks"),
        }
    }

    /// The picks after the change, if it is right.
    fn applied(&self, tournament: &Tournament, before: &Picks) -> Result<Picks> {
        let predicted =
            tournament.predicted().ok_or_else(|| Error::internal("nothing is predicted here"))?;
        let (sent, list) = self.sent();
        let mut problems = Problems::default();
        if sent.len() > predicted.stage.all_matches().len() {
            return Err(Error::invalid(list, "has more picks than there are matches"));
        }
        let mut picks = match self {
            Self::Whole(_) => Picks::default(),
            Self::Some(_) | Self::Following(_) => before.clone(),
        };
        let mut fields: HashMap<MatchKey, usize> = HashMap::new();
        let participants: HashMap<i64, Entrant> = (1..)
            .map(Entrant)
            .zip(tournament.participants.iter())
            .take(predicted.stage.entrants() as usize)
            .map(|(entrant, row)| (row.id, entrant))
            .collect();
        for (index, pick) in sent.iter().enumerate() {
            let key = tournament.key_of(pick.of);
            let of = key.and_then(|key| predicted.stage.get(key));
            let Some(of) = of else {
                problems.add(format!("{list}.{index}.match_id"), "is no match of this tournament");
                continue;
            };
            if !predicted.covers(of) {
                problems.add(
                    format!("{list}.{index}.match_id"),
                    "is not predicted here: matches for places below the final never are, and those \
                     of the losers' bracket only with `predict_the_losers_bracket`",
                );
                continue;
            }
            if fields.insert(of.key, index).is_some() {
                problems.add(format!("{list}.{index}.match_id"), "appears twice");
                continue;
            }
            let winner = pick.winner.map(|id| participants.get(&id).copied());
            match winner {
                Some(None) => problems.add(
                    format!("{list}.{index}.participant_id"),
                    "is nobody who plays in this bracket",
                ),
                other => picks.set(of.key, other.flatten()),
            }
        }
        problems.check()?;
        let mut problems = Problems::default();
        let lenient = matches!(self, Self::Following(_));
        for key in predicted.prune(&mut picks) {
            if let Some(index) = fields.get(&key).filter(|_| !lenient) {
                problems.add(
                    format!("{list}.{index}.participant_id"),
                    "cannot win this match if the matches before it end as you pick; pick those first, \
                     or another",
                );
            }
        }
        problems.check()?;
        Ok(picks)
    }
}

impl Core {
    /// Saves what the person for whom the actor acts predicts, until the tournament starts.
    ///
    /// # Errors
    /// Predictions are not open, or a pick does not follow from the others.
    pub async fn save_prediction(
        &self,
        actor: &Actor,
        by: By,
        change: PredictionChange,
    ) -> Result<(Arc<Tournament>, Prediction)> {
        permissions::require(actor, Permission::PredictMatches)?;
        let asking = actor.clone();
        self.change_if_allowed(actor, by, move |draft| {
            let person = permissions::to_predict(&asking, draft.facts)?;
            accepting(&draft.tournament)?;
            // Who was deleted a moment ago leaves nothing behind.
            let known = people::get(draft.tx, person)?.filter(|row| !row.password.is_empty());
            known.ok_or(Error::NotFound("person"))?;
            let row = predictions::get(draft.tx, draft.tournament.row.id, person)?;
            let before = stored(row.as_ref())?;
            let picks = change.applied(&draft.tournament, &before)?;
            let row =
                if picks == before { row } else { write(draft, person, row, &before, &picks)? };
            Prediction::of(&draft.tournament, person, row.as_ref())
        })
        .await
    }

    /// Takes the prediction of the person for whom the actor acts back, if there is one.
    pub async fn remove_prediction(&self, actor: &Actor, by: By) -> Result<()> {
        permissions::require(actor, Permission::PredictMatches)?;
        let asking = actor.clone();
        self.change_if_allowed(actor, by, move |draft| {
            let person = permissions::to_predict(&asking, draft.facts)?;
            accepting(&draft.tournament)?;
            let row = predictions::get(draft.tx, draft.tournament.row.id, person)?;
            if row.is_some() {
                let before = stored(row.as_ref())?;
                write(draft, person, row, &before, &Picks::default())?;
            }
            Ok(())
        })
        .await?;
        Ok(())
    }
}

/// Writes a prediction that has changed, and counts it; one without picks is none.
fn write(
    draft: &mut Draft<'_, '_>,
    person: i64,
    row: Option<PredictionRow>,
    before: &Picks,
    picks: &Picks,
) -> Result<Option<PredictionRow>> {
    let id = draft.tournament.row.id;
    let now = draft.now;
    let written = if picks.len() == 0 {
        if row.is_some() {
            predictions::delete(draft.tx, id, person)?;
        }
        None
    } else {
        let written = PredictionRow {
            person_id: person,
            picks: serde_json::to_string(picks).map_err(Error::internal)?,
            created_at: row.map_or(now, |row| row.created_at),
            updated_at: now,
        };
        predictions::put(draft.tx, id, &written)?;
        Some(written)
    };
    Arc::make_mut(&mut draft.tournament.votes).recount(before, picks);
    voted(draft)?;
    // Who it was, and whom they pick, is nobody's business before the start.
    match &written {
        Some(_) => draft.event("prediction.saved", json!({"picks": picks.len()})),
        None => draft.event("prediction.removed", json!({})),
    }
    Ok(written)
}

/// Writes votes that have changed.
fn voted(draft: &mut Draft<'_, '_>) -> Result<()> {
    let t = &mut draft.tournament;
    t.row.votes_version = t.row.journal_number + 1;
    t.votes.write(draft.tx, t.row.id)
}

impl Draft<'_, '_> {
    /// Says how many votes the organizer adds for each side of a match, by slot.
    pub(in crate::tournaments) fn add_votes(
        &mut self,
        id: i64,
        votes: [Option<u32>; 2],
    ) -> Result<()> {
        let (_, of) = self.tournament.match_by_id(id).ok_or(Error::NotFound("match"))?;
        let sides = of.slots.iter().map(|slot| slot.content.entrant());
        let sides: Vec<Option<Entrant>> = sides.collect();
        let mut problems = Problems::default();
        let mut added = Vec::new();
        for (slot, votes) in votes.into_iter().enumerate() {
            let Some(votes) = votes else { continue };
            match sides.get(slot).copied().flatten() {
                Some(entrant) => added.push((entrant, votes)),
                None => problems.add(
                    format!("player{}_votes", slot + 1),
                    "must wait until this player of the match is known",
                ),
            }
        }
        problems.check()?;
        let of_tournament = Arc::make_mut(&mut self.tournament.votes);
        let mut changed = false;
        for (entrant, votes) in added {
            changed |= of_tournament.add(id, entrant, votes);
        }
        if changed {
            voted(self)?;
            let Self { tx, tournament, now, .. } = self;
            if let Some(row) = tournament.matches.find_mut(id) {
                row.updated_at = *now;
                matches::update(tx, row)?;
            }
            self.event("match.votes_added", json!({"match": id, "votes": votes}));
        }
        Ok(())
    }
}
