//! What those who register are asked: rows of the form, in both directions.

use std::collections::HashSet;

use tiltyard_core::tournaments::registration::{CustomField, FIELDS_MAX, FieldKind, KEY_MAX};
use tiltyard_pages::organize::{Fields, fields::question_field};

use super::Form;

/// The fields as rows.
pub(super) fn fill(fields: &mut Fields, asked: &[CustomField]) {
    for (row, of) in asked.iter().enumerate() {
        fields.set(&question_field(row, "key"), &of.key);
        fields.set(&question_field(row, "label"), &of.label);
        fields.set(&question_field(row, "kind"), of.kind.name());
        fields.set(&question_field(row, "choices"), of.choices.join("\n"));
        fields.tick(&question_field(row, "required"), of.required);
        fields.tick(&question_field(row, "private"), of.private);
    }
}

/// The rows that say something. A row whose text was deleted is a question that is not asked any more.
fn rows(form: &Form) -> impl Iterator<Item = usize> {
    // One more than there may be, so that too many are refused instead of lost.
    (0..=FIELDS_MAX).filter(|row| !form.text(&question_field(*row, "label")).trim().is_empty())
}

/// A key for programs, made of the text for people.
fn key(label: &str, taken: &HashSet<String>) -> String {
    let letters = label.to_lowercase();
    let mut words = letters.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    let mut key = words.next().unwrap_or("question").to_owned();
    for word in words {
        key = format!("{key}_{word}");
    }
    key.truncate(KEY_MAX - 3);
    let numbered = (2..).map(|number| format!("{key}_{number}"));
    let free = std::iter::once(key.clone()).chain(numbered).find(|key| !taken.contains(key));
    free.unwrap_or(key)
}

/// What the form asks for.
pub(super) fn read(form: &Form) -> Vec<CustomField> {
    let known = rows(form).map(|row| form.text(&question_field(row, "key")).to_owned());
    let mut taken: HashSet<String> = known.collect();
    let mut asked = Vec::new();
    for row in rows(form) {
        let text = |what: &str| form.text(&question_field(row, what)).trim();
        let kind = FieldKind::parse(text("kind")).unwrap_or_default();
        let choices = text("choices").lines().map(str::trim).filter(|line| !line.is_empty());
        let key = match text("key") {
            "" => key(text("label"), &taken),
            key => key.to_owned(),
        };
        taken.insert(key.clone());
        asked.push(CustomField {
            key,
            label: text("label").to_owned(),
            kind,
            required: form.ticked(&question_field(row, "required")),
            // Lines that were typed before another kind was chosen are not choices.
            choices: match kind {
                FieldKind::Choice => choices.map(str::to_owned).collect(),
                _ => Vec::new(),
            },
            private: form.ticked(&question_field(row, "private")),
        });
    }
    asked
}

/// The field of the form that an error of the use case is about.
pub(super) fn field_of(path: &str) -> Option<String> {
    let (row, what) = path.strip_prefix("registration_options.custom_fields.")?.split_once('.')?;
    let what = if what == "choices" { "choices" } else { "label" };
    Some(question_field(row.parse().ok()?, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("Team colour", "team_colour")]
    #[case("  Phone (mobile)  ", "phone_mobile")]
    #[case("電話", "question")]
    #[case("team", "team_2")]
    fn keys_are_made_of_words(#[case] label: &str, #[case] made: &str) {
        let taken = HashSet::from(["team".to_owned()]);
        assert_eq!(key(label, &taken), made);
    }

    #[test]
    fn keys_keep_to_their_length() {
        let long = "a".repeat(300);
        let first = key(&long, &HashSet::new());
        assert!(key(&long, &HashSet::from([first])).len() <= KEY_MAX);
    }
}
