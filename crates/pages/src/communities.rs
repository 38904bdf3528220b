//! Communities: the list, each of them, and the forms by which they are made and run.

use askama::Template;

use crate::{
    chrome::{Chrome, Field, Link},
    home::{Filter, TournamentCard},
    moment::Moment,
};

/// A community in a list.
#[derive(Debug, Clone)]
pub struct CommunityCard {
    /// Its name in addresses.
    pub permalink: String,
    /// Its name.
    pub name: String,
    /// The beginning of what it says of itself, without markup.
    pub about: String,
    /// What the visitor is to it.
    pub role: Option<&'static str>,
}

/// `/communities`.
#[derive(Debug, Clone, Template)]
#[template(path = "communities/list.html")]
pub struct CommunitiesPage {
    /// Frame.
    pub chrome: Chrome,
    /// Those of the visitor.
    pub own: Vec<CommunityCard>,
    /// Those that everybody may see, the newest first.
    pub all: Vec<CommunityCard>,
    /// The address of those after.
    pub next: Option<String>,
    /// Whether this is the beginning of the list.
    pub first: bool,
}

/// `/communities/{permalink}`.
#[derive(Debug, Clone, Template)]
#[template(path = "communities/show.html")]
pub struct CommunityPage {
    /// Frame.
    pub chrome: Chrome,
    /// Absolute address of this page.
    pub canonical: String,
    /// Its name in addresses.
    pub permalink: String,
    /// Its name.
    pub name: String,
    /// What it is about, as Markdown.
    pub description: String,
    /// What the visitor is to it.
    pub role: Option<&'static str>,
    /// The page on which it is run, for its owners.
    pub manage: Option<String>,
    /// States to choose.
    pub filters: Vec<Filter>,
    /// Its tournaments.
    pub tournaments: Vec<TournamentCard>,
    /// The address of those after.
    pub next: Option<String>,
    /// Who belongs to it, for those who may see it; and how many there are.
    pub members: Option<(Vec<MemberLine>, u64)>,
}

/// Somebody who belongs to a community.
#[derive(Debug, Clone)]
pub struct MemberLine {
    /// The person.
    pub id: i64,
    /// Their user name.
    pub username: String,
    /// What they are to it.
    pub role: &'static str,
    /// Since when.
    pub since: Moment,
}

/// `/communities/new` and `/communities/{permalink}/edit`: forms by POST with the fields `name`,
/// `permalink`, `subdomain` and `description`.
#[derive(Debug, Clone, Template)]
#[template(path = "communities/edit.html")]
pub struct CommunityForm {
    /// Frame.
    pub chrome: Chrome,
    /// The community that is changed: its name, its permalink. `None` for a new one.
    pub of: Option<(String, String)>,
    /// Its name.
    pub name: Field,
    /// Its name in addresses.
    pub permalink: Field,
    /// Another name in addresses.
    pub subdomain: Field,
    /// What it is about.
    pub description: Field,
    /// What is wrong with all of it.
    pub error: Option<String>,
    /// Who belongs to it.
    pub members: Vec<MemberLine>,
    /// How many there are.
    pub member_count: u64,
    /// Somebody to be added.
    pub add: Field,
    /// Ways to other pages of members.
    pub paging: crate::home::Paging,
}

/// The roles to choose: what is sent, what it means.
pub(crate) const ROLES: [(&str, &str); 3] = [
    ("member", "Member: sees private tournaments"),
    ("organizer", "Organizer: runs tournaments"),
    ("owner", "Owner: decides about everything"),
];

impl CommunityForm {
    pub(crate) fn action(&self) -> String {
        match &self.of {
            Some((_, permalink)) => format!("/communities/{permalink}/edit"),
            None => "/communities/new".to_owned(),
        }
    }
}

impl CommunityPage {
    /// What it is about, as HTML.
    pub(crate) fn prose(&self) -> String {
        crate::prose::html(&self.description, 1)
    }

    /// What it is about, for link previews.
    pub(crate) fn summary(&self) -> String {
        crate::prose::plain(&self.description, 200)
    }

    /// Where it belongs.
    pub(crate) fn back() -> Link {
        Link::new("Communities", "/communities")
    }
}
