//! What holds for brackets of every size.

use rstest::rstest;
use tiltyard_bracket::{
    Content, Entrant, Format, GrandFinal, MAX_ENTRANTS, MatchKey, MatchState, Refusal, Section,
    Seed, Source, Stage,
};

use crate::helpers::{all_settings, double, favourite, play_out, single, start};

fn sizes() -> impl Iterator<Item = u32> {
    (2..=64).chain([65, 96, 100, 127, 128, 129, 192, 255, 256, 300])
}

#[test]
fn counts() {
    for n in sizes() {
        let count = |bracket: Stage| u32::try_from(bracket.matches().count()).unwrap();
        assert_eq!(count(single(n, None)), n - 1);
        assert_eq!(count(single(n, Some(3))), n - 1 + u32::from(n >= 4));
        assert_eq!(count(double(n, GrandFinal::None)), 2 * n - 3);
        assert_eq!(count(double(n, GrandFinal::Single)), 2 * n - 2);
        assert_eq!(count(double(n, GrandFinal::Reset)), 2 * n - 1);
    }
}

#[test]
fn losers_rounds_halve_every_second_time() {
    for depth in 2..=8 {
        let bracket = double(1 << depth, GrandFinal::Reset);
        let sizes: Vec<_> = (1..=2 * depth - 2)
            .map(|round| bracket.matches().filter(|m| m.round == -round).count())
            .collect();
        let expected: Vec<_> =
            (0..=depth - 2).rev().flat_map(|level| [1_usize << level; 2]).collect();
        assert_eq!(sizes, expected);
    }
}

#[test]
fn wiring_is_sound() {
    for settings in all_settings() {
        for n in sizes() {
            assert_sound(&Stage::start(settings.clone(), n).unwrap());
        }
    }
}

fn assert_sound(bracket: &Stage) {
    let n = bracket.entrants();
    let mut letters: Vec<_> = bracket.matches().map(|m| m.identifier).collect();
    let mut order: Vec<_> = bracket.matches().map(|m| m.play_order.unwrap().get()).collect();
    let count = letters.len();
    letters.sort_unstable();
    letters.dedup();
    assert_eq!(letters.len(), count);
    order.sort_unstable();
    assert!(order.into_iter().eq(1..=u32::try_from(count).unwrap()));

    let mut seeds = Vec::new();
    for (m, number) in bracket.matches().zip(0..) {
        assert_eq!(m.key, MatchKey(number));
        assert_eq!(m.slots.len(), 2);
        assert_eq!(m.round < 0, m.section == Section::Losers);
        let known = m.slots.iter().all(|slot| slot.content.entrant().is_some());
        assert_eq!(m.state == MatchState::Open, known);
        for (slot, side) in m.slots.iter().zip(0..) {
            match slot.source {
                Source::Seed(seed) => {
                    seeds.push(seed);
                    assert_eq!(slot.content, Content::Entrant(Entrant(seed.0)));
                    assert!(m.section == Section::Winners);
                }
                Source::Winner(from) => {
                    assert_eq!(bracket.winner_goes_to(from), Some((m.key, side)));
                }
                Source::Loser(from) => {
                    assert_eq!(bracket.loser_goes_to(from), Some((m.key, side)));
                }
                Source::Place { .. } => panic!("these matches have two sides"),
            }
            if let Source::Winner(from) | Source::Loser(from) = slot.source {
                let from = bracket.get(from).unwrap();
                // Feeders come first in the list and in the order of play.
                assert!(from.key < m.key && from.play_order < m.play_order);
                assert_eq!(slot.content, Content::Undecided);
            }
        }
    }
    seeds.sort_unstable();
    assert!(seeds.into_iter().eq((1..=n).map(Seed)));

    // Rounds have no gaps.
    for section in [Section::Winners, Section::Losers] {
        let rounds = bracket.matches().filter(|m| m.section == section);
        let mut rounds: Vec<_> = rounds.map(|m| m.round.unsigned_abs()).collect();
        rounds.dedup();
        let last = u32::try_from(rounds.len()).unwrap();
        assert!(rounds.into_iter().eq(1..=last));
    }
}

#[test]
fn favourites_end_in_their_places() {
    for n in sizes() {
        let mut bracket = single(n, Some(n));
        play_out(&mut bracket, favourite);
        let ranks = bracket.ranks();
        assert_eq!(&ranks[..2], [Some(1), Some(2)]);
        let mut places: Vec<_> = ranks.into_iter().map(Option::unwrap).collect();
        places.sort_unstable();
        assert!(places.into_iter().eq(1..=n), "{n}: every place is played out");
    }
}

#[rstest]
#[case(0)]
#[case(1)]
fn too_few(#[case] given: u32) {
    let refusal = Stage::start(Format::single_elimination(), given).unwrap_err();
    assert_eq!(refusal, Refusal::TooFewEntrants { given });
    assert_eq!(refusal.to_string(), format!("a stage needs at least 2 entrants, not {given}"));
}

#[test]
fn the_largest_bracket() {
    let format = Format::DoubleElimination { grand_final: GrandFinal::Reset, split: false };
    let bracket = start(format, MAX_ENTRANTS);
    assert_eq!(bracket.matches().count(), 2 * 65_536 - 1);
    let given = MAX_ENTRANTS + 1;
    let refusal = Stage::start(bracket.settings().clone(), given).unwrap_err();
    assert_eq!(refusal, Refusal::TooManyEntrants { given });
}
