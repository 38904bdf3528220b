//! One operation after the other.

use rstest::rstest;
use tiltyard_bracket::{
    Changes, Content, Entrant, Format, GrandFinal, MAX_SETS, MatchKey, MatchState, Operation,
    Outcome, Progress, Refusal, Stage,
};

use crate::helpers::{
    contents, double, favourite, find, key, letters, play_out, rank, result, single, start, win,
};

fn report(bracket: &Stage, name: &str, sets: &[[i64; 2]], outcome: Option<Outcome>) -> Operation {
    let sets = sets.iter().map(|set| set.to_vec()).collect();
    Operation::Report { key: key(bracket, name), sets, outcome }
}

fn reopen(bracket: &Stage, name: &str) -> Operation {
    Operation::Reopen { key: key(bracket, name) }
}

fn withdraw(seed: u32) -> Operation {
    Operation::Drop { entrant: Entrant(seed) }
}

#[test]
fn a_live_score_keeps_the_match_open() {
    let mut bracket = single(4, None);
    let changes = bracket.apply(&report(&bracket, "A", &[[1, 0]], None)).unwrap();
    assert_eq!(letters(&bracket, &changes.changed), ["A"]);
    assert_eq!(find(&bracket, "A").state, MatchState::Open);
    assert_eq!(find(&bracket, "A").sets, [[1, 0]]);
    assert_eq!(bracket.progress(), Progress { complete: 0, total: 3 });
    // Saying it again changes nothing.
    let changes = bracket.apply(&report(&bracket, "A", &[[1, 0]], None)).unwrap();
    assert_eq!(changes, tiltyard_bracket::Changes::default());
}

#[rstest]
#[case(&[[0, 0]])]
#[case(&[[0, 3]])]
#[case(&[[-1, 0], [7, 7]])]
#[case(&[])]
fn the_score_need_not_agree_with_the_winner(#[case] sets: &[[i64; 2]]) {
    let mut bracket = single(4, None);
    bracket.apply(&report(&bracket, "A", sets, Some(Outcome::win(0)))).unwrap();
    assert_eq!(find(&bracket, "A").winner(), Some(Entrant(1)));
    assert_eq!(find(&bracket, "A").loser(), Some(Entrant(4)));
}

#[test]
fn a_result_moves_both_sides_on() {
    let mut bracket = double(4, GrandFinal::Reset);
    let changes = win(&mut bracket, "A", 1).unwrap();
    assert_eq!(letters(&bracket, &changes.changed), ["A", "C", "F"]);
    assert!(changes.opened.is_empty() && changes.reset.is_empty());
    assert_eq!(contents(find(&bracket, "C")), "4 v ?");
    assert_eq!(contents(find(&bracket, "F")), "1 v ?");
    let changes = win(&mut bracket, "B", 0).unwrap();
    assert_eq!(letters(&bracket, &changes.opened), ["C", "F"]);
}

#[test]
fn another_winner_resets_what_depends_on_it() {
    let mut bracket = double(4, GrandFinal::Reset);
    for name in ["A", "B", "C", "F", "G", "D"] {
        win(&mut bracket, name, 0).unwrap();
    }
    assert!(bracket.is_over());
    let before = bracket.clone();

    // The same winner with another score touches nothing else.
    let same = report(&bracket, "A", &[[2, 0]], Some(Outcome::win(0)));
    let changes = bracket.apply(&same).unwrap();
    assert_eq!(letters(&bracket, &changes.changed), ["A"]);
    assert!(changes.reset.is_empty() && bracket.is_over());

    let changes = bracket.apply(&report(&bracket, "A", &[[0, 2]], Some(Outcome::win(1)))).unwrap();
    assert_eq!(letters(&bracket, &changes.reset), ["C", "F", "G", "D"]);
    assert_eq!(letters(&bracket, &changes.changed), ["A", "C", "F", "G", "D", "E"]);
    assert_eq!(letters(&bracket, &changes.opened), ["C", "F"]);
    assert_eq!(letters(&bracket, &changes.appeared), ["E"]);
    assert_eq!(contents(find(&bracket, "C")), "4 v 2");
    assert_eq!(contents(find(&bracket, "F")), "1 v 3");
    assert_eq!(contents(find(&bracket, "D")), "? v ?");

    assert_eq!(Stage::restore(before.header(), before.records()).unwrap(), before);
}

#[test]
fn results_beside_a_change_stay() {
    let mut bracket = double(8, GrandFinal::Single);
    play_out(&mut bracket, favourite);
    let changes = win(&mut bracket, "A", 1).unwrap();
    assert_eq!(find(&bracket, "B").state, MatchState::Complete);
    assert_eq!(find(&bracket, "F").state, MatchState::Complete);
    // J meets C's and D's losers and stays; what its winner plays waits for E's loser.
    assert_eq!(find(&bracket, "J").state, MatchState::Complete);
    assert_eq!(contents(find(&bracket, "M")), "? v ?");
    assert!(!letters(&bracket, &changes.reset).contains(&"J".to_owned()));
}

#[test]
fn reopening_keeps_the_score_and_resets_the_rest() {
    let mut bracket = single(4, None);
    bracket.apply(&report(&bracket, "A", &[[2, 1]], Some(Outcome::win(0)))).unwrap();
    win(&mut bracket, "B", 0).unwrap();
    win(&mut bracket, "C", 0).unwrap();
    assert_eq!(bracket.progress().percent(), 100);
    let changes = bracket.apply(&reopen(&bracket, "A")).unwrap();
    assert_eq!(letters(&bracket, &changes.reset), ["C"]);
    assert_eq!(letters(&bracket, &changes.opened), ["A"]);
    assert_eq!(find(&bracket, "A").sets, [[2, 1]]);
    assert_eq!(find(&bracket, "A").outcome, None);
    assert_eq!(contents(find(&bracket, "C")), "? v 2");
    assert_eq!(bracket.progress().percent(), 33);
}

#[test]
fn the_reset_comes_and_goes_with_the_first_grand_final() {
    let mut bracket = double(4, GrandFinal::Reset);
    for name in ["A", "B", "C", "F", "G"] {
        win(&mut bracket, name, 0).unwrap();
    }
    assert_eq!(bracket.progress(), Progress { complete: 5, total: 6 });
    let reset = key(&bracket, "E");
    let refusal = win(&mut bracket, "E", 0).unwrap_err();
    assert_eq!(refusal, Refusal::NotOpen { identifier: "E".parse().unwrap() });

    let changes = win(&mut bracket, "D", 0).unwrap();
    assert_eq!(changes.vanished, [reset]);
    assert!(bracket.is_over() && bracket.matches().all(|m| m.key != reset));
    assert!(!bracket.get(reset).unwrap().present);
    assert_eq!(bracket.winner_goes_to(key(&bracket, "D")), None);
    let refusal = win(&mut bracket, "E", 0).unwrap_err();
    assert_eq!(refusal, Refusal::NotNeeded { identifier: "E".parse().unwrap() });

    let changes = bracket.apply(&reopen(&bracket, "D")).unwrap();
    assert_eq!((changes.appeared, changes.vanished), (vec![reset], vec![]));
    assert_eq!(contents(bracket.get(reset).unwrap()), "? v ?");

    let changes = win(&mut bracket, "D", 1).unwrap();
    assert_eq!((changes.opened, changes.appeared), (vec![reset], vec![]));
    assert_eq!(contents(bracket.get(reset).unwrap()), "2 v 1");
    assert_eq!(bracket.progress(), Progress { complete: 6, total: 7 });
    win(&mut bracket, "E", 1).unwrap();
    assert_eq!(bracket.ranks()[..2], [Some(1), Some(2)]);

    let changes = win(&mut bracket, "D", 0).unwrap();
    assert_eq!((changes.reset, changes.vanished), (vec![reset], vec![reset]));
    assert!(bracket.is_over() && !bracket.get(reset).unwrap().present);
}

#[test]
fn a_double_forfeit_leaves_byes() {
    let mut bracket = double(8, GrandFinal::Single);
    win(&mut bracket, "B", 0).unwrap();
    let changes = bracket.apply(&result(key(&bracket, "A"), Outcome::DoubleForfeit)).unwrap();
    // E: nobody against 4, who walks on; its loser is nobody. I: nobody against 5.
    assert_eq!(letters(&bracket, &changes.changed), ["A", "E", "G", "I", "K", "L"]);
    assert_eq!(contents(find(&bracket, "E")), "bye v 4");
    assert!(find(&bracket, "E").automatic);
    assert_eq!(contents(find(&bracket, "G")), "4 v ?");
    assert_eq!(contents(find(&bracket, "L")), "bye v ?");
    assert_eq!(contents(find(&bracket, "I")), "bye v 5");
    assert_eq!(contents(find(&bracket, "K")), "? v 5");
    let refusal = win(&mut bracket, "E", 0).unwrap_err();
    assert_eq!(refusal, Refusal::DecidedByBye { identifier: "E".parse().unwrap() });
    let refusal = bracket.apply(&reopen(&bracket, "E")).unwrap_err();
    assert_eq!(refusal, Refusal::DecidedByBye { identifier: "E".parse().unwrap() });

    let changes = bracket.apply(&reopen(&bracket, "A")).unwrap();
    assert!(changes.reset.is_empty());
    assert_eq!(find(&bracket, "L").slots[0].content, Content::Undecided);
    assert_eq!(contents(find(&bracket, "E")), "? v 4");
}

#[test]
fn two_byes_make_another() {
    let mut bracket = single(8, None);
    for name in ["A", "B"] {
        bracket.apply(&result(key(&bracket, name), Outcome::DoubleForfeit)).unwrap();
    }
    assert_eq!(find(&bracket, "E").outcome, Some(Outcome::DoubleForfeit));
    assert_eq!(contents(find(&bracket, "G")), "bye v ?");
    for name in ["C", "D", "F"] {
        win(&mut bracket, name, 0).unwrap();
    }
    assert!(bracket.is_over());
    assert_eq!(bracket.ranks()[1], Some(1));
}

#[test]
fn withdrawing_forfeits_everything_left() {
    let mut bracket = double(4, GrandFinal::Reset);
    win(&mut bracket, "A", 0).unwrap();
    let changes = bracket.apply(&withdraw(1)).unwrap();
    assert!(changes.header);
    // Seed 1 waits for an opponent in C, so nothing shows yet.
    assert!(changes.changed.is_empty());
    let changes = win(&mut bracket, "B", 0).unwrap();
    assert_eq!(letters(&bracket, &changes.changed), ["B", "C", "F", "G", "D"]);
    let c = find(&bracket, "C");
    assert_eq!(c.outcome, Some(Outcome::Winner { slot: 1, forfeit: true }));
    assert!(c.automatic);
    assert_eq!(letters(&bracket, &changes.opened), ["F"]);
    win(&mut bracket, "F", 0).unwrap();
    assert_eq!(find(&bracket, "G").winner(), Some(Entrant(4)));
    assert_eq!(find(&bracket, "D").state, MatchState::Open);
    assert_eq!(bracket.ranks(), [Some(3), None, Some(4), None]);

    assert_eq!(bracket.apply(&withdraw(1)), Err(Refusal::AlreadyWithdrawn { entrant: Entrant(1) }));
    assert_eq!(bracket.apply(&withdraw(3)), Err(Refusal::NoMatchLeft { entrant: Entrant(3) }));
    assert_eq!(bracket.apply(&withdraw(5)), Err(Refusal::UnknownEntrant { entrant: Entrant(5) }));
    let refusal = bracket.apply(&reopen(&bracket, "C")).unwrap_err();
    assert_eq!(
        refusal,
        Refusal::Withdrawn { identifier: "C".parse().unwrap(), entrant: Entrant(1) }
    );
}

#[test]
fn reinstating_opens_what_was_forfeited() {
    let mut bracket = single(4, None);
    let before = bracket.clone();
    bracket.apply(&withdraw(4)).unwrap();
    win(&mut bracket, "B", 0).unwrap();
    win(&mut bracket, "C", 0).unwrap();
    let back = Operation::Reinstate { entrant: Entrant(4) };
    let changes = bracket.apply(&back).unwrap();
    assert_eq!(letters(&bracket, &changes.opened), ["A"]);
    assert_eq!(letters(&bracket, &changes.reset), ["C"]);
    assert_eq!(bracket.apply(&back), Err(Refusal::NotWithdrawn { entrant: Entrant(4) }));
    bracket.apply(&reopen(&bracket, "B")).unwrap();
    assert_eq!(bracket, before);
}

#[test]
fn a_referee_may_overrule_a_walkover() {
    let mut bracket = single(4, None);
    bracket.apply(&withdraw(4)).unwrap();
    assert_eq!(find(&bracket, "A").winner(), Some(Entrant(1)));
    win(&mut bracket, "A", 1).unwrap();
    assert!(!find(&bracket, "A").automatic);
    assert_eq!(contents(find(&bracket, "C")), "4 v ?");
    // The withdrawal holds for what is left.
    win(&mut bracket, "B", 0).unwrap();
    assert_eq!(find(&bracket, "C").winner(), Some(Entrant(2)));
}

#[test]
fn two_withdrawn_opponents_both_go_out() {
    let mut bracket = single(4, None);
    bracket.apply(&withdraw(1)).unwrap();
    // Seed 4 has the walkover and a final to come.
    bracket.apply(&withdraw(4)).unwrap();
    win(&mut bracket, "B", 1).unwrap();
    assert!(bracket.is_over());
    assert_eq!(bracket.ranks()[2], Some(1));
}

#[test]
fn refusals_say_why_and_change_nothing() {
    let mut bracket = single(4, None);
    win(&mut bracket, "A", 0).unwrap();
    let a = key(&bracket, "A");
    let b = key(&bracket, "B");
    let with = |sets: Vec<Vec<i64>>, outcome| Operation::Report { key: b, sets, outcome };
    let won = Some(Outcome::win(0));
    let cases = [
        (result(MatchKey(9), Outcome::win(0)), "this stage has no match #9"),
        (Operation::Reopen { key: MatchKey(u32::MAX) }, "this stage has no match #4294967295"),
        (
            result(key(&bracket, "C"), Outcome::win(0)),
            "match C is not open yet: a side is still to be decided",
        ),
        (
            Operation::Report { key: a, sets: vec![], outcome: None },
            "match A is complete: report an outcome, or reopen it first",
        ),
        (Operation::Reopen { key: b }, "match B is not complete"),
        (with(vec![], Some(Outcome::Draw)), "a match in this format cannot end in a draw"),
        (with(vec![], Some(Outcome::win(2))), "the match has no slot 2"),
        (with(vec![vec![1, 2], vec![1]], won), "set 2 has 1 scores, not 2"),
        (with(vec![vec![1, 2]; MAX_SETS + 1], won), "a match has at most 64 sets, not 65"),
        (withdraw(0), "this stage has no entrant 0"),
        (withdraw(4), "entrant 4 has no match left to forfeit"),
        (Operation::Reinstate { entrant: Entrant(2) }, "entrant 2 has not withdrawn"),
    ];
    let before = bracket.clone();
    for (operation, why) in cases {
        let refusal = bracket.apply(&operation).unwrap_err();
        assert_eq!(refusal.to_string(), why);
        assert_eq!(bracket.preview(&operation), Err(refusal));
        assert_eq!(bracket, before);
    }
    bracket.apply(&with(vec![vec![1, 2]; MAX_SETS], won)).unwrap();
}

/// Another order of those behind the winner matters as much as another winner.
#[test]
fn another_second_place_moves_on() {
    let mut stage = start(Format::FreeForAll { sides: 4, advance: 2 }, 8);
    stage.apply(&rank(MatchKey(0), vec![1, 2, 3, 4])).unwrap();
    stage.apply(&rank(MatchKey(1), vec![1, 2, 3, 4])).unwrap();
    stage.apply(&rank(MatchKey(2), vec![1, 2, 3, 4])).unwrap();
    let second = stage.get(MatchKey(0)).unwrap().slots[1].content.entrant().unwrap();
    assert!(stage.get(MatchKey(2)).unwrap().slot_of(second).is_some());
    let changes = stage.apply(&rank(MatchKey(0), vec![1, 3, 2, 4])).unwrap();
    assert_eq!(changes.reset, [MatchKey(2)]);
    assert!(stage.get(MatchKey(2)).unwrap().slot_of(second).is_none());
}

/// What is said of an empty side does not matter, not even that it won.
#[test]
fn an_empty_side_cannot_win() {
    let mut stage = start(Format::FreeForAll { sides: 4, advance: 1 }, 3);
    let order = [Content::Bye, Content::Entrant(Entrant(7)), Content::Entrant(Entrant(9))];
    stage.apply(&Operation::Seed { order: order.to_vec() }).unwrap();
    assert_eq!(stage.get(MatchKey(0)).unwrap().state, MatchState::Open);
    for given in [0, 1, 200] {
        stage.apply(&rank(MatchKey(0), vec![given, 3, 2])).unwrap();
        let m = stage.get(MatchKey(0)).unwrap();
        assert_eq!((m.winner(), m.places.to_vec()), (Some(Entrant(9)), vec![4, 3, 2]));
        assert_eq!(stage.ranks(), [None, Some(2), Some(1)]);
    }
}

#[test]
fn what_changes_no_header_says_so() {
    let mut stage = single(4, None);
    let order = stage.field().collect();
    assert_eq!(stage.apply(&Operation::Seed { order }), Ok(Changes::default()));
    assert_eq!(stage.apply(&Operation::Reset), Ok(Changes::default()));
}

/// A few bytes cannot ask for hundreds of rounds of tens of thousands.
#[rstest]
#[case(128, 127, 65_536, Some(8_325_714))]
#[case(128, 95, 65_536, Some(264_164))]
#[case(128, 94, 65_536, None)]
#[case(4, 3, 65_536, None)]
#[case(128, 127, 600, None)]
fn free_for_alls_are_bounded(
    #[case] sides: u32,
    #[case] advance: u32,
    #[case] entrants: u32,
    #[case] refused: Option<u64>,
) {
    let started = Stage::start(Format::FreeForAll { sides, advance }, entrants);
    let refusal = refused.map(|sides| Refusal::TooManySides { sides });
    assert_eq!(started.map(|_| ()).err(), refusal);
}
