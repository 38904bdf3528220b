//! What happened to a tournament, in words.

use askama::Template;

use super::around::Head;
use crate::{
    chrome::{Chrome, Link},
    moment::Moment,
};

/// `/{slug}/log`.
#[derive(Debug, Clone, Template)]
#[template(path = "tournament/happenings.html")]
pub struct HappeningsPage {
    /// Frame.
    pub chrome: Chrome,
    /// What all of them begin with.
    pub head: Head,
    /// The latest first.
    pub entries: Vec<Happened>,
    /// The address of older ones.
    pub older: Option<String>,
    /// The address of the latest, where these are older ones.
    pub latest: Option<String>,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Happened {
    /// Its number, from 1.
    pub number: i64,
    /// When.
    pub at: Moment,
    /// Who did it.
    pub by: By,
    /// What they did.
    pub parts: Vec<Part>,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// A person, or an application, by name.
    Named {
        /// The name.
        name: String,
        /// What else is known, such as `application, for ada`.
        note: Option<String>,
    },
    /// Somebody in words.
    Words(&'static str),
}

/// A piece of a sentence.
#[derive(Debug, Clone)]
pub enum Part {
    /// Our own words.
    Text(String),
    /// A name that somebody chose.
    Name(String),
    /// A link within the tournament.
    Link(Link),
}
