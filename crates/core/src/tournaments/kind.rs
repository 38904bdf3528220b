//! The formats, by their names on the wire.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A tournament's format (reference/challonge, tournament types).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Kind {
    /// One loss and out.
    #[default]
    #[serde(rename = "single elimination")]
    SingleElimination,
    /// Two losses and out.
    #[serde(rename = "double elimination")]
    DoubleElimination,
    /// Everybody against everybody.
    #[serde(rename = "round robin")]
    RoundRobin,
    /// Rounds in which those meet who have done equally well.
    #[serde(rename = "swiss")]
    Swiss,
    /// Matches of many sides, of which some go on.
    #[serde(rename = "free for all")]
    FreeForAll,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::SingleElimination,
        Self::DoubleElimination,
        Self::RoundRobin,
        Self::Swiss,
        Self::FreeForAll,
    ];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SingleElimination => "single elimination",
            Self::DoubleElimination => "double elimination",
            Self::RoundRobin => "round robin",
            Self::Swiss => "swiss",
            Self::FreeForAll => "free for all",
        }
    }

    /// The format with this wire name; underscores count as spaces.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase().replace('_', " ");
        Self::ALL.into_iter().find(|kind| kind.name() == text)
    }

    /// The name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::SingleElimination => "Single Elimination",
            Self::DoubleElimination => "Double Elimination",
            Self::RoundRobin => "Round Robin",
            Self::Swiss => "Swiss",
            Self::FreeForAll => "Free for All",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
