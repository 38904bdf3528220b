//! Histories and tables in few words.

use tiltyard_bracket::history::{History, Pairing, Round};
use tiltyard_bracket::standings::{Criterion, Extra, Ranking, Standings, standings};
use tiltyard_bracket::{Entrant, Outcome};

pub(crate) const FORFEIT: Outcome = Outcome::Winner { slot: 0, forfeit: true };

pub(crate) fn pairing(
    first: u32,
    second: u32,
    outcome: Option<Outcome>,
    sets: &[[i64; 2]],
) -> Pairing {
    Pairing { outcome, sets: sets.to_vec(), ..Pairing::new(Entrant(first), Entrant(second)) }
}

pub(crate) fn won(first: u32, second: u32) -> Pairing {
    pairing(first, second, Some(Outcome::win(0)), &[])
}

pub(crate) fn drew(first: u32, second: u32) -> Pairing {
    pairing(first, second, Some(Outcome::Draw), &[])
}

/// The first side wins 2-1 or 2-0 in games.
pub(crate) fn best_of_three(first: u32, second: u32, lost: usize) -> Pairing {
    let games = [[1, 0], [0, 1], [1, 0]];
    let games = if lost == 1 { &games[..] } else { &[[1, 0], [1, 0]] };
    pairing(first, second, Some(Outcome::win(0)), games)
}

pub(crate) fn history(entrants: u32, rounds: Vec<Vec<Pairing>>) -> History {
    let rounds = rounds.into_iter().map(|pairings| Round { pairings, unpaired: Vec::new() });
    History { entrants, rounds: rounds.collect() }
}

pub(crate) fn by(criteria: &[Criterion]) -> Ranking {
    Ranking { criteria: criteria.to_vec(), ..Ranking::default() }
}

pub(crate) fn table(history: &History, ranking: &Ranking) -> Standings {
    standings(history, ranking, &Extra::default()).unwrap()
}

pub(crate) fn order(table: &Standings) -> Vec<u32> {
    table.rows.iter().map(|row| row.entrant.0).collect()
}

pub(crate) fn value(table: &Standings, entrant: u32, criterion: Criterion) -> String {
    table.value(Entrant(entrant), criterion).unwrap().to_string()
}

/// Values of entrants 1 to n.
pub(crate) fn values(history: &History, criterion: Criterion) -> Vec<String> {
    let table = table(history, &by(&[criterion]));
    (1..=history.entrants).map(|entrant| value(&table, entrant, criterion)).collect()
}

/// Eight entrants, five rounds, with values made by hand elsewhere.
pub(crate) fn eight_in_five_rounds() -> History {
    history(
        8,
        vec![
            vec![won(1, 8), won(2, 7), drew(3, 6), won(5, 4)],
            vec![won(1, 5), drew(2, 3), won(6, 4), won(7, 8)],
            vec![won(1, 6), drew(3, 5), drew(7, 4), won(2, 8)],
            vec![won(1, 4), won(2, 5), won(3, 7), won(6, 8)],
            vec![drew(1, 3), won(2, 6), won(4, 8), won(5, 7)],
        ],
    )
}
