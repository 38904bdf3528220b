//! How long the drop order keeps rematches away, measured on the wiring itself.

use std::collections::BTreeSet;

use rstest::rstest;
use tiltyard_bracket::{Entrant, GrandFinal, MatchKey, Section, Seed, Source, Stage};

use crate::helpers::double;

/// Losers' rounds that somebody who drops out of winners' round s = 2, 3 … can play for sure
/// before they may meet an opponent of theirs from the winners' part.
type Gaps = Vec<u32>;

/// Whose coming back counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    /// Those they beat, wherever they come from; the one who beat them only if that one drops
    /// right in front of them. Published comparisons of drop orders count like this.
    Usual,
    /// Also the one who beat them, after some rounds elsewhere in the losers' part.
    Strict,
}

fn measured(bracket: &Stage, measure: Measure) -> Gaps {
    let of = |seed| {
        let path = winners_path(bracket, Entrant(seed));
        (1..path.len()).map(|s| gap(bracket, &path, s, measure)).collect::<Gaps>()
    };
    let all = (1..=bracket.entrants()).map(of);
    all.reduce(|low, one| low.iter().zip(&one).map(|(a, b)| *a.min(b)).collect()).unwrap()
}

fn winners_path(bracket: &Stage, entrant: Entrant) -> Vec<MatchKey> {
    let seat = Source::Seed(Seed(entrant.0));
    let first = bracket.matches().find(|m| m.slots.iter().any(|slot| slot.source == seat));
    let next = |key: &MatchKey| Some(bracket.winner_goes_to(*key)?.0);
    std::iter::successors(first.map(|m| m.key), next)
        .take_while(|key| bracket.get(*key).unwrap().section == Section::Winners)
        .collect()
}

/// The entrant loses match `path[s]`. Those they beat lost earlier matches of the path, and the one
/// who beat them may lose a later one.
fn gap(bracket: &Stage, path: &[MatchKey], s: usize, measure: Measure) -> u32 {
    let lost_in = |source: Source, keys: &[MatchKey]| matches!(source, Source::Loser(key) if keys.contains(&key));
    let behind = if measure == Measure::Strict { path } else { &path[..s] };
    let mut played = 0;
    let mut from = Source::Loser(path[s]);
    let mut place = bracket.loser_goes_to(path[s]);
    while let Some((key, _)) = place {
        let m = bracket.get(key).unwrap();
        assert_eq!(m.section, Section::Losers, "met at the latest in the losers' final");
        let other = m.slots.iter().find(|slot| slot.source != from).unwrap().source;
        if lost_in(other, path) || any_source(bracket, other, &|source| lost_in(source, behind)) {
            return played;
        }
        played += 1;
        from = Source::Winner(key);
        place = bracket.winner_goes_to(key);
    }
    played
}

fn any_source(bracket: &Stage, source: Source, which: &impl Fn(Source) -> bool) -> bool {
    if which(source) {
        return true;
    }
    let Source::Winner(key) = source else { return false };
    bracket.get(key).unwrap().slots.iter().any(|slot| any_source(bracket, slot.source, which))
}

/// The gaps that masks give, by calculation. The template looks the same to everybody, so it is
/// enough to follow whoever stands in slot 0 of every winners' round.
fn calculated(depth: usize, masks: &[usize], measure: Measure) -> Gaps {
    let mask = |round: usize| masks.get(round - 2).copied().unwrap_or(0);
    // Slot among the losers before the drop of round `at`, for a loser of round `from`.
    let slot = |from: usize, at: usize| if from == 1 { 0 } else { mask(from) >> (at - from) };
    let gap = |s: usize| {
        (s..=depth)
            .find_map(|at| {
                let here = |from: usize| slot(from, at) == slot(s, at);
                let merged =
                    (1..s).any(here) || (measure == Measure::Strict && (s + 1..at).any(here));
                let merging = if at == s { 0 } else { 2 * at - 2 * s - 1 };
                let dropped = at > s && slot(s, at) == mask(at);
                merged.then_some(merging).or(dropped.then_some(2 * at - 2 * s))
            })
            .unwrap()
    };
    (2..=depth).map(|s| u32::try_from(gap(s)).unwrap()).collect()
}

/// Gaps of all combinations of masks.
fn all_possible(depth: usize, measure: Measure) -> BTreeSet<Gaps> {
    let widths: Vec<_> = (2..depth).map(|round| depth - round).collect();
    let bits: usize = widths.iter().sum();
    (0..1_usize << bits)
        .map(|mut code| {
            let mut masks = Vec::new();
            for width in &widths {
                masks.push(code & ((1 << width) - 1));
                code >>= width;
            }
            calculated(depth, &masks, measure)
        })
        .collect()
}

#[rstest]
#[case(Measure::Usual)]
#[case(Measure::Strict)]
fn no_other_drop_order_is_better_in_every_round(#[case] measure: Measure) {
    for depth in 3..=7 {
        let gaps = measured(&double(1 << depth, GrandFinal::Reset), measure);
        let better = |other: &Gaps| *other != gaps && other.iter().zip(&gaps).all(|(a, b)| a >= b);
        let possible = all_possible(depth, measure);
        assert!(possible.contains(&gaps), "{gaps:?} is not the calculated one");
        assert_eq!(possible.iter().find(|other| better(other)), None, "better than {gaps:?}");
    }
}

#[test]
fn gaps_are_the_documented_ones() {
    let gaps = |n| measured(&double(n, GrandFinal::Reset), Measure::Usual);
    assert_eq!(gaps(8), [1, 0]);
    assert_eq!(gaps(16), [3, 0, 0]);
    assert_eq!(gaps(32), [5, 1, 0, 0]);
    assert_eq!(gaps(64), [7, 3, 1, 0, 0]);
    assert_eq!(gaps(128), [9, 5, 3, 0, 0, 0]);
    assert_eq!(gaps(256), [11, 7, 5, 1, 0, 0, 0]);
}
