//! Whole events, in which no hard rule is ever broken.

use proptest::prelude::*;
use rstest::rstest;
use tiltyard_bracket::Entrant;
use tiltyard_bracket::history::{History, Unpaired};
use tiltyard_bracket::swiss::{Avoid, Certain, Mode, NoRound, Order, Rules, pair, rounds_certain};

use crate::{assert_legal, outcome};

/// Plays an event with drops, late entries, half-point byes, forfeits, forbidden pairs and clubs, all by
/// the dice; says how many rounds were found.
fn play(size: u32, mode: Mode, rounds: usize, mut dice: impl FnMut() -> u8) -> usize {
    let number = |die: u8| (u32::from(die) * 251) % size + 1;
    let order = [Order::Halves, Order::Ends, Order::Monrad, Order::Random { draw: 3 }];
    let mut rules = Rules { mode, order: order[usize::from(dice() % 4)], ..Rules::default() };
    for _ in 0..size / 4 {
        rules.forbidden.push([Entrant(number(dice())), Entrant(number(dice()))]);
    }
    let groups = (1..=size).map(|entrant| (Entrant(entrant), u32::from(dice() % 9))).collect();
    rules.avoid.push(Avoid { groups, rounds: 3 });
    let mut history = History::new(size);
    let mut present: Vec<_> = history.all().collect();
    for round_number in 0..rounds {
        let away: Vec<_> = present.iter().copied().filter(|_| dice() < 4).collect();
        let playing: Vec<_> = present.iter().copied().filter(|e| !away.contains(e)).collect();
        let given: Vec<_> = away.iter().map(|entrant| (*entrant, Unpaired::HalfPoint)).collect();
        let certain = rounds_certain(&history, &rules, &playing);
        match pair(&history, &rules, &playing, &given) {
            Ok(mut round) => {
                assert_legal(&history, &rules, &playing, &round);
                assert!(given.iter().all(|given| round.unpaired.contains(given)));
                assert_ne!(certain, Ok(Certain::Rounds(0)));
                for pairing in &mut round.pairings {
                    pairing.outcome = Some(outcome(dice()));
                }
                history.rounds.push(round);
            }
            // With few entrants who forfeit a lot, this happens.
            Err(NoRound::NoLegalPairing { .. } | NoRound::Nobody) => {
                assert!(matches!(certain, Ok(Certain::Rounds(0)) | Err(NoRound::Nobody)));
                return round_number;
            }
            Err(other) => panic!("{other}"),
        }
        if round_number < 3 {
            history.entrants += 1;
            present.push(Entrant(history.entrants));
        }
        present.retain(|_| dice() != 7);
    }
    rounds
}

/// Numbers without end, the same for the same seed.
fn dice(seed: u32) -> impl FnMut() -> u8 {
    let mut state = u64::from(seed);
    move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whole_events_keep_the_hard_rules(
        size in 8..=128_u32,
        dice in prop::collection::vec(any::<u8>(), 64..200),
        casual in any::<bool>(),
    ) {
        let mut dice = dice.into_iter().cycle();
        let mode = if casual { Mode::Casual } else { Mode::Optimal };
        play(size, mode, 8, || dice.next().unwrap_or_default());
    }
}

#[rstest]
fn events_of_many_sizes_play_nine_rounds(
    #[values(64, 101, 255, 256, 333, 512)] size: u32,
    #[values(Mode::Optimal, Mode::Casual)] mode: Mode,
) {
    assert_eq!(play(size, mode, 9, dice(size)), 9);
}

#[rstest]
#[case(2_000, Mode::Optimal)]
#[case(6_001, Mode::Casual)]
fn large_events_play_three_rounds(#[case] size: u32, #[case] mode: Mode) {
    assert_eq!(play(size, mode, 3, dice(size)), 3);
}
