//! The pages around a tournament's bracket: what they begin with, and the way between them.

use crate::chrome::Link;
use crate::tournament::{Live, State, TournamentView};

/// What the pages around a bracket begin with.
#[derive(Debug, Clone)]
pub struct Head {
    /// First path segment of the tournament's page.
    pub slug: String,
    /// Name.
    pub name: String,
    /// Game, if given.
    pub game: Option<String>,
    /// State.
    pub state: State,
    /// Number of the last journal entry; written as `data-revision`.
    pub revision: u64,
    /// Which of the pages this is.
    pub section: Section,
    /// Pages that not every tournament has for everybody.
    pub more: More,
    /// The pages on which it is run, for whoever does.
    pub manage: Option<String>,
    /// Absolute address of this page.
    pub canonical: Option<String>,
    /// Where changes are announced, and this page itself; `None` where nothing will change any more.
    pub live: Option<Live>,
}

/// Which pages there are that not every tournament has for everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct More {
    /// Predictions: where they were opened.
    pub predictions: bool,
    /// What happened: of a private tournament, for its people.
    pub log: bool,
}

/// The pages of a tournament, in the order of their tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Section {
    /// `/{slug}`.
    Bracket,
    /// `/{slug}/standings`.
    Standings,
    /// `/{slug}/matches`, and each match below it.
    Matches,
    /// `/{slug}/participants`.
    Participants,
    /// `/{slug}/predictions`.
    Predictions,
    /// `/{slug}/log`.
    Log,
}

impl Section {
    const ALL: [Self; 6] = [
        Self::Bracket,
        Self::Standings,
        Self::Matches,
        Self::Participants,
        Self::Predictions,
        Self::Log,
    ];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Bracket => "Bracket",
            Self::Standings => "Standings",
            Self::Matches => "Matches",
            Self::Participants => "Participants",
            Self::Predictions => "Predictions",
            Self::Log => "Log",
        }
    }

    /// Its path below the tournament's page.
    pub fn path(self) -> &'static str {
        match self {
            Self::Bracket => "",
            Self::Standings => "/standings",
            Self::Matches => "/matches",
            Self::Participants => "/participants",
            Self::Predictions => "/predictions",
            Self::Log => "/log",
        }
    }

    /// The links to all of them, and whether each is this one.
    pub(crate) fn links(self, slug: &str, more: More) -> impl Iterator<Item = (Link, bool)> {
        let all = Self::ALL.into_iter().filter(move |it| match it {
            Self::Predictions => more.predictions,
            Self::Log => more.log || self == Self::Log,
            _ => true,
        });
        all.map(move |it| {
            let title = it.title();
            (Link::new(title, format!("/{slug}{}", it.path())), it == self)
        })
    }
}

impl Head {
    /// The address of this page without its query.
    pub fn here(&self) -> String {
        format!("/{}{}", self.slug, self.section.path())
    }

    pub(crate) fn sections(&self) -> impl Iterator<Item = (Link, bool)> {
        self.section.links(&self.slug, self.more)
    }
}

impl TournamentView {
    pub(crate) fn sections(&self) -> impl Iterator<Item = (Link, bool)> {
        Section::Bracket.links(&self.slug, self.more)
    }
}
