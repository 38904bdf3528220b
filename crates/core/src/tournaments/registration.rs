//! What a tournament asks those who register, and what they answer. The reference had this in an
//! older API only (`custom_field_response`) and its users miss it (reference/challonge §9).

use std::{collections::HashSet, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ParticipantRow, Tournament};
use crate::{
    Actor, Error, Patch, Problems,
    context::TournamentCache,
    error::Result,
    permissions::{self, TournamentFacts},
    text,
};

/// Most fields of a tournament.
pub const FIELDS_MAX: usize = 30;
/// Longest key in characters.
pub const KEY_MAX: usize = 60;
/// Longest label in characters.
pub const LABEL_MAX: usize = 200;
/// Most choices of a field.
pub const CHOICES_MAX: usize = 100;
/// Longest answer (and choice) in characters.
pub const ANSWER_MAX: usize = 1_000;

/// Answers by the keys of the fields.
pub type Answers = Map<String, Value>;

/// A field of a tournament's own that people fill in when they register.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomField {
    /// Its name for programs: letters, digits, `_` and `-`.
    pub key: String,
    /// Its name for people.
    pub label: String,
    /// What an answer is.
    pub kind: FieldKind,
    /// Whether people who register themselves have to answer; organizers need not.
    pub required: bool,
    /// What there is to choose from.
    pub choices: Vec<String>,
    /// Whether organizers alone see the answers.
    pub private: bool,
}

/// What an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// Any text.
    #[default]
    Text,
    /// A number.
    Number,
    /// One of several texts.
    Choice,
    /// Yes or no.
    Bool,
}

impl FieldKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Text, Self::Number, Self::Choice, Self::Bool];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Choice => "choice",
            Self::Bool => "bool",
        }
    }

    /// The kind with this wire name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == text)
    }
}

fn check_text(text: &str, most: usize) -> Option<String> {
    if text::is_blank(text) {
        Some("can't be blank".to_owned())
    } else if text.chars().count() > most {
        Some(format!("is too long (maximum is {most} characters)"))
    } else if text::has_forbidden(text) {
        Some(text::FORBIDDEN.to_owned())
    } else {
        None
    }
}

/// What is wrong with the fields of a tournament.
pub(super) fn check_fields(fields: &[CustomField], problems: &mut Problems) {
    const LIST: &str = "registration_options.custom_fields";
    if fields.len() > FIELDS_MAX {
        problems.add(LIST, format!("are too many (maximum is {FIELDS_MAX})"));
        return;
    }
    let mut keys = HashSet::new();
    for (index, field) in fields.iter().enumerate() {
        let mut refuse = |name: &str, message: String| {
            problems.add(format!("{LIST}.{index}.{name}"), message);
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if field.key.is_empty() || field.key.len() > KEY_MAX || !field.key.chars().all(plain) {
            refuse("key", format!("must be 1 to {KEY_MAX} letters, digits, `_` and `-`"));
        } else if !keys.insert(field.key.as_str()) {
            refuse("key", "is the key of another field already".to_owned());
        }
        if let Some(message) = check_text(&field.label, LABEL_MAX) {
            refuse("label", message);
        }
        let wrong = field.choices.iter().find_map(|choice| check_text(choice, ANSWER_MAX));
        if field.kind == FieldKind::Choice {
            let different: HashSet<&String> = field.choices.iter().collect();
            if field.choices.is_empty() || field.choices.len() > CHOICES_MAX {
                refuse("choices", format!("must be 1 to {CHOICES_MAX} texts"));
            } else if different.len() < field.choices.len() {
                refuse("choices", "must differ".to_owned());
            } else if let Some(message) = wrong {
                refuse("choices", format!("have one that {message}"));
            }
        } else if !field.choices.is_empty() {
            refuse("choices", "go with the kind `choice` only".to_owned());
        }
    }
}

/// The answer as it is stored, `None` for no answer, or what is wrong with it.
fn answer(field: &CustomField, sent: &Value) -> Result<Option<Value>, String> {
    let text = match sent {
        Value::Null => return Ok(None),
        Value::String(text) => Some(text.trim()),
        _ => None,
    };
    if text == Some("") {
        return Ok(None);
    }
    match field.kind {
        FieldKind::Text => {
            let text = match sent {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => return Err("must be a string".to_owned()),
            };
            if text.chars().count() > ANSWER_MAX {
                return Err(format!("is too long (maximum is {ANSWER_MAX} characters)"));
            }
            if text.contains('\0') {
                return Err("must not contain the character U+0000".to_owned());
            }
            Ok(Some(text.into()))
        }
        FieldKind::Number => {
            let number = match sent {
                Value::Number(number) => Some(number.clone()),
                _ => text.and_then(|text| serde_json::from_str(text).ok()),
            };
            number.map(|number| Some(number.into())).ok_or_else(|| "must be a number".to_owned())
        }
        FieldKind::Choice => {
            let chosen = text.and_then(|text| field.choices.iter().find(|it| it.trim() == text));
            chosen.map(|chosen| Some(chosen.as_str().into())).ok_or_else(|| {
                let known: Vec<&str> = field.choices.iter().take(10).map(String::as_str).collect();
                let more = if field.choices.len() > known.len() { " and others" } else { "" };
                format!("must be one of `{}`{more}", known.join("`, `"))
            })
        }
        FieldKind::Bool => match (sent, text) {
            (Value::Bool(value), _) => Ok(Some((*value).into())),
            (Value::Number(number), _) if number.as_i64() == Some(1) => Ok(Some(true.into())),
            (Value::Number(number), _) if number.as_i64() == Some(0) => Ok(Some(false.into())),
            (_, Some("true" | "1")) => Ok(Some(true.into())),
            (_, Some("false" | "0")) => Ok(Some(false.into())),
            _ => Err("must be true or false".to_owned()),
        },
    }
}

/// The answers of a participant, if there are any.
pub fn answers(row: &ParticipantRow) -> Option<Answers> {
    row.answers.as_deref().and_then(|json| serde_json::from_str(json).ok())
}

/// Puts what was sent over the answers so far. With `complete`, what is required must be there.
pub(super) fn take(
    fields: &[CustomField],
    before: Option<&str>,
    sent: &Patch<Answers>,
    complete: bool,
    prefix: &str,
    problems: &mut Problems,
) -> Result<Option<String>> {
    let before: Option<Answers> =
        before.map(serde_json::from_str).transpose().map_err(Error::internal)?;
    let mut all = before.unwrap_or_default();
    let empty = Answers::new();
    let sent = match sent {
        Patch::Keep => &empty,
        Patch::Clear => {
            all.clear();
            &empty
        }
        Patch::Set(sent) => sent,
    };
    for (key, value) in sent {
        let field = fields.iter().find(|field| field.key == *key);
        let taken = field.map_or_else(
            || Err("is none of the tournament's `registration_options.custom_fields`".to_owned()),
            |field| answer(field, value),
        );
        match taken {
            Ok(Some(value)) => {
                all.insert(key.clone(), value);
            }
            Ok(None) => {
                all.remove(key);
            }
            Err(message) => {
                let key: String = key.chars().take(KEY_MAX).collect();
                problems.add(format!("{prefix}custom_field_response.{key}"), message);
            }
        }
    }
    if complete {
        for field in fields.iter().filter(|field| field.required && !all.contains_key(&field.key)) {
            problems.add(
                format!("{prefix}custom_field_response.{}", field.key),
                format!("is required ({})", field.label),
            );
        }
    }
    if all.is_empty() {
        return Ok(None);
    }
    serde_json::to_string(&all).map(Some).map_err(Error::internal)
}

/// The answers that are left when others are taken away; `None` for none.
fn retain(row: &ParticipantRow, keep: impl Fn(&str) -> bool) -> Option<String> {
    let mut all = answers(row)?;
    all.retain(|key, _| keep(key));
    if all.is_empty() { None } else { serde_json::to_string(&all).ok() }
}

/// The rows without the answers to fields that are gone, where any are.
pub(super) fn without_removed(before: &Tournament, t: &Tournament) -> Option<Vec<ParticipantRow>> {
    let fields = |t: &'_ Tournament| -> HashSet<String> {
        let fields = &t.options.registration_options.custom_fields;
        fields.iter().map(|field| field.key.clone()).collect()
    };
    let left = fields(t);
    if fields(before).is_subset(&left) || t.participants.iter().all(|row| row.answers.is_none()) {
        return None;
    }
    let mut rows = Vec::clone(&t.participants);
    for row in &mut rows {
        row.answers = retain(row, |key| left.contains(key));
    }
    Some(rows)
}

/// The tournament as the actor sees it.
pub(super) fn seen_by(
    actor: &Actor,
    facts: TournamentFacts,
    tournament: Arc<Tournament>,
    cache: &TournamentCache,
) -> Arc<Tournament> {
    if permissions::sees_private(actor, facts) {
        return tournament;
    }
    without_private(tournament, cache)
}

/// The tournament as those see it who do not run it: without private answers, and without the
/// addresses at which people were invited.
pub(super) fn without_private(
    tournament: Arc<Tournament>,
    cache: &TournamentCache,
) -> Arc<Tournament> {
    let fields = &tournament.options.registration_options.custom_fields;
    let invited = tournament.participants.iter().any(|row| row.email.is_some());
    if !invited && fields.iter().all(|field| !field.private) {
        return tournament;
    }
    // Documents that are kept by revision are others than the organizers'.
    let revision = tournament.row.revision ^ 2;
    if let Some(cached) = cache.get(&(tournament.row.id, revision)) {
        return cached;
    }
    let public: HashSet<&str> =
        fields.iter().filter(|field| !field.private).map(|field| field.key.as_str()).collect();
    let mut rows = Vec::clone(&tournament.participants);
    for row in &mut rows {
        row.answers = retain(row, |key| public.contains(key));
        row.email = None;
    }
    let mut seen = Tournament::clone(&tournament);
    seen.row.revision = revision;
    seen.participants = Arc::new(rows);
    let seen = Arc::new(seen);
    cache.insert((seen.row.id, revision), Arc::clone(&seen));
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn field(kind: FieldKind) -> CustomField {
        let choices = match kind {
            FieldKind::Choice => vec!["Fox".to_owned(), "Marth".to_owned()],
            _ => Vec::new(),
        };
        CustomField {
            key: "it".to_owned(),
            label: "It".to_owned(),
            kind,
            choices,
            ..CustomField::default()
        }
    }

    #[rstest::rstest]
    #[case(FieldKind::Text, json!("abc"), Some(json!("abc")))]
    #[case(FieldKind::Text, json!(12), Some(json!("12")))]
    #[case(FieldKind::Text, json!(true), None)]
    #[case(FieldKind::Text, json!("x".repeat(ANSWER_MAX + 1)), None)]
    #[case(FieldKind::Number, json!("3.5"), Some(json!(3.5)))]
    #[case(FieldKind::Number, json!(7), Some(json!(7)))]
    #[case(FieldKind::Number, json!("seven"), None)]
    #[case(FieldKind::Choice, json!("Marth"), Some(json!("Marth")))]
    #[case(FieldKind::Choice, json!("Falco"), None)]
    #[case(FieldKind::Bool, json!("1"), Some(json!(true)))]
    #[case(FieldKind::Bool, json!(false), Some(json!(false)))]
    #[case(FieldKind::Bool, json!("maybe"), None)]
    #[case(FieldKind::Bool, json!([]), None)]
    fn answers_are_what_the_field_asks_for(
        #[case] kind: FieldKind,
        #[case] sent: Value,
        #[case] taken: Option<Value>,
    ) {
        assert_eq!(answer(&field(kind), &sent).ok().flatten(), taken);
    }

    #[test]
    fn nothing_is_no_answer() {
        for kind in FieldKind::ALL {
            assert_eq!(answer(&field(kind), &Value::Null), Ok(None));
            assert_eq!(answer(&field(kind), &json!(" ")), Ok(None));
        }
    }

    #[test]
    fn what_is_sent_goes_over_what_was_answered() {
        let fields = [
            CustomField { key: "one".to_owned(), required: true, ..field(FieldKind::Text) },
            CustomField { key: "two".to_owned(), ..field(FieldKind::Number) },
        ];
        let before = Some(r#"{"one":"a","two":2}"#);
        let take = |sent: Value, complete: bool| {
            let sent = match sent {
                Value::Object(map) => Patch::Set(map),
                _ => Patch::Clear,
            };
            let mut problems = Problems::default();
            let taken = take(&fields, before, &sent, complete, "", &mut problems).unwrap();
            let problems: Vec<_> = problems.list().iter().map(|it| it.field.clone()).collect();
            (taken, problems)
        };
        assert_eq!(take(json!({"two": null}), true), (Some(r#"{"one":"a"}"#.to_owned()), vec![]));
        assert_eq!(take(json!(null), false), (None, vec![]));
        assert_eq!(take(json!(null), true).1, ["custom_field_response.one"]);
        assert_eq!(take(json!({"three": 3}), false).1, ["custom_field_response.three"]);
    }

    #[test]
    fn fields_are_checked() {
        let wrong = [
            CustomField { key: "a b".to_owned(), ..field(FieldKind::Text) },
            CustomField {
                key: "x".to_owned(),
                choices: vec!["y".to_owned()],
                ..field(FieldKind::Text)
            },
            CustomField { key: "x".to_owned(), label: " ".to_owned(), ..field(FieldKind::Text) },
            CustomField { key: "z".to_owned(), choices: Vec::new(), ..field(FieldKind::Choice) },
        ];
        let mut problems = Problems::default();
        check_fields(&wrong, &mut problems);
        let found: Vec<_> = problems.list().iter().map(|it| it.field.as_str()).collect();
        let at = "registration_options.custom_fields";
        let expected =
            ["0.key", "1.choices", "2.key", "2.label", "3.choices"].map(|it| format!("{at}.{it}"));
        assert_eq!(found, expected);
        let mut problems = Problems::default();
        check_fields(&vec![CustomField::default(); FIELDS_MAX + 1], &mut problems);
        assert_eq!(problems.list().len(), 1);
    }
}
