//! Brackets observed on Challonge or worked out by hand, as literal facts.

use rstest::rstest;
use tiltyard_bracket::{Format, GrandFinal, MatchState, SeedingOrder, Settings, Stage};

use crate::helpers::{double, favourite, find, play_out, single, sources, start, win};

/// Letters, round, suggested position, sides; in list order.
type Row = (&'static str, i32, u32, &'static str);

fn assert_rows(bracket: &Stage, rows: &[Row]) {
    let found: Vec<_> = bracket
        .matches()
        .map(|m| {
            (m.identifier.to_string(), m.round, m.play_order.unwrap().get(), sources(bracket, m))
        })
        .collect();
    let expected: Vec<_> = rows
        .iter()
        .map(|(letters, round, order, sides)| {
            ((*letters).to_owned(), *round, *order, (*sides).to_owned())
        })
        .collect();
    assert_eq!(found, expected);
}

const FOURTEEN: [Row; 27] = [
    ("A", 1, 1, "8 v 9"),
    ("B", 1, 2, "4 v 13"),
    ("C", 1, 3, "5 v 12"),
    ("D", 1, 4, "7 v 10"),
    ("E", 1, 5, "3 v 14"),
    ("F", 1, 6, "6 v 11"),
    ("G", 2, 9, "1 v WA"),
    ("H", 2, 10, "WB v WC"),
    ("I", 2, 11, "2 v WD"),
    ("J", 2, 12, "WE v WF"),
    ("K", 3, 19, "WG v WH"),
    ("L", 3, 20, "WI v WJ"),
    ("M", 4, 24, "WK v WL"),
    ("P", -1, 7, "LB v LC"),
    ("Q", -1, 8, "LE v LF"),
    ("R", -2, 16, "LJ v LA"),
    ("S", -2, 15, "LI v WP"),
    ("T", -2, 14, "LH v LD"),
    ("U", -2, 13, "LG v WQ"),
    ("V", -3, 18, "WR v WS"),
    ("W", -3, 17, "WT v WU"),
    ("X", -4, 21, "LK v WV"),
    ("Y", -4, 22, "LL v WW"),
    ("Z", -5, 23, "WX v WY"),
    ("AA", -6, 25, "LM v WZ"),
    ("N", 5, 26, "WM v WAA"),
    ("O", 5, 27, "WN v LN"),
];

#[test]
fn double_elimination_of_fourteen() {
    let mut bracket = double(14, GrandFinal::Reset);
    assert_rows(&bracket, &FOURTEEN);
    let optional: Vec<_> = bracket.matches().filter(|m| m.optional).collect();
    assert_eq!(optional.len(), 1);
    assert_eq!(optional[0].identifier.to_string(), "O");
    let open = bracket.matches().filter(|m| m.state == MatchState::Open);
    assert!(open.map(|m| m.identifier.to_string()).eq(["A", "B", "C", "D", "E", "F"]));

    play_out(&mut bracket, favourite);
    // The winners' finalist won the first grand final, so the second has left the list.
    let rows: Vec<_> = FOURTEEN.into_iter().filter(|row| row.0 != "O").collect();
    assert_rows(&bracket, &rows);
    assert_eq!(bracket.matches().count(), 26);
    let mut ranks: Vec<_> = bracket.ranks().into_iter().map(Option::unwrap).collect();
    ranks.sort_unstable();
    assert_eq!(ranks, [1, 2, 3, 4, 5, 5, 7, 7, 9, 9, 9, 9, 13, 13]);
}

#[test]
fn double_elimination_of_four() {
    let mut bracket = double(4, GrandFinal::Reset);
    assert_rows(
        &bracket,
        &[
            ("A", 1, 1, "1 v 4"),
            ("B", 1, 2, "2 v 3"),
            ("C", 2, 4, "WA v WB"),
            ("F", -1, 3, "LA v LB"),
            ("G", -2, 5, "LC v WF"),
            ("D", 3, 6, "WC v WG"),
            ("E", 3, 7, "WD v LD"),
        ],
    );
    for (letters, slot) in [("A", 0), ("B", 0), ("C", 0), ("F", 0), ("G", 0), ("D", 1)] {
        win(&mut bracket, letters, slot).unwrap();
    }
    // Seed 2 came back through the losers' part and beat seed 1: a second match, winner first.
    let reset = find(&bracket, "E");
    assert_eq!(reset.state, MatchState::Open);
    assert_eq!(crate::helpers::contents(reset), "2 v 1");
    win(&mut bracket, "E", 0).unwrap();
    assert!(bracket.is_over());
    assert_eq!(bracket.ranks(), [Some(2), Some(1), Some(4), Some(3)]);
    assert_eq!(bracket.matches().count(), 7);
}

#[test]
fn double_elimination_of_eight() {
    assert_rows(
        &double(8, GrandFinal::Single),
        &[
            ("A", 1, 1, "1 v 8"),
            ("B", 1, 2, "4 v 5"),
            ("C", 1, 3, "2 v 7"),
            ("D", 1, 4, "3 v 6"),
            ("E", 2, 7, "WA v WB"),
            ("F", 2, 8, "WC v WD"),
            ("G", 3, 12, "WE v WF"),
            ("I", -1, 5, "LA v LB"),
            ("J", -1, 6, "LC v LD"),
            ("K", -2, 10, "LF v WI"),
            ("L", -2, 9, "LE v WJ"),
            ("M", -3, 11, "WK v WL"),
            ("N", -4, 13, "LG v WM"),
            ("H", 4, 14, "WG v WN"),
        ],
    );
}

/// Five, nine and seventeen leave the first losers' round empty and long chains of byes after it.
#[test]
fn double_elimination_of_five() {
    assert_rows(
        &double(5, GrandFinal::Reset),
        &[
            ("A", 1, 1, "4 v 5"),
            ("B", 2, 2, "1 v WA"),
            ("C", 2, 3, "2 v 3"),
            ("D", 3, 6, "WB v WC"),
            ("G", -1, 4, "LC v LA"),
            ("H", -2, 5, "WG v LB"),
            ("I", -3, 7, "LD v WH"),
            ("E", 4, 8, "WD v WI"),
            ("F", 4, 9, "WE v LE"),
        ],
    );
}

#[test]
fn double_elimination_of_nine() {
    assert_rows(
        &double(9, GrandFinal::Reset),
        &[
            ("A", 1, 1, "8 v 9"),
            ("B", 2, 2, "1 v WA"),
            ("C", 2, 3, "4 v 5"),
            ("D", 2, 4, "2 v 7"),
            ("E", 2, 5, "3 v 6"),
            ("F", 3, 9, "WB v WC"),
            ("G", 3, 10, "WD v WE"),
            ("H", 4, 14, "WF v WG"),
            ("K", -1, 6, "LE v LA"),
            ("L", -2, 8, "WK v LD"),
            ("M", -2, 7, "LC v LB"),
            ("N", -3, 11, "LF v WL"),
            ("O", -3, 12, "LG v WM"),
            ("P", -4, 13, "WN v WO"),
            ("Q", -5, 15, "LH v WP"),
            ("I", 5, 16, "WH v WQ"),
            ("J", 5, 17, "WI v LI"),
        ],
    );
}

#[test]
fn double_elimination_of_seventeen() {
    let bracket = double(17, GrandFinal::Reset);
    let early = bracket.matches().filter(|m| (-2..0).contains(&m.round));
    let found: Vec<_> = early.map(|m| (m.round, sources(&bracket, m))).collect();
    let letters = |round| bracket.matches().filter(move |m| m.round == round);
    assert_eq!(letters(1).count(), 1);
    // F is 2 v 15, the fifth match of the second round: the halves swap as they drop.
    assert_eq!(sources(&bracket, find(&bracket, "F")), "2 v 15");
    let first = letters(-1).next().unwrap().identifier;
    let expected = [
        (-1, "LF v LA".to_owned()),
        (-2, format!("W{first} v LG")),
        (-2, "LH v LI".to_owned()),
        (-2, "LB v LC".to_owned()),
        (-2, "LD v LE".to_owned()),
    ];
    assert_eq!(found, expected);
    assert_eq!(bracket.matches().map(|m| m.round).min(), Some(-7));
}

#[test]
fn double_elimination_of_three() {
    assert_rows(
        &double(3, GrandFinal::Reset),
        &[
            ("A", 1, 1, "2 v 3"),
            ("B", 2, 2, "1 v WA"),
            ("E", -1, 3, "LB v LA"),
            ("C", 3, 4, "WB v WE"),
            ("D", 3, 5, "WC v LC"),
        ],
    );
}

#[rstest]
#[case(GrandFinal::None, &[("A", 1, 1, "1 v 2")])]
#[case(GrandFinal::Single, &[("A", 1, 1, "1 v 2"), ("B", 2, 2, "WA v LA")])]
#[case(GrandFinal::Reset,
       &[("A", 1, 1, "1 v 2"), ("B", 2, 2, "WA v LA"), ("C", 2, 3, "WB v LB")])]
fn double_elimination_of_two(#[case] grand_final: GrandFinal, #[case] rows: &[Row]) {
    let mut bracket = double(2, grand_final);
    assert_rows(&bracket, rows);
    play_out(&mut bracket, favourite);
    assert_eq!(bracket.ranks(), [Some(1), Some(2)]);
}

#[test]
fn single_elimination_of_three() {
    assert_rows(&single(3, Some(3)), &[("A", 1, 1, "2 v 3"), ("B", 2, 2, "1 v WA")]);
}

#[test]
fn third_place_shares_the_final_round() {
    assert_rows(
        &single(4, Some(3)),
        &[
            ("A", 1, 1, "1 v 4"),
            ("B", 1, 2, "2 v 3"),
            ("C", 2, 4, "WA v WB"),
            ("D", 2, 3, "LA v LB"),
        ],
    );
}

#[test]
fn every_place_of_eight_can_be_played_out() {
    let mut bracket = single(8, Some(8));
    assert_rows(
        &bracket,
        &[
            ("A", 1, 1, "1 v 8"),
            ("B", 1, 2, "4 v 5"),
            ("C", 1, 3, "2 v 7"),
            ("D", 1, 4, "3 v 6"),
            ("E", 2, 5, "WA v WB"),
            ("F", 2, 6, "WC v WD"),
            ("G", 3, 12, "WE v WF"),
            ("H", 3, 11, "LE v LF"),
            ("I", 2, 7, "LA v LB"),
            ("J", 2, 8, "LC v LD"),
            ("K", 3, 10, "WI v WJ"),
            ("L", 3, 9, "LI v LJ"),
        ],
    );
    play_out(&mut bracket, favourite);
    assert_eq!(bracket.ranks(), [1, 2, 3, 4, 5, 6, 7, 8].map(Some));
}

fn split(entrants: u32) -> Stage {
    let grand_final = GrandFinal::Reset;
    start(Format::DoubleElimination { grand_final, split: true }, entrants)
}

/// The worse four meet as if they had lost the matches that are left out, and play first, as they
/// would.
#[test]
fn split_start_of_eight() {
    assert_rows(
        &split(8),
        &[
            ("A", 1, 3, "1 v 4"),
            ("B", 1, 4, "2 v 3"),
            ("C", 2, 8, "WA v WB"),
            ("F", -1, 1, "8 v 5"),
            ("G", -1, 2, "7 v 6"),
            ("H", -2, 6, "LB v WF"),
            ("I", -2, 5, "LA v WG"),
            ("J", -3, 7, "WH v WI"),
            ("K", -4, 9, "LC v WJ"),
            ("D", 3, 10, "WC v WK"),
            ("E", 3, 11, "WD v LD"),
        ],
    );
}

/// Those who would have had a bye bring nobody to the losers' part.
#[test]
fn split_start_of_six() {
    let mut bracket = split(6);
    assert_rows(
        &bracket,
        &[
            ("A", 1, 1, "1 v 4"),
            ("B", 1, 2, "2 v 3"),
            ("C", 2, 6, "WA v WB"),
            ("F", -1, 4, "LB v 5"),
            ("G", -1, 3, "LA v 6"),
            ("H", -2, 5, "WF v WG"),
            ("I", -3, 7, "LC v WH"),
            ("D", 3, 8, "WC v WI"),
            ("E", 3, 9, "WD v LD"),
        ],
    );
    play_out(&mut bracket, favourite);
    assert_eq!(bracket.ranks(), [1, 2, 3, 4, 5, 5].map(Some));
}

/// Nothing would be left of the only match, so it is played.
#[rstest]
#[case(GrandFinal::None, &[("A", 1, 1, "1 v 2")])]
#[case(GrandFinal::Single, &[("A", 1, 1, "1 v 2")])]
#[case(GrandFinal::Reset, &[("A", 1, 1, "1 v 2"), ("B", 1, 2, "WA v LA")])]
fn split_start_of_two(#[case] grand_final: GrandFinal, #[case] rows: &[Row]) {
    assert_rows(&start(Format::DoubleElimination { grand_final, split: true }, 2), rows);
}

#[test]
fn a_gsl_group() {
    let bracket = start(Format::Gsl, 4);
    assert_rows(
        &bracket,
        &[
            ("A", 1, 1, "1 v 4"),
            ("B", 1, 2, "2 v 3"),
            ("C", 2, 4, "WA v WB"),
            ("D", -1, 3, "LA v LB"),
            ("E", -2, 5, "LC v WD"),
        ],
    );
}

#[test]
fn a_stepladder_of_five() {
    let mut bracket = start(Format::Stepladder, 5);
    assert_rows(
        &bracket,
        &[
            ("A", 1, 1, "4 v 5"),
            ("B", 2, 2, "3 v WA"),
            ("C", 3, 3, "2 v WB"),
            ("D", 4, 4, "1 v WC"),
        ],
    );
    play_out(&mut bracket, |_| 1);
    // The worst seed climbs all the way.
    assert_eq!(bracket.ranks(), [2, 3, 4, 5, 1].map(Some));
}

#[test]
fn a_page_playoff() {
    let mut bracket = start(Format::PagePlayoff, 4);
    assert_rows(
        &bracket,
        &[
            ("A", 1, 1, "1 v 2"),
            ("B", 1, 2, "3 v 4"),
            ("C", 2, 3, "LA v WB"),
            ("D", 3, 4, "WA v WC"),
        ],
    );
    play_out(&mut bracket, |_| 0);
    assert_eq!(bracket.ranks(), [1, 2, 3, 4].map(Some));
}

#[rstest]
#[case(16, 4, 2, &["1 v 8 v 9 v 16", "2 v 7 v 10 v 15", "3 v 6 v 11 v 14", "4 v 5 v 12 v 13",
                   "1A v 1D v 2C v 2B", "1B v 1C v 2D v 2A", "1E v 1F v 2F v 2E"])]
#[case(5, 4, 2, &["1 v 4 v 5", "2 v 3", "1A v 1B v 2A"])]
#[case(7, 4, 2, &["1 v 4 v 5", "2 v 3 v 6 v 7", "1A v 1B v 2B v 2A"])]
#[case(13, 4, 2, &["1 v 8 v 9", "2 v 7 v 10", "3 v 6 v 11", "4 v 5 v 12 v 13",
                   "1A v 1D v 2C v 2B", "1B v 1C v 2D v 2A", "1E v 1F v 2F v 2E"])]
#[case(9, 3, 1, &["1 v 6 v 7", "2 v 5 v 8", "3 v 4 v 9", "1A v 1B v 1C"])]
fn free_for_alls(
    #[case] entrants: u32,
    #[case] sides: u32,
    #[case] advance: u32,
    #[case] expected: &[&str],
) {
    let bracket = start(Format::FreeForAll { sides, advance }, entrants);
    let found: Vec<_> = bracket.matches().map(|m| sources(&bracket, m)).collect();
    assert_eq!(found, expected);
}

#[test]
fn sequential_pairings_go_straight_down_the_list() {
    let settings = Settings {
        seeding: SeedingOrder::Sequential,
        ranking: None,
        ..double(2, GrandFinal::Reset).settings().clone()
    };
    let bracket = Stage::start(settings, 14).unwrap();
    let first: Vec<_> =
        bracket.matches().filter(|m| m.round == 1).map(|m| sources(&bracket, m)).collect();
    assert_eq!(first, ["1 v 2", "3 v 4", "5 v 6", "7 v 8", "9 v 10", "11 v 12"]);
    assert_eq!(sources(&bracket, find(&bracket, "G")), "13 v WA");
    assert_eq!(sources(&bracket, find(&bracket, "I")), "14 v WD");
}

#[rstest]
#[case(3, "2v3")]
#[case(4, "1v4 2v3")]
#[case(5, "4v5")]
#[case(6, "4v5 3v6")]
#[case(7, "4v5 2v7 3v6")]
#[case(9, "8v9")]
#[case(10, "8v9 7v10")]
#[case(11, "8v9 7v10 6v11")]
#[case(12, "8v9 5v12 7v10 6v11")]
#[case(13, "8v9 4v13 5v12 7v10 6v11")]
#[case(14, "8v9 4v13 5v12 7v10 3v14 6v11")]
#[case(15, "8v9 4v13 5v12 2v15 7v10 3v14 6v11")]
#[case(17, "16v17")]
#[case(20, "16v17 13v20 15v18 14v19")]
#[case(24, "16v17 9v24 13v20 12v21 15v18 10v23 14v19 11v22")]
fn first_rounds(#[case] entrants: u32, #[case] expected: &str) {
    let bracket = single(entrants, None);
    let first = bracket.matches().filter(|m| m.round == 1);
    let found: Vec<_> = first.map(|m| sources(&bracket, m).replace(' ', "")).collect();
    assert_eq!(found.join(" "), expected);
}
