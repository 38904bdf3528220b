//! Temporary.
#![expect(missing_docs, reason = "temporary")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MatchKey(pub u32);
#[derive(Debug, Clone)]
pub struct Layout {
    pub columns: Vec<Column>,
    pub cards: Vec<Card>,
    pub links: Vec<Link>,
    pub width: u32,
    pub height: u32,
}
#[derive(Debug, Clone)]
pub struct Column {
    pub x: u32,
    pub y: u32,
    pub name: String,
}
#[derive(Debug, Clone, Copy)]
pub struct Card {
    pub key: MatchKey,
    pub x: u32,
    pub y: u32,
}
#[derive(Debug, Clone, Copy)]
pub struct Link {
    pub from: MatchKey,
    pub to: MatchKey,
    pub to_slot: u8,
    pub kind: LinkKind,
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    Advance,
    Drop,
}
