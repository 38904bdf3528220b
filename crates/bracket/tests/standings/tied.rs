//! What is made among those who are tied.

use tiltyard_bracket::Entrant;
use tiltyard_bracket::standings::{Criterion, Ranking};

use crate::helpers::{FORFEIT, by, drew, history, order, pairing, table, value, won};

#[test]
fn wins_versus_tied_count_inside_the_tied_set() {
    // 1, 2 and 3 won twice each; among them 1 beat both, and 2 and 3 have not met.
    let history = history(
        5,
        vec![
            vec![won(1, 2), won(3, 4)],
            vec![won(1, 3), won(2, 4)],
            vec![won(4, 1), won(3, 5)],
            vec![won(5, 1), won(2, 4)],
        ],
    );
    let table = table(&history, &Ranking::challonge(Criterion::MatchWins));
    assert_eq!(table.ranks(), [1, 2, 2, 4, 4]);
    assert_eq!(value(&table, 1, Criterion::WinsVersusTied), "2");
    assert_eq!(value(&table, 2, Criterion::WinsVersusTied), "0");
    assert_eq!(table.rows[1].decided_by, Some(Criterion::WinsVersusTied));
    assert_eq!(table.rows[2].decided_by, None);
    assert_eq!(table.ties_at(1), None);
    assert_eq!(table.ties_at(2), Some(vec![Entrant(2), Entrant(3)]));
    assert_eq!(table.ties_at(3), None);
    assert_eq!(table.ties_at(0), None);
    assert_eq!(table.ties_at(5), None);
    assert_eq!(table.ties_at(usize::MAX), None);
}

#[test]
fn a_circle_stays_tied() {
    // Each of three beat another one, and all beat 4.
    let circle = history(
        4,
        vec![vec![won(1, 2), won(3, 4)], vec![won(2, 3), won(1, 4)], vec![won(3, 1), won(2, 4)]],
    );
    let circle = table(&circle, &by(&[Criterion::HeadToHead, Criterion::Points]));
    assert_eq!(circle.ranks(), [1, 1, 1, 4]);
    assert_eq!(value(&circle, 1, Criterion::HeadToHead), "2");
}

#[test]
fn equals_of_a_tied_set_are_compared_again_before_the_next_criterion() {
    // 1 to 4 have two wins each. Among them 1 and 2 won two matches, 3 and 4 one or none: 2 beat 1,
    // and 4 beat 3, which the seed would turn round.
    let history = history(
        5,
        vec![
            vec![won(2, 1), won(4, 3)],
            vec![won(1, 3), won(2, 4)],
            vec![won(1, 4), won(5, 2)],
            vec![won(3, 2), won(4, 5)],
            vec![won(3, 5)],
        ],
    );
    let criteria = [Criterion::Points, Criterion::HeadToHead, Criterion::Seed];
    let table = table(&history, &by(&criteria));
    assert_eq!(order(&table), [2, 1, 4, 3, 5]);
    let decided: Vec<_> = table.rows.iter().map(|row| row.decided_by).collect();
    let (head, points) = (Some(Criterion::HeadToHead), Some(Criterion::Points));
    assert_eq!(decided, [None, head, head, head, points]);
}

/// Everybody beat the next one: each set loses only its last member, thousands of times.
#[test]
fn a_chain_unravels_from_its_end() {
    const LENGTH: u32 = 16_384;
    let odd = (1..LENGTH).step_by(2).map(|first| won(first, first + 1)).collect();
    let even = (2..LENGTH).step_by(2).map(|first| won(first, first + 1)).collect();
    let table = table(&history(LENGTH, vec![odd, even]), &by(&[Criterion::HeadToHead]));
    assert_eq!(table.ranks(), (1..=LENGTH).collect::<Vec<_>>());
}

#[test]
fn direct_encounter_needs_all_games_or_one_who_leads_anyway() {
    let ranking = by(&[Criterion::DirectEncounter]);
    let ranks = |rounds| table(&history(3, rounds), &ranking).ranks();
    // 2 and 3 have not met: 1 leads whatever they do, and then nobody does.
    assert_eq!(ranks(vec![vec![won(1, 2)], vec![won(1, 3)]]), [1, 2, 2]);
    // Whoever wins the missing game would reach 1.
    assert_eq!(ranks(vec![vec![won(1, 2)], vec![drew(1, 3)]]), [1, 1, 1]);
    // A forfeited game is missing: 3 could have had two wins.
    let forfeit = pairing(2, 3, Some(FORFEIT), &[]);
    assert_eq!(ranks(vec![vec![won(1, 2)], vec![won(3, 1)], vec![forfeit]]), [1, 1, 1]);
    assert_eq!(ranks(vec![vec![won(1, 2)], vec![won(3, 1)], vec![won(2, 3)]]), [1, 1, 1]);
    assert_eq!(ranks(vec![vec![won(1, 2)], vec![won(3, 1)], vec![won(3, 2)]]), [2, 3, 1]);
}

#[test]
fn direct_encounter_ranks_the_second_after_the_first() {
    // 1 beat 2, 3, 4; 2 beat 3 and 4, who have not met.
    let history =
        history(4, vec![vec![won(1, 2)], vec![won(1, 3), won(2, 4)], vec![won(1, 4), won(2, 3)]]);
    let table = table(&history, &by(&[Criterion::DirectEncounter]));
    assert_eq!(table.ranks(), [1, 2, 3, 3]);
}

#[test]
fn direct_encounter_is_counted_anew_in_the_smaller_set() {
    // All have met, and have 2, 2, 1 and 1 points; then 2 beat 1, and 4 beat 3.
    let history = history(
        4,
        vec![vec![won(2, 1), won(4, 3)], vec![won(1, 3), won(2, 4)], vec![won(1, 4), won(3, 2)]],
    );
    let table = table(&history, &by(&[Criterion::DirectEncounter]));
    assert_eq!(order(&table), [2, 1, 4, 3]);
    assert_eq!(table.ranks(), [2, 1, 4, 3]);
    assert_eq!(value(&table, 1, Criterion::DirectEncounter), "2");
}

#[test]
fn wins_versus_tied_may_be_forfeits() {
    let history = history(2, vec![vec![pairing(2, 1, Some(FORFEIT), &[])]]);
    assert_eq!(table(&history, &by(&[Criterion::WinsVersusTied])).ranks(), [2, 1]);
}
