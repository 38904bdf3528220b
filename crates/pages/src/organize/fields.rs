//! A form of many fields, by their names, and what there is to choose from.

use std::collections::{BTreeMap, BTreeSet};

use crate::chrome::Field;

/// A form of many fields: what stands in them, what is ticked and what is wrong.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    fields: BTreeMap<String, Field>,
    ticked: BTreeSet<String>,
}

static EMPTY: Field = Field { value: String::new(), error: None };

impl Fields {
    /// Puts a value into a field.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.fields.entry(name.to_owned()).or_default().value = value.into();
    }

    /// Ticks a box, or takes the tick away.
    pub fn tick(&mut self, name: &str, on: bool) {
        if on {
            self.ticked.insert(name.to_owned());
        } else {
            self.ticked.remove(name);
        }
    }

    /// Says what is wrong with a field.
    pub fn fail(&mut self, name: &str, error: impl Into<String>) {
        self.fields.entry(name.to_owned()).or_default().error = Some(error.into());
    }

    /// Whether something is wrong with one of these.
    pub(crate) fn any_wrong(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.field(name).error.is_some())
    }

    pub(crate) fn field(&self, name: &str) -> &Field {
        self.fields.get(name).unwrap_or(&EMPTY)
    }

    /// The rows of questions that are filled in, and two more.
    pub(crate) fn questions(&self) -> Vec<QuestionRow> {
        let rows = self.fields.keys().filter(|name| name.ends_with("_label")).count();
        (0..rows + 2).map(QuestionRow::new).collect()
    }

    /// Whether any question is filled in.
    pub(crate) fn any_question(&self) -> bool {
        self.fields.contains_key(&question_field(0, "label"))
    }

    pub(crate) fn on(&self, name: &str) -> bool {
        self.ticked.contains(name)
    }

    /// Whether the field holds something that is none of these.
    pub(crate) fn lacks(&self, name: &str, choices: &[Choice]) -> bool {
        let value = &self.field(name).value;
        choices.iter().all(|(choice, _)| choice != value)
    }

    pub(crate) fn is(&self, name: &str, value: &str) -> bool {
        self.field(name).value == value
    }
}

/// The name of a field of a question's row, counted from 0.
pub fn question_field(row: usize, what: &str) -> String {
    format!("q{row}_{what}")
}

/// The names of a row's fields.
pub(crate) struct QuestionRow {
    pub(crate) number: usize,
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) kind: String,
    pub(crate) choices: String,
    pub(crate) required: String,
    pub(crate) private: String,
}

impl QuestionRow {
    fn new(row: usize) -> Self {
        let field = |what| question_field(row, what);
        Self {
            number: row + 1,
            key: field("key"),
            label: field("label"),
            kind: field("kind"),
            choices: field("choices"),
            required: field("required"),
            private: field("private"),
        }
    }
}

/// Value on the wire, words.
pub(crate) type Choice = (&'static str, &'static str);

pub(crate) const GROUP_KINDS: &[Choice] = &[
    ("round robin", "Round robin"),
    ("swiss", "Swiss"),
    ("single elimination", "Single elimination"),
    ("double elimination", "Double elimination"),
];

pub(crate) const PLACEMENT: &[Choice] = &[
    ("", "None"),
    ("3", "For third place"),
    ("5", "Down to fifth place"),
    ("7", "Down to seventh place"),
    ("9", "Down to ninth place"),
];

pub(crate) const GRAND_FINALS: &[Choice] = &[
    ("", "The unbeaten side must be beaten twice"),
    ("single match", "One match decides"),
    ("skip", "No grand final"),
];

pub(crate) const CYCLES: &[Choice] = &[("1", "Once"), ("2", "Twice"), ("3", "Three times")];

pub(crate) const RANKED_BY: &[Choice] = &[
    ("", "Match wins (as usual)"),
    ("match wins", "Match wins"),
    ("game wins", "Sets won"),
    ("game win percentage", "Share of sets won"),
    ("game w/l difference", "Sets won less sets lost"),
    ("points scored", "Points scored"),
    ("points difference", "Points scored less points against"),
    ("custom", "Points for a win and a tie, as set below"),
];

pub(crate) const TIE_BREAKS: &[Choice] = &[
    ("match wins vs tied", "Matches won against those who are level"),
    ("match wins", "Matches won"),
    ("game wins", "Sets won"),
    ("game win percentage", "Share of sets won"),
    ("game w/l difference", "Sets won less sets lost"),
    ("points scored", "Points scored"),
    ("points difference", "Points scored less points against"),
    ("median buchholz", "What opponents scored, without the best and the worst"),
];

pub(crate) const QUESTION_KINDS: &[Choice] =
    &[("text", "Text"), ("number", "Number"), ("choice", "One of several"), ("bool", "Yes or no")];

pub(crate) const CHECK_IN: &[Choice] = &[
    ("", "No check-in"),
    ("15", "15 minutes before the start"),
    ("30", "30 minutes before the start"),
    ("45", "45 minutes before the start"),
    ("60", "1 hour before the start"),
    ("120", "2 hours before the start"),
    ("1440", "1 day before the start"),
];

pub(crate) const PREDICTIONS: &[Choice] = &[
    ("0", "No predictions"),
    ("1", "Later rounds count double (1, 2, 4, 8 …)"),
    ("2", "Later rounds count one more (1, 2, 3 …)"),
];
