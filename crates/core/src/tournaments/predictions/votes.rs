//! How often everybody is picked.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};
use tiltyard_bracket::{Entrant, MatchKey};
use tiltyard_store::{
    Read, Tx,
    repo::{predictions, tournaments::TournamentRow},
};

use super::picks::Picks;
use crate::{Error, error::Result};

/// How often everybody is picked to win each match, and what the organizer added to that.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Votes {
    counted: BTreeMap<(MatchKey, Entrant), u32>,
    /// By the ids of matches: those of a Swiss round that is paired anew are others.
    added: BTreeMap<(i64, Entrant), u32>,
}

/// As it is stored.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    #[serde(default)]
    counted: Vec<(MatchKey, Entrant, u32)>,
    #[serde(default)]
    added: Vec<(i64, Entrant, u32)>,
}

impl From<Stored> for Votes {
    fn from(stored: Stored) -> Self {
        Self {
            counted: stored.counted.into_iter().map(|(of, by, n)| ((of, by), n)).collect(),
            added: stored.added.into_iter().map(|(of, by, n)| ((of, by), n)).collect(),
        }
    }
}

impl From<Votes> for Stored {
    fn from(votes: Votes) -> Self {
        Self {
            counted: votes.counted.into_iter().map(|((of, by), n)| (of, by, n)).collect(),
            added: votes.added.into_iter().map(|((of, by), n)| (of, by, n)).collect(),
        }
    }
}

impl Votes {
    /// How many predictions pick somebody to win a match.
    pub(super) fn counted(&self, of: MatchKey, entrant: Entrant) -> u32 {
        self.counted.get(&(of, entrant)).copied().unwrap_or_default()
    }

    /// How many the organizer added for somebody in the match with this id.
    pub(super) fn added(&self, of: i64, entrant: Entrant) -> u32 {
        self.added.get(&(of, entrant)).copied().unwrap_or_default()
    }

    /// Says how many the organizer adds; whether that is another number than before.
    pub(super) fn add(&mut self, of: i64, entrant: Entrant, votes: u32) -> bool {
        let before = if votes == 0 {
            self.added.remove(&(of, entrant))
        } else {
            self.added.insert((of, entrant), votes)
        };
        before.unwrap_or_default() != votes
    }

    /// Counts a prediction that has changed.
    pub(super) fn recount(&mut self, before: &Picks, after: &Picks) {
        for (key, entrant) in before.iter().filter(|(key, it)| after.get(*key) != Some(*it)) {
            let of = (key, entrant);
            match self.counted.get_mut(&of) {
                Some(n) if *n > 1 => *n -= 1,
                _ => {
                    self.counted.remove(&of);
                }
            }
        }
        for of in after.iter().filter(|(key, it)| before.get(*key) != Some(*it)) {
            *self.counted.entry(of).or_default() += 1;
        }
    }

    /// Writes them.
    pub(super) fn write(&self, tx: &mut Tx<'_>, tournament: i64) -> Result<()> {
        let text = serde_json::to_string(self).map_err(Error::internal)?;
        Ok(predictions::put_votes(tx, tournament, &text)?)
    }
}

/// The votes of a tournament.
pub(in crate::tournaments) fn load(db: &mut impl Read, row: &TournamentRow) -> Result<Arc<Votes>> {
    if row.votes_version == 0 {
        return Ok(Arc::default());
    }
    let Some(text) = predictions::votes(db, row.id)? else { return Ok(Arc::default()) };
    let inconsistent = |_| Error::internal(format!("tournament {}: votes cannot be read", row.id));
    serde_json::from_str(&text).map(Arc::new).map_err(inconsistent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picks(all: &[(u32, u32)]) -> Picks {
        let mut picks = Picks::default();
        for (key, entrant) in all {
            picks.set(MatchKey(*key), Some(Entrant(*entrant)));
        }
        picks
    }

    #[test]
    fn changes_are_counted() {
        let mut votes = Votes::default();
        let none = Picks::default();
        votes.recount(&none, &picks(&[(0, 1), (1, 2)]));
        votes.recount(&none, &picks(&[(0, 1), (1, 3)]));
        let counted = |votes: &Votes, of, by| votes.counted(MatchKey(of), Entrant(by));
        assert_eq!((counted(&votes, 0, 1), counted(&votes, 1, 2)), (2, 1));
        votes.recount(&picks(&[(0, 1), (1, 3)]), &picks(&[(1, 2), (4, 2)]));
        assert_eq!((counted(&votes, 0, 1), counted(&votes, 1, 2)), (1, 2));
        assert_eq!((counted(&votes, 1, 3), counted(&votes, 4, 2)), (0, 1));
        assert!(votes.add(10_000_001, Entrant(1), 5));
        assert!(!votes.add(10_000_001, Entrant(1), 5));
        assert!(!votes.add(10_000_001, Entrant(2), 0));
        let text = serde_json::to_string(&votes).unwrap();
        assert_eq!(text, r#"{"counted":[[0,1,1],[1,2,2],[4,2,1]],"added":[[10000001,1,5]]}"#);
        assert_eq!(serde_json::from_str::<Votes>(&text).unwrap(), votes);
        assert_eq!(serde_json::from_str::<Votes>("{}").unwrap(), Votes::default());
    }
}
