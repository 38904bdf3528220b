//! Resources as the dialect shows them (reference/challonge §3.1–§3.4).

mod attachments;
mod groups;
mod matches;
mod participants;
mod profiles;
mod tournaments;

pub(super) use attachments::{AttachmentResource, attachment};
pub(super) use groups::{GroupResource, group};
pub(super) use matches::{MatchResource, matches, one_match};
pub(super) use participants::{ParticipantResource, participant, participants, participants_where};
pub(super) use profiles::{ProfileResource, profiles};
pub(super) use tournaments::{TournamentResource, tournament};

use serde::Serialize;
use tiltyard_core::tournaments::Tournament;
use utoipa::ToSchema;

/// A resource of any kind, included beside another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::Included)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "lives as long as one answer takes to write")]
pub(super) enum Included<'a> {
    /// A match.
    Match(MatchResource<'a>),
    /// A participant.
    Participant(ParticipantResource<'a>),
    /// The account that a participant is linked to.
    Profile(ProfileResource<'a>),
}

/// All participants of a tournament, by seed, and the profiles of those who are linked to an account.
pub(super) fn everybody<'a>(
    tournament: &'a Tournament,
    base: &'a str,
) -> impl Iterator<Item = Included<'a>> {
    let profiles = profiles(tournament.participants.iter()).map(Included::Profile);
    participants(tournament, base).map(Included::Participant).chain(profiles)
}

/// A link to oneself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::SelfLink)]
pub(super) struct SelfLink {
    #[serde(rename = "self")]
    pub(super) own: String,
}

/// A relationship to a list elsewhere.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::ToMany)]
pub(super) struct ToMany {
    pub(super) links: Related,
}

/// Where to find it, and how many there are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::Related)]
pub(super) struct Related {
    pub(super) related: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) meta: Option<super::output::Meta>,
}

/// A relationship to one resource, or to none yet.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = challonge::ToOne)]
pub(super) struct ToOne {
    pub(super) data: Option<Reference>,
}

/// Which resource.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = challonge::Reference)]
pub(super) struct Reference {
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String, pattern = "^[0-9]+$", examples("10000001"))]
    pub(super) id: i64,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
}

/// JSON:API's ids are texts.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
pub(super) fn as_text<S: serde::Serializer>(id: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}
