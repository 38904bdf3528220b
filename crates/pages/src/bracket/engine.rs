//! From the engine's bracket to what is drawn.

use std::collections::BTreeSet;

use tiltyard_bracket::layout::layout;
use tiltyard_bracket::{Content, Entrant, Match, MatchKey, Outcome, Slot, Source, Stage};

use super::{BracketView, MatchCard, MatchState, Side};

/// Up to so many sets are written out; of more, only how many each side won.
const SETS_SHOWN: usize = 4;

/// What to write for an entrant of the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntrantText {
    /// Name.
    pub name: String,
    /// Seed to show; usually the entrant's number.
    pub seed: Option<u32>,
}

/// Makes the view of a started bracket. `entrants` has one text per entrant in the engine's order
/// (missing ones are shown as `Seed n`), `underway` the matches that are being played, which the
/// engine does not know.
pub fn view(
    name: impl Into<String>,
    bracket: &Stage,
    entrants: &[EntrantText],
    underway: &BTreeSet<MatchKey>,
) -> BracketView {
    BracketView {
        name: name.into(),
        layout: layout(bracket),
        matches: bracket.matches().map(|m| card(bracket, m, entrants, underway)).collect(),
    }
}

fn card(
    bracket: &Stage,
    m: &Match,
    entrants: &[EntrantText],
    underway: &BTreeSet<MatchKey>,
) -> MatchCard {
    let state = match m.state {
        tiltyard_bracket::MatchState::Pending => MatchState::Pending,
        tiltyard_bracket::MatchState::Open if underway.contains(&m.key) => MatchState::Underway,
        tiltyard_bracket::MatchState::Open => MatchState::Open,
        tiltyard_bracket::MatchState::Complete => MatchState::Complete,
    };
    let side = |index| side(bracket, m, index, entrants);
    MatchCard {
        key: m.key,
        identifier: m.identifier.to_string(),
        state,
        round: bracket.round_name(m.key).map(|name| name.to_string()).unwrap_or_default(),
        top: side(0),
        bottom: side(1),
    }
}

fn side(bracket: &Stage, m: &Match, index: usize, entrants: &[EntrantText]) -> Side {
    let Some(slot) = m.slots.get(index) else { return Side::default() };
    let winner = m.outcome.and_then(Outcome::winner_slot) == Some(index);
    match slot.content.entrant() {
        Some(entrant) => {
            let (name, seed) = text(entrant, entrants);
            Side { name: Some(name), seed, score: score(m, index), winner, hint: None }
        }
        None => Side { hint: Some(hint(bracket, *slot)), winner, ..Side::default() },
    }
}

fn text(entrant: Entrant, entrants: &[EntrantText]) -> (String, Option<u32>) {
    match entrants.get(entrant.index()) {
        Some(text) => (text.name.clone(), text.seed),
        None => (format!("Seed {entrant}"), Some(entrant.0)),
    }
}

fn hint(bracket: &Stage, slot: Slot) -> String {
    let letter =
        |key| bracket.get(key).map_or_else(|| "?".to_owned(), |m| m.identifier.to_string());
    match (slot.content, slot.source) {
        (Content::Bye, _) => "Bye".to_owned(),
        (_, Source::Seed(seed)) => format!("Seed {seed}"),
        (_, Source::Winner(key)) => format!("Winner of {}", letter(key)),
        (_, Source::Loser(key)) => format!("Loser of {}", letter(key)),
        (_, Source::Place { of, place }) => format!("Place {place} of {}", letter(of)),
    }
}

fn score(m: &Match, index: usize) -> Option<String> {
    let forfeited = match m.outcome {
        Some(Outcome::Winner { slot, forfeit: true }) => usize::from(slot) != index,
        Some(Outcome::DoubleForfeit) => true,
        _ => false,
    };
    if forfeited {
        return Some("forfeit".to_owned());
    }
    match m.sets.as_slice() {
        [] => None,
        sets if sets.len() <= SETS_SHOWN => {
            let points: Vec<_> =
                sets.iter().filter_map(|set| set.get(index)).map(i64::to_string).collect();
            Some(points.join(" "))
        }
        sets => Some(sets.iter().filter(|set| won(set, index)).count().to_string()),
    }
}

/// Whether a side has more in a set than every other.
fn won(set: &[i64], index: usize) -> bool {
    set.get(index).is_some_and(|own| {
        set.iter().enumerate().all(|(other, points)| other == index || own > points)
    })
}

#[cfg(test)]
mod tests {
    use super::{EntrantText, view};
    use crate::bracket::{BracketView, MatchState};
    use rstest::rstest;
    use std::collections::BTreeSet;
    use tiltyard_bracket::{
        Entrant, Format, MatchKey, Operation, Outcome, SeedingOrder, Settings, Stage,
    };

    fn four(operations: &[Operation]) -> BracketView {
        let settings = Settings {
            format: Format::SingleElimination { placement_to: Some(3) },
            seeding: SeedingOrder::Standard,
            ranking: None,
        };
        let mut bracket = Stage::start(settings, 4).unwrap();
        for operation in operations {
            bracket.apply(operation).unwrap();
        }
        let names: Vec<_> = ["Ann", "Bea", "Cleo"]
            .into_iter()
            .zip(1..)
            .map(|(name, seed)| EntrantText { name: name.to_owned(), seed: Some(seed) })
            .collect();
        view("Cup", &bracket, &names, &BTreeSet::from([MatchKey(1)]))
    }

    fn report(key: u32, sets: &[[i64; 2]], outcome: Option<Outcome>) -> Operation {
        let sets = sets.iter().map(|set| set.to_vec()).collect();
        Operation::Report { key: MatchKey(key), sets, outcome }
    }

    #[rstest]
    #[case(&[[3, 1]], "Match A, Semi-finals: Ann 3 – 1 Seed 4, Ann won")]
    #[case(&[[6, 4], [3, 6], [7, 5]], "Match A, Semi-finals: Ann 6 3 7 – 4 6 5 Seed 4, Ann won")]
    #[case(&[[2, 1], [1, 2], [2, 0], [0, 2], [2, 1]],
        "Match A, Semi-finals: Ann 3 – 2 Seed 4, Ann won")]
    #[case(&[], "Match A, Semi-finals: Ann against Seed 4, Ann won")]
    fn writes_scores(#[case] sets: &[[i64; 2]], #[case] label: &str) {
        let view = four(&[report(0, sets, Some(Outcome::win(0)))]);
        assert_eq!(view.matches[0].label(), label);
    }

    #[test]
    fn says_where_players_come_from() {
        let view = four(&[report(0, &[[1, 0]], Some(Outcome::win(0)))]);
        let labels: Vec<_> = view.matches.iter().map(crate::bracket::MatchCard::label).collect();
        insta::assert_debug_snapshot!(labels, @r#"
        [
            "Match A, Semi-finals: Ann 1 – 0 Seed 4, Ann won",
            "Match B, Semi-finals: Bea against Cleo, being played",
            "Match C, Final: Ann against Winner of B, not ready",
            "Match D, Third place: Seed 4 against Loser of B, not ready",
        ]
        "#);
        assert_eq!(view.matches[1].state, MatchState::Underway);
    }

    #[test]
    fn marks_who_withdrew() {
        let view = four(&[Operation::Drop { entrant: Entrant(2) }]);
        assert_eq!(view.matches[1].top.score.as_deref(), Some("forfeit"));
        assert!(view.matches[1].bottom.winner);
    }
}
