//! FIDE's own exercises in tie-breaking (C.07 of 2023), and cases of the rules of 2026.

use rstest::rstest;
use tiltyard_bracket::Entrant;
use tiltyard_bracket::history::{History, Pairing, Unpaired};
use tiltyard_bracket::standings::{
    Criterion, Extra, Ranking, Standings, UnplayedRounds, standings,
};

use crate::helpers::{FORFEIT, by, drew, history, pairing, table, value, won};

use Unpaired::{Bye, HalfPoint, ZeroPoint};

fn forfeited(winner: u32, loser: u32) -> Pairing {
    pairing(winner, loser, Some(FORFEIT), &[])
}

fn with_byes(mut history: History, byes: &[(usize, u32, Unpaired)]) -> History {
    for (round, entrant, kind) in byes {
        history.rounds[round - 1].unpaired.push((Entrant(*entrant), *kind));
    }
    history
}

/// The Swiss of the exercises: sixteen players, of whom 12 left after the third round.
fn sixteen() -> History {
    let history = history(
        16,
        vec![
            vec![
                won(1, 9),
                won(2, 10),
                drew(3, 11),
                won(4, 12),
                won(13, 5),
                won(14, 6),
                won(7, 15),
                drew(16, 8),
            ],
            vec![
                won(2, 7),
                drew(13, 1),
                won(3, 6),
                won(16, 11),
                won(15, 5),
                won(8, 14),
                won(10, 9),
            ],
            vec![
                drew(1, 2),
                won(3, 8),
                won(4, 13),
                won(16, 7),
                won(5, 11),
                forfeited(12, 14),
                won(15, 10),
            ],
            vec![
                won(2, 16),
                won(1, 15),
                drew(4, 3),
                won(6, 10),
                drew(7, 5),
                won(8, 13),
                forfeited(11, 9),
            ],
            vec![
                drew(3, 2),
                drew(1, 4),
                won(16, 15),
                won(6, 8),
                won(5, 10),
                won(11, 7),
                won(14, 13),
            ],
        ],
    );
    let byes = [
        (2, 4, HalfPoint),
        (2, 12, Bye),
        (3, 6, Bye),
        (3, 9, HalfPoint),
        (4, 14, ZeroPoint),
        (5, 9, Bye),
    ];
    with_byes(history, &byes)
}

fn of_sixteen(criterion: Criterion) -> Standings {
    let ratings = (1..).map(Entrant).zip((0..16).map(|place| 2200 - 50 * place)).collect();
    let extra = Extra { ratings, ..Extra::default() };
    let ranking = Ranking { unplayed: UnplayedRounds::Fide2023, ..by(&[criterion]) };
    standings(&sixteen(), &ranking, &extra).unwrap()
}

#[rstest]
#[case::scores(Criterion::Points, "3.5 4 3.5 3.5 2.5 3 1.5 2.5 1.5 1 2.5 2 1.5 2 2 3.5")]
#[case::exercises_1_to_4_and_9(
    Criterion::Buchholz,
    "12.5 13 15.5 15 8.5 12 14.5 13.5 9 13 13.5 11.5 14 11 12 12.5"
)]
#[case::exercises_5_to_8(
    Criterion::BuchholzCut1,
    "11 - 13 11.5 7.5 - 12.5 12 7.5 - 12 9.5 12 9 11 11"
)]
#[case::exercises_11_and_12(
    Criterion::SonnebornBerger,
    "8 9.5 10.5 9.75 4.25 6.5 3.25 5.25 2.25 1.5 5.75 4 4.25 4.5 3.5 7.25"
)]
#[case::exercise_27(Criterion::Wins, "2 3 2 2 2 3 1 2 1 1 2 2 1 2 2 3")]
#[case::exercise_28(Criterion::WinsPlayed, "2 3 2 2 2 2 1 2 0 1 1 0 1 2 2 3")]
#[case::exercise_32(Criterion::Progressive, "11 13 11 11.5 5 6 6 8.5 2.5 4 5.5 7 7 6 7 10.5")]
#[case::exercise_33(Criterion::ProgressiveCut1, "10 12 10.5 10.5 5 6 5 8 2.5 4 5 7 6 5 7 10")]
fn exercises(#[case] criterion: Criterion, #[case] expected: &str) {
    let table = of_sixteen(criterion);
    for (entrant, expected) in (1..).zip(expected.split(' ')) {
        if expected != "-" {
            assert_eq!(value(&table, entrant, criterion), expected, "{entrant}");
        }
    }
}

#[rstest]
#[case::exercise_9(
    Criterion::AverageBuchholz,
    2,
    "12.60 13.60 13.40 13.38 13.40 13.25 11.90 13.00 \
     12.75 10.90 12.75 15.00 12.10 13.17 12.20 13.30"
)]
#[case::exercise_17(
    Criterion::AverageRating,
    0,
    "1820 1880 1940 1888 1690 1813 1760 1730 1975 1880 1863 2050 1930 1800 1860 1820"
)]
fn rounded_exercises(#[case] criterion: Criterion, #[case] places: u32, #[case] expected: &str) {
    let table = of_sixteen(criterion);
    for (entrant, expected) in (1..).zip(expected.split(' ')) {
        let value = table.value(Entrant(entrant), criterion).unwrap();
        assert_eq!(value.decimal(places), expected, "{entrant}");
    }
}

fn six() -> History {
    history(
        6,
        vec![
            vec![drew(1, 6), won(2, 5), won(3, 4)],
            vec![won(1, 2), won(3, 5), won(6, 4)],
            vec![won(1, 3), won(2, 6), drew(4, 5)],
            vec![won(4, 1), drew(2, 3), forfeited(5, 6)],
            vec![won(1, 5), won(2, 4), won(3, 6)],
        ],
    )
}

/// Exercises 14, 16 and 26; what a game won by forfeit adds to Sonneborn-Berger is seen in the next
/// test.
#[rstest]
#[case(Criterion::Points, "3.5 3.5 3.5 1.5 1.5 1.5")]
#[case(Criterion::SonnebornBerger, "9.25 6.25 6.25 4.25 - 3.25")]
#[case(Criterion::Koya, "2 0.5 0.5 1 0 0.5")]
#[case(Criterion::DirectEncounter, "2 0.5 0.5 0.5 1.5 1")]
fn round_robin_exercises(#[case] criterion: Criterion, #[case] expected: &str) {
    let table = table(&six(), &by(&[Criterion::Points, criterion]));
    for (entrant, expected) in (1..).zip(expected.split(' ')) {
        if expected != "-" {
            assert_eq!(value(&table, entrant, criterion), expected, "{entrant}");
        }
    }
    if criterion == Criterion::DirectEncounter {
        assert_eq!(table.ranks(), [1, 2, 2, 6, 4, 5]);
    }
}

#[test]
fn half_of_the_points_is_enough_for_koya() {
    let table = table(&history(2, vec![vec![drew(1, 2)]]), &by(&[Criterion::Koya]));
    assert_eq!([1, 2].map(|entrant| value(&table, entrant, Criterion::Koya)), ["0.5", "0.5"]);
}

/// Article 15.2 of 2026: in a round robin a forfeit is a game like any other.
#[rstest]
#[case(Criterion::Buchholz, "4 4 4.5 5.5")]
#[case(Criterion::SonnebornBerger, "2.5 2 2.25 0.75")]
#[case(Criterion::Wins, "2 2 1 0")]
fn forfeits_of_a_round_robin(#[case] criterion: Criterion, #[case] expected: &str) {
    let four = history(
        4,
        vec![
            vec![won(1, 2), drew(3, 4)],
            vec![forfeited(3, 1), won(2, 4)],
            vec![won(1, 4), won(2, 3)],
        ],
    );
    let table = table(&four, &by(&[criterion]));
    let values: Vec<_> = (1..=4).map(|entrant| value(&table, entrant, criterion)).collect();
    assert_eq!(values.join(" "), expected);
}

fn opponents_forfeit() -> History {
    let history = history(
        4,
        vec![vec![won(1, 2), drew(3, 4)], vec![forfeited(1, 3), won(2, 4)], vec![won(1, 4)]],
    );
    with_byes(history, &[(3, 2, Bye), (3, 3, ZeroPoint)])
}

fn half_point_at_the_end() -> History {
    let history =
        history(4, vec![vec![won(1, 2), drew(3, 4)], vec![drew(1, 3), won(2, 4)], vec![won(1, 4)]]);
    with_byes(history, &[(3, 2, Bye), (3, 3, HalfPoint)])
}

fn missed_by_choice() -> History {
    let history = history(
        5,
        vec![vec![won(1, 4), won(2, 3)], vec![won(2, 4), won(3, 5)], vec![drew(1, 2), won(3, 4)]],
    );
    with_byes(history, &[(1, 5, Bye), (2, 1, HalfPoint), (3, 5, ZeroPoint)])
}

#[rstest]
#[case(opponents_forfeit(), Criterion::Buchholz, "3.5 5 1.5 6")]
#[case(opponents_forfeit(), Criterion::BuchholzCut1, "3 4.5 1 5")]
#[case(opponents_forfeit(), Criterion::SonnebornBerger, "3.5 2 0.25 0.5")]
#[case(half_point_at_the_end(), Criterion::Buchholz, "4 4.5 4.5 6")]
#[case(half_point_at_the_end(), Criterion::BuchholzCut1, "3.5 4 3 4.5")]
#[case(half_point_at_the_end(), Criterion::SonnebornBerger, "3.25 2 2.25 0.75")]
#[case(missed_by_choice(), Criterion::Buchholz, "4 4 4 6.5 4")]
#[case(missed_by_choice(), Criterion::BuchholzCut1, "2.5 4 4 4.5 3")]
fn rules_of_2026(#[case] history: History, #[case] criterion: Criterion, #[case] expected: &str) {
    let ranking = Ranking { unplayed: UnplayedRounds::Fide2026, ..by(&[criterion]) };
    let table = table(&history, &ranking);
    let entrants = 1..=history.entrants;
    let values: Vec<_> = entrants.map(|entrant| value(&table, entrant, criterion)).collect();
    assert_eq!(values.join(" "), expected);
}

/// A round that is being played is neither an absence nor the end of an entrant's event.
#[test]
fn open_rounds_are_not_missed() {
    let of = |open: bool| {
        let mut rounds = vec![vec![won(1, 2)], vec![won(2, 3)]];
        if open {
            rounds.push(vec![pairing(1, 3, None, &[])]);
        }
        let ranking = Ranking { unplayed: UnplayedRounds::Fide2023, ..by(&[Criterion::Buchholz]) };
        let table = table(&history(3, rounds), &ranking);
        [1, 2, 3].map(|entrant| value(&table, entrant, Criterion::Buchholz)).join(" ")
    };
    // Points 1, 1, 0; 1 missed the second round, 3 the first.
    assert_eq!(of(false), "2 1.5 1");
    assert_eq!(of(true), "2.5 2 1.5");
}
