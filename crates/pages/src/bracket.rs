//! The picture of a bracket, drawn on the server from the engine's geometry.

mod engine;
mod label;
mod svg;
mod text;

pub use engine::{EntrantText, view};
pub use svg::{svg, svg_document};
pub(crate) use text::{Xml, clip, letters};

use tiltyard_bracket::MatchKey;
use tiltyard_bracket::layout::Layout;

/// A bracket to draw: where the matches are and what they say.
#[derive(Debug, Clone)]
pub struct BracketView {
    /// Name for screen readers and the title of the standalone picture.
    pub name: String,
    /// Places, from the engine. One unit across is a column, one unit down half a row.
    pub layout: Layout,
    /// What the cards say, in any order. A place without a card here is drawn empty.
    pub matches: Vec<MatchCard>,
}

/// What a match's card says.
#[derive(Debug, Clone)]
pub struct MatchCard {
    /// The engine's name of the match.
    pub key: MatchKey,
    /// The name people use, such as `A` or `AB`.
    pub identifier: String,
    /// State.
    pub state: MatchState,
    /// Round in words, such as `Winners round 1`.
    pub round: String,
    /// First player.
    pub top: Side,
    /// Second player.
    pub bottom: Side,
}

/// One of the two players of a match.
#[derive(Debug, Clone, Default)]
pub struct Side {
    /// Name, once it is known.
    pub name: Option<String>,
    /// Seed, from 1.
    pub seed: Option<u32>,
    /// Score as written, such as `3` or `11 9 11`.
    pub score: Option<String>,
    /// Whether this side won.
    pub winner: bool,
    /// What stands in for a missing name, such as `Loser of H`.
    pub hint: Option<String>,
}

/// State of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchState {
    /// A player is not known yet.
    Pending,
    /// Can be played.
    Open,
    /// Is being played.
    Underway,
    /// Has a result.
    Complete,
}

impl MatchState {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Open => "open",
            Self::Underway => "underway",
            Self::Complete => "complete",
        }
    }
}

impl Side {
    /// The name, or what stands in for it.
    pub(crate) fn shown(&self) -> &str {
        self.name.as_deref().or(self.hint.as_deref()).unwrap_or("To be decided")
    }
}

impl MatchCard {
    pub(crate) fn sides(&self) -> [&Side; 2] {
        [&self.top, &self.bottom]
    }

    /// The match as a sentence for screen readers.
    pub fn label(&self) -> String {
        label::of(self)
    }
}
