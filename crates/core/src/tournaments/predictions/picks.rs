//! Picks, and whether they follow from one another.

use serde::{Deserialize, Serialize};
use tiltyard_bracket::{Entrant, Match, MatchKey, Section, Source, Stage};

/// Picked winners by the engine's keys of matches: numbers of entrants, 0 where nobody is picked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Picks(Vec<u32>);

impl Picks {
    /// Who is picked to win the match.
    pub(super) fn get(&self, key: MatchKey) -> Option<Entrant> {
        self.0.get(key.index()).copied().filter(|number| *number > 0).map(Entrant)
    }

    /// Picks somebody, or nobody.
    pub(super) fn set(&mut self, key: MatchKey, winner: Option<Entrant>) {
        let number = winner.map_or(0, |entrant| entrant.0);
        if self.0.len() <= key.index() {
            self.0.resize(key.index() + 1, 0);
        }
        if let Some(place) = self.0.get_mut(key.index()) {
            *place = number;
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    /// All picks, in the order of keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = (MatchKey, Entrant)> {
        let all = (0..).map(MatchKey).zip(&self.0);
        all.filter(|(_, number)| **number > 0).map(|(key, number)| (key, Entrant(*number)))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.iter().count()
    }

    /// Numbers that are kept.
    pub(super) fn width(&self) -> usize {
        self.0.len()
    }
}

/// Who stands on a side of a match if everything ends as somebody picks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// This one.
    Is(Entrant),
    /// Whoever comes out of matches that are not predicted.
    Anybody,
    /// Nothing is picked that would say so.
    Unknown,
}

/// A bracket as it is predicted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Predicted<'a> {
    /// The bracket.
    pub(super) stage: &'a Stage,
    /// Whether the losers' bracket is part of it.
    pub(super) losers: bool,
}

impl Predicted<'_> {
    /// Whether the match is one of those that are predicted: matches for places below the final are not.
    pub(super) fn covers(self, of: &Match) -> bool {
        match of.section {
            Section::Winners | Section::GrandFinal => true,
            Section::Losers => self.losers,
            Section::Placement | Section::Table | Section::TieBreak => false,
        }
    }

    fn side(self, picks: &Picks, source: Source) -> Side {
        let of = match source {
            Source::Seed(seed) => {
                return self.stage.on_seed(seed).entrant().map_or(Side::Unknown, Side::Is);
            }
            Source::Winner(of) | Source::Loser(of) | Source::Place { of, .. } => of,
        };
        let Some(feeder) = self.stage.get(of) else { return Side::Unknown };
        if !self.covers(feeder) {
            return Side::Anybody;
        }
        let Some(winner) = picks.get(of) else { return Side::Unknown };
        match source {
            Source::Winner(_) => Side::Is(winner),
            Source::Loser(_) => {
                let mut sides = feeder.slots.iter().map(|slot| self.side(picks, slot.source));
                let (Some(upper), Some(lower)) = (sides.next(), sides.next()) else {
                    return Side::Unknown;
                };
                // Who is named by a side has won there; otherwise they came out of what is not
                // predicted, against the side that is named.
                match (upper, lower) {
                    (Side::Is(one), other) | (other, Side::Is(one)) if one == winner => other,
                    (named @ Side::Is(_), _) | (_, named) => named,
                }
            }
            Source::Seed(_) | Source::Place { .. } => Side::Unknown,
        }
    }

    /// Who meets in the match if everything before it ends as picked.
    pub(super) fn sides(self, picks: &Picks, of: &Match) -> [Side; 2] {
        if of.optional {
            // Played only if the finalist without a loss is beaten in the match before, by the same two.
            let before = of.slots.first().and_then(|slot| match slot.source {
                Source::Winner(before) => self.stage.get(before),
                _ => None,
            });
            let unbeaten = before
                .and_then(|before| before.slots.first())
                .map(|slot| self.side(picks, slot.source));
            let won = before.and_then(|before| picks.get(before.key));
            return match (unbeaten, won) {
                (Some(Side::Is(unbeaten)), Some(won)) if unbeaten != won => {
                    [Side::Is(unbeaten), Side::Is(won)]
                }
                _ => [Side::Unknown; 2],
            };
        }
        [0, 1].map(|slot| {
            of.slots.get(slot).map_or(Side::Unknown, |slot| self.side(picks, slot.source))
        })
    }

    /// Whether somebody can win the match if everything before it ends as picked.
    pub(super) fn can_win(self, picks: &Picks, of: &Match, winner: Entrant) -> bool {
        if !self.covers(of) {
            return false;
        }
        self.sides(picks, of).into_iter().any(|side| match side {
            Side::Is(entrant) => entrant == winner,
            Side::Anybody => self.stage.seed_of(winner).is_some(),
            Side::Unknown => false,
        })
    }

    /// Takes out what does not follow from the other picks; of which matches, in order. What feeds a
    /// match has a lesser key, so one pass settles everything.
    pub(super) fn prune(self, picks: &mut Picks) -> Vec<MatchKey> {
        let mut impossible = Vec::new();
        for (key, winner) in picks.clone().iter() {
            let possible = self.stage.get(key).is_some_and(|of| self.can_win(picks, of, winner));
            if !possible {
                picks.set(key, None);
                impossible.push(key);
            }
        }
        impossible
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use tiltyard_bracket::{Format, GrandFinal, Settings};

    use super::*;

    /// A double elimination bracket.
    fn double(entrants: u32) -> Stage {
        let format = Format::DoubleElimination { grand_final: GrandFinal::Reset, split: false };
        Stage::start(Settings::from(format), entrants).unwrap()
    }

    fn single(entrants: u32) -> Stage {
        let format = Format::SingleElimination { placement_to: Some(3) };
        Stage::start(Settings::from(format), entrants).unwrap()
    }

    /// The match that is called so.
    fn called<'a>(stage: &'a Stage, name: &str) -> &'a Match {
        stage.named(name.parse().unwrap()).unwrap()
    }

    fn picks(stage: &Stage, all: &[(&str, u32)]) -> Picks {
        let mut picks = Picks::default();
        for (name, entrant) in all {
            picks.set(called(stage, name).key, Some(Entrant(*entrant)));
        }
        picks
    }

    /// Four in single elimination: A is 1 v 4, B is 2 v 3, C the final.
    #[rstest]
    #[case(&[], "A", 4, true)]
    #[case(&[], "A", 2, false)]
    #[case(&[], "C", 1, false)]
    #[case(&[("A", 4)], "C", 4, true)]
    #[case(&[("A", 4)], "C", 1, false)]
    #[case(&[("A", 4), ("B", 2)], "C", 2, true)]
    fn the_final_follows_from_the_semifinals(
        #[case] before: &[(&str, u32)],
        #[case] of: &str,
        #[case] winner: u32,
        #[case] possible: bool,
    ) {
        let stage = single(4);
        let predicted = Predicted { stage: &stage, losers: false };
        let of = called(&stage, of);
        let picks = picks(&stage, before);
        assert_eq!(predicted.can_win(&picks, of, Entrant(winner)), possible);
    }

    /// Four in double elimination: A 1 v 4, B 2 v 3, C between the winners, F between the losers of A
    /// and B, G between the loser of C and the winner of F, D and E the grand finals.
    #[rstest]
    #[case(&[("A", 1)], "F", 4, true, true)]
    #[case(&[("A", 1)], "F", 1, true, false)]
    #[case(&[("A", 1)], "F", 4, false, false)]
    #[case(&[("A", 1), ("B", 2), ("C", 2)], "G", 1, true, true)]
    #[case(&[("A", 1), ("B", 2), ("C", 2)], "G", 2, true, false)]
    #[case(&[("A", 1), ("B", 2), ("C", 2)], "D", 2, true, true)]
    #[case(&[("A", 1), ("B", 2), ("C", 2)], "D", 1, true, false)]
    #[case(&[("A", 1), ("B", 2), ("C", 2), ("G", 1)], "D", 1, true, true)]
    // Where the losers' bracket is not predicted, anybody may come out of it.
    #[case(&[("A", 1), ("B", 2), ("C", 2)], "D", 3, false, true)]
    #[case(&[], "D", 3, false, true)]
    #[case(&[], "D", 5, false, false)]
    // The second one is played after an upset only.
    #[case(&[("A", 1), ("B", 2), ("C", 2), ("D", 2)], "E", 2, false, false)]
    #[case(&[("A", 1), ("B", 2), ("C", 2), ("D", 3)], "E", 2, false, true)]
    #[case(&[("A", 1), ("B", 2), ("C", 2), ("D", 3)], "E", 3, false, true)]
    #[case(&[("A", 1), ("B", 2), ("C", 2), ("D", 3)], "E", 1, false, false)]
    #[case(&[("D", 3)], "E", 3, false, false)]
    fn losers_and_grand_finals(
        #[case] before: &[(&str, u32)],
        #[case] of: &str,
        #[case] winner: u32,
        #[case] losers: bool,
        #[case] possible: bool,
    ) {
        let stage = double(4);
        let predicted = Predicted { stage: &stage, losers };
        let of = called(&stage, of);
        let picks = picks(&stage, before);
        assert_eq!(predicted.can_win(&picks, of, Entrant(winner)), possible);
    }

    #[test]
    fn matches_for_lower_places_are_not_predicted() {
        let stage = single(4);
        let predicted = Predicted { stage: &stage, losers: true };
        let covered = stage.matches().filter(|of| predicted.covers(of)).count();
        assert_eq!((covered, stage.matches().count()), (3, 4));
    }

    #[test]
    fn what_followed_from_a_pick_goes_with_it() {
        let stage = single(8);
        let predicted = Predicted { stage: &stage, losers: false };
        // A 1 v 8, B 4 v 5, E between their winners, G the final.
        let mut all = picks(&stage, &[("A", 1), ("B", 4), ("C", 2), ("E", 1), ("F", 2), ("G", 1)]);
        assert_eq!(predicted.prune(&mut all), []);
        all.set(called(&stage, "A").key, Some(Entrant(8)));
        let gone: Vec<_> = ["E", "G"].map(|name| called(&stage, name).key).to_vec();
        assert_eq!(predicted.prune(&mut all), gone);
        assert_eq!(all, picks(&stage, &[("A", 8), ("B", 4), ("C", 2), ("F", 2)]));
    }

    proptest! {
        /// Whatever is picked, what is left follows from itself, and nothing more goes.
        #[test]
        fn pruning_settles(
            entrants in 2_u32..20,
            losers: bool,
            numbers in prop::collection::vec(0_u32..20, 40),
        ) {
            let stage = double(entrants);
            let predicted = Predicted { stage: &stage, losers };
            let mut picks = Picks(numbers);
            let before = picks.len();
            let gone = predicted.prune(&mut picks);
            prop_assert_eq!(picks.len() + gone.len(), before);
            prop_assert_eq!(predicted.prune(&mut picks.clone()), []);
            for (key, winner) in picks.iter() {
                prop_assert!(predicted.can_win(&picks, stage.get(key).unwrap(), winner));
                prop_assert!(winner.0 <= entrants);
            }
            let text = serde_json::to_string(&picks).unwrap();
            prop_assert_eq!(serde_json::from_str::<Picks>(&text).unwrap(), picks);
        }
    }
}
