//! The formats, by their names on the wire.

use std::fmt;

/// A tournament's format (reference/challonge, tournament types).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    /// One loss and out.
    #[default]
    SingleElimination,
    /// Two losses and out.
    DoubleElimination,
    /// Everybody against everybody.
    RoundRobin,
    /// Rounds in which those meet who have done equally well.
    Swiss,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::SingleElimination, Self::DoubleElimination, Self::RoundRobin, Self::Swiss];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SingleElimination => "single elimination",
            Self::DoubleElimination => "double elimination",
            Self::RoundRobin => "round robin",
            Self::Swiss => "swiss",
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
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
