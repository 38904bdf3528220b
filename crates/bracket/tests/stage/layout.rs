//! The drawn bracket.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use rstest::rstest;
use tiltyard_bracket::layout::{Layout, LinkKind, layout};
use tiltyard_bracket::{Format, GrandFinal, Section, Settings, Source, Stage};

use crate::helpers::{all_settings, double, favourite, play_out, single};

fn picture(bracket: &Stage) -> String {
    let layout = layout(bracket);
    let mut text = format!("{} columns, {} half rows\n", layout.width, layout.height);
    for column in &layout.columns {
        writeln!(text, "x{} y{} {}", column.x, column.y, column.name).unwrap();
    }
    for card in &layout.cards {
        let m = bracket.get(card.key).unwrap();
        writeln!(text, "{} x{} y{}", m.identifier, card.x, card.y).unwrap();
    }
    text
}

#[test]
fn double_elimination_of_five() {
    insta::assert_snapshot!(picture(&double(5, GrandFinal::Reset)));
}

#[test]
fn double_elimination_of_fourteen() {
    insta::assert_snapshot!(picture(&double(14, GrandFinal::Reset)));
}

#[test]
fn single_elimination_of_eight_with_all_places() {
    insta::assert_snapshot!(picture(&single(8, Some(8))));
}

#[test]
fn nothing_overlaps_at_any_size() {
    let drawn = |settings: &Settings| {
        matches!(
            settings.format,
            Format::SingleElimination { .. } | Format::DoubleElimination { split: false, .. }
        )
    };
    for settings in all_settings().into_iter().filter(drawn) {
        for n in (2..=40).chain([63, 64, 65, 100, 128, 200]) {
            let mut bracket = Stage::start(settings.clone(), n).unwrap();
            assert_well_placed(&bracket, &layout(&bracket));
            play_out(&mut bracket, favourite);
            assert_well_placed(&bracket, &layout(&bracket));
        }
    }
}

fn assert_well_placed(bracket: &Stage, layout: &Layout) {
    assert!(layout.cards.iter().map(|card| card.key).eq(bracket.matches().map(|m| m.key)));
    let at: BTreeMap<_, _> = layout.cards.iter().map(|c| (c.key, (c.x, c.y))).collect();

    let mut by_column: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for card in &layout.cards {
        assert!(card.x < layout.width && 1 <= card.y && card.y < layout.height);
        by_column.entry(card.x).or_default().push(card.y);
    }
    for ys in by_column.values_mut() {
        ys.sort_unstable();
        assert!(ys.windows(2).all(|pair| pair[1] - pair[0] >= 2), "cards overlap");
    }
    // The strip of a heading is free of cards.
    for column in &layout.columns {
        let ys = &by_column[&column.x];
        assert!(ys.iter().all(|y| *y < column.y || *y > column.y + 2), "heading covered");
    }

    // Whoever advances goes right, and stands between those who feed them.
    for link in &layout.links {
        let (from, to) = (at[&link.from], at[&link.to]);
        let target = bracket.get(link.to).unwrap();
        let expected = match link.kind {
            LinkKind::Advance => Source::Winner(link.from),
            LinkKind::Drop => Source::Loser(link.from),
        };
        assert_eq!(target.slots[usize::from(link.to_slot)].source, expected);
        if link.kind == LinkKind::Advance {
            assert!(from.0 < to.0);
        }
    }
    let fed = bracket.matches().flat_map(|m| &m.slots);
    let fed = fed.filter(|slot| !matches!(slot.source, Source::Seed(_))).count();
    assert_eq!(layout.links.len(), fed);

    let ys = |section| {
        let keys = bracket.matches().filter(move |m| m.section == section).map(|m| m.key);
        keys.map(|key| at[&key]).collect::<Vec<_>>()
    };
    let lowest = ys(Section::Winners).iter().map(|at| at.1).max().unwrap();
    assert!(ys(Section::Losers).iter().all(|at| at.1 > lowest));
    assert!(ys(Section::Placement).iter().all(|at| at.1 > lowest));
    let right = ys(Section::Winners).into_iter().chain(ys(Section::Losers)).map(|at| at.0);
    let right = right.max().unwrap();
    assert!(ys(Section::GrandFinal).iter().all(|at| at.0 > right));
    // Byes leave no empty row: every second half row below a heading has a leaf.
    let bands: BTreeSet<_> = layout
        .columns
        .iter()
        .filter(|column| column.section != Section::GrandFinal)
        .map(|column| column.y)
        .collect();
    let leaves = bracket.matches().filter(|m| m.section != Section::GrandFinal).filter(|m| {
        let same = |key| bracket.get(key).is_some_and(|from| from.section == m.section);
        !m.slots.iter().any(|slot| matches!(slot.source, Source::Winner(key) if same(key)))
    });
    let rows = u32::try_from(leaves.count() + bands.len()).unwrap();
    assert_eq!(layout.height, rows * 2);
}

#[rstest]
#[case(2, "Final")]
#[case(4, "Semi-finals, Final")]
#[case(11, "Round 1, Quarter-finals, Semi-finals, Final")]
#[case(20, "Round 1, Round 2, Quarter-finals, Semi-finals, Final")]
fn names_of_rounds(#[case] entrants: u32, #[case] expected: &str) {
    let names: Vec<_> =
        layout(&single(entrants, None)).columns.iter().map(|c| c.name.to_string()).collect();
    assert_eq!(names.join(", "), expected);
}
