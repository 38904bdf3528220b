//! What holds for brackets of every size.

use std::collections::BTreeMap;

use rstest::rstest;
use tiltyard_bracket::{
    Content, Entrant, Format, GrandFinal, Identifier, MAX_ENTRANTS, Match, MatchKey, MatchState,
    Refusal, Section, Seed, SeedingOrder, Settings, Source, Stage,
};

use crate::helpers::{
    all_settings, as_expected, double, favourite, play_all, play_out, single, size, start,
};

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
fn counts_of_the_other_formats() {
    for n in sizes() {
        let count = |format: Format| u32::try_from(start(format, n).matches().count()).unwrap();
        assert_eq!(count(Format::Gsl), 2 * n - 3);
        assert_eq!(count(Format::Stepladder), n - 1);
        // In matches of two one leaves each time.
        assert_eq!(count(Format::FreeForAll { sides: 2, advance: 1 }), n - 1);
    }
    assert_eq!(start(Format::PagePlayoff, 4).matches().count(), 4);
    assert_eq!(start(Format::Gsl, 4).matches().count(), 5);
}

/// A split start is a double elimination in which the favourites have won the first round.
#[test]
fn a_split_start_leaves_the_first_round_out() {
    for seeding in [SeedingOrder::Standard, SeedingOrder::Sequential] {
        for n in sizes().filter(|n| *n > 2) {
            for grand_final in [GrandFinal::Reset, GrandFinal::Single, GrandFinal::None] {
                let started = |split| {
                    let format = Format::DoubleElimination { grand_final, split };
                    Stage::start(Settings { format, seeding, ranking: None }, n).unwrap()
                };
                assert_split(&started(false), &started(true));
            }
        }
    }
}

fn assert_split(whole: &Stage, split: &Stage) {
    let first = |m: &Match| m.section == Section::Winners && m.round == 1;
    // Keys of the whole one, in order, without those of its first round.
    let left: Vec<_> = whole.matches().filter(|m| !first(m)).collect();
    let skipped = u32::try_from(whole.matches().count() - left.len()).unwrap();
    assert_eq!(split.matches().count(), left.len());
    // Who would go on, if the better seed of every first match won.
    let decided = |source: Source| {
        let (Source::Winner(key) | Source::Loser(key)) = source else { return source };
        let from = whole.get(key).unwrap();
        let seeds = from.slots.iter().map(|slot| slot.source);
        let seeds: Vec<_> = seeds
            .filter_map(|s| match s {
                Source::Seed(seed) => Some(seed),
                _ => None,
            })
            .collect();
        match source {
            Source::Winner(_) if first(from) => Source::Seed(*seeds.iter().min().unwrap()),
            Source::Loser(_) if first(from) => Source::Seed(*seeds.iter().max().unwrap()),
            Source::Winner(_) => Source::Winner(MatchKey(key.0 - skipped)),
            _ => Source::Loser(MatchKey(key.0 - skipped)),
        }
    };
    for (was, is) in left.into_iter().zip(split.matches()) {
        assert_eq!(was.section, is.section);
        let sources: Vec<_> = was.slots.iter().map(|slot| decided(slot.source)).collect();
        assert!(
            is.slots.iter().map(|slot| slot.source).eq(sources),
            "{} of {}",
            is.identifier,
            split.entrants()
        );
        let earlier = i32::from(was.section != Section::Losers);
        assert_eq!(was.round - earlier, is.round);
    }
}

#[test]
fn wiring_is_sound() {
    for settings in all_settings() {
        for n in sizes() {
            assert_sound(&Stage::start(settings.clone(), size(&settings, n)).unwrap());
        }
    }
}

fn assert_sound(bracket: &Stage) {
    let n = bracket.entrants();
    let mut letters: Vec<_> = bracket.matches().map(|m| m.identifier).collect();
    let mut order: Vec<_> = bracket.matches().map(|m| m.play_order.unwrap().get()).collect();
    let count = u32::try_from(letters.len()).unwrap();
    assert!(count > 0);
    letters.sort_unstable();
    assert!(letters.into_iter().eq((0..count).map(Identifier::new)));
    order.sort_unstable();
    assert!(order.into_iter().eq(1..=count));

    let many = matches!(bracket.settings().format, Format::FreeForAll { .. });
    let split = matches!(bracket.settings().format, Format::DoubleElimination { split: true, .. });
    let mut seeds = Vec::new();
    for (m, number) in bracket.matches().zip(0..) {
        assert_eq!(m.key, MatchKey(number));
        assert!(if many { m.slots.len() > 1 } else { m.slots.len() == 2 });
        assert_eq!(m.round < 0, m.section == Section::Losers);
        let known = m.slots.iter().all(|slot| slot.content.entrant().is_some());
        assert_eq!(m.state == MatchState::Open, known);
        for (slot, side) in m.slots.iter().zip(0..) {
            let goes_here = |from, place| {
                assert_eq!(bracket.goes_to(from, place), Some((m.key, side)));
            };
            match slot.source {
                Source::Seed(seed) => {
                    seeds.push(seed);
                    assert_eq!(slot.content, Content::Entrant(Entrant(seed.0)));
                    assert!(m.section == Section::Winners || split);
                }
                Source::Winner(from) => goes_here(from, 1),
                Source::Loser(from) => goes_here(from, 2),
                Source::Place { of, place } => goes_here(of, usize::from(place)),
            }
            if let Source::Winner(from) | Source::Loser(from) | Source::Place { of: from, .. } =
                slot.source
            {
                assert_eq!(many, matches!(slot.source, Source::Place { .. }));
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

/// Sizes of a round differ by one at most, and those who come from one match are spread over the
/// next ones as evenly as can be.
#[test]
fn free_for_alls_deal_evenly() {
    for sides in 2..=9 {
        for advance in 1..sides {
            for n in (2..=70).chain([100, 128, 200]) {
                assert_dealt(&start(Format::FreeForAll { sides, advance }, n), sides);
            }
        }
    }
    for (sides, advance) in [(128, 1), (128, 64), (128, 127), (20, 13)] {
        assert_dealt(&start(Format::FreeForAll { sides, advance }, 2_000), sides);
    }
}

fn assert_dealt(bracket: &Stage, sides: u32) {
    let last = bracket.matches().map(|m| m.round).max().unwrap();
    for round in 1..=last {
        let matches: Vec<_> = bracket.matches().filter(|m| m.round == round).collect();
        let sizes = || matches.iter().map(|m| m.slots.len());
        // In matches of two somebody may pass without one.
        let (fewest, most) = (sizes().min().unwrap(), sizes().max().unwrap());
        assert!(most - fewest <= 1 && most <= sides as usize);
        let mut from = BTreeMap::<MatchKey, BTreeMap<MatchKey, usize>>::new();
        for m in &matches {
            let feeders = m.slots.iter().filter_map(|slot| match slot.source {
                Source::Place { of, .. } => Some(of),
                _ => None,
            });
            feeders.for_each(|of| *from.entry(of).or_default().entry(m.key).or_default() += 1);
        }
        for (of, to) in from {
            let all: usize = to.values().sum();
            let fair = all.div_ceil(matches.len());
            let context =
                format!("{:?}, {} entrants, from {of}", bracket.settings(), bracket.entrants());
            assert!(to.values().all(|here| *here <= fair), "{context}: {to:?}");
        }
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
    for settings in all_settings().into_iter().filter(|s| s.seeding == SeedingOrder::Standard) {
        for n in sizes() {
            let mut bracket = Stage::start(settings.clone(), size(&settings, n)).unwrap();
            play_all(&mut bracket, as_expected);
            assert_placed(&bracket);
            if keeps_the_order(&bracket) {
                let ranks = bracket.ranks();
                assert!(ranks.is_sorted(), "{settings:?} of {n}: {ranks:?}");
            }
        }
    }
}

/// Whether the better seeds are sure to end before the worse ones. They are not if byes or matches
/// of different sizes make ways of different length.
fn keeps_the_order(bracket: &Stage) -> bool {
    let n = bracket.entrants();
    match bracket.settings().format {
        Format::Stepladder | Format::PagePlayoff => true,
        Format::FreeForAll { sides, advance } => {
            let mut left = n;
            while left > sides && left.is_multiple_of(sides) {
                left = left / sides * advance;
            }
            left <= sides
        }
        Format::SingleElimination { placement_to } => placement_to.is_none_or(|to| to <= 3),
        _ => n.is_power_of_two(),
    }
}

/// Everybody has a place, and those are shared by competition ranking.
fn assert_placed(bracket: &Stage) {
    let ranks: Vec<_> = bracket.ranks().into_iter().map(Option::unwrap).collect();
    for rank in &ranks {
        let better = ranks.iter().filter(|other| *other < rank).count();
        assert_eq!(*rank as usize, better + 1, "{:?}: {ranks:?}", bracket.settings());
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
