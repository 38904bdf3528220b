//! Who takes part in a tournament, and how its places are decided.

use askama::Template;

use super::{Rank, TournamentView, around::Head, matches::Choice};
use crate::{chrome::Chrome, home::Paging};

/// `/{slug}/participants`. The form by GET has the fields `find` (a part of a name) and `order`.
#[derive(Debug, Clone, Template)]
#[template(path = "tournament/people.html")]
pub struct PeoplePage {
    /// Frame.
    pub chrome: Chrome,
    /// What all of them begin with.
    pub head: Head,
    /// What is looked for.
    pub find: String,
    /// Orders to choose.
    pub orders: Vec<Choice>,
    /// Those of this page.
    pub people: Vec<Person>,
    /// How many there are on all pages, and in the tournament.
    pub total: (usize, usize),
    /// What is shown of them.
    pub columns: Columns,
    /// Where in the list this page is.
    pub paging: Paging,
}

/// What is shown of participants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Columns {
    /// Their seeds.
    pub seeds: bool,
    /// Who is here.
    pub check_in: bool,
    /// Places and records.
    pub results: bool,
}

/// Somebody who takes part.
#[derive(Debug, Clone)]
pub struct Person {
    /// Numeric id.
    pub id: i64,
    /// Seed, from 1.
    pub seed: u32,
    /// Name.
    pub name: String,
    /// Place, once anything is known of it.
    pub rank: Option<Rank>,
    /// Matches won, lost and drawn.
    pub record: Option<String>,
    /// Whether checked in.
    pub here: bool,
    /// Whether they wait for a place.
    pub waiting: bool,
    /// Whether they do not play any more.
    pub withdrew: bool,
    /// The page with their matches, once something is drawn.
    pub href: Option<String>,
}

/// `/{slug}/standings`.
#[derive(Debug, Clone, Template)]
#[template(path = "tournament/standings.html")]
pub struct StandingsPage {
    /// Frame.
    pub chrome: Chrome,
    /// What all of them begin with.
    pub head: Head,
    /// What is played, with its tables.
    pub tournament: TournamentView,
    /// Everybody by place, where more than one table decides.
    pub people: Vec<Person>,
    /// Where in that list this page is.
    pub paging: Paging,
    /// How places are decided and shared, a sentence each.
    pub rules: Vec<&'static str>,
    /// Stages to choose, where there are several phases: label, address, whether it is shown.
    pub phases: Vec<(String, String, bool)>,
    /// Groups to choose, where there are many, likewise.
    pub groups: Vec<(String, String, bool)>,
}

impl StandingsPage {
    pub(crate) fn columns(&self) -> Columns {
        let results = self.people.iter().any(|person| person.rank.is_some());
        Columns { seeds: self.tournament.seeds, check_in: false, results }
    }

    pub(crate) fn has_tables(&self) -> bool {
        self.tournament.stages.iter().any(|stage| stage.view.table.is_some())
    }
}
