//! Somebody's own prediction: the matches with whom they pick.

use crate::chrome::Link;

/// The matches of a bracket to pick winners of, or what became of the picks.
#[derive(Debug, Clone, Default)]
pub struct Ballot {
    /// Where picks go; empty once nobody can pick any more.
    pub action: String,
    /// What is wrong with what was sent.
    pub error: Option<String>,
    /// Picks that there are, of how many matches.
    pub made: (usize, usize),
    /// Parts of a large bracket, and whether each is this one; empty where all is shown at once.
    pub sheets: Vec<(Link, bool)>,
    /// Number of this part, from 1.
    pub sheet: usize,
    /// The matches, by rounds.
    pub rounds: Vec<Round>,
}

/// The matches of a round.
#[derive(Debug, Clone)]
pub struct Round {
    /// What it is called.
    pub name: String,
    /// Its matches.
    pub matches: Vec<Question>,
}

/// A match.
#[derive(Debug, Clone)]
pub struct Question {
    /// Its id.
    pub id: i64,
    /// Letters.
    pub identifier: String,
    /// Its page.
    pub href: String,
    /// The two sides.
    pub sides: Vec<Side>,
    /// All who can be picked where anybody may stand on a side: id, name, whether they are picked.
    pub anybody: Vec<(i64, String, bool)>,
    /// Of a second grand final, where the finalist without a loss comes from.
    pub upper: Option<String>,
    /// Who is picked.
    pub pick: Option<Picked>,
}

/// A side.
#[derive(Debug, Clone)]
pub struct Side {
    /// The participant; `None` while nothing says who it is.
    pub id: Option<i64>,
    /// Name.
    pub name: String,
    /// Seed, where it is shown.
    pub seed: Option<u32>,
    /// What stands there while nobody does.
    pub hint: String,
    /// The match that it comes from, for the script: `w` or `l` and the id.
    pub from: Option<String>,
    /// Whether they are picked.
    pub chosen: bool,
}

/// A pick, and what became of it.
#[derive(Debug, Clone)]
pub struct Picked {
    /// Whose win it is.
    pub name: String,
    /// Class of the mark.
    pub class: &'static str,
    /// The mark, in words.
    pub mark: String,
}
