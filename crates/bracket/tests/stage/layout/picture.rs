//! A layout as text: a line a half row.

use std::collections::BTreeMap;

use tiltyard_bracket::layout::{Card, HintEnd, Layout};
use tiltyard_bracket::{Source, Stage};

use crate::helpers::source;

const CARD: usize = 16;

const UP: u8 = 1;
const DOWN: u8 = 2;
const LEFT: u8 = 4;
const RIGHT: u8 = 8;

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap()
}

/// Cards with their letters, whom their slots wait for (`‹` if there is no line), and where others
/// than those on the lines go (`›`).
pub(super) fn picture(stage: &Stage, layout: &Layout) -> String {
    let mut left = Vec::new();
    let mut end = 0;
    for (x, lanes) in layout.lanes.iter().enumerate() {
        end += if x == 0 { 0 } else { 1 + 2 * size(*lanes) };
        left.push(end);
        end += CARD;
    }
    let mut text = vec![vec![' '; end]; size(layout.height)];
    let mut write = |x: usize, y: usize, what: &str| {
        for (place, c) in text[y][x..].iter_mut().zip(what.chars()) {
            *place = c;
        }
    };
    for column in &layout.columns {
        write(left[size(column.x)], size(column.y + 1), &column.name.to_string());
    }
    for note in &layout.notes {
        let why = note.why.map_or_else(|| "free".to_owned(), |why| format!("{why:?}"));
        write(left[size(note.x)], size(note.y), &format!("{} {why}", note.seed));
    }
    let mut cards = BTreeMap::new();
    for card in &layout.cards {
        cards.insert(card.key, card);
        for (row, line) in (card.top()..).zip(lines(stage, layout, card)) {
            write(left[size(card.x)], size(row), &line);
        }
    }
    let mut ways: BTreeMap<(usize, usize), u8> = BTreeMap::new();
    let mut mark = |x, y, bits| *ways.entry((y, x)).or_default() |= bits;
    for link in layout.links.iter().filter(|link| link.drawn) {
        let (from, to) = (cards[&link.from], cards[&link.to]);
        let y2 = size(to.top()) + row_of(to, usize::from(link.to_slot));
        let y1 = if y2 < size(from.y) { from.y - 1 } else { from.y };
        let y1 = size(y1);
        let (x1, x2) = (left[size(from.x)] + CARD, left[size(to.x)]);
        let bend = x2 - 2 * size(layout.lanes[size(to.x)] - link.lane);
        (x1..bend).for_each(|x| mark(x, y1, LEFT | RIGHT));
        (bend + 1..x2).for_each(|x| mark(x, y2, LEFT | RIGHT));
        (y1.min(y2) + 1..y1.max(y2)).for_each(|y| mark(bend, y, UP | DOWN));
        match y1.cmp(&y2) {
            std::cmp::Ordering::Less => (mark(bend, y1, LEFT | DOWN), mark(bend, y2, UP | RIGHT)),
            std::cmp::Ordering::Equal => (mark(bend, y1, LEFT), mark(bend, y2, RIGHT)),
            std::cmp::Ordering::Greater => {
                (mark(bend, y1, LEFT | UP), mark(bend, y2, DOWN | RIGHT))
            }
        };
    }
    for ((y, x), bits) in ways {
        // A line over a card is an error that is to be seen.
        text[y][x] = if text[y][x] == ' ' { ' ' } else { '!' };
        if text[y][x] == ' ' {
            text[y][x] = " ╵╷│╴┘┐┤╶└┌├─┴┬┼".chars().nth(usize::from(bits)).unwrap();
        }
    }
    let lines = text.into_iter().map(|line| line.into_iter().collect::<String>());
    lines.map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// Row of a side within its card.
fn row_of(card: &Card, slot: usize) -> usize {
    let (height, sides) = (size(card.height), usize::from(card.sides));
    if sides <= height { slot + (height - sides) / 2 } else { slot * height / sides }
}

fn lines(stage: &Stage, layout: &Layout, card: &Card) -> Vec<String> {
    let m = stage.get(card.key).unwrap();
    let hints: Vec<_> = layout.hints.iter().filter(|hint| hint.key == card.key).collect();
    let height = size(card.height);
    let mut sides = vec![Vec::new(); height];
    for (number, slot) in m.slots.iter().enumerate() {
        let hinted =
            |end: HintEnd| matches!(end, HintEnd::From { slot, .. } if usize::from(slot) == number);
        let sign = if hints.iter().any(|hint| hinted(hint.end)) { "‹" } else { "" };
        sides[row_of(card, number)].push(format!("{sign}{}", source(stage, slot.source)));
    }
    let mut going = hints.iter().filter_map(|hint| match hint.end {
        HintEnd::To { source, to } => {
            let who = match source {
                Source::Winner(_) => "W".to_owned(),
                Source::Loser(_) => "L".to_owned(),
                Source::Place { place, .. } => place.to_string(),
                Source::Seed(_) => panic!("a seed comes from no match"),
            };
            Some(format!("{who}›{}", stage.get(to).unwrap().identifier))
        }
        HintEnd::From { .. } => None,
    });
    let mut letters = m.identifier.to_string();
    let lines = sides.into_iter().enumerate().map(|(row, sides)| {
        let (left, right) = match row {
            0 => ('┌', '┐'),
            _ if row + 1 == height => ('└', '┘'),
            _ => ('│', '│'),
        };
        let going = going.next().unwrap_or_default();
        let letters = std::mem::take(&mut letters);
        format!("{left}{letters:<4}{:<4} {going:<5}{right}", sides.join(","))
    });
    lines.collect()
}
