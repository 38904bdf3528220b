//! Where the cards and lines of a drawn bracket go.
//!
//! The geometry comes from the links between the matches that exist, so byes leave no hole, and it
//! is the same for every renderer (page, SVG, print, embed).

mod names;
mod place;

pub use names::RoundName;
pub use place::layout;

use crate::model::{MatchKey, Section};

/// A drawn bracket, in a grid of columns and half rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Headings of rounds, by section from top to bottom, then from left to right.
    pub columns: Vec<Column>,
    /// One card per present match, in list order.
    pub cards: Vec<Card>,
    /// Lines between cards, in list order of their targets.
    pub links: Vec<Link>,
    /// Number of columns.
    pub width: u32,
    /// Number of half rows.
    pub height: u32,
}

/// Heading of the matches of one round of one section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card {
    /// The match.
    pub key: MatchKey,
    /// Column, from 0.
    pub x: u32,
    /// Centre in half rows. A card takes the half row above and the one below, so cards of a
    /// column are at least 2 apart.
    pub y: u32,
}

/// A line from a match to a slot that it feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The feeding match.
    pub from: MatchKey,
    /// The fed match.
    pub to: MatchKey,
    /// Index of the fed slot.
    pub to_slot: u8,
    /// Who takes this way.
    pub kind: LinkKind,
}

/// Who takes the way of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkKind {
    /// The winner advances.
    Advance,
    /// The loser drops.
    Drop,
}
