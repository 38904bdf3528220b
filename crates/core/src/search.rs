//! Looking for public tournaments and communities by their names.
//!
//! Names are compared here and not by the database, so that both engines find the same and letters of
//! every script count without regard to case. They are read from the newest on, from an index that has
//! nothing else of a tournament, and no further than `LOOKED_AT`; an address that is typed whole is found
//! at any age.

use std::time::Duration;

use tiltyard_store::{
    Read,
    repo::{communities, people, tournaments},
};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{
    Core,
    communities::Community,
    error::{Error, Result},
    tournaments::{TournamentRow, row_as_of},
};

/// Tournaments, and communities, whose names are read for one search at most.
const LOOKED_AT: usize = 100_000;
/// Names that are read at a time.
const BATCH: usize = 5_000;
/// Most that is found of each.
pub const FOUND_MAX: usize = people::MANY;
/// Most communities that are shown.
const COMMUNITIES_MAX: usize = FOUND_MAX / 4;
/// Searches at a time: the database's readers serve every page.
const AT_A_TIME: usize = 2;
/// How long a search waits for its turn.
const PATIENCE: Duration = Duration::from_secs(2);

/// Turns for searching.
#[derive(Debug)]
pub(crate) struct Turns(Semaphore);

impl Default for Turns {
    fn default() -> Self {
        Self(Semaphore::new(AT_A_TIME))
    }
}

impl Turns {
    async fn turn(&self) -> Result<SemaphorePermit<'_>> {
        let busy = || Error::Busy("many are searching; try again in a moment");
        let turn = tokio::time::timeout(PATIENCE, self.0.acquire()).await.map_err(|_| busy())?;
        turn.map_err(Error::internal)
    }
}
/// Longest text that is looked for, in characters; no name is longer.
const LONGEST: usize = 120;

/// What was found, the best first.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Tournaments.
    pub tournaments: Vec<TournamentRow>,
    /// Communities that have a public tournament.
    pub communities: Vec<Community>,
    /// There may be more than this.
    pub more: bool,
}

/// How well a name fits; less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Whole,
    Begins,
    WordBegins,
    Within,
}

/// What is looked for, ready to be compared.
struct Sought(String);

impl Sought {
    fn new(text: &str) -> Option<Self> {
        let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text: String = text.chars().take(LONGEST).collect::<String>().to_lowercase();
        (!text.is_empty()).then_some(Self(text))
    }

    fn fit(&self, name: &str) -> Option<Fit> {
        let name = name.to_lowercase();
        let at = name.find(&self.0)?;
        Some(match at {
            0 if name.len() == self.0.len() => Fit::Whole,
            0 => Fit::Begins,
            _ => {
                let begins = |(at, _): (usize, &str)| {
                    name.get(..at)
                        .and_then(|before| before.chars().next_back())
                        .is_some_and(|letter| !letter.is_alphanumeric())
                };
                if name.match_indices(&self.0).any(begins) { Fit::WordBegins } else { Fit::Within }
            }
        })
    }

    fn best(&self, names: &[&str]) -> Option<Fit> {
        names.iter().filter_map(|name| self.fit(name)).min()
    }
}

/// What fits best of things that are read from the newest on, and whether it may not be all.
fn best_of<T>(
    mut read: impl FnMut(i64, usize) -> Result<Vec<T>>,
    id: impl Fn(&T) -> i64,
    fit: impl Fn(&T) -> Option<Fit>,
) -> Result<(Vec<i64>, bool)> {
    // Enough to choose from; without a bound, one letter would read everything.
    let enough = 4 * FOUND_MAX;
    let (mut found, mut before, mut looked_at) = (Vec::new(), i64::MAX, 0);
    let mut more = false;
    loop {
        let names = read(before, BATCH)?;
        let Some(last) = names.last() else { break };
        before = id(last);
        looked_at += names.len();
        found.extend(names.iter().filter_map(|it| Some((fit(it)?, std::cmp::Reverse(id(it))))));
        if names.len() < BATCH {
            break;
        }
        if looked_at >= LOOKED_AT || found.len() >= enough {
            more = true;
            break;
        }
    }
    found.sort_unstable();
    more |= found.len() > FOUND_MAX;
    found.truncate(FOUND_MAX);
    Ok((found.into_iter().map(|(_, id)| id.0).collect(), more))
}

fn search(db: &mut impl Read, sought: &Sought, typed: &str) -> Result<Found> {
    let (mut ids, more) = best_of(
        |before, limit| {
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            Ok(tournaments::public_names(db, before, limit)?)
        },
        |row| row.id,
        |row| sought.best(&[&row.slug, &row.name, &row.game]),
    )?;
    // Whoever types an address wants just that, however old it is.
    if let Some(id) = tournaments::id_by_slug(db, &typed.trim().to_lowercase())? {
        ids.retain(|other| *other != id);
        ids.insert(0, id);
        ids.truncate(FOUND_MAX);
    }
    let mut rows = tournaments::public_by_id(db, &ids)?;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
    let (ids, more_communities) = best_of(
        |before, limit| {
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            Ok(communities::names(db, before, limit)?)
        },
        |name| name.id,
        |name| sought.best(&[&name.permalink, &name.name]).filter(|_| name.public),
    )?;
    let more_communities = more_communities || ids.len() > COMMUNITIES_MAX;
    let mut found = Vec::new();
    for id in ids.into_iter().take(COMMUNITIES_MAX) {
        found.extend(communities::get(db, id)?.map(|row| Community::new(row, None)));
    }
    Ok(Found { tournaments: rows, communities: found, more: more || more_communities })
}

impl Core {
    /// The public tournaments whose name, address or game, and the communities whose name or permalink has
    /// the text in it, for the pages. Nothing is found by nothing. Where many search, only some do at a time:
    /// [`Error::Busy`] for whoever would wait for long.
    pub async fn search(&self, text: &str) -> Result<Found> {
        let Some(sought) = Sought::new(text) else { return Ok(Found::default()) };
        let typed = text.to_owned();
        let _turn = self.0.searches.turn().await?;
        let mut found =
            self.0.store.scan(move |rx| -> Result<_> { search(rx, &sought, &typed) }).await?;
        let now = self.now();
        for row in &mut found.tournaments {
            row_as_of(row, now);
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::{BATCH, Error, FOUND_MAX, Fit, LOOKED_AT, Sought, Turns, best_of};
    use rstest::rstest;

    #[rstest]
    #[case("cup", "Cup", Some(Fit::Whole))]
    #[case("CU", "Cup", Some(Fit::Begins))]
    #[case("up", "The Upper Cup", Some(Fit::WordBegins))]
    #[case("up", "Cup", Some(Fit::Within))]
    #[case("straße", "STRASSE", None)]
    #[case("ÖL", "Wöl öl", Some(Fit::WordBegins))]
    #[case("  two   words ", "Two words", Some(Fit::Whole))]
    #[case("%", "Cup", None)]
    #[case("_", "spring_cup", Some(Fit::Within))]
    #[case("σ", "ΟΔΟΣ Σ", Some(Fit::WordBegins))]
    fn names_fit(#[case] text: &str, #[case] name: &str, #[case] fit: Option<Fit>) {
        assert_eq!(Sought::new(text).and_then(|sought| sought.fit(name)), fit);
    }

    #[test]
    fn nothing_is_no_text() {
        assert!(Sought::new(" \t\n").is_none());
        assert_eq!(Sought::new(&"x".repeat(1_000)).map(|it| it.0.len()), Some(120));
    }

    #[tokio::test]
    async fn only_some_search_at_a_time() {
        let turns = Turns::default();
        let first = turns.turn().await.unwrap();
        let _second = turns.turn().await.unwrap();
        assert!(matches!(turns.turn().await, Err(Error::Busy(_))));
        drop(first);
        drop(turns.turn().await.unwrap());
    }

    #[test]
    fn no_more_is_read_than_the_bound() {
        let mut read = 0;
        let all = |before: i64, limit: usize| {
            read += limit;
            Ok((1..=i64::try_from(limit).unwrap_or(0)).map(|it| before - it).collect::<Vec<_>>())
        };
        let (found, more) = best_of(all, |id| *id, |_| None).unwrap();
        assert_eq!((found.len(), more, read), (0, true, LOOKED_AT));
        // Where much fits, no more than it takes.
        let mut read = 0;
        let all = |before: i64, limit: usize| {
            read += limit;
            Ok((1..=i64::try_from(limit).unwrap_or(0)).map(|it| before - it).collect::<Vec<_>>())
        };
        let (found, more) = best_of(all, |id| *id, |_| Some(Fit::Within)).unwrap();
        assert_eq!((found.len(), more, read), (FOUND_MAX, true, BATCH));
        assert_eq!(found.first(), Some(&(i64::MAX - 1)));
    }
}
