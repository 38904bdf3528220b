//! Magic's rates.

use num_bigint::BigInt;
use num_rational::BigRational;
use rstest::rstest;
use tiltyard_bracket::history::{History, Round, Unpaired};
use tiltyard_bracket::standings::{Criterion, Points, Ranking, Standings};
use tiltyard_bracket::{Entrant, Outcome};

use crate::helpers::{best_of_three, drew, history, order, pairing, table, value, won};

fn four_in_two_rounds() -> History {
    history(
        4,
        vec![
            vec![best_of_three(1, 3, 1), best_of_three(2, 4, 0)],
            vec![best_of_three(1, 2, 1), best_of_three(3, 4, 1)],
        ],
    )
}

fn magic_values(table: &Standings, entrant: u32) -> Vec<String> {
    Ranking::magic().criteria.iter().map(|criterion| value(table, entrant, *criterion)).collect()
}

#[test]
fn magic_exactly() {
    let table = table(&four_in_two_rounds(), &Ranking::magic());
    assert_eq!(order(&table), [1, 2, 3, 4]);
    // 133/200 is 0.665, 11/20 is 0.55.
    assert_eq!(magic_values(&table, 1), ["6", "0.5", "2/3", "0.55"]);
    assert_eq!(magic_values(&table, 2), ["3", "0.665", "0.6", "299/600"]);
    assert_eq!(magic_values(&table, 3), ["3", "0.665", "0.5", "299/600"]);
    assert_eq!(magic_values(&table, 4), ["0", "0.5", "0.33", "0.55"]);
    let decided: Vec<_> = table.rows.iter().map(|row| row.decided_by).collect();
    let points = Some(Criterion::Points);
    assert_eq!(decided, [None, points, Some(Criterion::GameWinRate), points]);
}

#[test]
fn magic_after_one_round() {
    let mut history = four_in_two_rounds();
    history.rounds.truncate(1);
    let table = table(&history, &Ranking::magic());
    assert_eq!(order(&table), [2, 1, 3, 4]);
    assert_eq!(magic_values(&table, 2), ["3", "0.33", "1", "0.33"]);
    assert_eq!(magic_values(&table, 1), ["3", "0.33", "2/3", "1/3"]);
    assert_eq!(magic_values(&table, 3), ["0", "1", "1/3", "2/3"]);
    assert_eq!(magic_values(&table, 4), ["0", "1", "0.33", "1"]);
}

/// Entrant 1 beats 2 to n+1 in turn; each of those has the record given (one loss is that), against
/// an entrant of their own.
fn beaten(records: &[(u32, u32, u32)]) -> History {
    let count = u32::try_from(records.len()).unwrap();
    let rounds = (0..count).map(|round| {
        let mut pairings = vec![won(1, 2 + round)];
        for (index, (wins, losses, draws)) in (0..).zip(records) {
            if index == round {
                continue;
            }
            let (own, foe) = (2 + index, 2 + count + index);
            let played = if round > index { round - 1 } else { round };
            if played < *wins {
                pairings.push(won(own, foe));
            } else if played < wins + losses - 1 {
                pairings.push(won(foe, own));
            } else if played < wins + losses - 1 + draws {
                pairings.push(drew(own, foe));
            }
        }
        pairings
    });
    history(1 + 2 * count, rounds.collect())
}

#[test]
fn magic_of_eight_opponents() {
    let records =
        [(4, 4, 0), (7, 1, 0), (1, 3, 1), (3, 3, 1), (6, 2, 0), (5, 2, 1), (4, 3, 1), (6, 1, 1)];
    let ranking = Ranking {
        criteria: vec![Criterion::OpponentsMatchWinRate, Criterion::MatchWinRate],
        ..Ranking::magic()
    };
    let table = table(&beaten(&records), &ranking);
    let mean = table.value(Entrant(1), Criterion::OpponentsMatchWinRate).unwrap();
    assert_eq!((mean.decimal(4), mean.decimal(2)), ("0.6164".to_owned(), "0.62".to_owned()));
    // 5-2-1: 16 of 24 points.
    assert_eq!(value(&table, 7, Criterion::MatchWinRate), "2/3");
}

/// A record of one entrant against another in as many rounds, then byes.
fn record(wins: u32, losses: u32, byes: u32, absent: u32) -> History {
    let results = (0..wins + losses).map(|round| {
        let pairing = if round < wins { won(1, 2) } else { won(2, 1) };
        Round { pairings: vec![pairing], unpaired: Vec::new() }
    });
    let bye = Round { pairings: Vec::new(), unpaired: vec![(Entrant(1), Unpaired::Bye)] };
    let byes = std::iter::repeat_n(bye, byes as usize);
    let absent = std::iter::repeat_n(Round::default(), absent as usize);
    History { entrants: 2, rounds: results.chain(byes).chain(absent).collect() }
}

#[rstest]
#[case::dropped_below_the_floor(record(1, 3, 0, 4), "0.33")]
#[case::own_byes_count(record(2, 2, 1, 0), "0.6")]
#[case::nothing_played(record(0, 0, 0, 3), "0.33")]
fn magic_match_wins(#[case] history: History, #[case] expected: &str) {
    let ranking = Ranking { criteria: vec![Criterion::MatchWinRate], ..Ranking::magic() };
    assert_eq!(value(&table(&history, &ranking), 1, Criterion::MatchWinRate), expected);
}

#[test]
fn magic_byes_are_no_opponents_and_rematches_count_twice() {
    // 1 meets 2 twice and 3 once; 2 wins both, 3 loses.
    let mut rounds = vec![vec![won(2, 1)], vec![won(2, 1)], vec![won(1, 3)]];
    rounds.push(vec![best_of_three(2, 3, 0)]);
    let mut history = history(3, rounds);
    history.rounds[3].unpaired.push((Entrant(1), Unpaired::Bye));
    let table = table(&history, &Ranking::magic());
    // (1 + 1 + 0.33) / 3
    assert_eq!(value(&table, 1, Criterion::OpponentsMatchWinRate), "233/300");
    // The bye is two games won, the matches without recorded games none.
    assert_eq!(value(&table, 1, Criterion::GameWinRate), "1");
}

#[test]
fn an_unfinished_game_is_a_draw() {
    let drawn = pairing(1, 2, Some(Outcome::win(0)), &[[1, 0], [0, 0]]);
    let ranking = Ranking { criteria: vec![Criterion::GameWinRate], ..Ranking::magic() };
    let table = table(&history(2, vec![vec![drawn]]), &ranking);
    assert_eq!(value(&table, 1, Criterion::GameWinRate), "2/3");
    assert_eq!(value(&table, 2, Criterion::GameWinRate), "0.33");
}

/// One entrant against 60 others who have played a different prime number of games each: the mean
/// of their shares needs far more than 128 bits.
#[test]
fn a_mean_of_any_size_is_exact() {
    let primes: Vec<usize> = (2..300).filter(|n| (2..*n).all(|d| n % d != 0)).take(60).collect();
    let rounds = (2..).zip(&primes).map(|(foe, prime)| {
        let mut sets = vec![[0, 1]; *prime];
        sets[0] = [1, 0];
        vec![pairing(foe, 1, Some(Outcome::win(0)), &sets)]
    });
    let history = history(61, rounds.collect());
    let criteria = vec![Criterion::OpponentsGameWinRate];
    let ranking = Ranking { criteria, rate_floor: Points::ZERO, ..Ranking::magic() };
    let table = table(&history, &ranking);
    let share = |prime: &usize| BigRational::new(1.into(), BigInt::from(*prime));
    let sum: BigRational = primes.iter().map(share).fold(BigInt::from(0).into(), |a, b| a + b);
    let mean = table.value(Entrant(1), Criterion::OpponentsGameWinRate).unwrap();
    assert_eq!(mean.big_ratio(), sum / BigInt::from(60));
    assert_eq!(mean.ratio(), None);
    assert_eq!(mean.decimal(6), "0.033432");
}
