//! Participants, as their organiser sees them.

use askama::Template;

use super::{Fields, Head};
use crate::chrome::{Chrome, Field};
use crate::home::Paging;
use crate::tournament::matches::Choice;

/// `/{slug}/manage/participants`.
#[derive(Debug, Clone, Template)]
#[template(path = "organize/people.html")]
pub struct PeoplePage {
    /// Frame.
    pub chrome: Chrome,
    /// Which tournament.
    pub head: Head,
    /// How many there are in all.
    pub total: u32,
    /// What stands above the list, such as how many have checked in.
    pub summary: String,
    /// Those of this part of the list.
    pub people: Vec<Person>,
    /// How many the list shows, with its other parts.
    pub found: u32,
    /// The part of a name that was asked for.
    pub find: String,
    /// How those stand that were asked for; empty for everybody.
    pub who: String,
    /// What can be asked for besides.
    pub kinds: Vec<Choice>,
    /// Which part of the list.
    pub paging: Paging,
    /// What was typed to be added, and what is wrong with it.
    pub add: Field,
    /// It has not started: who takes part can change.
    pub open: bool,
    /// Whether marks of a check-in are shown.
    pub check_in: bool,
}

/// Somebody who takes part.
#[derive(Debug, Clone)]
pub struct Person {
    /// Number in addresses.
    pub id: i64,
    /// Seed.
    pub seed: u32,
    /// Name.
    pub name: String,
    /// Account that plays, where it has another name.
    pub account: Option<String>,
    /// Such as `waiting list` or `withdrawn`.
    pub note: Option<&'static str>,
    /// Whether they said that they are here.
    pub here: bool,
    /// The seed to move up to.
    pub up: Option<u32>,
    /// The seed to move down to.
    pub down: Option<u32>,
}

/// `/{slug}/manage/participants/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "organize/person.html")]
pub struct PersonPage {
    /// Frame.
    pub chrome: Chrome,
    /// Which tournament.
    pub head: Head,
    /// Number in addresses.
    pub id: i64,
    /// Name, as it is.
    pub name: String,
    /// What can be changed.
    pub fields: Fields,
    /// Whether the seed can change.
    pub open: bool,
    /// What leaving does now, and the button's text; `None` where they cannot leave.
    pub leave: Option<(String, String)>,
    /// Names the state that the form was made of.
    pub seen: String,
    /// What is wrong as a whole.
    pub error: Option<String>,
}
