//! Parts of a stage.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rstest::rstest;
use tiltyard_bracket::layout::{Window, layout, layout_window};
use tiltyard_bracket::{Format, GrandFinal, MatchKey, MatchState, Section, Stage};

use super::picture::picture;
use super::rules::assert_well_placed;
use super::stages;
use crate::helpers::{all_settings, as_expected, double, key, letters, single, size, start};

#[test]
fn from_the_semi_finals_of_the_winners_on() {
    let stage = double(16, GrandFinal::Reset);
    let window = Window { from_round: 3, ..Window::default() };
    insta::assert_snapshot!(picture(&stage, &layout_window(&stage, &window)));
}

#[test]
fn a_corner() {
    let stage = double(16, GrandFinal::Reset);
    let window = Window { ending_in: Some(key(&stage, "M")), ..Window::default() };
    insta::assert_snapshot!(picture(&stage, &layout_window(&stage, &window)));
}

#[test]
fn the_losers_part() {
    let stage = double(8, GrandFinal::Reset);
    let window = Window { section: Some(Section::Losers), ..Window::default() };
    insta::assert_snapshot!(picture(&stage, &layout_window(&stage, &window)));
}

#[rstest]
#[case(16, 16, 1)]
#[case(16, 15, 2)]
#[case(17, 16, 2)]
#[case(20, 16, 2)]
#[case(31, 16, 2)]
#[case(33, 16, 3)]
#[case(5, 100, 1)]
#[case(5, 1, 3)]
fn from_the_round_of(#[case] entrants: u32, #[case] of: u32, #[case] round: u32) {
    assert_eq!(Window::of_last(&single(entrants, Some(9)), of).from_round, round);
    assert_eq!(Window::of_last(&double(entrants, GrandFinal::Reset), of).from_round, round);
}

#[test]
fn from_the_last_of_many_sides() {
    let stage = start(Format::FreeForAll { sides: 4, advance: 2 }, 64);
    assert_eq!(Window::of_last(&stage, 64).from_round, 1);
    assert_eq!(Window::of_last(&stage, 63).from_round, 2);
    assert_eq!(Window::of_last(&stage, 16).from_round, 3);
    let stage = start(Format::Stepladder, 10);
    assert_eq!(Window::of_last(&stage, 4).from_round, 7);
}

#[test]
fn the_default_is_everything() {
    for stage in stages() {
        assert_eq!(layout_window(&stage, &Window::default()), layout(&stage));
    }
}

#[test]
fn every_part_is_well_placed() {
    for stage in stages().into_iter().filter(|stage| stage.entrants() <= 13) {
        let Some(last) = stage.matches().last().map(|m| m.key) else { continue };
        let keys = [0, last.0 / 3, last.0 / 2, last.0].map(|key| Some(MatchKey(key)));
        let sections =
            [None, Some(Section::Winners), Some(Section::Losers), Some(Section::Placement)];
        for section in sections {
            for from_round in 0..6 {
                for ending_in in keys.into_iter().chain([None]) {
                    let window = Window { section, from_round, ending_in };
                    let layout = layout_window(&stage, &window);
                    let shown: BTreeSet<_> = layout.cards.iter().map(|card| card.key).collect();
                    assert_well_placed(&stage, &layout, |m| shown.contains(&m.key));
                    assert!(
                        section.is_none()
                            || layout.columns.iter().all(|c| Some(c.section) == section)
                    );
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever is asked for, and whatever was played.
    #[test]
    fn any_window(
        settings in prop::sample::select(all_settings()),
        n in 2..=40_u32,
        played in 0..60_usize,
        from_round in prop_oneof![4 => 0..12_u32, 1 => any::<u32>()],
        ending_in in prop::option::of(prop_oneof![4 => 0..80_u32, 1 => any::<u32>()]),
        section in prop::option::of(prop::sample::select(vec![
            Section::Winners, Section::Losers, Section::GrandFinal, Section::Placement,
            Section::Table, Section::TieBreak,
        ])),
    ) {
        let mut stage = Stage::start(settings.clone(), size(&settings, n)).unwrap();
        let window = Window { section, from_round, ending_in: ending_in.map(MatchKey) };
        for _ in 0..played {
            let Some(m) = stage.matches().find(|m| m.state == MatchState::Open) else { break };
            let report = as_expected(m);
            stage.apply(&report).unwrap();
        }
        let layout = layout_window(&stage, &window);
        let shown: BTreeSet<_> = layout.cards.iter().map(|card| card.key).collect();
        assert_well_placed(&stage, &layout, |m| shown.contains(&m.key));
        for m in stage.matches().filter(|m| shown.contains(&m.key)) {
            prop_assert!(section.is_none_or(|section| section == m.section));
            prop_assert!(ending_in.is_none_or(|last| m.key.0 <= last));
            let main = m.section == Section::Winners;
            prop_assert!(!main || m.round.unsigned_abs() >= from_round);
        }
        let _ = Window::of_last(&stage, from_round);
    }
}

#[test]
fn what_is_in_a_part() {
    let stage = double(8, GrandFinal::Reset);
    let shown = |window: Window| {
        let layout = layout_window(&stage, &window);
        letters(&stage, &layout.cards.iter().map(|card| card.key).collect::<Vec<_>>()).join(" ")
    };
    let all = Window::default();
    assert_eq!(shown(Window { from_round: 2, ..all }), "E F G L M N O H I");
    let ending_in = Some(key(&stage, "N"));
    assert_eq!(shown(Window { ending_in, ..all }), "J K L M N");
    assert_eq!(shown(Window { ending_in, from_round: 3, ..all }), "");
    let unknown = Some(MatchKey(u32::MAX));
    let nothing = layout_window(&stage, &Window { ending_in: unknown, ..all });
    assert_eq!((nothing.width, nothing.height, nothing.cards.len()), (0, 0, 0));
}
