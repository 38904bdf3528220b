//! All predictions of a tournament by what they have come to: made when somebody asks, once a state of
//! the tournament. The picks are kept beside it, since results do not change them.

use std::sync::Arc;

use quick_cache::{Weighter, sync::Cache};
use tiltyard_store::{
    Read, StoreError,
    repo::{predictions, tournaments},
};

use super::{Score, picks::Picks};
use crate::{
    Core, Error,
    error::Result,
    tournaments::{Listed, Page, Tournament},
};

/// Kept places, of all tournaments together.
const PLACES: u64 = 500_000;
/// Kept picks, of all tournaments together.
const PICKS: u64 = 8_000_000;
/// Tournaments whose predictions are asked for at a time; few, so that each may fill the cache.
const TOURNAMENTS: usize = 16;

/// Somebody's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked {
    /// The place, from 1; who has as many points with as many right picks shares it.
    pub rank: u32,
    /// Whose prediction it is.
    pub person: i64,
    /// Their user name.
    pub username: Arc<str>,
    /// What it has come to.
    pub score: Score,
}

/// All places of a tournament, the best first.
#[derive(Debug)]
pub(crate) struct Standing(Vec<Ranked>);

impl Standing {
    /// Puts predictions in order; who is level stands in the order of their ids.
    fn of(mut all: Vec<Ranked>) -> Self {
        let level = |it: &Ranked| (it.score.points, it.score.correct);
        all.sort_by_key(|it| (std::cmp::Reverse(level(it)), it.person));
        let mut before = None;
        let mut rank = 0;
        for (place, it) in (1..).zip(&mut all) {
            if before != Some(level(it)) {
                rank = place;
                before = Some(level(it));
            }
            it.rank = rank;
        }
        Self(all)
    }

    /// The place of a person.
    pub(super) fn rank_of(&self, person: i64) -> Option<u32> {
        self.0.iter().find(|it| it.person == person).map(|it| it.rank)
    }

    /// A page of it.
    pub(super) fn page(&self, page: Page) -> Listed<Ranked> {
        let offset = usize::try_from(page.offset()).unwrap_or(usize::MAX);
        Listed {
            items: self.0.iter().skip(offset).take(page.size as usize).cloned().collect(),
            total: self.0.len() as u64,
        }
    }
}

/// Whose picks they are, and the picks.
#[derive(Debug)]
pub(crate) struct Predicting {
    person: i64,
    username: Arc<str>,
    picks: Picks,
}

/// Weighs what is kept.
#[derive(Debug, Clone)]
pub(crate) struct BySize;

impl Weighter<(i64, i64), Arc<Standing>> for BySize {
    fn weight(&self, _: &(i64, i64), standing: &Arc<Standing>) -> u64 {
        1 + standing.0.len() as u64
    }
}

impl Weighter<(i64, i64), Arc<Vec<Predicting>>> for BySize {
    fn weight(&self, _: &(i64, i64), all: &Arc<Vec<Predicting>>) -> u64 {
        // A name and the rest of it are about as large as so many picks.
        1 + all.iter().map(|it| 16 + it.picks.width() as u64).sum::<u64>()
    }
}

/// What is kept of predictions.
pub(crate) struct Standings {
    /// By tournament and the number of its journal's last entry.
    standings: Cache<(i64, i64), Arc<Standing>, BySize>,
    /// By tournament and the version of its votes, which results leave alone.
    picks: Cache<(i64, i64), Arc<Vec<Predicting>>, BySize>,
}

impl Default for Standings {
    fn default() -> Self {
        Self {
            standings: Cache::with_weighter(TOURNAMENTS, PLACES, BySize),
            picks: Cache::with_weighter(TOURNAMENTS, PICKS, BySize),
        }
    }
}

/// All predictions of a tournament.
fn load(db: &mut impl Read, tournament: i64) -> Result<Vec<Predicting>> {
    let mut all = Vec::new();
    let mut unreadable = None;
    predictions::each_of_tournament(db, tournament, &mut |person, username, picks| {
        match serde_json::from_str(picks) {
            Ok(picks) => all.push(Predicting { person, username: username.into(), picks }),
            Err(error) => unreadable = Some(error),
        }
        Ok::<_, StoreError>(())
    })?;
    unreadable.map_or(Ok(all), |error| Err(Error::internal(error)))
}

impl Core {
    /// All predictions of the tournament by what they have come to. However many ask at once, it is made
    /// once a state.
    pub(super) async fn standing(&self, tournament: &Arc<Tournament>) -> Result<Arc<Standing>> {
        let kept = &self.0.predictions.standings;
        let of = (tournament.row.id, tournament.row.journal_number);
        kept.get_or_insert_async(&of, self.rank(Arc::clone(tournament))).await
    }

    async fn rank(&self, tournament: Arc<Tournament>) -> Result<Arc<Standing>> {
        let inner = Arc::clone(&self.0);
        // On a thread for long reads: with many predictions it takes some milliseconds, read or not.
        self.0
            .store
            .scan(move |rx| -> Result<_> {
                let id = tournament.row.id;
                let kept = &inner.predictions.picks;
                let all = if let Some(all) = kept.get(&(id, tournament.row.votes_version)) {
                    all
                } else {
                    // They are kept as what they are now, which may be newer.
                    let row = tournaments::get(rx, id)?.ok_or(Error::NotFound("tournament"))?;
                    let all = Arc::new(load(rx, id)?);
                    kept.insert((id, row.votes_version), Arc::clone(&all));
                    all
                };
                let results = tournament.results()?;
                let rank = |it: &Predicting| Ranked {
                    rank: 0,
                    person: it.person,
                    username: Arc::clone(&it.username),
                    score: results.score(&it.picks),
                };
                Ok(Arc::new(Standing::of(all.iter().map(rank).collect())))
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_level_shares_a_place() {
        let of = |person, points, correct| Ranked {
            rank: 0,
            person,
            username: "x".into(),
            score: Score { points, correct, possible: 9 },
        };
        let standing =
            Standing::of(vec![of(4, 3, 2), of(1, 5, 2), of(2, 3, 2), of(3, 3, 3), of(5, 0, 0)]);
        let places: Vec<_> = standing.0.iter().map(|it| (it.person, it.rank)).collect();
        assert_eq!(places, [(1, 1), (3, 2), (2, 3), (4, 3), (5, 5)]);
        assert_eq!((standing.rank_of(4), standing.rank_of(9)), (Some(3), None));
        let page = standing.page(Page { number: 2, size: 2 });
        let people: Vec<_> = page.items.iter().map(|it| it.person).collect();
        assert_eq!((people, page.total), (vec![2, 4], 5));
    }
}
