//! A tournament's matches, and each of them.

use askama::Template;

use super::around::Head;
use crate::{
    bracket::MatchState,
    chrome::{Chrome, Link},
    home::Paging,
    moment::Moment,
};

/// `/{slug}/matches`. The form by GET has the fields `find` (a participant's name, or a match's letters),
/// `state` and `round`; links bring `participant`, an id.
#[derive(Debug, Clone, Template)]
#[template(path = "tournament/matches.html")]
pub struct MatchesPage {
    /// Frame.
    pub chrome: Chrome,
    /// What all of them begin with.
    pub head: Head,
    /// What is looked for.
    pub find: String,
    /// States to choose.
    pub states: Vec<Choice>,
    /// Rounds to choose, stage by stage; one group without a name where there is one stage.
    pub rounds: Vec<(String, Vec<Choice>)>,
    /// The participant whose matches these are: name, id.
    pub of: Option<(String, i64)>,
    /// The matches of this page.
    pub items: Vec<MatchLine>,
    /// How many there are on all pages.
    pub total: usize,
    /// Whether anything was drawn yet.
    pub drawn: bool,
    /// Whether anything narrows the list.
    pub narrowed: bool,
    /// Where in the list this page is.
    pub paging: Paging,
}

/// Something to choose in a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// A match in a list.
#[derive(Debug, Clone)]
pub struct MatchLine {
    /// Numeric id.
    pub id: i64,
    /// Its page.
    pub href: String,
    /// The name people use, such as `A` or `AB`.
    pub identifier: String,
    /// Stage and round in words.
    pub round: String,
    /// State.
    pub state: MatchState,
    /// Those who play.
    pub sides: Vec<MatchSide>,
    /// When: played, begun or planned, in a word before the time.
    pub when: Option<(&'static str, Moment)>,
    /// Where.
    pub location: Option<String>,
    /// The match as a sentence.
    pub label: String,
}

/// One of those who play a match.
#[derive(Debug, Clone, Default)]
pub struct MatchSide {
    /// Name, once it is known.
    pub name: Option<String>,
    /// The page with the matches of whoever it is.
    pub href: String,
    /// Seed, where it is shown.
    pub seed: Option<u32>,
    /// What stands in for a missing name.
    pub hint: String,
    /// Set by set.
    pub scores: Vec<i64>,
    /// Whether this side won; in a match of many, whether it goes on.
    pub won: bool,
    /// Place in a match of many, from 1.
    pub place: Option<u8>,
    /// Whether this side forfeited.
    pub forfeited: bool,
    /// The match that decides who stands here, in words.
    pub from: Option<(&'static str, Link)>,
    /// How many pick this side to win, and the share of all, 0 to 100.
    pub votes: Option<(u32, u8)>,
}

impl MatchLine {
    pub(crate) fn has_votes(&self) -> bool {
        self.sides.iter().any(|side| side.votes.is_some())
    }
}

impl MatchPage {
    pub(crate) fn has_beside(&self) -> bool {
        self.beside.iter().any(Option::is_some)
    }
}

impl MatchSide {
    pub(crate) fn place_words(&self) -> String {
        self.place.map(|place| super::ordinal(place.into())).unwrap_or_default()
    }
}

/// `/{slug}/matches/{match}`.
#[derive(Debug, Clone, Template)]
#[template(path = "tournament/one.html")]
pub struct MatchPage {
    /// Frame.
    pub chrome: Chrome,
    /// What all of them begin with.
    pub head: Head,
    /// The match.
    pub of: MatchLine,
    /// How it stands, in a sentence.
    pub stands: String,
    /// Number of sets.
    pub sets: usize,
    /// When what happened.
    pub times: Vec<(&'static str, Moment)>,
    /// Where those who played it go: who, and the match.
    pub ways: Vec<(String, Link)>,
    /// What is attached to it.
    pub attachments: Vec<Attached>,
    /// The matches before and after it in the list.
    pub beside: [Option<Link>; 2],
}

/// Something that is attached to a match.
#[derive(Debug, Clone)]
pub struct Attached {
    /// Words about it.
    pub words: Option<String>,
    /// A file here: its name, its address, its size in words.
    pub file: Option<(Link, String)>,
    /// A link to somewhere else.
    pub link: Option<String>,
    /// When.
    pub at: Moment,
}

impl MatchState {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Pending => "To come",
            Self::Open => "To play",
            Self::Underway => "Being played",
            Self::Complete => "Complete",
        }
    }
}
