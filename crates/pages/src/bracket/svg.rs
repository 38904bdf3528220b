//! Drawing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};

use tiltyard_bracket::MatchKey;
use tiltyard_bracket::layout::{Card, Column, Layout};

use super::grid::Grid;
use super::text::{Xml, clip, letters};
use super::{BracketView, MatchCard, MatchState, Side};

/// Width of a card, and of the space to the next one.
const CARD: u32 = 216;
const GAP: u32 = 36;
/// Height of one player's row; a card has as many as the match has sides.
const ROW: u32 = 26;
/// Height of a half row: half of the distance between two neighbouring cards.
const HALF: u32 = 36;
/// Base line of a heading below the upper edge of its strip.
const HEAD: u32 = 48;
/// Space around the picture.
pub(super) const EDGE: u32 = 16;
/// Letters of name and score that fit beside the seed.
const LETTERS: usize = 21;
/// What of a card is taken by other things.
const BESIDE: u32 = 56;
/// No card is narrower.
const NARROWEST: u32 = 100;
/// Letters of a score that fit.
const SCORE_LETTERS: usize = 9;

/// Rules of the standalone picture.
const STYLE: &str = concat!(
    include_str!("../../../../assets/tokens.css"),
    include_str!("../../../../assets/themes.css"),
    include_str!("../../../../assets/bracket.css")
);

/// The picture as an element for a page, each match and each line on a line of its own, so that little
/// is to be told when one changes. Colours and fonts come from the page's stylesheet.
pub fn svg(view: &BracketView) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = Picture::new(view).write(&mut out, None);
    out
}

/// The picture as a file of its own, with its rules inside. Its `<style>` needs
/// `Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'` or none.
pub fn svg_document(view: &BracketView) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = Picture::new(view).write(&mut out, Some(STYLE));
    out
}

struct Picture<'a> {
    view: &'a BracketView,
    /// Width of a card, and the letters of name and score that fit beside the seed.
    card: u32,
    letters: usize,
    matches: BTreeMap<MatchKey, &'a MatchCard>,
    places: BTreeMap<MatchKey, &'a Card>,
    /// Cards under each heading, from top to bottom.
    headed: Vec<Vec<&'a Card>>,
}

impl<'a> Picture<'a> {
    fn new(view: &'a BracketView) -> Self {
        let mut headed = vec![Vec::new(); view.layout.columns.len()];
        for card in &view.layout.cards {
            if let Some(cards) = headed.get_mut(card.column as usize) {
                cards.push(card);
            }
        }
        for cards in &mut headed {
            cards.sort_by_key(|card| (card.y, card.key));
        }
        let card = (CARD * u32::from(view.match_width) / 100).max(NARROWEST);
        Self {
            view,
            card,
            letters: LETTERS * (card - BESIDE) as usize / (CARD - BESIDE) as usize,
            headed,
            matches: view.matches.iter().map(|card| (card.key, card)).collect(),
            places: view.layout.cards.iter().map(|card| (card.key, card)).collect(),
        }
    }

    fn layout(&self) -> &'a Layout {
        &self.view.layout
    }

    fn left(&self, x: u32) -> u32 {
        EDGE + x * (self.card + GAP)
    }

    fn centre(y: u32) -> u32 {
        y * HALF
    }

    /// Width and height without the standings.
    fn size(&self) -> (u32, u32) {
        let layout = self.layout();
        let width = 2 * EDGE + (layout.width * (self.card + GAP)).saturating_sub(GAP);
        (width, layout.height * HALF + EDGE)
    }

    fn write(&self, out: &mut String, style: Option<&str>) -> fmt::Result {
        let (mut width, mut height) = self.size();
        let grid = self.view.table.as_ref().filter(|_| style.is_some()).map(Grid::new);
        if let Some(grid) = &grid {
            width = width.max(grid.width);
            height += grid.height;
        }
        let name = Xml(&self.view.name);
        let theme = self.view.theme.map(|theme| format!(" data-theme=\"{}\"", theme.name()));
        write!(
            out,
            "<svg class=\"bracket\" xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" \
             height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"group\" \
             aria-label=\"{name}\" data-stage=\"{}\"{}>",
            self.view.stage,
            theme.unwrap_or_default()
        )?;
        if let Some(style) = style {
            write!(out, "<title>{name}</title><style>{style}</style>")?;
            write!(out, "<rect class=\"b-ground\" width=\"{width}\" height=\"{height}\"/>")?;
        }
        writeln!(out, "<desc>{}</desc>", Xml(&self.description()))?;
        if let Some(grid) = &grid {
            grid.write(out)?;
            write!(out, "<g transform=\"translate(0 {})\">", grid.height)?;
        }
        self.write_links(out)?;
        for (column, cards) in self.layout().columns.iter().zip(&self.headed) {
            self.write_column(out, column, cards)?;
        }
        for (note, text) in self.layout().notes.iter().zip(&self.view.notes) {
            let (x, y) = (self.left(note.x), Self::centre(note.y) + 20);
            let cut = clip(text, self.letters + 8);
            write!(out, "<text class=\"b-note\" x=\"{x}\" y=\"{y}\">{}</text>", Xml(&cut))?;
        }
        if grid.is_some() {
            out.write_str("</g>")?;
        }
        out.write_str("</svg>")
    }

    fn description(&self) -> String {
        let played =
            self.view.matches.iter().filter(|card| card.state == MatchState::Complete).count();
        format!("{played} of {} matches played.", self.view.matches.len())
    }

    /// Lines from a match to the one that follows. Ways that would cross the whole picture are
    /// written as words on the cards.
    fn write_links(&self, out: &mut String) -> fmt::Result {
        out.write_str("<g class=\"b-links\" aria-hidden=\"true\">")?;
        let mut drawn = BTreeSet::new();
        for link in self.layout().links.iter().filter(|link| link.drawn) {
            let (Some(from), Some(to)) = (self.places.get(&link.from), self.places.get(&link.to))
            else {
                continue;
            };
            // Of two, both lines end at the split.
            let slot = if to.sides == 2 { 0 } else { link.to_slot };
            if !drawn.insert((link.from, link.to, slot)) {
                continue;
            }
            let (x1, y1) = (self.left(from.x) + self.card, Self::centre(from.y));
            let x2 = self.left(to.x);
            let mut y2 = Self::centre(to.y);
            if to.sides > 2 {
                y2 = y2.saturating_add_signed(to.side(slot) * (ROW.cast_signed() / 2));
            }
            let done =
                self.matches.get(&link.from).is_some_and(|card| card.state == MatchState::Complete);
            let class = if done { "b-link b-done" } else { "b-link" };
            write!(out, "\n<path class=\"{class}\" data-from=\"{}\" ", link.from.0)?;
            write!(out, "data-to=\"{}\" ", link.to.0)?;
            if y1 == y2 {
                write!(out, "d=\"M{x1} {y1}H{x2}\"/>")?;
                continue;
            }
            let lanes = self.layout().lanes.get(to.x as usize).copied().unwrap_or(1);
            let bend = x2 - GAP + GAP * (link.lane + 1) / (lanes.max(link.lane + 1) + 1);
            let radius = (y1.abs_diff(y2) / 2).min(6);
            let (before, after) =
                if y1 < y2 { (y2 - radius, y1 + radius) } else { (y2 + radius, y1 - radius) };
            write!(
                out,
                "d=\"M{x1} {y1}H{}Q{bend} {y1} {bend} {after}\
                 V{before}Q{bend} {y2} {} {y2}H{x2}\"/>",
                bend - radius,
                bend + radius
            )?;
        }
        out.write_str("</g>")
    }

    fn write_column(&self, out: &mut String, column: &Column, cards: &[&Card]) -> fmt::Result {
        let name = column.name.to_string();
        let name = Xml(&name);
        // Links say themselves what they are; pictures of matches are items of a list.
        let role = if self.view.links.is_some() { "group" } else { "list" };
        write!(
            out,
            "<text class=\"b-head\" x=\"{}\" y=\"{}\" aria-hidden=\"true\">{name}</text>\
             <g role=\"{role}\" aria-label=\"{name}\">",
            self.left(column.x),
            Self::centre(column.y) + HEAD
        )?;
        for card in cards {
            self.write_card(out, card)?;
        }
        out.write_str("</g>")
    }

    fn write_card(&self, out: &mut String, place: &Card) -> fmt::Result {
        let width = self.card;
        let rows = u32::from(place.sides.max(2));
        let height = rows * ROW;
        let (x, y) = (self.left(place.x), Self::centre(place.y).saturating_sub(height / 2));
        let Some(card) = self.matches.get(&place.key) else {
            return write!(
                out,
                "<rect class=\"b-card b-pending\" x=\"{x}\" y=\"{y}\" width=\"{width}\" \
                 height=\"{height}\" rx=\"4\"/>"
            );
        };
        let identifier = Xml(&card.identifier);
        let tag = if self.view.links.is_some() { "a" } else { "g" };
        write!(out, "\n<{tag} class=\"b-match b-{}\"", card.state.class())?;
        match &self.view.links {
            Some(links) => out.write_str(&links.to(&card.identifier))?,
            None => out.write_str(" role=\"listitem\"")?,
        }
        write!(
            out,
            " aria-label=\"{}\" data-match=\"{}\" \
             data-identifier=\"{identifier}\" data-round=\"{}\" data-stage=\"{}\" \
             data-sides=\"{}\"",
            Xml(&card.label()),
            card.key.0,
            card.number,
            self.view.stage,
            card.entrants(),
        )?;
        for (name, to) in [("winner", card.winner_to), ("loser", card.loser_to)] {
            if let Some(to) = to {
                write!(out, " data-{name}-to=\"{}\"", to.0)?;
            }
        }
        write!(
            out,
            " transform=\"translate({x} {y})\">\
             <rect class=\"b-card\" width=\"{width}\" height=\"{height}\" rx=\"4\"/>\
             <g aria-hidden=\"true\"><text class=\"b-id\" x=\"1\" y=\"-5\">{identifier}"
        )?;
        if let Some(drop) = &card.drop {
            write!(out, "<tspan class=\"b-drop\" dx=\"6\">{}</tspan>", Xml(drop))?;
        }
        out.write_str("</text>")?;
        if card.state == MatchState::Underway {
            write!(out, "<text class=\"b-now\" x=\"{width}\" y=\"-5\">playing</text>")?;
        }
        for (side, row) in card.sides.iter().zip(0..) {
            self.write_side(out, side, row * ROW)?;
        }
        out.write_str("<path class=\"b-split\" d=\"")?;
        for row in 1..rows {
            write!(out, "M0 {}H{width}", row * ROW)?;
        }
        write!(out, "\"/></g></{tag}>")
    }

    fn write_side(&self, out: &mut String, side: &Side, y: u32) -> fmt::Result {
        let class = match (side.winner, &side.name) {
            (true, _) => "b-side b-won",
            (false, Some(_)) => "b-side",
            (false, None) => "b-side b-hint",
        };
        write!(out, "<g class=\"{class}\">")?;
        let base = y + 18;
        if let Some(seed) = side.seed {
            // A small shield behind the seed.
            write!(
                out,
                "<path class=\"b-shield\" d=\"M6 {}h18v8q0 6-9 10q-9-4-9-10z\"/>\
                 <text class=\"b-seed\" x=\"15\" y=\"{}\">{seed}</text>",
                y + 4,
                y + 16
            )?;
        }
        // Bold letters are wider.
        let room = if side.winner { self.letters.saturating_sub(2) } else { self.letters };
        let full = side.shown();
        let result = side.result();
        let score = Some(result.as_str()).filter(|score| !score.is_empty());
        let score = score.map(|score| (score, clip(score, SCORE_LETTERS)));
        let taken = score.as_ref().map_or(0, |(_, cut)| letters(cut) + 1);
        let cut = clip(full, room.saturating_sub(taken));
        write!(out, "<text class=\"b-name\" x=\"32\" y=\"{base}\">{}", Xml(&cut))?;
        if cut != full {
            write!(out, "<title>{}</title>", Xml(full))?;
        }
        out.write_str("</text>")?;
        if let Some((score, cut)) = score {
            write!(
                out,
                "<text class=\"b-score\" x=\"{}\" y=\"{base}\">{}",
                self.card - 14,
                Xml(&cut)
            )?;
            if cut != score {
                write!(out, "<title>{}</title>", Xml(score))?;
            }
            out.write_str("</text>")?;
        }
        if side.winner {
            // A pennon at the edge: the winner is marked by form, not by colour alone.
            write!(
                out,
                "<path class=\"b-pennon\" d=\"M{} {}h8l-4 {}l4 {}h-8z\"/>",
                self.card - 8,
                y + 5,
                (ROW - 10) / 2,
                (ROW - 10) / 2
            )?;
        }
        out.write_str("</g>")
    }
}
