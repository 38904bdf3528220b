//! Groups beside each other.

use tiltyard_bracket::Entrant;
use tiltyard_bracket::history::{History, Unpaired};
use tiltyard_bracket::standings::{Criterion, NoStandings, Ranking, Scoring, wild_cards};

use crate::helpers::{by, drew, history, table, won};

#[test]
fn wild_cards_are_compared_per_match() {
    // Second of a group of three: one win in two matches. Second of a group of four: two in three.
    let three = history(3, vec![vec![won(1, 2)], vec![won(1, 3)], vec![won(2, 3)]]);
    let four = history(
        4,
        vec![vec![won(1, 2), won(3, 4)], vec![won(1, 3), won(2, 4)], vec![won(1, 4), won(2, 3)]],
    );
    let ranking =
        Ranking { scoring: Scoring::of(3, 1), ..by(&[Criterion::Points, Criterion::Seed]) };
    let groups = [&three, &four, &three].map(|history| table(history, &ranking));
    let cards = wild_cards(&groups, 2).unwrap();
    let shown: Vec<_> =
        cards.iter().map(|c| (c.group, c.rank, c.values[0].1.to_string())).collect();
    let expected = [(1, 1, "2"), (0, 2, "1.5"), (2, 2, "1.5")];
    assert_eq!(shown, expected.map(|(group, rank, points)| (group, rank, points.to_owned())));
    assert_eq!(cards[1].decided_by, Some(Criterion::Points));
    assert_eq!(cards[2].decided_by, None);
    assert_eq!(wild_cards(&groups, 4).unwrap().len(), 1);
    assert_eq!(wild_cards(&groups, 0), Ok(Vec::new()));
    assert_eq!(wild_cards(&[], 1), Ok(Vec::new()));
}

#[test]
fn a_bye_with_points_is_a_match_in_the_comparison() {
    // The second has a bye and a loss, or a win and a loss: half a point a match each.
    let mut with_bye = history(2, vec![vec![won(1, 2)], vec![]]);
    with_bye.rounds[1].unpaired = vec![(Entrant(1), Unpaired::Bye), (Entrant(2), Unpaired::Bye)];
    let without = history(3, vec![vec![won(1, 2)], vec![won(1, 3)], vec![won(2, 3)]]);
    let groups = [&with_bye, &without].map(|history| table(history, &by(&[Criterion::Points])));
    let cards = wild_cards(&groups, 2).unwrap();
    assert_eq!(cards.iter().map(|card| card.rank).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn wild_cards_of_a_shared_place_are_refused() {
    let ranking = by(&[Criterion::Points]);
    let groups = [
        table(&history(2, vec![vec![won(1, 2)]]), &ranking),
        table(&history(2, vec![vec![drew(1, 2)]]), &ranking),
    ];
    let entrants = vec![Entrant(1), Entrant(2)];
    assert_eq!(wild_cards(&groups, 2), Err(NoStandings::Shared { group: 2, place: 2, entrants }));
    let other = table(&History::new(2), &by(&[Criterion::Seed]));
    let groups = [groups[0].clone(), other];
    assert_eq!(wild_cards(&groups, 2), Err(NoStandings::Unlike { group: 2 }));
}
