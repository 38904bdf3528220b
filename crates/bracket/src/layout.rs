//! Where the cards and lines of a drawn stage go.
//!
//! The geometry comes from the links between the matches that exist, so byes leave no hole, and it
//! is the same for every renderer (page, SVG, print, embed). Results do not move anything; only
//! matches that come and go do.
//!
//! | Format | Picture |
//! |---|---|
//! | Eliminations, GSL | a tree a section, below each other; the grand final to the right |
//! | Stepladder | a staircase, from the first match up to the final |
//! | Page playoff | a tree, each match with a heading of its own |
//! | Free-for-all | a column a round, ordered so that few lines cross |
//! | Round robin, Swiss | a column a round, the matches in board order; tie-break matches below |
//!
//! [`Window`] is a part of a stage, [`path()`] the way of one entrant through it, and [`CrossTable`]
//! the other picture of a round robin.

mod cross;
mod lanes;
mod lines;
mod names;
mod path;
mod place;
mod rounds;
mod table;
mod tree;
mod window;

pub use cross::{CrossTable, Meeting};
pub use names::RoundName;
pub use path::{Path, path, seed_path};
pub use window::Window;

use serde::Serialize;

use crate::history::Unpaired;
use crate::model::{MatchKey, Section, Seed, Source};
use crate::stage::Stage;

/// A drawn stage, in a grid of columns and half rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Layout {
    /// Headings of rounds, by section from top to bottom, then from left to right.
    pub columns: Vec<Column>,
    /// One card per present match, in list order.
    pub cards: Vec<Card>,
    /// Ways from card to card, in list order of their targets.
    pub links: Vec<Link>,
    /// What is written instead of lines that would cross the whole picture, or that end outside of
    /// the [`Window`]. In list order of the matches that are fed.
    pub hints: Vec<Hint>,
    /// Who has no opponent in a round of a table, below its cards.
    pub notes: Vec<Note>,
    /// By column: how many lines run down side by side in the gap to its left; see [`Link::lane`].
    pub lanes: Vec<u32>,
    /// Number of columns.
    pub width: u32,
    /// Number of half rows.
    pub height: u32,
}

/// Heading of the matches of one round of one section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Column, from 0.
    pub x: u32,
    /// Upper edge in half rows of the strip in which the heading is written; the strip is two half
    /// rows high and free of cards.
    pub y: u32,
    /// Section it heads.
    pub section: Section,
    /// Round it heads, signed as in [`crate::Match::round`].
    pub round: i32,
    /// What to write.
    pub name: RoundName,
}

/// One match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Card {
    /// The match.
    pub key: MatchKey,
    /// Its heading, an index into [`Layout::columns`]: a phone shows the cards of one at a time.
    pub column: u32,
    /// Column, from 0.
    pub x: u32,
    /// Centre in half rows.
    pub y: u32,
    /// Height in half rows, an even number; half of it is above the centre. A match of two sides
    /// takes 2 and one of many three quarters of a half row for each side, so that a side is as high
    /// on every card; what is left is the space to the next card.
    pub height: u32,
    /// Number of sides.
    pub sides: u8,
}

impl Card {
    /// Upper edge in half rows.
    pub fn top(&self) -> u32 {
        self.y.saturating_sub(self.height / 2)
    }

    /// Lower edge in half rows: where the next card may begin.
    pub fn bottom(&self) -> u32 {
        self.y + self.height / 2
    }

    /// How far the middle of a side is below the centre of the card, in halves of the height of a
    /// side: −1 and 1 for the sides of a match of two. There the lines to the side end.
    pub fn side(&self, slot: u8) -> i32 {
        2 * i32::from(slot) + 1 - i32::from(self.sides)
    }
}

/// A way from a match to a slot that it feeds.
///
/// A line leaves the card at the middle of its right edge, runs right to the gap before the column of
/// the target, there up or down in its lane, and right to the middle of the side. It meets no other
/// card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The feeding match.
    pub from: MatchKey,
    /// The fed match.
    pub to: MatchKey,
    /// Index of the fed slot.
    pub to_slot: u8,
    /// Who takes this way.
    pub kind: LinkKind,
    /// It is drawn as a line, from left to right. Otherwise there are hints at both ends.
    pub drawn: bool,
    /// Where it runs up or down: the lanes of the gap are counted from 0, from left to right. Lines
    /// share one if they come from the same match or do not meet; trees need only one.
    pub lane: u32,
}

/// Who takes the way of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// The winner advances, or whoever is placed well enough.
    Advance,
    /// The loser drops.
    Drop,
}

/// What is written at one end of a way that is not drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Hint {
    /// The match at whose card it stands.
    pub key: MatchKey,
    /// What it says.
    pub end: HintEnd,
}

/// What a hint says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HintEnd {
    /// Who comes to a slot, as long as nobody stands there.
    From {
        /// Index of the slot.
        slot: u8,
        /// Whom it waits for.
        source: Source,
    },
    /// Where somebody goes who stands at a place in the end.
    To {
        /// The way begins here: always this match, and the position in it.
        source: Source,
        /// The match that it leads to.
        to: MatchKey,
    },
}

impl Hint {
    /// The hint in English: `Loser of H` where they come, `Loser to P` where they go.
    pub fn text(&self, stage: &Stage) -> String {
        let (source, word, other) = match self.end {
            HintEnd::From { source, .. } => (source, "of", source.feeder().map(|(of, _)| of)),
            HintEnd::To { source, to } => (source, "to", Some(to)),
        };
        let letters = other.and_then(|key| stage.get(key)).map(|m| m.identifier);
        let letters = letters.map_or_else(|| "?".to_owned(), |letters| letters.to_string());
        match source {
            Source::Seed(seed) => format!("Seed {seed}"),
            Source::Winner(_) => format!("Winner {word} {letters}"),
            Source::Loser(_) => format!("Loser {word} {letters}"),
            Source::Place { place, .. } => format!("Place {place} {word} {letters}"),
        }
    }
}

/// Somebody who has no opponent in a round of a table. A round robin names them only in rounds in which
/// more play than not: those that newcomers made are for few.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Who it is.
    pub seed: Seed,
    /// Why, in Swiss. In a round robin everybody is free as often as the others.
    pub why: Option<Unpaired>,
    /// Its heading, an index into [`Layout::columns`].
    pub column: u32,
    /// Column, from 0.
    pub x: u32,
    /// Upper edge in half rows of the strip in which it is written; the strip is one half row high.
    pub y: u32,
}

/// Half rows kept free above matches for the name of their round.
const HEADING: u32 = 2;

/// Half rows of a card for so many sides: three quarters for each, and half a one to keep cards
/// apart.
fn card_height(sides: usize) -> u32 {
    let quarters = u32::try_from(sides).unwrap_or(u32::MAX).saturating_mul(3).saturating_add(2);
    quarters.div_ceil(8).saturating_mul(2).max(2)
}

/// Lays a whole stage out. The same stage always gives the same layout.
pub fn layout(stage: &Stage) -> Layout {
    layout_window(stage, &Window::default())
}

/// Lays a part of a stage out, without holes where the rest would be.
pub fn layout_window(stage: &Stage, window: &Window) -> Layout {
    place::place(stage, window)
}
