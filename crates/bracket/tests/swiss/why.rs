//! Answers to "why do these two not meet?".

use rstest::rstest;
use tiltyard_bracket::Entrant;
use tiltyard_bracket::history::History;
use tiltyard_bracket::swiss::{HardRule, NoRound, Rules, Verdict, why_not};

use crate::{next, round, won};

/// Four entrants after a round that 1 and 2 have won: 1-2 and 3-4 follow.
fn four() -> History {
    History { entrants: 4, rounds: vec![won(&[(1, 3), (2, 4)], &[])] }
}

/// Five after a round that 1 and 2 have won, with a bye for 5: 1-2, 5-3 and a bye for 4 follow.
fn five() -> History {
    History { entrants: 5, rounds: vec![won(&[(1, 3), (2, 4)], &[5])] }
}

#[rstest]
#[case(four(), 1, Some(3), "1 and 3: they have played each other")]
#[case(
    four(),
    1,
    Some(4),
    "1 and 4: the best round with it is worse (pairs 2 points apart: 2 instead of 0)"
)]
#[case(
    four(),
    1,
    Some(2),
    "1 and 2: the best round without it is worse (pairs 2 points apart: 2 instead of 0)"
)]
#[case(four(), 1, Some(1), "1 and 1: nobody plays against themselves")]
#[case(four(), 1, None, "the bye for 1: nobody is left over in this round")]
#[case(five(), 5, None, "the bye for 5: a bye or a win without playing was given to them before")]
#[case(
    five(),
    1,
    None,
    "the bye for 1: the best round with it is worse (score of who gets the bye: 2 instead of 0)"
)]
#[case(History::new(2), 2, Some(1), "2 and 1: no legal round is left without it")]
#[case(
    History::new(4),
    1,
    Some(4),
    "1 and 4: the best round with it is worse (distance from the ideal order: 2 instead of 0)"
)]
fn the_answer_names_the_rule(
    #[case] history: History,
    #[case] first: u32,
    #[case] second: Option<u32>,
    #[case] expected: &str,
) {
    let rules = Rules::default();
    let round = next(&history, &rules).unwrap();
    let answer = why_not(&history, &rules, &round, Entrant(first), second.map(Entrant)).unwrap();
    assert_eq!(answer.to_string(), expected);
}

#[test]
fn forbidden_pairs_and_dead_ends_are_hard_rules() {
    let rules = Rules { forbidden: vec![[Entrant(1), Entrant(4)]], ..Rules::default() };
    let round = next(&History::new(4), &rules).unwrap();
    let verdict = |first, second| {
        why_not(&History::new(4), &rules, &round, Entrant(first), Some(Entrant(second)))
            .unwrap()
            .verdict
    };
    assert_eq!(verdict(4, 1), Verdict::Broken(HardRule::Forbidden));
    // It would leave 1 and 4 to each other.
    assert_eq!(verdict(2, 3), Verdict::NoLegalRound);
}

#[test]
fn a_round_by_hand_may_be_beaten_or_equalled() {
    let rules = Rules::default();
    let by_hand = round(&[(1, 4), (2, 3)], &[], None);
    let history = History::new(4);
    let answer = why_not(&history, &rules, &by_hand, Entrant(1), Some(Entrant(3))).unwrap();
    assert_eq!(
        answer.to_string(),
        "1 and 3: a round with it would be better (distance from the ideal order: 0 instead of 2)"
    );
    let rules = Rules { criteria: Vec::new(), ..rules };
    let answer = why_not(&history, &rules, &by_hand, Entrant(1), Some(Entrant(3))).unwrap();
    assert_eq!(answer.to_string(), "1 and 3: a round with it is equally good");
    let stranger = why_not(&history, &rules, &by_hand, Entrant(1), Some(Entrant(5)));
    assert_eq!(stranger, Err(NoRound::Unknown { entrant: Entrant(5) }));
}
