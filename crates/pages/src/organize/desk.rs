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
    /// Where changes are announced.
    pub events_url: Option<String>,
}

impl DeskPage {
    /// Whether there are more results than are shown.
    pub(crate) fn cut(&self) -> bool {
        u32::try_from(self.done.len()).is_ok_and(|shown| shown < self.done_total)
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
    /// Group and round in words.
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
    /// What is wrong as a whole.
    pub error: Option<String>,
    /// Its first field has the focus.
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

    /// The fields of a side: its scores and, in a match of many, its place.
    pub(crate) fn inputs(&self, side: &DeskSide) -> Vec<Input> {
        let DeskSide { slot, name, .. } = side;
        let input = |field: &Field, what: &str, of: String, label: String| Input {
            id: format!("m{}-{slot}-{what}", self.id),
            name: of,
            label,
            value: field.value.clone(),
            error: field.error.clone(),
            place: what == "place",
            focus: false,
        };
        let many = side.scores.len() > 1;
        let mut inputs: Vec<Input> = side
            .scores
            .iter()
            .enumerate()
            .map(|(set, field)| {
                let number = if many { format!(", set {}", set + 1) } else { String::new() };
                let label = format!("Score of {name}{number}");
                input(field, &set.to_string(), format!("s{slot}_{set}"), label)
            })
            .collect();
        inputs.extend(
            side.place
                .iter()
                .map(|field| input(field, "place", format!("p{slot}"), format!("Place of {name}"))),
        );
        let first = self.sides.first().is_some_and(|first| first.slot == *slot);
        if let Some(input) = inputs.first_mut().filter(|_| first && self.focus) {
            input.focus = true;
        }
        inputs
    }

    /// Every field with something wrong: its id, and a sentence of its label and what is wrong.
    pub(crate) fn wrong(&self) -> Vec<(String, String)> {
        let inputs = self.sides.iter().flat_map(|side| self.inputs(side));
        let wrong = inputs
            .filter_map(|input| Some((input.id, format!("{} {}", input.label, input.error?))));
        wrong.collect()
    }
}

/// A field of a match's form.
pub(crate) struct Input {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) value: String,
    pub(crate) error: Option<String>,
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
    /// Group and round in words.
    pub round: String,
    /// The sides with their scores, the winner first: `Anna 3–1 Bert`.
    pub result: String,
    /// Nobody reported it: it follows from a withdrawal.
    pub automatic: bool,
    /// Can be changed.
    pub open: bool,
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
