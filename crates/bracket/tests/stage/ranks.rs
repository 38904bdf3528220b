//! Final and guaranteed places.

use rstest::rstest;
use tiltyard_bracket::{Content, Format, GrandFinal, MatchKey, Operation, Outcome, Stage};

use crate::helpers::{
    as_expected, double, favourite, find, key, play_all, play_out, rank, result, single, start, win,
};

fn sorted_ranks(bracket: &Stage) -> Vec<u32> {
    let mut ranks: Vec<_> = bracket.ranks().into_iter().map(Option::unwrap).collect();
    ranks.sort_unstable();
    ranks
}

#[rstest]
#[case(single(8, None), &[1, 2, 3, 3, 5, 5, 5, 5])]
#[case(single(8, Some(3)), &[1, 2, 3, 4, 5, 5, 5, 5])]
#[case(single(8, Some(4)), &[1, 2, 3, 4, 5, 5, 5, 5])]
#[case(single(8, Some(5)), &[1, 2, 3, 4, 5, 6, 7, 7])]
#[case(single(8, Some(7)), &[1, 2, 3, 4, 5, 6, 7, 8])]
#[case(single(5, None), &[1, 2, 3, 3, 5])]
#[case(single(6, Some(5)), &[1, 2, 3, 4, 5, 6])]
#[case(double(8, GrandFinal::Reset), &[1, 2, 3, 4, 5, 5, 7, 7])]
#[case(double(8, GrandFinal::Single), &[1, 2, 3, 4, 5, 5, 7, 7])]
#[case(double(8, GrandFinal::None), &[1, 2, 3, 4, 5, 5, 7, 7])]
#[case(double(16, GrandFinal::Reset), &[1, 2, 3, 4, 5, 5, 7, 7, 9, 9, 9, 9, 13, 13, 13, 13])]
#[case(double(5, GrandFinal::Reset), &[1, 2, 3, 4, 5])]
#[case(double(9, GrandFinal::Reset), &[1, 2, 3, 4, 5, 5, 7, 7, 9])]
fn final_places(#[case] bracket: Stage, #[case] expected: &[u32]) {
    let mut played = bracket.clone();
    play_out(&mut played, favourite);
    assert_eq!(sorted_ranks(&played), expected);
    assert_eq!(played.ranks()[0], Some(1));
    let mut upset = bracket;
    play_out(&mut upset, |m| 1 - favourite(m));
    assert_eq!(sorted_ranks(&upset), expected);
}

#[test]
fn places_are_known_as_soon_as_somebody_is_out() {
    let mut bracket = single(8, None);
    assert_eq!(bracket.ranks(), [None; 8]);
    assert_eq!(bracket.guaranteed_ranks(), [5; 8]);
    win(&mut bracket, "A", 0).unwrap();
    assert_eq!(bracket.guaranteed_ranks(), [3, 5, 5, 5, 5, 5, 5, 5]);
    assert_eq!(bracket.ranks()[7], Some(5));
    assert_eq!(bracket.ranks()[0], None);
}

#[test]
fn placement_guarantees_the_fourth_place_only() {
    let mut bracket = single(4, Some(3));
    win(&mut bracket, "A", 0).unwrap();
    assert_eq!(bracket.guaranteed_ranks(), [2, 4, 4, 4]);
    win(&mut bracket, "B", 0).unwrap();
    win(&mut bracket, "D", 1).unwrap();
    assert_eq!(bracket.ranks(), [None, None, Some(3), Some(4)]);
}

#[test]
fn without_a_grand_final_the_champions_are_first_and_second() {
    let mut bracket = double(4, GrandFinal::None);
    win(&mut bracket, "A", 1).unwrap();
    win(&mut bracket, "B", 0).unwrap();
    win(&mut bracket, "C", 0).unwrap();
    assert_eq!(bracket.ranks(), [None, None, None, Some(1)]);
    play_out(&mut bracket, favourite);
    assert_eq!(bracket.ranks(), [Some(2), Some(3), Some(4), Some(1)]);
}

#[test]
fn a_double_forfeit_moves_those_behind_up() {
    let mut bracket = single(8, None);
    // 1 and 8 are both out; 4 or 5 walks into the final.
    bracket.apply(&result(key(&bracket, "A"), Outcome::DoubleForfeit)).unwrap();
    play_out(&mut bracket, favourite);
    assert_eq!(
        bracket.ranks(),
        [Some(4), Some(1), Some(3), Some(2), Some(4), Some(4), Some(4), Some(4)]
    );
}

#[test]
fn nobody_is_first_if_both_finalists_are_out() {
    let mut bracket = single(4, None);
    win(&mut bracket, "A", 0).unwrap();
    win(&mut bracket, "B", 0).unwrap();
    bracket.apply(&result(key(&bracket, "C"), Outcome::DoubleForfeit)).unwrap();
    assert!(bracket.is_over());
    assert_eq!(bracket.ranks(), [Some(2), Some(2), Some(3), Some(3)]);
}

fn many(sides: u32, advance: u32, entrants: u32) -> Stage {
    start(Format::FreeForAll { sides, advance }, entrants)
}

/// Thirds and fourths of two matches of four: those who tie for third share the better place, and
/// the fourth of the other match ends behind all three.
#[test]
fn ties_among_those_who_leave_push_others_down() {
    let mut bracket = many(4, 2, 8);
    bracket.apply(&rank(key(&bracket, "B"), vec![1, 2, 3, 4])).unwrap();
    let guaranteed = bracket.guaranteed_ranks();
    // The fourth may still end behind two others of the first match who are level with the third.
    let seed = |letters, slot: usize| {
        find(&bracket, letters).slots[slot].content.entrant().unwrap().index()
    };
    let (third, fourth) = (seed("B", 2), seed("B", 3));
    assert_eq!((guaranteed[third], guaranteed[fourth]), (5, 8));
    bracket.apply(&rank(key(&bracket, "A"), vec![1, 2, 3, 3])).unwrap();
    assert_eq!((bracket.ranks()[third], bracket.ranks()[fourth]), (Some(5), Some(8)));
    play_all(&mut bracket, as_expected);
    assert_eq!(sorted_ranks(&bracket), [1, 2, 3, 4, 5, 5, 5, 8]);
}

#[test]
fn several_may_win_a_final_of_many() {
    let mut bracket = many(4, 2, 4);
    bracket.apply(&rank(MatchKey(0), vec![1, 1, 3, 3])).unwrap();
    assert!(bracket.is_over());
    assert_eq!(bracket.get(MatchKey(0)).unwrap().outcome, Some(Outcome::Draw));
    assert_eq!(bracket.ranks(), [1, 1, 3, 3].map(Some));
}

/// With byes in the field fewer end before a place than it allows for.
#[test]
fn byes_in_the_field_move_those_behind_up() {
    let mut bracket = single(8, None);
    let mut order: Vec<_> = bracket.field().collect();
    for seed in [3, 6, 7] {
        order[seed - 1] = Content::Bye;
    }
    bracket.apply(&Operation::Seed { order }).unwrap();
    play_out(&mut bracket, favourite);
    let ranks = [Some(1), Some(2), None, Some(3), Some(4), None, None, Some(4)];
    assert_eq!(bracket.ranks(), ranks);
}
