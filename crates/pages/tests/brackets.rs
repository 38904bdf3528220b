//! The picture of a bracket.

#![expect(clippy::unwrap_used, reason = "a sample that does not render fails its test")]

use std::collections::BTreeSet;

use rstest::rstest;
use tiltyard_bracket::{
    Format, GrandFinal, MatchKey, Operation, Outcome, SeedingOrder, Settings, Stage,
};
use tiltyard_pages::bracket::{BracketView, EntrantText, svg, svg_document, view};

fn bracket(format: Format, entrants: u32) -> Stage {
    Stage::start(Settings { format, seeding: SeedingOrder::Standard, ranking: None }, entrants)
        .unwrap()
}

fn double() -> Format {
    Format::DoubleElimination { grand_final: GrandFinal::Reset, split: false }
}

fn named(bracket: &Stage, names: &[&str]) -> BracketView {
    let texts: Vec<_> = names
        .iter()
        .zip(1..)
        .map(|(name, seed)| EntrantText { name: (*name).to_owned(), seed: Some(seed) })
        .collect();
    view("Cup", bracket, &texts, &BTreeSet::from([MatchKey(1)]))
}

/// One tag a line, to read the difference when a snapshot changes.
fn lines(svg: &str) -> String {
    svg.replace("><", ">\n<")
}

#[test]
fn draws_a_double_elimination_of_four() {
    let mut bracket = bracket(double(), 4);
    let won = Operation::Report {
        key: MatchKey(0),
        sets: vec![vec![3, 1]],
        outcome: Some(Outcome::win(0)),
    };
    bracket.apply(&won).unwrap();
    let view = named(&bracket, &["Alice", "Bob", "Chloé de la Très Longue Maison", "<b>&\"'"]);
    insta::assert_snapshot!(lines(&svg(&view)));
}

#[test]
fn draws_a_single_elimination_with_byes_and_third_place() {
    let bracket = bracket(Format::SingleElimination { placement_to: Some(3) }, 5);
    insta::assert_snapshot!(lines(&svg(&named(&bracket, &["A", "B", "C", "D", "E"]))));
}

#[rstest]
fn every_match_is_drawn_once_inside_the_picture(
    #[values(2, 3, 5, 9, 14, 17, 33, 100)] entrants: u32,
) {
    for format in [Format::SingleElimination { placement_to: None }, double()] {
        let bracket = bracket(format, entrants);
        let picture = svg(&named(&bracket, &[]));
        assert_eq!(picture.matches(" data-match=").count(), bracket.matches().count());
        let number = |text: &str, start: &str| -> u32 {
            text.split(start).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
        };
        let (width, height) = (number(&picture, " width=\""), number(&picture, " height=\""));
        let mut places = BTreeSet::new();
        for rest in picture.split("transform=\"translate(").skip(1) {
            let place: Vec<u32> =
                rest.split(')').next().unwrap().split(' ').map(|n| n.parse().unwrap()).collect();
            assert!(place[0] + 216 <= width && place[1] + 52 <= height, "{place:?}");
            assert!(places.insert(place), "two matches in one place");
        }
    }
}

#[test]
fn is_the_same_every_time() {
    let bracket = bracket(double(), 14);
    let view = named(&bracket, &["Alice"]);
    let mut shuffled = view.clone();
    shuffled.matches.reverse();
    assert_eq!(svg(&view), svg(&shuffled));
    assert_eq!(svg_document(&view), svg_document(&view));
}

#[test]
fn the_file_brings_its_own_colours_and_no_hostile_character() {
    let bracket = bracket(double(), 2);
    let file = svg_document(&named(&bracket, &["]]><script>\0\u{1b}", "\u{202e}\u{ffff}"]));
    assert!(file.starts_with("<?xml"));
    assert!(file.contains("<style>:root"));
    assert!(!file.contains("<script"));
    assert!(!file.contains(['\0', '\u{1b}', '\u{ffff}']));
    assert_eq!(file.matches("<svg").count(), 1);
}

#[test]
fn a_place_without_a_card_is_drawn_empty() {
    let mut view = named(&bracket(double(), 4), &[]);
    view.matches.clear();
    let picture = svg(&view);
    assert!(picture.contains("0 of 0 matches played."));
    assert_eq!(picture.matches("b-card").count(), view.layout.cards.len());
}
