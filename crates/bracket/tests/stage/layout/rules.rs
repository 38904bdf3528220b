//! What holds for every layout.

use std::collections::{BTreeMap, BTreeSet};

use tiltyard_bracket::layout::{Card, HintEnd, Layout, LinkKind};
use tiltyard_bracket::{Match, MatchKey, Section, Source, Stage};

/// Checks everything that does not depend on the format. `shown` says what is in the window.
pub(super) fn assert_well_placed(stage: &Stage, layout: &Layout, shown: impl Fn(&Match) -> bool) {
    let expected = stage.matches().filter(|m| shown(m)).map(|m| m.key);
    assert!(layout.cards.iter().map(|card| card.key).eq(expected), "one card a match");
    let cards: BTreeMap<_, _> = layout.cards.iter().map(|card| (card.key, card)).collect();
    let mut columns: BTreeMap<u32, Vec<&Card>> = BTreeMap::new();
    for card in &layout.cards {
        columns.entry(card.x).or_default().push(card);
    }
    for column in columns.values_mut() {
        column.sort_by_key(|card| card.top());
        let apart = |pair: &[&Card]| pair[0].bottom() <= pair[1].top();
        assert!(column.windows(2).all(apart), "cards overlap");
    }
    assert_tight(layout, &columns);
    assert_headed(stage, layout, &columns);
    assert_linked(stage, layout, &cards);
    assert_lines_meet_nothing(layout, &cards, &columns);
    assert_lanes(layout, &cards);
    assert_sections_apart(stage, layout);
}

fn assert_tight(layout: &Layout, columns: &BTreeMap<u32, Vec<&Card>>) {
    let mut used: BTreeSet<_> = columns.keys().copied().collect();
    used.extend(layout.notes.iter().map(|note| note.x));
    assert!(used.into_iter().eq(0..layout.width), "an empty column");
    let bottom = layout.cards.iter().map(Card::bottom);
    let bottom = bottom.chain(layout.notes.iter().map(|note| note.y + 1)).max().unwrap_or(0);
    assert_eq!(layout.height, bottom);
    let top = layout.columns.iter().map(|column| column.y).min();
    assert_eq!(top, (layout.height > 0).then_some(0));
    assert_eq!(layout.lanes.len(), usize::try_from(layout.width).unwrap());
    for card in &layout.cards {
        assert!(card.height.is_multiple_of(2) && card.top() >= 2);
        // As high as the sides need, and not two half rows more.
        let quarters = 3 * u32::from(card.sides) + 2;
        assert!(quarters <= 4 * card.height && 4 * card.height < quarters + 8);
    }
}

/// Every card has the heading right above it in its column; headings keep their strips.
fn assert_headed(stage: &Stage, layout: &Layout, columns: &BTreeMap<u32, Vec<&Card>>) {
    let mut by_column: BTreeMap<u32, Vec<(u32, u32)>> = BTreeMap::new();
    for (number, column) in (0..).zip(&layout.columns) {
        by_column.entry(column.x).or_default().push((column.y, number));
    }
    for (x, headings) in &mut by_column {
        headings.sort_unstable();
        assert!(headings.windows(2).all(|pair| pair[0].0 + 2 < pair[1].0), "heading over heading");
        let mut used = BTreeSet::new();
        for note in layout.notes.iter().filter(|note| note.x == *x) {
            let column = layout.columns[usize::try_from(note.column).unwrap()];
            assert_eq!((column.x, column.section), (*x, Section::Table));
            let own = layout.cards.iter().filter(|card| card.column == note.column);
            let lowest = own.map(Card::bottom).max().unwrap_or(column.y + 2);
            assert!(note.y >= lowest, "a note over a card");
            used.insert(note.column);
        }
        for card in columns.get(x).into_iter().flatten() {
            let above = headings.iter().rfind(|(y, _)| *y <= card.top()).unwrap();
            assert!(above.0 + 2 <= card.top(), "a card covers a heading");
            assert!(headings.iter().all(|(y, _)| *y <= card.top() || card.bottom() <= *y));
            assert_eq!(card.column, above.1, "a card under the wrong heading");
            used.insert(above.1);
            let column = layout.columns[usize::try_from(card.column).unwrap()];
            let m = stage.get(card.key).unwrap();
            assert_eq!((column.section, column.round), (m.section, m.round));
            assert_eq!(Some(column.name), stage.round_name(card.key));
        }
        assert_eq!(used.len(), headings.len(), "a heading of nothing");
    }
}

/// Every way between shown matches is a link, every end of one that is not drawn a hint.
fn assert_linked(stage: &Stage, layout: &Layout, cards: &BTreeMap<MatchKey, &Card>) {
    let mut links = layout.links.iter();
    let mut hints = layout.hints.iter();
    for m in stage.matches() {
        for (slot, number) in m.slots.iter().zip(0..) {
            let (from, kind) = match slot.source {
                Source::Seed(_) => continue,
                Source::Winner(from) | Source::Place { of: from, .. } => (from, LinkKind::Advance),
                Source::Loser(from) => (from, LinkKind::Drop),
            };
            let ends = (cards.get(&from), cards.get(&m.key));
            let mut drawn = false;
            if let (Some(a), Some(b)) = ends {
                let link = links.next().unwrap();
                assert_eq!((link.from, link.to, link.to_slot), (from, m.key, number));
                assert_eq!(link.kind, kind);
                drawn = link.drawn;
                assert!(!drawn || a.x < b.x);
                if kind == LinkKind::Advance {
                    assert!(drawn, "whoever advances follows a line");
                }
            }
            if ends.0.is_some() && !drawn {
                let hint = hints.next().unwrap();
                let end = HintEnd::To { source: slot.source, to: m.key };
                assert_eq!((hint.key, hint.end), (from, end));
            }
            if ends.1.is_some() && !drawn {
                let hint = hints.next().unwrap();
                let end = HintEnd::From { slot: number, source: slot.source };
                assert_eq!((hint.key, hint.end), (m.key, end));
            }
        }
    }
    assert!(links.next().is_none() && hints.next().is_none());
}

/// On the way to the gap in which it turns, a line passes no card and no heading.
fn assert_lines_meet_nothing(
    layout: &Layout,
    cards: &BTreeMap<MatchKey, &Card>,
    columns: &BTreeMap<u32, Vec<&Card>>,
) {
    let headings: BTreeSet<_> = layout.columns.iter().map(|column| (column.x, column.y)).collect();
    for link in layout.links.iter().filter(|link| link.drawn) {
        let (from, to) = (cards[&link.from], cards[&link.to]);
        for x in from.x + 1..to.x {
            let over = |card: &&Card| card.top() < from.y && from.y < card.bottom();
            assert!(!columns[&x].iter().any(over), "a line over a card");
            assert!(!headings.contains(&(x, from.y.wrapping_sub(1))), "a line over a heading");
        }
    }
}

/// How far a line runs up and down, and from which match it comes.
type Way = (i64, i64, MatchKey);

/// Lines of different matches do not run over each other.
fn assert_lanes(layout: &Layout, cards: &BTreeMap<MatchKey, &Card>) {
    let mut lanes: BTreeMap<(u32, u32), Vec<Way>> = BTreeMap::new();
    for link in &layout.links {
        if !link.drawn {
            assert_eq!(link.lane, 0);
            continue;
        }
        let (from, to) = (cards[&link.from], cards[&link.to]);
        assert!(link.lane < layout.lanes[usize::try_from(to.x).unwrap()]);
        // In eighths of a half row, of which a side takes six.
        let begin = 8 * i64::from(from.y);
        let end = 8 * i64::from(to.y) + 3 * i64::from(to.side(link.to_slot));
        if begin == end {
            // It does not run in a lane, it crosses them.
            continue;
        }
        let way = (begin.min(end), begin.max(end), link.from);
        lanes.entry((to.x, link.lane)).or_default().push(way);
    }
    for ways in lanes.values_mut() {
        ways.sort_unstable();
        let mut lowest: Option<(i64, MatchKey)> = None;
        for &(low, high, from) in ways.iter() {
            if let Some((end, other)) = lowest {
                assert!(from == other || end < low, "lines of two matches in one");
            }
            lowest = Some(lowest.map_or((high, from), |(end, _)| (end.max(high), from)));
        }
    }
}

/// Losers, placement and tie-breaks are below the main part, the grand finals to the right.
fn assert_sections_apart(stage: &Stage, layout: &Layout) {
    let of = |section| {
        let own = move |card: &&Card| stage.get(card.key).unwrap().section == section;
        layout.cards.iter().filter(own)
    };
    let below = |upper, lower| {
        let bottom = of(upper).map(Card::bottom).max();
        let top = of(lower).map(Card::top).min();
        assert!(bottom.is_none() || top.is_none() || bottom < top);
    };
    below(Section::Winners, Section::Losers);
    below(Section::Winners, Section::Placement);
    below(Section::Table, Section::TieBreak);
    let right = of(Section::Winners).chain(of(Section::Losers)).map(|card| card.x).max();
    assert!(of(Section::GrandFinal).all(|card| Some(card.x) > right));
}
