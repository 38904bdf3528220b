//! What picks are worth: functions of the picks and of how the matches stand.

use tiltyard_bracket::{Content, Entrant, Match, MatchKey, MatchState, Source};

use super::picks::{Picks, Predicted};

/// What a right pick is worth (reference/challonge §4.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Twice as much each round: 1, 2, 4, 8 …
    Exponential,
    /// One more each round: 1, 2, 3, 4 …
    Linear,
}

impl Method {
    /// The method with this number on the wire; 0 is none.
    pub const fn of(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Exponential),
            2 => Some(Self::Linear),
            _ => None,
        }
    }

    /// Points for a right pick in this round. Rounds of the losers' bracket, which are negative, count
    /// by their number; both grand finals are of the round after the winners' final.
    pub fn weight(self, round: i32) -> u64 {
        let round = round.unsigned_abs().max(1);
        match self {
            Self::Exponential => 1_u64.checked_shl(round - 1).unwrap_or(u64::MAX),
            Self::Linear => u64::from(round),
        }
    }
}

/// What a prediction has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    /// Points for the right picks.
    pub points: u64,
    /// How many picks are right.
    pub correct: u32,
    /// The most points that can still come of it: those there are, and those of open matches that
    /// whoever is picked can still win.
    pub possible: u64,
}

/// How a predicted match stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Standing {
    /// It counts for nothing: it is not predicted, or not played.
    Nothing,
    /// It has a winner, or ended without one.
    Decided(Option<Entrant>),
    /// It is open, and these can still win it, in ascending order.
    Open(Vec<Entrant>),
}

/// What has become of a pick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It can still come true.
    Open,
    /// It has come true.
    Correct,
    /// It cannot come true any more.
    Wrong,
}

/// How all matches of a bracket stand, for scoring many predictions.
#[derive(Debug, Clone)]
pub(super) struct Results {
    /// By key: how it stands, and what a right pick is worth.
    matches: Vec<(Standing, u64)>,
}

/// Those who can still stand in a match, in ascending order. `before` has those of the matches with
/// lesser keys, which feed it.
fn reach(of: &Match, before: &[Vec<Entrant>]) -> Vec<Entrant> {
    let mut all = Vec::new();
    for slot in &of.slots {
        match slot.content {
            Content::Entrant(entrant) => all.push(entrant),
            Content::Bye => {}
            Content::Undecided => {
                let feeder = match slot.source {
                    Source::Winner(of) | Source::Loser(of) | Source::Place { of, .. } => of,
                    Source::Seed(_) => continue,
                };
                all.extend(before.get(feeder.index()).into_iter().flatten());
            }
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

impl Results {
    /// How the matches stand.
    pub(super) fn of(predicted: Predicted<'_>, method: Method) -> Self {
        let all = predicted.stage.all_matches();
        let mut reached: Vec<Vec<Entrant>> = Vec::with_capacity(all.len());
        let mut matches = Vec::with_capacity(all.len());
        for of in all {
            // Once it is decided, the slots after it say whom it passes on.
            let open = of.state != MatchState::Complete;
            let reach = if open { reach(of, &reached) } else { Vec::new() };
            let standing = if !of.present || !predicted.covers(of) {
                Standing::Nothing
            } else if open {
                Standing::Open(reach.clone())
            } else {
                Standing::Decided(of.winner())
            };
            reached.push(reach);
            matches.push((standing, method.weight(of.round)));
        }
        Self { matches }
    }

    /// What has become of a pick, and what it is worth if it is right.
    pub(super) fn fate(&self, key: MatchKey, winner: Entrant) -> (Fate, u64) {
        match self.matches.get(key.index()) {
            Some((Standing::Decided(Some(won)), weight)) if *won == winner => {
                (Fate::Correct, *weight)
            }
            Some((Standing::Open(reach), weight)) if reach.binary_search(&winner).is_ok() => {
                (Fate::Open, *weight)
            }
            Some((_, weight)) => (Fate::Wrong, *weight),
            None => (Fate::Wrong, 0),
        }
    }

    /// What the picks have come to.
    pub(super) fn score(&self, picks: &Picks) -> Score {
        let mut score = Score::default();
        let mut open = 0_u64;
        for (key, winner) in picks.iter() {
            match self.fate(key, winner) {
                (Fate::Correct, weight) => {
                    score.correct += 1;
                    score.points = score.points.saturating_add(weight);
                }
                (Fate::Open, weight) => open = open.saturating_add(weight),
                (Fate::Wrong, _) => {}
            }
        }
        score.possible = score.points.saturating_add(open);
        score
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use tiltyard_bracket::{Format, GrandFinal, Operation, Outcome, Settings, Stage};

    use super::*;

    #[rstest]
    #[case(Method::Linear, [1, 2, 3, 4, 5])]
    #[case(Method::Exponential, [1, 2, 4, 8, 16])]
    fn worth_by_round(#[case] method: Method, #[case] weights: [u64; 5]) {
        assert_eq!([1, 2, 3, 4, 5].map(|round| method.weight(round)), weights);
        assert_eq!([-1, -2, -3, -4, -5].map(|round| method.weight(round)), weights);
        assert_eq!(Method::Exponential.weight(i32::MIN), u64::MAX);
    }

    fn stage(entrants: u32, double: bool) -> Stage {
        let format = if double {
            Format::DoubleElimination { grand_final: GrandFinal::Reset, split: false }
        } else {
            Format::SingleElimination { placement_to: None }
        };
        Stage::start(Settings::from(format), entrants).unwrap()
    }

    /// Lets somebody win a match by its letters.
    fn win(stage: &mut Stage, name: &str, winner: u32) {
        let of = stage.named(name.parse().unwrap()).unwrap();
        let slot = of.slot_of(Entrant(winner)).unwrap();
        let report = Operation::Report {
            key: of.key,
            sets: Vec::new(),
            outcome: Some(Outcome::win(u8::try_from(slot).unwrap())),
        };
        stage.apply(&report).unwrap();
    }

    fn picks(stage: &Stage, all: &[(&str, u32)]) -> Picks {
        let mut picks = Picks::default();
        for (name, entrant) in all {
            picks.set(stage.named(name.parse().unwrap()).unwrap().key, Some(Entrant(*entrant)));
        }
        picks
    }

    fn score(stage: &Stage, method: Method, picks: &Picks) -> (u64, u32, u64) {
        let score = Results::of(Predicted { stage, losers: true }, method).score(picks);
        (score.points, score.correct, score.possible)
    }

    /// Eight: A to D the first round (1 v 8, 4 v 5, 2 v 7, 3 v 6), E and F the second, G the final.
    #[test]
    fn eight_by_hand() {
        let mut stage = stage(8, false);
        let seeds =
            picks(&stage, &[("A", 1), ("B", 4), ("C", 2), ("D", 3), ("E", 1), ("F", 2), ("G", 1)]);
        let linear = |stage: &Stage| score(stage, Method::Linear, &seeds);
        let exponential = |stage: &Stage| score(stage, Method::Exponential, &seeds);
        assert_eq!(linear(&stage), (0, 0, 4 + 2 * 2 + 3));
        assert_eq!(exponential(&stage), (0, 0, 4 + 2 * 2 + 4));
        win(&mut stage, "A", 1);
        win(&mut stage, "B", 5);
        assert_eq!(linear(&stage), (1, 1, 10));
        // The second seed is out, and so are two more picks.
        win(&mut stage, "C", 7);
        assert_eq!(linear(&stage), (1, 1, 1 + 1 + 2 + 3));
        assert_eq!(exponential(&stage), (1, 1, 1 + 1 + 2 + 4));
        win(&mut stage, "D", 3);
        win(&mut stage, "E", 1);
        win(&mut stage, "F", 3);
        win(&mut stage, "G", 1);
        assert_eq!(linear(&stage), (1 + 1 + 2 + 3, 4, 7));
        assert_eq!(exponential(&stage), (1 + 1 + 2 + 4, 4, 8));
    }

    /// Four in double elimination: A 1 v 4, B 2 v 3, C the winners' final (round 2), F and G the losers'
    /// rounds −1 and −2, D and E the grand finals (round 3).
    #[test]
    fn a_grand_final_with_a_reset_by_hand() {
        let mut stage = stage(4, true);
        let seeds =
            picks(&stage, &[("A", 1), ("B", 2), ("C", 1), ("F", 3), ("G", 2), ("D", 2), ("E", 1)]);
        assert_eq!(score(&stage, Method::Linear, &seeds).2, 1 + 1 + 2 + 1 + 2 + 3 + 3);
        assert_eq!(score(&stage, Method::Exponential, &seeds).2, 1 + 1 + 2 + 1 + 2 + 4 + 4);
        for (name, winner) in [("A", 1), ("B", 2), ("C", 1), ("F", 3), ("G", 2)] {
            win(&mut stage, name, winner);
        }
        assert_eq!(score(&stage, Method::Linear, &seeds), (7, 5, 13));
        let mut without = stage.clone();
        win(&mut without, "D", 1);
        // There is no second one, so that what was picked for it is worth nothing.
        assert_eq!(score(&without, Method::Linear, &seeds), (7, 5, 7));
        win(&mut stage, "D", 2);
        assert_eq!(score(&stage, Method::Linear, &seeds), (10, 6, 13));
        win(&mut stage, "E", 1);
        assert_eq!(score(&stage, Method::Linear, &seeds), (13, 7, 13));
        assert_eq!(score(&stage, Method::Exponential, &seeds), (15, 7, 15));
    }

    #[test]
    fn nobody_scores_where_nobody_won() {
        let mut stage = stage(4, false);
        let both = picks(&stage, &[("A", 1), ("C", 1)]);
        for entrant in [1, 4] {
            stage.apply(&Operation::Drop { entrant: Entrant(entrant) }).unwrap();
        }
        let (points, correct, possible) = score(&stage, Method::Linear, &both);
        // Of two who withdrew the later one goes on, and does not win the final.
        assert_eq!((points, correct), (0, 0));
        assert_eq!(possible, 0);
    }

    proptest! {
        /// Points never exceed what is possible, possible never grows while matches are played, and in
        /// the end both are the same; whoever picks what happens gets everything.
        #[test]
        fn possible_only_shrinks(
            entrants in 2_u32..17,
            double: bool,
            exponential: bool,
            numbers in prop::collection::vec(0_u8..2, 64),
            guesses in prop::collection::vec(0_u8..2, 64),
        ) {
            let method = if exponential { Method::Exponential } else { Method::Linear };
            let start = stage(entrants, double);
            // The whole bracket as it will end, and what somebody else thinks.
            let play = |numbers: &[u8]| {
                let mut stage = start.clone();
                let mut picks = Picks::default();
                let mut order = Vec::new();
                for slot in numbers {
                    let Some(of) = stage.open_matches().next() else { break };
                    let (key, winner) = (of.key, of.slots[usize::from(*slot)].content.entrant());
                    picks.set(key, winner);
                    order.push((key, *slot));
                    let outcome = Some(Outcome::win(*slot));
                    stage.apply(&Operation::Report { key, sets: Vec::new(), outcome }).unwrap();
                }
                (stage, picks, order)
            };
            let (end, right, order) = play(&numbers);
            let (_, other, _) = play(&guesses);
            prop_assert!(end.is_over());
            let mut now = start.clone();
            let mut before = u64::MAX;
            let all = score(&now, method, &right);
            for (key, slot) in order {
                for picks in [&right, &other] {
                    let (points, _, possible) = score(&now, method, picks);
                    prop_assert!(points <= possible);
                }
                let possible = score(&now, method, &other).2;
                prop_assert!(possible <= before);
                before = possible;
                prop_assert_eq!(score(&now, method, &right).2, all.2);
                let outcome = Some(Outcome::win(slot));
                now.apply(&Operation::Report { key, sets: Vec::new(), outcome }).unwrap();
            }
            let (points, correct, possible) = score(&end, method, &right);
            prop_assert_eq!((points, possible), (all.2, all.2));
            prop_assert_eq!(usize::try_from(correct).unwrap(), right.len());
            let (points, _, possible) = score(&end, method, &other);
            prop_assert_eq!(points, possible);
        }
    }
}
