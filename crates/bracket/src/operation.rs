//! What can happen to a stage, and what it does.

use serde::{Deserialize, Serialize};

use crate::model::{Content, Entrant, MatchKey, Outcome, Seed};
use crate::stage::{Header, MatchRecord, PairedRound};

/// Something that happens to a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Operation {
    /// Says who stands on each seed, all of them in order. Matches of which a side changes lose
    /// what was reported, and so does whatever depends on them. A withdrawal ends with leaving the
    /// field.
    Seed {
        /// One entry a seed. Undecided ones can be said later.
        order: Vec<Content>,
    },
    /// Reports a score, with or without the outcome.
    Report {
        /// The match.
        key: MatchKey,
        /// Score per set, one number per slot; replaces what was reported before.
        #[serde(default)]
        sets: Vec<Vec<i64>>,
        /// `None` is a live score: the match stays open. On a complete match another outcome resets
        /// every match that depends on it.
        #[serde(default)]
        outcome: Option<Outcome>,
    },
    /// Reports the places of all sides, for matches of more than two.
    Rank {
        /// The match.
        key: MatchKey,
        /// Score per set, one number per slot; replaces what was reported before.
        #[serde(default)]
        sets: Vec<Vec<i64>>,
        /// Places in slot order: 1 is the best, equal numbers share a place. No tie may leave open
        /// who goes on. What is given for an empty side does not matter.
        places: Vec<u8>,
    },
    /// Takes the outcome of a complete match back; its score stays as the live score. Every match
    /// that depends on it is reset.
    Reopen {
        /// The match.
        key: MatchKey,
    },
    /// A side of a match of two, or both, does not play it. The score stays.
    Forfeit {
        /// The match.
        key: MatchKey,
        /// Which sides, by index.
        slots: Vec<u8>,
    },
    /// Withdraws an entrant: all matches left are forfeited, each as soon as it would open.
    Drop {
        /// Who withdraws.
        entrant: Entrant,
    },
    /// Takes a withdrawal back: matches decided by it alone open again, and what depends on them
    /// is reset.
    Reinstate {
        /// Who returns.
        entrant: Entrant,
    },
    /// Adds an entrant on a new last seed. In a round robin their matches join the rounds in which
    /// the opponents are free, then rounds of their own; Swiss pairs them from the next round on.
    /// Other formats are made anew, as long as nothing was reported.
    AddLate {
        /// Who comes.
        entrant: Entrant,
    },
    /// Adds the next round of a Swiss stage, as [`crate::Stage::pair`] proposes it or as somebody
    /// wants it: whoever stands in neither list is absent.
    AddRound(PairedRound),
    /// Takes the last added round, or the last tie-break matches, back, with everything reported of
    /// them.
    RemoveRound,
    /// Adds matches between those whom the table leaves equal. Their wins decide, after everything
    /// else; among those who are not equal they decide nothing. One may meet several.
    TieBreak {
        /// Who meets whom.
        pairs: Vec<[Seed; 2]>,
    },
    /// Ends the stage: from now on nothing changes until it is resumed. Everything has to be played;
    /// a Swiss stage may end before all its rounds.
    Finalize,
    /// Takes the end back.
    Resume,
    /// Takes everything back to the start, withdrawals too. Late entrants stay.
    Reset,
}

impl Operation {
    /// The result of a match of two: the score of each set, upper side first, and who won. Without
    /// sets only the winner is known.
    pub fn report(key: MatchKey, sets: &[[i64; 2]], outcome: Outcome) -> Self {
        let sets = sets.iter().map(|set| set.to_vec()).collect();
        Self::Report { key, sets, outcome: Some(outcome) }
    }
}

/// What an operation did, in ascending order of keys.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Changes {
    /// Every match of which a visible field differs.
    pub changed: Vec<MatchKey>,
    /// Later matches that lost a reported score or outcome.
    pub reset: Vec<MatchKey>,
    /// Matches that joined the list.
    pub appeared: Vec<MatchKey>,
    /// Matches that left the list.
    pub vanished: Vec<MatchKey>,
    /// Matches that can be played now and could not before.
    pub opened: Vec<MatchKey>,
    /// The header differs and is to be stored again.
    pub header: bool,
    /// The structure was made anew: keys name other matches than before, and the lists above
    /// compare the two by key.
    pub rebuilt: bool,
    /// What takes the operation back.
    pub undo: Undo,
}

/// Takes an operation back (see [`crate::Stage::undo`]): what was stored before.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Undo {
    /// The header of before, if it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Box<Header>>,
    /// Records that differ, as they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<MatchRecord>,
    /// Matches that had no record and have one now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<MatchKey>,
}

/// How much of a stage is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Complete matches.
    pub complete: u32,
    /// Matches to be played in all; an optional match counts once it is known to be needed.
    pub total: u32,
}

impl Progress {
    /// Whole percent, 0 to 100, rounded down: 100 means everything is played.
    pub fn percent(self) -> u8 {
        let percent = u64::from(self.complete) * 100 / u64::from(self.total.max(1));
        u8::try_from(percent).unwrap_or(100).min(100)
    }
}
