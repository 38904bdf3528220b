//! What is sent about communities and their members.

use tiltyard_core::{
    Patch,
    communities::{Role, Who},
};

use crate::api::challonge_v2::{error::ApiError, input::Attributes};

/// The attributes of a community, as far as they were sent.
pub(super) struct Sent {
    pub(super) name: Option<String>,
    pub(super) permalink: Option<String>,
    pub(super) subdomain: Patch<String>,
    pub(super) description: Patch<String>,
}

/// Reads a community.
pub(super) fn community(mut sent: Attributes) -> Result<Sent, ApiError> {
    let read = Sent {
        name: sent.text("name"),
        permalink: sent.text("permalink"),
        // Nothing is what clears it, too.
        subdomain: match sent.nullable_text("subdomain") {
            Patch::Set(text) if text.is_empty() => Patch::Clear,
            other => other,
        },
        description: sent.nullable_text("description"),
    };
    sent.check()?;
    Ok(read)
}

/// Reads a role.
pub(super) fn role(sent: &mut Attributes) -> Option<Role> {
    let name = sent.text("role")?;
    let role = Role::parse(&name);
    if role.is_none() {
        sent.refuse("role", "must be one of owner, organizer, member");
    }
    role
}

/// Reads a role that has to be there.
pub(super) fn required_role(mut sent: Attributes) -> Result<Role, ApiError> {
    let role = role(&mut sent);
    if role.is_none() && sent.problems.list().is_empty() {
        sent.refuse("role", "is required");
    }
    sent.check()?;
    role.ok_or_else(|| ApiError::bad_request("Say which role it is to be."))
}

/// Reads who is to be a member.
pub(super) fn who(sent: &mut Attributes) -> Option<Who> {
    let by_id = sent.int("person_id").map(Who::Id);
    let who = by_id.or_else(|| sent.text("username").map(Who::Username));
    if who.is_none() && sent.problems.list().is_empty() {
        sent.refuse("username", "is required: say who is to belong to the community");
    }
    who
}
