//! The organiser's pages: making a tournament and running it by hand.

pub mod desk;
pub mod fields;
pub mod manage;
pub mod new;
pub mod people;

pub use fields::Fields;

use crate::tournament::State;

/// What all pages of a tournament's organiser begin with.
#[derive(Debug, Clone)]
pub struct Head {
    /// First path segment of the tournament's page.
    pub slug: String,
    /// Name.
    pub name: String,
    /// State.
    pub state: State,
    /// Kind in words, such as `Double elimination`.
    pub kind: String,
    /// Which of the pages this is.
    pub tab: Tab,
}

/// The pages, in the order of their tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// `/{slug}/manage`.
    Overview,
    /// `/{slug}/manage/participants`.
    Participants,
    /// `/{slug}/manage/results`.
    Results,
    /// `/{slug}/manage/settings`.
    Settings,
}

impl Tab {
    const ALL: [Self; 4] = [Self::Overview, Self::Participants, Self::Results, Self::Settings];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Participants => "Participants",
            Self::Results => "Results",
            Self::Settings => "Settings",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Participants => "/participants",
            Self::Results => "/results",
            Self::Settings => "/settings",
        }
    }
}

impl Head {
    /// `/{slug}/manage`, under which the organiser's pages are.
    pub fn base(&self) -> String {
        format!("/{}/manage", self.slug)
    }

    pub(crate) fn tabs(&self) -> impl Iterator<Item = (String, &'static str, bool)> {
        let link = |tab: Tab| format!("{}{}", self.base(), tab.path());
        Tab::ALL.into_iter().map(move |tab| (link(tab), tab.title(), tab == self.tab))
    }
}
