//! The picture of what is played, drawn on the server from the engine's geometry, and the tables
//! that belong to it.

mod criteria;
mod engine;
mod grid;
mod label;
mod svg;
mod table;
mod text;

pub use engine::{EntrantText, FOLDED_ABOVE, card_view, page_view, table_view, view};
pub use svg::{svg, svg_document};
pub use table::{Cell, Column, Figure, Meeting, Row, Table};
pub(crate) use text::{Xml, clip, letters};

use tiltyard_bracket::MatchKey;
use tiltyard_bracket::layout::Layout;

/// A stage to draw: where the matches are and what they say.
#[derive(Debug, Clone)]
pub struct BracketView {
    /// Name for screen readers and the title of the standalone picture.
    pub name: String,
    /// Number of the stage within its tournament, from 0.
    pub stage: u32,
    /// Places, from the engine. One unit across is a column, one unit down half a row.
    pub layout: Layout,
    /// By [`Layout::notes`]: who has no opponent, and why.
    pub notes: Vec<String>,
    /// What the cards say, in any order. A place without a card here is drawn empty.
    pub matches: Vec<MatchCard>,
    /// Every round, also those that [`BracketView::layout`] leaves out.
    pub rounds: Vec<Round>,
    /// Standings, where a table decides.
    pub table: Option<Table>,
    /// The layout shows the end only, and rounds are folded up.
    pub folded: bool,
    /// Colours; those of the surroundings if nothing is said.
    pub theme: Option<Theme>,
    /// Width of its matches, in per cent.
    pub match_width: u16,
    /// Where its matches have pages of their own; nowhere as long as they are only a preview.
    pub links: Option<Links>,
}

/// Pages of matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// What stands before the identifier in their addresses, such as `/cup/matches/2-`.
    pub before: String,
    /// They open beside the page, as out of a frame.
    pub beside: bool,
}

impl Links {
    /// The attributes of a link to a match.
    pub(crate) fn to(&self, identifier: &str) -> String {
        let beside = if self.beside { BESIDE } else { "" };
        format!(" href=\"{}{identifier}\"{beside}", self.before)
    }
}

/// What a link has that opens beside the page.
const BESIDE: &str = " target=\"_blank\" rel=\"noopener\"";

/// The matches of one round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Heading, such as `Round 2` or `Losers' final`.
    pub title: String,
    /// Number, negative among those with a loss.
    pub number: i32,
    /// Its matches, from top to bottom.
    pub matches: Vec<MatchKey>,
    /// Who has no opponent, such as `Bye: Ada`.
    pub notes: Vec<String>,
}

/// Colours of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// Black, white and little else.
    Contrast,
    /// Colours that those who see red and green alike can tell apart.
    ColourBlind,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Light, Self::Dark, Self::Contrast, Self::ColourBlind];

    /// The name in addresses and in `data-theme`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Contrast => "contrast",
            Self::ColourBlind => "colour-blind",
        }
    }

    /// The theme of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
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
    /// Number of the round, negative among those with a loss.
    pub number: i32,
    /// Those who play, from top to bottom.
    pub sides: Vec<Side>,
    /// Where the winner goes.
    pub winner_to: Option<MatchKey>,
    /// Where the loser goes, or who comes second.
    pub loser_to: Option<MatchKey>,
    /// The same in words, such as `loser to P`, where no line shows it.
    pub drop: Option<String>,
}

/// One of those who play a match.
#[derive(Debug, Clone, Default)]
pub struct Side {
    /// The engine's number, once it is known who plays.
    pub entrant: Option<u32>,
    /// Name, once it is known.
    pub name: Option<String>,
    /// Seed, from 1.
    pub seed: Option<u32>,
    /// Score as written, such as `3` or `11 9 11`.
    pub score: Option<String>,
    /// Whether this side won; in a match of many, whether it goes on.
    pub winner: bool,
    /// Place in a match of many, from 1.
    pub place: Option<u8>,
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

impl Side {
    /// The score, or the place where there is none.
    pub(crate) fn result(&self) -> String {
        let place = || self.place.map(|place| crate::tournament::ordinal(place.into()));
        self.score.clone().or_else(place).unwrap_or_default()
    }
}

impl MatchCard {
    /// The match as a sentence for screen readers.
    pub fn label(&self) -> String {
        label::of(self)
    }

    /// The numbers of those who play, as in `data-sides`: 0 for whoever is not known.
    pub(crate) fn entrants(&self) -> String {
        let numbers = self.sides.iter().map(|side| side.entrant.unwrap_or(0).to_string());
        numbers.collect::<Vec<_>>().join(" ")
    }
}

impl Round {
    /// How much of it is played, such as `3 of 8 played`.
    pub(crate) fn progress(&self, view: &BracketView) -> String {
        let played = self.cards(view).filter(|card| card.state == MatchState::Complete).count();
        match self.matches.len() {
            all if all == played => "all played".to_owned(),
            all => format!("{played} of {all} played"),
        }
    }

    /// What its matches say.
    pub(crate) fn cards<'a>(
        &'a self,
        view: &'a BracketView,
    ) -> impl Iterator<Item = &'a MatchCard> {
        self.matches.iter().filter_map(|key| view.card(*key))
    }

    /// Whether something can be played in it.
    pub(crate) fn is_current(&self, view: &BracketView) -> bool {
        let busy = |card: &MatchCard| matches!(card.state, MatchState::Open | MatchState::Underway);
        self.cards(view).any(busy)
    }
}

impl BracketView {
    /// What a match says.
    pub(crate) fn card(&self, key: MatchKey) -> Option<&MatchCard> {
        let here = self.matches.get(key.index()).filter(|card| card.key == key);
        here.or_else(|| self.matches.iter().find(|card| card.key == key))
    }
}
