//! The front page and the list of tournaments.

use askama::Template;

use crate::chrome::{Chrome, Link};
use crate::moment::Moment;
use crate::tournament::State;

/// `/`: what this is, what is being played.
#[derive(Debug, Clone, Template)]
#[template(path = "home.html")]
pub struct HomePage {
    /// Frame.
    pub chrome: Chrome,
    /// Whether strangers may sign up.
    pub signup_open: bool,
    /// The latest tournaments that whoever is signed in made.
    pub yours: Vec<TournamentCard>,
    /// Tournaments under way.
    pub live: Vec<TournamentCard>,
    /// Tournaments that have not started.
    pub upcoming: Vec<TournamentCard>,
    /// Tournaments that ended or were made lately.
    pub recent: Vec<TournamentCard>,
    /// The newest communities that everybody may see.
    pub communities: Vec<crate::communities::CommunityCard>,
}

/// `/tournaments`: a page of tournaments.
#[derive(Debug, Clone, Template)]
#[template(path = "tournaments.html")]
pub struct TournamentsPage {
    /// Frame.
    pub chrome: Chrome,
    /// Tournaments of this page.
    pub items: Vec<TournamentCard>,
    /// They are the visitor's own, to be managed.
    pub own: bool,
    /// Choices above the list (all, live, complete ...); may be empty.
    pub filters: Vec<Filter>,
    /// Where in the list this page is.
    pub paging: Paging,
}

/// A choice above a list.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Text and address.
    pub link: Link,
    /// Whether this list is so filtered.
    pub current: bool,
}

/// Place of a page in a list.
#[derive(Debug, Clone, Default)]
pub struct Paging {
    /// Number of this page, from 1.
    pub page: u32,
    /// Number of pages, if known.
    pub pages: Option<u32>,
    /// Address of the page before.
    pub previous: Option<String>,
    /// Address of the page after.
    pub next: Option<String>,
}

/// A tournament in a list.
#[derive(Debug, Clone)]
pub struct TournamentCard {
    /// First path segment of its page (slug, or permalink-slug within a community).
    pub slug: String,
    /// Name.
    pub name: String,
    /// Game, if given.
    pub game: Option<String>,
    /// Kind in words, such as `Double elimination`.
    pub kind: String,
    /// State.
    pub state: State,
    /// Who organizes it: user name or community.
    pub organizer: String,
    /// How many take part.
    pub participants: u32,
    /// Share of matches that are complete, 0 to 100.
    pub progress: u8,
    /// Start, end or planned start, whichever says most.
    pub when: Option<Moment>,
    /// Who plays whom right now, in a sentence.
    pub now: Option<String>,
}
