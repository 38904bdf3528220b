//! Resources as the dialect shows them, with every key that its clients know (reference/challonge
//! §6.2): what we have no value for is null.

mod attachments;
mod matches;
mod participants;
mod tournaments;

pub(super) use attachments::{AttachmentBox, attachment};
pub(super) use matches::{MatchBox, one_match};
pub(super) use participants::{ParticipantBox, participant};
pub(super) use tournaments::{Beside, TournamentBox, tournament};

use serde::{Serialize, Serializer};
use tiltyard_bracket::standings::Points;
use tiltyard_core::clock::Millis;

use crate::http::time::iso;

/// A point in time; XML says so.
#[derive(Debug)]
struct DateTime(String);

impl DateTime {
    fn new(at: Millis) -> Self {
        Self(iso(at))
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct("dateTime", &self.0)
    }
}

/// An exact number, in JSON as a text; XML says what it is.
#[derive(Debug)]
struct Decimal(String);

impl Decimal {
    /// With at least one place, as Rails writes them.
    fn new(points: Points) -> Self {
        let text = points.to_string();
        Self(if text.contains('.') { text } else { format!("{text}.0") })
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct("decimal", &self.0)
    }
}
