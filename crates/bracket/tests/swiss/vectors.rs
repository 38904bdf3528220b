//! Small positions with known answers.

use rstest::rstest;
use tiltyard_bracket::history::{History, Unpaired};
use tiltyard_bracket::swiss::{
    Avoid, Certain, Criterion, Mode, NoRound, Order, Rules, Term, WayOut, compare, explain, pair,
    rounds_certain,
};
use tiltyard_bracket::{Entrant, Outcome};

use crate::{byes, next, numbers, round, won};

#[rstest]
#[case(Order::Halves, &[(1, 5), (2, 6), (3, 7), (4, 8)])]
#[case(Order::Ends, &[(1, 8), (2, 7), (3, 6), (4, 5)])]
#[case(Order::Monrad, &[(1, 2), (3, 4), (5, 6), (7, 8)])]
fn the_first_round_is_the_ideal_one(
    #[case] order: Order,
    #[case] expected: &[(u32, u32)],
    #[values(Mode::Optimal, Mode::Casual)] mode: Mode,
) {
    let rules = Rules { order, mode, ..Rules::default() };
    assert_eq!(numbers(&next(&History::new(8), &rules).unwrap()), expected);
}

#[test]
fn a_draw_shuffles_the_same_way_each_time() {
    let of = |draw| {
        let rules = Rules { order: Order::Random { draw }, ..Rules::default() };
        numbers(&next(&History::new(32), &rules).unwrap())
    };
    assert_eq!(of(7), of(7));
    assert_ne!(of(7), of(8));
}

/// Six players, three rounds all between {1,2,3} and {4,5,6}: two triangles are left.
fn dead_end() -> History {
    History {
        entrants: 6,
        rounds: vec![
            won(&[(1, 4), (2, 5), (3, 6)], &[]),
            won(&[(1, 5), (2, 6), (3, 4)], &[]),
            won(&[(1, 6), (2, 4), (3, 5)], &[]),
        ],
    }
}

#[rstest]
fn two_triangles_are_no_legal_round(#[values(Mode::Optimal, Mode::Casual)] mode: Mode) {
    let rules = Rules { mode, ..Rules::default() };
    let ways_out = vec![WayOut::AllowRematches, WayOut::End, WayOut::Manual];
    assert_eq!(next(&dead_end(), &rules), Err(NoRound::NoLegalPairing { ways_out }));
    let rules = Rules { allow_rematches: true, mode, ..rules };
    let round = next(&dead_end(), &rules).unwrap();
    let explained = explain(&dead_end(), &rules, &round).unwrap();
    let rematches = explained.iter().flat_map(|e| &e.terms).filter(|(t, _)| *t == Term::Rematch);
    assert_eq!(rematches.count(), 1, "{round:?}");
}

#[rstest]
fn the_bye_goes_to_the_lowest_who_may_have_it(#[values(Mode::Optimal, Mode::Casual)] mode: Mode) {
    let rules = Rules { mode, ..Rules::default() };
    let mut history = History::new(5);
    let first = next(&history, &rules).unwrap();
    assert_eq!(byes(&first), [5]);
    history.rounds.push(won(&numbers(&first), &[5]));
    // 1 and 2 won, 5 had the bye: 4 is the last of those without a point.
    assert_eq!(byes(&next(&history, &rules).unwrap()), [4]);
    // A forfeit win blocks as a bye does.
    history.rounds.push(won(&[(1, 5), (2, 4)], &[3]));
    let forfeit = Some(Outcome::Winner { slot: 1, forfeit: true });
    history.rounds[1].pairings[1].outcome = forfeit;
    let third = next(&history, &rules).unwrap();
    assert!([1, 2].contains(&byes(&third)[0]), "{third:?}");
}

/// Points without a game block the bye if they are worth a win (rule C2): a forfeit win and a
/// full-point bye do, a half-point bye and an absence do not. Entrant 3 is last in any case.
#[rstest]
#[case(Unpaired::Bye, true)]
#[case(Unpaired::FullPoint, true)]
#[case(Unpaired::HalfPoint, false)]
#[case(Unpaired::ZeroPoint, false)]
fn settled_byes_are_kept_and_block_if_worth_a_win(#[case] kind: Unpaired, #[case] blocks: bool) {
    // Points count for nothing here, so that the order alone would choose.
    let rules = Rules { win: 0, draw: 0, ..Rules::default() };
    let given = [(Entrant(3), kind)];
    let present = [Entrant(1), Entrant(2)];
    let mut round = pair(&History::new(3), &rules, &present, &given).unwrap();
    assert_eq!(round.unpaired, given);
    round.pairings[0].outcome = Some(Outcome::DoubleForfeit);
    let history = History { entrants: 3, rounds: vec![round] };
    assert_eq!(byes(&next(&history, &rules).unwrap()) != [3], blocks);
}

#[test]
fn a_forfeit_win_blocks_the_bye() {
    let rules = Rules { win: 0, draw: 0, ..Rules::default() };
    let mut history = History { entrants: 3, rounds: vec![won(&[(3, 2)], &[])] };
    assert_eq!(byes(&next(&history, &rules).unwrap()), [3]);
    history.rounds[0].pairings[0].outcome = Some(Outcome::Winner { slot: 1, forfeit: true });
    assert_eq!(byes(&next(&history, &rules).unwrap()), [3]);
    history.rounds[0].pairings[0].outcome = Some(Outcome::Winner { slot: 0, forfeit: true });
    assert_eq!(byes(&next(&history, &rules).unwrap()), [2]);
}

#[test]
fn forfeits_may_be_paired_again_and_forbidden_pairs_never() {
    let mut history = History::new(2);
    history.rounds.push(won(&[(1, 2)], &[]));
    assert!(next(&history, &Rules::default()).is_err());
    history.rounds[0].pairings[0].outcome = Some(Outcome::DoubleForfeit);
    assert!(next(&history, &Rules::default()).is_ok());
    let forbidden = vec![[Entrant(2), Entrant(1)]];
    let rules = Rules { forbidden, allow_rematches: true, ..Rules::default() };
    let ways_out = vec![WayOut::End, WayOut::Manual];
    assert_eq!(next(&history, &rules), Err(NoRound::NoLegalPairing { ways_out }));
}

#[test]
fn clubs_stay_apart_in_the_first_rounds_only() {
    let groups = [1, 5].map(|member| (Entrant(member), 1)).into();
    let rules = |rounds| Rules {
        avoid: vec![Avoid { groups: std::collections::BTreeMap::clone(&groups), rounds }],
        ..Rules::default()
    };
    let history = History::new(8);
    assert!(!numbers(&next(&history, &rules(1)).unwrap()).contains(&(1, 5)));
    assert!(numbers(&next(&history, &rules(0)).unwrap()).contains(&(1, 5)));
}

#[test]
fn acceleration_pairs_the_upper_half_among_itself() {
    let rules = Rules { accelerated: Some(8), ..Rules::default() };
    let first = next(&History::new(8), &rules).unwrap();
    assert_eq!(numbers(&first), [(1, 3), (2, 4), (5, 7), (6, 8)]);
}

#[test]
fn who_has_lost_or_won_enough_is_out_and_the_last_one_gets_a_bye() {
    let rules = Rules { first_to: Some(1), ..Rules::default() };
    let mut history = History::new(5);
    history.rounds.push(won(&[(1, 3), (2, 4)], &[]));
    assert_eq!(byes(&next(&history, &rules).unwrap()), [5]);
    history.rounds.push(won(&[], &[5]));
    assert_eq!(next(&history, &rules), Err(NoRound::Nobody));
}

#[test]
fn another_round_is_worse_on_the_first_criterion_it_loses() {
    let history = History { entrants: 4, rounds: vec![won(&[(1, 3), (2, 4)], &[])] };
    let rules = Rules::default();
    let best = next(&history, &rules).unwrap();
    assert_eq!(numbers(&best), [(1, 2), (3, 4)]);
    let floats = round(&[(1, 4), (2, 3)], &[], None);
    let again = round(&[(1, 3), (2, 4)], &[], None);
    let why = |other| compare(&history, &rules, &best, other).unwrap();
    assert_eq!(why(&floats), Some((Term::Difference(2), [0, 2])));
    assert_eq!(why(&again), Some((Term::Illegal, [0, 2])));
    assert_eq!(why(&best), None);
}

#[test]
fn bad_input_is_refused() {
    let history = History { entrants: 2, rounds: vec![round(&[(1, 2)], &[], None)] };
    assert_eq!(next(&history, &Rules::default()), Err(NoRound::Unfinished { round: 1 }));
    let stranger = pair(&History::new(2), &Rules::default(), &[Entrant(3)], &[]);
    assert_eq!(stranger, Err(NoRound::Unknown { entrant: Entrant(3) }));
    let twice = pair(&History::new(2), &Rules::default(), &[Entrant(1), Entrant(1)], &[]);
    assert_eq!(twice, Err(NoRound::Unknown { entrant: Entrant(1) }));
    assert_eq!(next(&History::new(0), &Rules::default()), Err(NoRound::Nobody));
    let huge = pair(&History::new(u32::MAX), &Rules::default(), &[Entrant(1)], &[]);
    assert_eq!(huge, Err(NoRound::TooManyEntrants { given: u32::MAX }));
}

/// Eight players and an order each: the names the field has for them, as settings.
#[rstest]
#[case("\"halves\"", Order::Halves)]
#[case("\"slide\"", Order::Halves)]
#[case("\"ends\"", Order::Ends)]
#[case("\"slaughter\"", Order::Ends)]
#[case("\"monrad\"", Order::Monrad)]
#[case("\"danish\"", Order::Monrad)]
#[case("\"adjacent\"", Order::Monrad)]
#[case(r#"{"random":{"draw":7}}"#, Order::Random { draw: 7 })]
fn orders_have_names(#[case] json: &str, #[case] expected: Order) {
    assert_eq!(serde_json::from_str::<Order>(json).unwrap(), expected);
}

#[test]
fn rules_are_data_with_defaults() {
    assert_eq!(serde_json::from_str::<Rules>("{}").unwrap(), Rules::default());
    let some = r#"{"win":3,"criteria":["differences","bye_unplayed"],"mode":"casual",
        "avoid":[{"groups":{"1":4,"2":4},"rounds":2}],"forbidden":[[1,3]]}"#;
    let rules: Rules = serde_json::from_str(some).unwrap();
    let expected = Rules {
        win: 3,
        criteria: vec![Criterion::Differences, Criterion::ByeUnplayed],
        mode: Mode::Casual,
        avoid: vec![Avoid { groups: [(Entrant(1), 4), (Entrant(2), 4)].into(), rounds: 2 }],
        forbidden: vec![[Entrant(1), Entrant(3)]],
        ..Rules::default()
    };
    assert_eq!(rules, expected);
    let again: Rules = serde_json::from_str(&serde_json::to_string(&rules).unwrap()).unwrap();
    assert_eq!(again, rules);
}

/// The vector `dutch_2025_C5` of bbpPairings: boards 1-5 and 3-2, bye 6. Entrant 4 asked for no game.
/// The hard rules and the score of the bye determine all of it; sides are not ours to give.
#[test]
fn the_vector_c5_of_bbp_pairings() {
    let rounds = vec![won(&[(1, 4), (2, 5), (3, 6)], &[]), won(&[(1, 2), (3, 4), (5, 6)], &[])];
    let history = History { entrants: 6, rounds };
    let present = [1, 2, 3, 5, 6].map(Entrant);
    let absent = [(Entrant(4), Unpaired::ZeroPoint)];
    let round = pair(&history, &Rules::default(), &present, &absent).unwrap();
    assert_eq!((numbers(&round), byes(&round)), (vec![(1, 5), (3, 2)], vec![6]));
}

/// The vector `dutch_2025_C9` of bbpPairings: boards 2-1 and 3-5, bye 4, since entrant 5 has played
/// less. The default criteria have nothing like C9: from those only 1-2 and a bye of score 0 follow.
#[test]
fn the_vector_c9_of_bbp_pairings() {
    let mut first = won(&[(1, 3), (2, 4)], &[]);
    first.unpaired.push((Entrant(5), Unpaired::ZeroPoint));
    let history = History { entrants: 5, rounds: vec![first] };
    let criteria =
        vec![Criterion::ByeScore, Criterion::Differences, Criterion::ByeUnplayed, Criterion::Order];
    let round = next(&history, &Rules { criteria, ..Rules::default() }).unwrap();
    assert_eq!((numbers(&round), byes(&round)), (vec![(1, 2), (3, 5)], vec![4]));
    let round = next(&history, &Rules::default()).unwrap();
    assert!(numbers(&round).contains(&(1, 2)) && byes(&round)[0] > 2);
}

/// Of eight after three rounds, one has won all and one lost all: while anybody else is left for
/// them they do not meet (as they did in sendou.ink #2496), and nobody meets again (#2002).
#[test]
fn the_first_does_not_meet_the_last() {
    for order in [Order::Halves, Order::Ends, Order::Monrad] {
        let rules = Rules { order, ..Rules::default() };
        let mut history = History::new(8);
        for _ in 0..3 {
            let pairs = numbers(&next(&history, &rules).unwrap());
            history.rounds.push(won(&pairs, &[]));
        }
        let round = next(&history, &rules).unwrap();
        let explained = explain(&history, &rules, &round).unwrap();
        let terms: Vec<_> = explained.iter().flat_map(|pair| &pair.terms).collect();
        let apart = |term: &Term| matches!(term, Term::Difference(6));
        assert!(!terms.iter().any(|(term, _)| apart(term)), "{terms:?}");
        assert!(terms.iter().all(|(term, _)| !matches!(term, Term::Illegal | Term::Rematch)));
    }
}

/// The last one of "first to 3" plays on by byes, even a second one (sendou.ink #2536).
#[test]
fn the_lone_survivor_has_a_bye() {
    let rules = Rules { first_to: Some(3), ..Rules::default() };
    let mut rounds = vec![won(&[(1, 2)], &[3])];
    for _ in 0..2 {
        rounds.push(won(&[(1, 2)], &[]));
    }
    let mut history = History { entrants: 3, rounds };
    for _ in 0..2 {
        let round = next(&history, &rules).unwrap();
        assert_eq!((numbers(&round), byes(&round)), (vec![], vec![3]));
        history.rounds.push(round);
    }
    assert_eq!(next(&history, &rules), Err(NoRound::Nobody));
}

/// Everybody has gone home (lila #10812).
#[test]
fn without_anybody_there_is_no_round() {
    let history = History { entrants: 4, rounds: vec![won(&[(1, 2), (3, 4)], &[])] };
    assert_eq!(pair(&history, &Rules::default(), &[], &[]), Err(NoRound::Nobody));
    let gone: Vec<_> = history.all().map(|entrant| (entrant, Unpaired::ZeroPoint)).collect();
    assert_eq!(pair(&history, &Rules::default(), &[], &gone), Err(NoRound::Nobody));
    assert_eq!(rounds_certain(&history, &Rules::default(), &[]), Err(NoRound::Nobody));
}

/// A fresh field of 2n can play n rounds whatever happens; each round played takes one at most.
#[rstest]
#[case(6, 3)]
#[case(7, 4)]
#[case(8, 4)]
#[case(100, 50)]
fn a_fresh_field_plays_half_its_size(#[case] entrants: u32, #[case] expected: usize) {
    let history = History::new(entrants);
    let present: Vec<_> = history.all().collect();
    let certain = rounds_certain(&history, &Rules::default(), &present);
    assert_eq!(certain, Ok(Certain::Rounds(expected)));
    let rules = Rules { allow_rematches: true, ..Rules::default() };
    let certain = rounds_certain(&history, &rules, &present);
    // The bye is given once only.
    let odd = Certain::Rounds(expected);
    assert_eq!(certain, Ok(if entrants.is_multiple_of(2) { Certain::Always } else { odd }));
    let rules = Rules { first_to: Some(3), ..Rules::default() };
    assert_eq!(rounds_certain(&history, &rules, &present), Ok(Certain::Rounds(1)));
}

#[test]
fn what_is_not_certain_is_searched() {
    let all: Vec<_> = dead_end().all().collect();
    assert_eq!(rounds_certain(&dead_end(), &Rules::default(), &all), Ok(Certain::Rounds(0)));
    // After two rounds everybody has three left: one round is certain, and the dead end may follow.
    let two = History { rounds: dead_end().rounds[..2].to_vec(), ..dead_end() };
    assert_eq!(rounds_certain(&two, &Rules::default(), &all), Ok(Certain::Rounds(1)));
    // Three of six left where there is a way: not by Dirac, but by search.
    let mut three = dead_end();
    three.rounds[2] = won(&[(1, 2), (3, 5), (4, 6)], &[]);
    assert_eq!(rounds_certain(&three, &Rules::default(), &all), Ok(Certain::Rounds(1)));
}

/// Six players and any results: three rounds are always found, as a stop after three (lila #6689)
/// can only be right for the fourth; and what was certain comes true.
#[test]
fn three_rounds_of_six_are_always_found() {
    for dice in 0..512_u32 {
        let mut history = History::new(6);
        let present: Vec<_> = history.all().collect();
        for number in 0..4_u32 {
            let certain = rounds_certain(&history, &Rules::default(), &present).unwrap();
            assert!(certain >= Certain::Rounds(3 - number.min(3) as usize));
            match next(&history, &Rules::default()) {
                Ok(mut round) => {
                    for (pairing, bit) in round.pairings.iter_mut().zip(3 * number..) {
                        let slot = u8::from(dice >> (bit % 9) & 1 == 1);
                        pairing.outcome = Some(Outcome::win(slot));
                    }
                    history.rounds.push(round);
                }
                Err(_) => assert!(number == 3 && certain == Certain::Rounds(0)),
            }
        }
    }
}
