//! Places that are still possible, against every way to go on.

use proptest::prelude::*;
use rstest::rstest;
use tiltyard_bracket::history::{History, Pairing, Round, Unpaired};
use tiltyard_bracket::standings::{
    Criterion, Extra, Points, Ranking, Scoring, attainable, guaranteed,
};
use tiltyard_bracket::{Entrant, Outcome};

use crate::helpers::{FORFEIT, by, drew, history, pairing, table, won};
use crate::strategies::{histories, rankings};

/// All rounds that entrants could play, with results and some sets.
fn continuations(entrants: &[u32], sets: &[[i64; 2]]) -> Vec<Round> {
    let Some((first, rest)) = entrants.split_first() else { return vec![Round::default()] };
    let mut rounds = Vec::new();
    for round in continuations(rest, sets) {
        for kind in [None, Some(Unpaired::Bye), Some(Unpaired::HalfPoint)] {
            let mut round = round.clone();
            round.unpaired.extend(kind.map(|kind| (Entrant(*first), kind)));
            rounds.push(round);
        }
    }
    for second in rest {
        let others: Vec<_> = rest.iter().copied().filter(|other| other != second).collect();
        let outcomes = [Outcome::win(0), Outcome::win(1), Outcome::Draw, FORFEIT];
        for round in continuations(&others, sets) {
            for outcome in outcomes {
                let mut round = round.clone();
                round.pairings.push(pairing(*first, *second, Some(outcome), sets));
                rounds.push(round);
            }
        }
    }
    rounds
}

/// Rankings that begin with criteria that have bounds, most of the time.
fn bounded() -> impl Strategy<Value = Ranking> {
    let first = vec![
        Criterion::Points,
        Criterion::MatchWins,
        Criterion::MatchDraws,
        Criterion::MatchLosses,
        Criterion::Wins,
        Criterion::WinsPlayed,
        Criterion::GameWins,
        Criterion::GameDifference,
        Criterion::Seed,
    ];
    let first = prop::sample::subsequence(first, 1..4).prop_shuffle();
    (rankings(), first, any::<bool>()).prop_map(|(mut ranking, first, alone)| {
        let rest = if alone { Vec::new() } else { ranking.criteria };
        ranking.criteria = first.into_iter().chain(rest).collect();
        ranking
    })
}

fn some_sets() -> impl Strategy<Value = Vec<[i64; 2]>> {
    prop::collection::vec(prop::array::uniform2(0i64..2), 0..3)
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

fn check(ended: &History, ranking: &Ranking, worst: &[u32], best: &[u32]) -> Result<(), String> {
    let ranks = table(ended, ranking).ranks();
    let mut all = ranks.iter().zip(worst.iter().zip(best));
    if all.all(|(rank, (worst, best))| best <= rank && rank <= worst) {
        return Ok(());
    }
    Err(format!("{ranks:?} is not between {best:?} and {worst:?}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever happens in the rounds left, nobody ends below the place they were told.
    #[test]
    fn guaranteed_places_hold(
        history in histories(1..5, 0..4),
        ranking in bounded(),
        stays in prop::array::uniform4(any::<bool>()),
        sets in some_sets(),
    ) {
        let here = history.all().zip(stays).filter(|(_, stays)| *stays);
        let here: Vec<u32> = here.map(|(entrant, _)| entrant.0).collect();
        let left = stays.map(u32::from);
        let extra = Extra::default();
        let worst = guaranteed(&history, &ranking, &extra, &left).unwrap();
        let best = attainable(&history, &ranking, &extra, &left).unwrap();
        let next = continuations(&here, &sets);
        for mut ended in endings(&history).into_iter().take(16) {
            if here.is_empty() {
                // Not even an empty round comes: it would count where rounds are counted.
                prop_assert_eq!(check(&ended, &ranking, &worst, &best), Ok(()));
                continue;
            }
            ended.rounds.push(Round::default());
            for round in &next {
                *ended.rounds.last_mut().unwrap() = round.clone();
                prop_assert_eq!(check(&ended, &ranking, &worst, &best), Ok(()));
            }
        }
    }

    /// In the last round of matches, by points alone, the bounds are reached.
    #[test]
    fn the_last_round_is_exact(
        history in histories(2..7, 0..3),
        order in Just((1..7).collect::<Vec<u32>>()).prop_shuffle(),
    ) {
        let decided = |pairing: &Pairing| pairing.outcome.is_some();
        let mut history = history;
        history.rounds.iter_mut().for_each(|round| round.pairings.retain(decided));
        let order: Vec<_> = order.into_iter().filter(|one| *one <= history.entrants).collect();
        let (pairs, _) = order.as_chunks::<2>();
        let pairings = pairs.iter().map(|[one, two]| pairing(*one, *two, None, &[]));
        history.rounds.push(Round { pairings: pairings.collect(), unpaired: Vec::new() });
        let (ranking, extra) = (Ranking::default(), Extra::default());
        let worst = guaranteed(&history, &ranking, &extra, &[]).unwrap();
        let best = attainable(&history, &ranking, &extra, &[]).unwrap();
        let ends: Vec<_> = endings(&history).iter().map(|end| table(end, &ranking).ranks()).collect();
        for (place, (worst, best)) in worst.iter().zip(&best).enumerate() {
            let ranks = || ends.iter().map(|ranks| ranks[place]);
            prop_assert_eq!(ranks().max(), Some(*worst));
            prop_assert_eq!(ranks().min(), Some(*best));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn guaranteed_places_hold_for_two_rounds(
        history in histories(2..4, 0..3),
        ranking in bounded(),
        sets in some_sets(),
    ) {
        let all: Vec<u32> = (1..=history.entrants).collect();
        let extra = Extra::default();
        let worst = guaranteed(&history, &ranking, &extra, &[2; 3]).unwrap();
        let best = attainable(&history, &ranking, &extra, &[2; 3]).unwrap();
        let next = continuations(&all, &sets);
        let mut ended = endings(&history).pop().unwrap();
        ended.rounds.extend([Round::default(), Round::default()]);
        for last in &next {
            *ended.rounds.last_mut().unwrap() = last.clone();
            for before in &next {
                let place = ended.rounds.len() - 2;
                ended.rounds[place] = before.clone();
                prop_assert_eq!(check(&ended, &ranking, &worst, &best), Ok(()));
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

#[test]
fn only_one_of_two_wins_their_last_match() {
    // 1 has two points, 2 and 3 have one each and meet; 4 has none.
    let rounds = vec![vec![won(1, 2), won(3, 4)], vec![won(1, 3), won(2, 4)]];
    let mut history = history(4, rounds);
    history.rounds.push(Round { pairings: vec![pairing(2, 3, None, &[])], unpaired: Vec::new() });
    let (ranking, extra) = (Ranking::default(), Extra::default());
    assert_eq!(guaranteed(&history, &ranking, &extra, &[]), Ok(vec![1, 3, 3, 4]));
    // After a double forfeit 4 can draw level with both.
    assert_eq!(attainable(&history, &ranking, &extra, &[0, 0, 0, 1]), Ok(vec![1, 1, 1, 2]));
    // Where Buchholz follows, one of them can still draw level with 1 and pass; not both.
    let buchholz = by(&[Criterion::Points, Criterion::Buchholz]);
    assert_eq!(guaranteed(&history, &buchholz, &extra, &[]), Ok(vec![2, 3, 3, 4]));
}

/// 1 is ahead by two wins; what else a round can bring still turns it round.
#[rstest]
#[case::sets_won(Criterion::Points, Scoring { game_win: Points::ONE, ..Scoring::default() }, 1)]
#[case::sets_that_cost(
    Criterion::Points,
    Scoring { game_win: Points::whole(-1), ..Scoring::default() },
    0
)]
#[case::a_bye(Criterion::Points, Scoring { bye: Points::whole(3), ..Scoring::default() }, 1)]
#[case::a_forfeit(
    Criterion::Points,
    Scoring { forfeit_loss: Points::whole(-3), ..Scoring::default() },
    0
)]
#[case::sets_lost(Criterion::GameDifference, Scoring::default(), 0)]
#[case::walkovers(
    Criterion::GameWins,
    Scoring { walkover_games: u8::MAX, ..Scoring::default() },
    1
)]
fn leads_that_are_not_safe(
    #[case] criterion: Criterion,
    #[case] scoring: Scoring,
    #[case] who_plays_on: usize,
) {
    let sets = if criterion == Criterion::Points { Vec::new() } else { vec![[1, 0]; 100] };
    let sets = if criterion == Criterion::GameDifference { &sets[..10] } else { &sets[..] };
    let win = || vec![pairing(1, 2, Some(Outcome::win(0)), sets)];
    let history = history(2, vec![win(), win()]);
    let mut left = [0, 0];
    left[who_plays_on] = 1;
    let safe = Ranking { scoring: Scoring::default(), ..by(&[criterion]) };
    let ranking = Ranking { scoring, ..by(&[criterion]) };
    let of = |ranking: &Ranking| guaranteed(&history, ranking, &Extra::default(), &left).unwrap();
    assert_eq!(of(&ranking), [2, 2]);
    assert_eq!(of(&safe) == [1, 2], criterion != Criterion::GameDifference);
}
