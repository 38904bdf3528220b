//! One's own prediction, and the list of all by what they have come to.

use std::sync::Arc;

use tiltyard_store::repo::predictions::{self, PredictionRow};

pub use super::scoring::Fate;
use super::{Ranked, Score, picks::Picks};
use crate::{
    Actor, Core, Error,
    clock::Millis,
    error::Result,
    permissions::{self, Permission},
    tournaments::{By, Listed, Page, State, Tournament},
};

/// A pick as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pick {
    /// The match.
    pub of: i64,
    /// The participant who is picked to win it.
    pub winner: i64,
    /// What has become of it.
    pub fate: Fate,
    /// What it is worth if it is right.
    pub worth: u64,
}

/// Somebody's prediction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prediction {
    /// Whose it is.
    pub person: i64,
    /// In the order of the bracket; empty if there is none.
    pub picks: Vec<Pick>,
    /// What it has come to.
    pub score: Score,
    /// Its place among all of them, from the start on.
    pub rank: Option<u32>,
    /// When it was first saved.
    pub created_at: Option<Millis>,
    /// When it last changed.
    pub updated_at: Option<Millis>,
}

/// The picks of a stored prediction; none if there is none.
pub(super) fn stored(row: Option<&PredictionRow>) -> Result<Picks> {
    let picks = row.map(|row| serde_json::from_str(&row.picks).map_err(Error::internal));
    Ok(picks.transpose()?.unwrap_or_default())
}

impl Prediction {
    /// The person's prediction as it is stored.
    pub(super) fn of(
        tournament: &Tournament,
        person: i64,
        row: Option<&PredictionRow>,
    ) -> Result<Self> {
        let picks = stored(row)?;
        let mut shown = Self {
            person,
            picks: Vec::new(),
            score: Score::default(),
            rank: None,
            created_at: row.map(|row| row.created_at),
            updated_at: row.map(|row| row.updated_at),
        };
        if picks.len() == 0 {
            return Ok(shown);
        }
        let results = tournament.results()?;
        shown.score = results.score(&picks);
        let show = |(key, winner)| {
            let (fate, worth) = results.fate(key, winner);
            Some(Pick {
                of: tournament.matches.get(super::STAGE, key)?.id,
                winner: tournament.participant(winner)?.id,
                fate,
                worth,
            })
        };
        shown.picks = picks.iter().filter_map(show).collect();
        Ok(shown)
    }
}

impl Core {
    /// What the person for whom the actor acts predicts, and what it has come to.
    pub async fn own_prediction(
        &self,
        actor: &Actor,
        by: By,
    ) -> Result<(Arc<Tournament>, Prediction)> {
        permissions::acts_for_somebody(actor)?;
        let tournament = self.tournament(actor, by, Permission::ReadMatches).await?;
        let person = permissions::predicting(actor)?;
        let id = tournament.row.id;
        let row = self
            .0
            .store
            .read(move |rx| -> Result<_> { Ok(predictions::get(rx, id, person)?) })
            .await?;
        let mut prediction = Prediction::of(&tournament, person, row.as_ref())?;
        if row.is_some() && tournament.state != State::AcceptingPredictions {
            prediction.rank = self.standing(&tournament).await?.rank_of(person);
        }
        Ok((tournament, prediction))
    }

    /// Everybody who predicts, the best first, for the page of a tournament: of a private one for those who
    /// may read it, as [`Core::predictions`].
    pub async fn page_predictions(
        &self,
        actor: &Actor,
        tournament: &Arc<Tournament>,
        page: Page,
    ) -> Result<Listed<Ranked>> {
        if tournament.row.private {
            let by = By::Id(tournament.row.id);
            return Ok(self.predictions(actor, by, page).await?.1);
        }
        if !tournament.shows_predictions() {
            return Ok(Listed { items: Vec::new(), total: 0 });
        }
        Ok(self.standing(tournament).await?.page(page))
    }

    /// Everybody who predicts, the best first: from the start on, or earlier where the organizer wants
    /// it.
    pub async fn predictions(
        &self,
        actor: &Actor,
        by: By,
        page: Page,
    ) -> Result<(Arc<Tournament>, Listed<Ranked>)> {
        let tournament = self.tournament(actor, by, Permission::ReadTournaments).await?;
        if !tournament.shows_predictions() {
            return Ok((tournament, Listed { items: Vec::new(), total: 0 }));
        }
        let listed = self.standing(&tournament).await?.page(page);
        Ok((tournament, listed))
    }
}
