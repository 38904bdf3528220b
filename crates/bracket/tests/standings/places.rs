//! Places that are still possible, against every way to go on.

use proptest::prelude::*;
use tiltyard_bracket::history::{History, Round, Unpaired};
use tiltyard_bracket::standings::{Criterion, Extra, Ranking, attainable, guaranteed};
use tiltyard_bracket::{Entrant, Outcome};

use crate::helpers::{FORFEIT, by, drew, history, pairing, table, won};
use crate::strategies::{histories, rankings};

/// All rounds that entrants could play, with results.
fn continuations(entrants: &[u32]) -> Vec<Round> {
    let Some((first, rest)) = entrants.split_first() else { return vec![Round::default()] };
    let mut rounds = Vec::new();
    for round in continuations(rest) {
        for kind in [None, Some(Unpaired::Bye), Some(Unpaired::HalfPoint)] {
            let mut round = round.clone();
            round.unpaired.extend(kind.map(|kind| (Entrant(*first), kind)));
            rounds.push(round);
        }
    }
    for second in rest {
        let others: Vec<_> = rest.iter().copied().filter(|other| other != second).collect();
        let outcomes = [Outcome::win(0), Outcome::win(1), Outcome::Draw, FORFEIT];
        for round in continuations(&others) {
            for outcome in outcomes {
                let mut round = round.clone();
                round.pairings.push(pairing(*first, *second, Some(outcome), &[[2, 1]]));
                rounds.push(round);
            }
        }
    }
    rounds
}

/// All ways in which open pairings can end.
fn endings(history: &History) -> Vec<History> {
    let mut all = vec![history.clone()];
    for (number, round) in history.rounds.iter().enumerate() {
        for (board, pairing) in round.pairings.iter().enumerate() {
            if pairing.outcome.is_some() {
                continue;
            }
            let outcomes =
                [Outcome::win(0), Outcome::win(1), Outcome::Draw, Outcome::DoubleForfeit];
            let ended = all.into_iter().flat_map(|history| {
                outcomes.map(|outcome| {
                    let mut history = history.clone();
                    history.rounds[number].pairings[board].outcome = Some(outcome);
                    history
                })
            });
            all = ended.collect();
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever happens in the rounds left, nobody ends below the place they were told.
    #[test]
    fn guaranteed_places_hold(
        history in histories(1..5, 0..4),
        ranking in rankings(),
        gone in 0u32..5,
    ) {
        let present: Vec<u32> = (1..=history.entrants).filter(|entrant| *entrant != gone).collect();
        let left: Vec<u32> =
            (1..=history.entrants).map(|entrant| u32::from(entrant != gone)).collect();
        let extra = Extra::default();
        let worst = guaranteed(&history, &ranking, &extra, &left).unwrap();
        let best = attainable(&history, &ranking, &extra, &left).unwrap();
        let next = continuations(&present);
        for mut ended in endings(&history).into_iter().take(16) {
            ended.rounds.push(Round::default());
            for round in &next {
                *ended.rounds.last_mut().unwrap() = round.clone();
                let ranks = table(&ended, &ranking).ranks();
                for ((rank, worst), best) in ranks.iter().zip(&worst).zip(&best) {
                    prop_assert!(best <= rank && rank <= worst, "{ranks:?} {worst:?} {best:?}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn guaranteed_places_hold_for_two_rounds(
        history in histories(2..4, 0..3),
        ranking in rankings(),
    ) {
        let all: Vec<u32> = (1..=history.entrants).collect();
        let extra = Extra::default();
        let worst = guaranteed(&history, &ranking, &extra, &[2; 3]).unwrap();
        let best = attainable(&history, &ranking, &extra, &[2; 3]).unwrap();
        let next = continuations(&all);
        let mut ended = endings(&history).pop().unwrap();
        ended.rounds.extend([Round::default(), Round::default()]);
        for last in &next {
            *ended.rounds.last_mut().unwrap() = last.clone();
            for before in &next {
                let place = ended.rounds.len() - 2;
                ended.rounds[place] = before.clone();
                let ranks = table(&ended, &ranking).ranks();
                for ((rank, worst), best) in ranks.iter().zip(&worst).zip(&best) {
                    prop_assert!(best <= rank && rank <= worst, "{ranks:?} {worst:?} {best:?}");
                }
            }
        }
    }
}

#[test]
fn places_that_are_safe() {
    // Points 3, 1.5, 1, 0.5.
    let history = history(
        4,
        vec![vec![won(1, 2), drew(3, 4)], vec![won(1, 3), won(2, 4)], vec![won(1, 4), drew(2, 3)]],
    );
    let places = |ranking: &Ranking, left: &[u32]| {
        let extra = Extra::default();
        let worst = guaranteed(&history, ranking, &extra, left).unwrap();
        (worst, attainable(&history, ranking, &extra, left).unwrap())
    };
    let points = Ranking::default();
    assert_eq!(places(&points, &[1; 4]), (vec![1, 3, 4, 4], vec![1, 2, 2, 2]));
    assert_eq!(places(&points, &[0, 0, 0, 1]), (vec![1, 2, 4, 4], vec![1, 2, 3, 2]));
    // With Buchholz to follow, an equal number of points is no protection.
    let buchholz = by(&[Criterion::Points, Criterion::Buchholz]);
    assert_eq!(places(&buchholz, &[0, 0, 0, 1]).0, [1, 3, 4, 4]);
    assert_eq!(places(&buchholz, &[]), (vec![1, 2, 3, 4], vec![1, 2, 3, 4]));
    // The seed is known beforehand.
    let seed = by(&[Criterion::Points, Criterion::Seed]);
    assert_eq!(places(&seed, &[0, 0, 0, 1]).0, [1, 2, 4, 4]);
    assert_eq!(places(&by(&[Criterion::Buchholz]), &[1]).0, [4; 4]);
}
