//! The way of one entrant.

use rstest::rstest;
use tiltyard_bracket::layout::{Path, path, seed_path};
use tiltyard_bracket::{Content, Entrant, Format, GrandFinal, Operation, Seed, Stage};

use crate::helpers::{double, letters, single, start, win};

fn text(stage: &Stage, path: &Path) -> String {
    let list = |keys| letters(stage, keys).join(" ");
    format!("{} | {} | {}", list(&path.played), list(&path.winning), list(&path.losing))
}

#[rstest]
#[case(&[], 1, " | A E G H | J L N O I")]
#[case(&["A0"], 1, "A | E G H | M N O I")]
#[case(&["A0"], 8, "A | J L N O H I | ")]
#[case(&["A0", "B0", "J0"], 8, "A J | L N O H I | ")]
#[case(&["A0", "B0", "J0"], 5, "B J |  | ")]
fn double_elimination_of_eight(
    #[case] played: &[&str],
    #[case] entrant: u32,
    #[case] expected: &str,
) {
    let mut stage = double(8, GrandFinal::Reset);
    for result in played {
        let slot = u8::from(result.ends_with('1'));
        win(&mut stage, &result[..1], slot).unwrap();
    }
    assert_eq!(text(&stage, &path(&stage, Entrant(entrant))), expected);
}

#[test]
fn the_second_grand_final() {
    let mut stage = double(3, GrandFinal::Reset);
    assert_eq!(text(&stage, &path(&stage, Entrant(1))), " | B C | E D");
    for letters in ["A", "B", "E"] {
        win(&mut stage, letters, 0).unwrap();
    }
    // Without a loss the first is the last, with one there is a second chance.
    assert_eq!(text(&stage, &path(&stage, Entrant(1))), "B | C | D");
    assert_eq!(text(&stage, &path(&stage, Entrant(2))), "A B E | C D | ");
    win(&mut stage, "C", 1).unwrap();
    assert_eq!(text(&stage, &path(&stage, Entrant(1))), "B C | D | ");
}

#[test]
fn second_chances() {
    let stage = start(Format::PagePlayoff, 4);
    assert_eq!(text(&stage, &path(&stage, Entrant(1))), " | A D | C");
    assert_eq!(text(&stage, &path(&stage, Entrant(4))), " | B C D | ");
    let stage = single(8, Some(8));
    assert_eq!(text(&stage, &path(&stage, Entrant(1))), " | A E G | I K");
    let stage = start(Format::FreeForAll { sides: 4, advance: 2 }, 32);
    let way = path(&stage, Entrant(1));
    assert_eq!(text(&stage, &way), " | A I M O | L");
}

#[test]
fn of_a_seed_whose_entrant_is_not_known() {
    let mut stage = start(Format::Stepladder, 4);
    let known = seed_path(&stage, Seed(4));
    assert_eq!(text(&stage, &known), " | A B C | ");
    let order = vec![Content::Undecided; 4];
    stage.apply(&Operation::Seed { order }).unwrap();
    assert_eq!(seed_path(&stage, Seed(4)), known);
    assert_eq!(path(&stage, Entrant(4)), Path::default());
    assert_eq!(seed_path(&stage, Seed(5)), Path::default());
}
