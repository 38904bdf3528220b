//! Drawing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};

use tiltyard_bracket::MatchKey;
use tiltyard_bracket::layout::{Card, Column, Layout, LinkKind};

use super::text::{Xml, clip, letters};
use super::{BracketView, MatchCard, MatchState, Side};

/// Width of a card, and of the space to the next one.
const CARD: u32 = 216;
const GAP: u32 = 36;
/// Height of one player's row; a card has two.
const ROW: u32 = 26;
/// Height of a half row: half of the distance between two neighbouring cards.
const HALF: u32 = 36;
/// Base line of a heading below the upper edge of its strip.
const HEAD: u32 = 48;
/// Space around the picture.
const EDGE: u32 = 16;
/// Letters of name and score that fit beside the seed.
const LETTERS: usize = 21;
/// Letters of a score that fit.
const SCORE_LETTERS: usize = 9;

/// Rules of the standalone picture.
const STYLE: &str = concat!(
    include_str!("../../../../assets/tokens.css"),
    include_str!("../../../../assets/bracket.css")
);

/// The picture as an element for a page. Colours and fonts come from the page's stylesheet.
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
        Self {
            view,
            headed,
            matches: view.matches.iter().map(|card| (card.key, card)).collect(),
            places: view.layout.cards.iter().map(|card| (card.key, card)).collect(),
        }
    }

    fn layout(&self) -> &'a Layout {
        &self.view.layout
    }

    fn left(x: u32) -> u32 {
        EDGE + x * (CARD + GAP)
    }

    fn centre(y: u32) -> u32 {
        y * HALF
    }

    fn size(&self) -> (u32, u32) {
        let layout = self.layout();
        let width = 2 * EDGE + (layout.width * (CARD + GAP)).saturating_sub(GAP);
        (width, layout.height * HALF + EDGE)
    }

    fn write(&self, out: &mut String, style: Option<&str>) -> fmt::Result {
        let (width, height) = self.size();
        let name = Xml(&self.view.name);
        write!(
            out,
            "<svg class=\"bracket\" xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" \
             height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"group\" \
             aria-label=\"{name}\">"
        )?;
        if let Some(style) = style {
            write!(out, "<title>{name}</title><style>{style}</style>")?;
            write!(out, "<rect class=\"b-ground\" width=\"{width}\" height=\"{height}\"/>")?;
        }
        write!(out, "<desc>{}</desc>", Xml(&self.description()))?;
        self.write_links(out)?;
        for (column, cards) in self.layout().columns.iter().zip(&self.headed) {
            self.write_column(out, column, cards)?;
        }
        out.write_str("</svg>")
    }

    fn description(&self) -> String {
        let played =
            self.view.matches.iter().filter(|card| card.state == MatchState::Complete).count();
        format!("{played} of {} matches played.", self.view.matches.len())
    }

    /// Lines from a match to the one its winner goes to. Drops to the losers' side are written as
    /// words on the cards: lines would cross the whole picture.
    fn write_links(&self, out: &mut String) -> fmt::Result {
        out.write_str("<g class=\"b-links\" aria-hidden=\"true\">")?;
        let mut drawn = BTreeSet::new();
        for link in self.layout().links.iter().filter(|link| link.kind == LinkKind::Advance) {
            let (Some(from), Some(to)) = (self.places.get(&link.from), self.places.get(&link.to))
            else {
                continue;
            };
            if from.x >= to.x || !drawn.insert((link.from, link.to)) {
                continue;
            }
            let (x1, y1) = (Self::left(from.x) + CARD, Self::centre(from.y));
            let (x2, y2) = (Self::left(to.x), Self::centre(to.y));
            let done =
                self.matches.get(&link.from).is_some_and(|card| card.state == MatchState::Complete);
            let class = if done { "b-link b-done" } else { "b-link" };
            if y1 == y2 {
                write!(out, "<path class=\"{class}\" d=\"M{x1} {y1}H{x2}\"/>")?;
                continue;
            }
            let bend = x2 - GAP / 2;
            let radius = (y1.abs_diff(y2) / 2).min(6);
            let (before, after) =
                if y1 < y2 { (y2 - radius, y1 + radius) } else { (y2 + radius, y1 - radius) };
            write!(
                out,
                "<path class=\"{class}\" d=\"M{x1} {y1}H{}Q{bend} {y1} {bend} {after}\
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
        write!(
            out,
            "<text class=\"b-head\" x=\"{}\" y=\"{}\" aria-hidden=\"true\">{name}</text>\
             <g role=\"list\" aria-label=\"{name}\">",
            Self::left(column.x),
            Self::centre(column.y) + HEAD
        )?;
        for card in cards {
            self.write_card(out, card)?;
        }
        out.write_str("</g>")
    }

    fn write_card(&self, out: &mut String, place: &Card) -> fmt::Result {
        let (x, y) = (Self::left(place.x), Self::centre(place.y).saturating_sub(ROW));
        let Some(card) = self.matches.get(&place.key) else {
            return write!(
                out,
                "<rect class=\"b-card b-pending\" x=\"{x}\" y=\"{y}\" width=\"{CARD}\" \
                 height=\"{}\" rx=\"4\"/>",
                2 * ROW
            );
        };
        let identifier = Xml(&card.identifier);
        let round = self.layout().columns.get(place.column as usize).map_or(0, |it| it.round);
        write!(
            out,
            "<g class=\"b-match b-{}\" role=\"listitem\" aria-label=\"{}\" \
             data-match=\"{identifier}\" data-round=\"{round}\" transform=\"translate({x} {y})\">\
             <rect class=\"b-card\" width=\"{CARD}\" height=\"{}\" rx=\"4\"/>\
             <g aria-hidden=\"true\"><text class=\"b-id\" x=\"1\" y=\"-5\">{identifier}</text>",
            card.state.class(),
            Xml(&card.label()),
            2 * ROW
        )?;
        if card.state == MatchState::Underway {
            write!(out, "<text class=\"b-now\" x=\"{CARD}\" y=\"-5\">playing</text>")?;
        }
        Self::write_side(out, &card.top, 0)?;
        Self::write_side(out, &card.bottom, ROW)?;
        write!(out, "<path class=\"b-split\" d=\"M0 {ROW}H{CARD}\"/></g></g>")
    }

    fn write_side(out: &mut String, side: &Side, y: u32) -> fmt::Result {
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
        let room = if side.winner { LETTERS - 2 } else { LETTERS };
        let full = side.shown();
        let score = side.score.as_deref().map(|score| (score, clip(score, SCORE_LETTERS)));
        let taken = score.as_ref().map_or(0, |(_, cut)| letters(cut) + 1);
        let cut = clip(full, room.saturating_sub(taken));
        write!(out, "<text class=\"b-name\" x=\"32\" y=\"{base}\">{}", Xml(&cut))?;
        if cut != full {
            write!(out, "<title>{}</title>", Xml(full))?;
        }
        out.write_str("</text>")?;
        if let Some((score, cut)) = score {
            write!(out, "<text class=\"b-score\" x=\"{}\" y=\"{base}\">{}", CARD - 14, Xml(&cut))?;
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
                CARD - 8,
                y + 5,
                (ROW - 10) / 2,
                (ROW - 10) / 2
            )?;
        }
        out.write_str("</g>")
    }
}
