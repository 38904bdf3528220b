//! The attributes of a participant in a request.

use tiltyard_core::{
    Patch, Problems,
    tournaments::participants::{NewParticipant, ParticipantChanges},
};

use crate::api::challonge_v2::input::Attributes;

/// The name and e-mail address or user name that `invite_name_or_email` stands for.
fn invited(sent: &mut Attributes) -> (Option<String>, Option<String>) {
    let text = sent.text("invite_name_or_email").filter(|text| !text.trim().is_empty());
    match text {
        Some(text) if text.contains('@') => (Some(text), None),
        other => (None, other),
    }
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// A participant to be added; what is wrong goes to `problems`.
pub(super) fn new(mut sent: Attributes, problems: &mut Problems) -> NewParticipant {
    let mut participant = NewParticipant::default();
    fill(&mut participant, &mut sent);
    for problem in sent.problems.list() {
        problems.add(problem.field.clone(), problem.message.clone());
    }
    participant
}

fn fill(participant: &mut NewParticipant, sent: &mut Attributes) {
    let (email, username) = invited(sent);
    participant.name = filled(sent.text("name"));
    participant.seed = sent.count("seed");
    participant.misc = sent.text("misc");
    participant.email = filled(sent.text("email")).or(email);
    participant.username = filled(sent.text("challonge_username")).or(username);
}

/// A text that can be taken away by null or the empty text.
fn patch(sent: &mut Attributes, name: &str) -> Patch<String> {
    match sent.nullable_text(name) {
        Patch::Set(text) if text.trim().is_empty() => Patch::Clear,
        other => other,
    }
}

/// Changes of a participant; what is wrong goes to `problems`.
pub(super) fn changes(mut sent: Attributes, problems: &mut Problems) -> ParticipantChanges {
    let mut changes = ParticipantChanges::default();
    change(&mut changes, &mut sent);
    for problem in sent.problems.list() {
        problems.add(problem.field.clone(), problem.message.clone());
    }
    changes
}

fn change(changes: &mut ParticipantChanges, sent: &mut Attributes) {
    let (email, username) = invited(sent);
    let or = |patch: Patch<String>, other: Option<String>| match (patch, other) {
        (Patch::Keep, Some(text)) => Patch::Set(text),
        (patch, _) => patch,
    };
    changes.name = sent.text("name");
    changes.seed = sent.count("seed");
    changes.misc = sent.nullable_text("misc");
    changes.email = or(patch(sent, "email"), email);
    changes.username = or(patch(sent, "challonge_username"), username);
}
