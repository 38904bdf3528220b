//! The drawn stage.

mod paths;
mod picture;
mod rules;
mod tables;
mod windows;

use std::collections::BTreeMap;

use rstest::rstest;
use tiltyard_bracket::layout::{Card, Hint, Layout, layout};
use tiltyard_bracket::{Format, GrandFinal, Stage};

use self::picture::picture;
use self::rules::assert_well_placed;
use crate::helpers::{all_settings, as_expected, double, find, play_all, single, size, start};

fn drawn(stage: &Stage) -> String {
    picture(stage, &layout(stage))
}

/// Every format, at many numbers of entrants.
pub(super) fn stages() -> Vec<Stage> {
    let sizes = || (2..=20).chain([31, 32, 33, 50, 65]);
    let mut stages = Vec::new();
    for settings in all_settings() {
        let sizes = sizes().filter(|n| size(&settings, *n) == *n);
        stages.extend(sizes.map(|n| Stage::start(settings.clone(), n).unwrap()));
    }
    for n in (2..=9).chain([16, 33]) {
        stages.extend((1..=3).map(|cycles| tables::round_robin(n, cycles)));
        stages.push(tables::swiss(n, 3));
    }
    stages
}

#[test]
fn double_elimination_of_five() {
    insta::assert_snapshot!(drawn(&double(5, GrandFinal::Reset)));
}

#[test]
fn double_elimination_of_fourteen() {
    insta::assert_snapshot!(drawn(&double(14, GrandFinal::Reset)));
}

#[test]
fn double_elimination_of_twelve_of_whom_six_start_below() {
    let format = Format::DoubleElimination { grand_final: GrandFinal::Single, split: true };
    insta::assert_snapshot!(drawn(&start(format, 12)));
}

#[test]
fn single_elimination_of_eight_with_all_places() {
    insta::assert_snapshot!(drawn(&single(8, Some(8))));
}

#[test]
fn single_elimination_of_eleven() {
    insta::assert_snapshot!(drawn(&single(11, Some(3))));
}

#[test]
fn group_of_four() {
    insta::assert_snapshot!(drawn(&start(Format::Gsl, 4)));
}

#[test]
fn stepladder_of_six() {
    insta::assert_snapshot!(drawn(&start(Format::Stepladder, 6)));
}

#[test]
fn page_playoff() {
    insta::assert_snapshot!(drawn(&start(Format::PagePlayoff, 4)));
}

#[test]
fn free_for_all_of_twenty_four_of_whom_the_winners_go_on() {
    insta::assert_snapshot!(drawn(&start(Format::FreeForAll { sides: 4, advance: 1 }, 24)));
}

#[test]
fn free_for_all_of_thirty_two_of_whom_half_go_on() {
    insta::assert_snapshot!(drawn(&start(Format::FreeForAll { sides: 4, advance: 2 }, 32)));
}

#[test]
fn free_for_all_of_fourteen_of_whom_three_of_five_go_on() {
    insta::assert_snapshot!(drawn(&start(Format::FreeForAll { sides: 5, advance: 3 }, 14)));
}

#[test]
fn nothing_overlaps_at_any_size() {
    for stage in stages() {
        assert_well_placed(&stage, &layout(&stage), |_| true);
    }
}

/// So many that lanes are chosen by the fast rule.
#[test]
fn many_sided_rounds_of_many_matches() {
    let stage = start(Format::FreeForAll { sides: 8, advance: 4 }, 2_400);
    let layout = layout(&stage);
    assert!(layout.lanes.iter().any(|lanes| *lanes > 100));
    assert_well_placed(&stage, &layout, |_| true);
}

/// Pairs of lines between two columns that cross, if the cards of every column stand in the order of
/// `at`.
fn crossings(layout: &Layout, at: impl Fn(&Card) -> u32) -> usize {
    let cards: BTreeMap<_, _> = layout.cards.iter().map(|card| (card.key, card)).collect();
    let ends = layout.links.iter().map(|link| (cards[&link.from], cards[&link.to]));
    let ends: Vec<_> = ends.map(|(from, to)| (to.x, at(from), at(to))).collect();
    let crossed = |&(x, from, to): &(u32, u32, u32)| {
        ends.iter().filter(|other| other.0 == x && other.1 < from && other.2 > to).count()
    };
    ends.iter().map(crossed).sum()
}

#[test]
fn few_lines_cross() {
    for (sides, advance) in [(3, 1), (4, 1), (3, 2), (4, 2), (5, 3), (8, 4), (8, 2)] {
        for n in [8, 12, 16, 20, 31, 32, 48, 64, 100] {
            let stage = start(Format::FreeForAll { sides, advance }, n);
            let layout = layout(&stage);
            let drawn = crossings(&layout, |card| card.y);
            assert!(drawn <= crossings(&layout, |card| card.key.0));
            assert!(advance > 1 || drawn == 0);
        }
    }
    let stage = start(Format::FreeForAll { sides: 4, advance: 2 }, 64);
    let layout = layout(&stage);
    // In list order 278 pairs would.
    assert_eq!(crossings(&layout, |card| card.y), 54);
}

/// Only a second grand final that comes or goes changes the picture.
#[test]
fn results_move_nothing() {
    for settings in all_settings() {
        for n in (2..=20).chain([64]).filter(|n| size(&settings, *n) == *n) {
            let mut stage = Stage::start(settings.clone(), n).unwrap();
            let before = layout(&stage);
            assert_eq!(layout(&stage.clone()), before);
            play_all(&mut stage, as_expected);
            let after = layout(&stage);
            assert_well_placed(&stage, &after, |_| true);
            let resets = before.cards.len() - after.cards.len();
            assert!(resets <= 1);
            if resets == 0 {
                assert_eq!(after, before);
            } else {
                assert!(after.cards.iter().eq(before.cards.iter().take(after.cards.len())));
                assert_eq!((after.width + 1, after.height), (before.width, before.height));
            }
        }
    }
}

#[test]
fn hints_in_words() {
    let stage = double(8, GrandFinal::Reset);
    let texts = |layout: &Layout, letters: &str| {
        let key = find(&stage, letters).key;
        let own = |hint: &&Hint| hint.key == key;
        layout.hints.iter().filter(own).map(|hint| hint.text(&stage)).collect::<Vec<_>>()
    };
    let layout = layout(&stage);
    assert_eq!(texts(&layout, "A"), ["Loser to J"]);
    assert_eq!(texts(&layout, "J"), ["Loser of A", "Loser of B"]);
    assert_eq!(texts(&layout, "L"), ["Loser of F"]);
    assert!(texts(&layout, "H").is_empty());
    let stage = start(Format::FreeForAll { sides: 4, advance: 2 }, 8);
    let window = tiltyard_bracket::layout::Window { from_round: 2, ..Default::default() };
    let layout = tiltyard_bracket::layout::layout_window(&stage, &window);
    let texts: Vec<_> = layout.hints.iter().map(|hint| hint.text(&stage)).collect();
    assert_eq!(texts, ["Place 1 of A", "Place 1 of B", "Place 2 of B", "Place 2 of A"]);
}

/// One card a half of another: every side has the same height.
#[test]
fn cards_are_as_high_as_their_sides_need() {
    let heights: Vec<_> = [2, 3, 4, 5, 8, 16, 128]
        .into_iter()
        .map(|sides| {
            let stage = start(Format::FreeForAll { sides, advance: 1 }, sides);
            let card = layout(&stage).cards[0];
            (card.height, card.side(0), card.side(card.sides - 1))
        })
        .collect();
    let expected = [
        (2, -1, 1),
        (4, -2, 2),
        (4, -3, 3),
        (6, -4, 4),
        (8, -7, 7),
        (14, -15, 15),
        (98, -127, 127),
    ];
    assert_eq!(heights, expected);
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

/// Neither the stack nor time runs out.
#[test]
fn the_longest_stepladder() {
    let stage = start(Format::Stepladder, tiltyard_bracket::MAX_ENTRANTS);
    let layout = layout(&stage);
    assert_eq!((layout.width, layout.height), (65_535, 65_538));
}
