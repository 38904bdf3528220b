//! Buchholz, Sonneborn-Berger, progressive points, ratings.

use std::collections::BTreeMap;

use rstest::rstest;
use tiltyard_bracket::Entrant;
use tiltyard_bracket::history::{History, Round, Unpaired};
use tiltyard_bracket::standings::{Criterion, Extra, Ranking, UnplayedRounds, Value, standings};

use crate::helpers::{
    FORFEIT, by, drew, eight_in_five_rounds, history, pairing, table, value, values, won,
};

/// Entrant 1 beats entrants who end with so many half points, got without games.
fn opponents_with(halves: &[u32]) -> History {
    let mut history = History::new(1 + u32::try_from(halves.len()).unwrap());
    for foe in 2..=history.entrants {
        history.rounds.push(Round { pairings: vec![won(1, foe)], unpaired: Vec::new() });
    }
    for round in 0..*halves.iter().max().unwrap() {
        let lucky = (2..).zip(halves).filter(|(_, halves)| round < **halves);
        let unpaired = lucky.map(|(foe, _)| (Entrant(foe), Unpaired::HalfPoint)).collect();
        history.rounds.push(Round { pairings: Vec::new(), unpaired });
    }
    history
}

#[rstest]
#[case(Criterion::Buchholz, "17.5")]
#[case(Criterion::BuchholzCut1, "15.5")]
#[case(Criterion::BuchholzCut2, "12.5")]
#[case(Criterion::BuchholzMedian, "10.5")]
#[case(Criterion::BuchholzMedian2, "3.5")]
fn buchholz_of_five_opponents(#[case] criterion: Criterion, #[case] expected: &str) {
    assert_eq!(values(&opponents_with(&[6, 4, 10, 7, 8]), criterion)[0], expected);
}

#[test]
fn median_buchholz_as_on_challonge() {
    let history = opponents_with(&[3, 6, 6, 10, 18]);
    assert_eq!(values(&history, Criterion::BuchholzMedian)[0], "11");
}

#[test]
fn cuts_never_take_more_than_there_is() {
    let history = history(2, vec![vec![won(1, 2)]]);
    assert_eq!(values(&history, Criterion::BuchholzMedian2), ["0", "0"]);
    assert_eq!(values(&history, Criterion::BuchholzCut2), ["0", "0"]);
    assert_eq!(values(&history, Criterion::Buchholz), ["0", "1"]);
}

#[rstest]
#[case(Criterion::Points, "4.5 4.5 3 1.5 2.5 2.5 1.5 0")]
#[case(Criterion::Buchholz, "9.5 9.5 15.5 11 15 13.5 11.5 14.5")]
#[case(Criterion::BuchholzCut1, "9.5 9.5 14 11 13.5 13.5 11.5 13")]
#[case(Criterion::SonnebornBerger, "8 8 8.5 0.75 4.5 3 0.75 0")]
#[case(Criterion::WinsPlayed, "4 4 1 1 2 2 1 0")]
#[case(Criterion::Progressive, "14.5 13 8.5 2.5 7.5 8.5 5.5 0")]
#[case(Criterion::ProgressiveCut1, "13.5 12 8 2.5 6.5 8 5.5 0")]
fn eight_entrants(
    #[case] criterion: Criterion,
    #[case] expected: &str,
    #[values(UnplayedRounds::Skip, UnplayedRounds::OwnPoints)] unplayed: UnplayedRounds,
) {
    let ranking = Ranking { unplayed, ..by(&[criterion]) };
    let table = table(&eight_in_five_rounds(), &ranking);
    let values: Vec<_> = (1..=8).map(|entrant| value(&table, entrant, criterion)).collect();
    assert_eq!(values.join(" "), expected);
}

#[test]
fn direct_encounter_of_the_eight() {
    let ranking = by(&[Criterion::Points, Criterion::DirectEncounter]);
    let table = table(&eight_in_five_rounds(), &ranking);
    let shown = |entrant| table.value(Entrant(entrant), Criterion::DirectEncounter);
    let shown: Vec<_> = (1..=8).map(|entrant| shown(entrant).map(Value::to_string)).collect();
    let shown: Vec<_> = shown.iter().map(|value| value.as_deref().unwrap_or("-")).collect();
    assert_eq!(shown.join(" "), "0 0 - 0.5 0 0 0.5 -");
    assert_eq!(table.ranks(), [1, 1, 3, 6, 4, 4, 6, 8]);
}

#[test]
fn rounds_without_a_game_meet_the_virtual_opponent() {
    let mut history = history(3, vec![vec![won(1, 2)], vec![pairing(1, 3, Some(FORFEIT), &[])]]);
    history.rounds[0].unpaired.push((Entrant(3), Unpaired::Bye));
    history.rounds[1].unpaired.push((Entrant(2), Unpaired::HalfPoint));
    // Points: 2, 0.5, 1.
    let of = |criterion, unplayed| {
        let table = table(&history, &Ranking { unplayed, ..by(&[criterion]) });
        [1, 2, 3].map(|entrant| value(&table, entrant, criterion)).join(" ")
    };
    assert_eq!(of(Criterion::Buchholz, UnplayedRounds::Skip), "1.5 2 2");
    assert_eq!(of(Criterion::Buchholz, UnplayedRounds::OwnPoints), "2.5 2.5 2");
    assert_eq!(of(Criterion::BuchholzCut1, UnplayedRounds::OwnPoints), "2 2 1");
    assert_eq!(of(Criterion::SonnebornBerger, UnplayedRounds::Skip), "1.5 0 0");
    assert_eq!(of(Criterion::SonnebornBerger, UnplayedRounds::OwnPoints), "2.5 0.25 1");
}

#[test]
fn mean_ratings() {
    let history = history(
        4,
        vec![vec![won(1, 2), drew(3, 4)], vec![drew(1, 3), won(2, 4)], vec![won(1, 4), won(3, 2)]],
    );
    let ratings = (1..).map(Entrant).zip([2000, 1800, 1600, 1400]).collect();
    let mut extra = Extra { ratings, ..Extra::default() };
    let ranking = by(&[Criterion::AverageRating]);
    let of = |extra: &Extra| {
        let table = standings(&history, &ranking, extra).unwrap();
        [1, 2, 3, 4].map(|entrant| value(&table, entrant, Criterion::AverageRating)).join(" ")
    };
    assert_eq!(of(&extra), "1600 5000/3 5200/3 1800");
    extra.ratings = BTreeMap::from([(Entrant(1), 2000), (Entrant(9), 1)]);
    assert_eq!(of(&extra), "0 2000 2000 2000");
}
