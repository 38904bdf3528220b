//! The attributes of a participant in a request.

use tiltyard_core::{Problems, tournaments::participants::NewParticipant};

use crate::api::challonge_v2::input::Attributes;

/// A participant to be added; what is wrong goes to `problems`.
pub(super) fn new(mut sent: Attributes, problems: &mut Problems) -> NewParticipant {
    let participant = NewParticipant {
        name: sent.text("name"),
        seed: sent.count("seed"),
        misc: sent.text("misc"),
        email: sent.text("email"),
        username: sent.text("username"),
        answers: sent.object("custom_field_response"),
    };
    for problem in sent.problems.list() {
        problems.add(problem.field.clone(), problem.message.clone());
    }
    participant
}
