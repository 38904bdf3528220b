//! The results desk.

use askama::Template;

use super::Head;
use crate::chrome::{Chrome, Field};
use crate::home::Paging;

/// `/{slug}/manage/results`.
#[derive(Debug, Clone, Template)]
#[template(path = "organize/desk.html")]
pub struct DeskPage {
    /// Frame.
    pub chrome: Chrome,
    /// Which tournament.
    pub head: Head,
    /// Matches that can be played, those underway first.
    pub open: Vec<DeskMatch>,
    /// How many there are in all.
    pub open_total: u32,
    /// Matches whose sides are not known yet.
    pub waiting: u32,
    /// Results, the latest first.
    pub done: Vec<Done>,
    /// How many there are in all.
    pub done_total: u32,
    /// What was looked for.
    pub find: String,
    /// Sets a match has fields for.
    pub sets: u32,
    /// Which part of the list.
    pub paging: Paging,
    /// What to do where nothing can be reported.
    pub idle: Option<String>,
    /// This part of the desk, as the query of an address.
    pub tail: String,
    /// Where changes are announced.
    pub events_url: Option<String>,
}

impl DeskPage {
    /// Whether there are more results than are shown.
    pub(crate) fn cut(&self) -> bool {
        u32::try_from(self.done.len()).is_ok_and(|shown| shown < self.done_total)
    }

    /// Whether matches here have more than two sides.
    pub(crate) fn many(&self) -> bool {
        self.open.iter().any(DeskMatch::many)
    }

    /// Numbers of sets to choose from, with their address.
    pub(crate) fn set_choices(&self) -> impl Iterator<Item = (u32, String)> {
        let base = self.head.base();
        [1, 3, 5, 7].into_iter().map(move |sets| (sets, format!("{base}/results?sets={sets}")))
    }
}

/// A match to be reported.
#[derive(Debug, Clone)]
pub struct DeskMatch {
    /// Number in addresses.
    pub id: i64,
    /// Letters.
    pub identifier: String,
    /// The stage or group it belongs to, where each has letters of its own.
    pub stage: Option<String>,
    /// Round in words.
    pub round: String,
    /// Where it is played.
    pub location: Option<String>,
    /// How far it is.
    pub progress: Progress,
    /// The sides.
    pub sides: Vec<DeskSide>,
    /// May end as a tie.
    pub tie: bool,
    /// Names the state that the form was made of.
    pub seen: String,
    /// Where an answer is shown: hidden fields, none on the match's own page.
    pub at: Vec<(&'static str, String)>,
    /// What is wrong as a whole.
    pub error: Option<String>,
    /// What was typed is what is wrong, and not what somebody else did.
    pub blamed: bool,
    /// It has the focus: the first field with something wrong, or the first of all.
    pub focus: bool,
}

/// A side of a match.
#[derive(Debug, Clone)]
pub struct DeskSide {
    /// Number of the side among all of the match, empty ones too.
    pub slot: u32,
    /// Name.
    pub name: String,
    /// Seed.
    pub seed: Option<u32>,
    /// Scores, one a set. What is wrong continues "Score of Anna": `must be a number`.
    pub scores: Vec<Field>,
    /// Place, in a match of many.
    pub place: Option<Field>,
    /// Won.
    pub winner: bool,
}

/// How far a match is that can be reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Can be played.
    Open,
    /// Is being played.
    Underway,
    /// Has a result.
    Complete,
}

impl DeskMatch {
    pub(crate) fn underway(&self) -> bool {
        self.progress == Progress::Underway
    }

    pub(crate) fn complete(&self) -> bool {
        self.progress == Progress::Complete
    }

    /// Sets there are fields for.
    pub(crate) fn sets(&self) -> u32 {
        let sets = self.sides.first().map_or(1, |side| side.scores.len());
        u32::try_from(sets).unwrap_or(1)
    }

    pub(crate) fn many(&self) -> bool {
        self.sides.iter().any(|side| side.place.is_some())
    }

    /// The fields as they are gone through: set by set, the sides of each one after the other; then,
    /// in a match of many, the places.
    pub(crate) fn columns(&self) -> Vec<Vec<Input>> {
        let many = self.sets() > 1;
        let set = |set: usize| {
            let number = if many { format!(", set {}", set + 1) } else { String::new() };
            let of = move |side: &DeskSide| {
                let field = side.scores.get(set)?;
                let label = format!("Score of {}{number}", side.name);
                Some(self.input(side, field, &set.to_string(), label))
            };
            self.sides.iter().filter_map(of).collect::<Vec<_>>()
        };
        let mut columns: Vec<Vec<Input>> = (0..self.sets() as usize).map(set).collect();
        if self.many() {
            let place = |side: &DeskSide| {
                let label = format!("Place of {}", side.name);
                Some(self.input(side, side.place.as_ref()?, "place", label))
            };
            columns.push(self.sides.iter().filter_map(place).collect());
        }
        let mut inputs: Vec<&mut Input> = columns.iter_mut().flatten().collect();
        if self.focus {
            let wrong = inputs.iter().position(|input| input.error.is_some());
            if let Some(input) = inputs.get_mut(wrong.unwrap_or_default()) {
                input.focus = true;
            }
        }
        columns
    }

    fn input(&self, side: &DeskSide, field: &Field, what: &str, label: String) -> Input {
        let (slot, place) = (side.slot, what == "place");
        let id = format!("m{}-{slot}-{what}", self.id);
        let whole = self.error.is_some();
        Input {
            name: if place { format!("p{slot}") } else { format!("s{slot}_{what}") },
            owner: side.name.clone(),
            label,
            value: field.value.clone(),
            invalid: field.error.is_some() || (whole && self.blamed),
            described: match (&field.error, whole) {
                (Some(_), _) => Some(format!("{id}-error")),
                (None, true) => Some(format!("m{}-error", self.id)),
                (None, false) => None,
            },
            error: field.error.clone(),
            place,
            focus: false,
            id,
        }
    }

    /// Every field with something wrong: its id, and a sentence of its label and what is wrong.
    pub(crate) fn wrong(&self) -> Vec<(String, String)> {
        let inputs = self.columns().into_iter().flatten();
        let wrong = inputs
            .filter_map(|input| Some((input.id, format!("{} {}", input.label, input.error?))));
        wrong.collect()
    }
}

/// A field of a match's form.
pub(crate) struct Input {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) owner: String,
    pub(crate) label: String,
    pub(crate) value: String,
    pub(crate) error: Option<String>,
    pub(crate) invalid: bool,
    pub(crate) described: Option<String>,
    pub(crate) place: bool,
    pub(crate) focus: bool,
}

/// A match with a result.
#[derive(Debug, Clone)]
pub struct Done {
    /// Number in addresses.
    pub id: i64,
    /// Letters.
    pub identifier: String,
    /// The stage or group it belongs to, where each has letters of its own.
    pub stage: Option<String>,
    /// Round in words.
    pub round: String,
    /// The sides with their scores, the winner first: `Anna 3–1 Bert`.
    pub result: String,
    /// Nobody reported it: it follows from a withdrawal.
    pub automatic: bool,
    /// Can be changed.
    pub open: bool,
    /// Why what was asked for was not done.
    pub error: Option<String>,
}

/// `/{slug}/manage/matches/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "organize/match.html")]
pub struct MatchPage {
    /// Frame.
    pub chrome: Chrome,
    /// Which tournament.
    pub head: Head,
    /// Which match.
    pub of: DeskMatch,
    /// How it stands, where it has a result or a score.
    pub stands: Option<String>,
    /// Matches that lose their results when another side goes on.
    pub resets: Vec<String>,
    /// Why it cannot change.
    pub closed: Option<String>,
}
