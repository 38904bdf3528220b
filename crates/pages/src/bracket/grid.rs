//! Standings in a picture of their own.

use std::fmt::{self, Write};

use super::Table;
use super::svg::EDGE;
use super::text::{Xml, clip};

/// Height of a line.
const LINE: u32 = 28;
/// Width of place, name, result against one, record, and value.
const PLACE: u32 = 44;
const NAME: u32 = 196;
const CELL: u32 = 44;
const RECORD: u32 = 76;
const VALUE: u32 = 76;
/// Letters of a name, a heading and a result that fit.
const NAME_LETTERS: usize = 22;
const HEAD_LETTERS: usize = 9;
const CELL_LETTERS: usize = 5;

pub(super) struct Grid<'a> {
    table: &'a Table,
    pub(super) width: u32,
    /// With the space below it.
    pub(super) height: u32,
}

impl<'a> Grid<'a> {
    pub(super) fn new(table: &'a Table) -> Self {
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let cells = if table.cross { count(table.rows.len()) } else { 0 };
        let values = count(table.columns.len());
        let inner = PLACE + NAME + cells * CELL + RECORD + values * VALUE;
        let height = (count(table.rows.len()) + 1) * LINE + 2 * EDGE;
        Self { table, width: inner + 2 * EDGE, height }
    }

    pub(super) fn write(&self, out: &mut String) -> fmt::Result {
        let leaders: Vec<_> =
            self.table.rows.iter().map(|row| format!("{}. {}", row.rank, row.name)).collect();
        write!(
            out,
            "<g class=\"b-table\" role=\"img\" aria-label=\"Standings: {}\">\
             <rect class=\"b-card\" x=\"{EDGE}\" y=\"{EDGE}\" width=\"{}\" height=\"{}\" rx=\"4\"/>",
            Xml(&leaders.join(", ")),
            self.width - 2 * EDGE,
            self.height - 2 * EDGE
        )?;
        self.write_head(out)?;
        let mut y = EDGE + LINE;
        for row in &self.table.rows {
            let base = y + 19;
            write!(
                out,
                "<path class=\"b-split\" d=\"M{EDGE} {y}H{}\"/>\
                 <text class=\"b-score\" x=\"{}\" y=\"{base}\">{}</text>\
                 <text class=\"b-name\" x=\"{}\" y=\"{base}\">{}</text>",
                self.width - EDGE,
                EDGE + PLACE - 14,
                row.rank,
                EDGE + PLACE,
                Xml(&clip(&row.name, NAME_LETTERS))
            )?;
            let mut x = EDGE + PLACE + NAME;
            for cell in &row.cells {
                if cell.own {
                    write!(
                        out,
                        "<rect class=\"b-own\" x=\"{x}\" y=\"{y}\" width=\"{CELL}\" \
                         height=\"{LINE}\"/>"
                    )?;
                }
                let texts: Vec<_> = cell.meetings.iter().map(|met| met.text.as_str()).collect();
                let text = clip(texts.join(" ").trim(), CELL_LETTERS);
                if !text.is_empty() {
                    let class = cell.meetings.first().map_or("open", |met| met.class);
                    let middle = x + CELL / 2;
                    write!(
                        out,
                        "<text class=\"b-cell b-{class}\" x=\"{middle}\" y=\"{base}\">{}</text>",
                        Xml(&text)
                    )?;
                }
                x += CELL;
            }
            x += RECORD;
            Self::write_value(out, x, base, &row.record)?;
            for value in &row.values {
                x += VALUE;
                Self::write_value(out, x, base, &value.text)?;
            }
            y += LINE;
        }
        out.write_str("</g>")
    }

    fn write_head(&self, out: &mut String) -> fmt::Result {
        let base = EDGE + 19;
        let mut x = EDGE + PLACE + NAME;
        if self.table.cross {
            for number in self.table.rows.iter().map(|row| row.rank) {
                let middle = x + CELL / 2;
                write!(
                    out,
                    "<text class=\"b-cell b-open\" x=\"{middle}\" y=\"{base}\">{number}</text>"
                )?;
                x += CELL;
            }
        }
        x += RECORD;
        Self::write_value(out, x, base, "Record")?;
        for column in &self.table.columns {
            x += VALUE;
            Self::write_value(out, x, base, &clip(column.short, HEAD_LETTERS))?;
        }
        Ok(())
    }

    fn write_value(out: &mut String, right: u32, base: u32, text: &str) -> fmt::Result {
        let x = right - 10;
        write!(out, "<text class=\"b-score\" x=\"{x}\" y=\"{base}\">{}</text>", Xml(text))
    }
}
