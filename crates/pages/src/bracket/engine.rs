//! From the engine's bracket to what is drawn.

use std::collections::BTreeSet;

use tiltyard_bracket::history::Unpaired;
use tiltyard_bracket::layout::{Layout, Note, Window, layout, layout_window};
use tiltyard_bracket::{Content, Entrant, Format, Match, MatchKey, Outcome, Slot, Source, Stage};

use super::{BracketView, MatchCard, MatchState, Round, Side, table};

/// Up to so many sets are written out; of more, only how many each side won.
const SETS_SHOWN: usize = 4;

/// A page folds pictures of more matches than this: a bracket of 256 is drawn, or a double elimination
/// of 128. More take longer to draw again than a frame of the screen.
pub const FOLDED_ABOVE: usize = 255;

/// Of tables, which need no picture, it folds those of more matches than this.
const TABLE_FOLDED_ABOVE: usize = 500;

/// A folded picture begins with the round of so many.
const FOLDED_TO: u32 = 16;

/// Up to so many matches are legible on the card for link previews.
const ON_CARD: usize = 15;

/// Of more, the card begins with the round of so many.
const CARD_FROM: u32 = 8;

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
    let layout = layout(bracket);
    BracketView {
        name: name.into(),
        stage: 0,
        notes: layout.notes.iter().map(|note| note_text(bracket, note, entrants)).collect(),
        rounds: rounds(bracket, &layout, entrants),
        layout,
        matches: bracket.matches().map(|m| card(bracket, m, entrants, underway)).collect(),
        table: table::of(bracket, entrants),
        folded: false,
        theme: None,
        match_width: 100,
        links: None,
    }
}

/// The table of a stage without its matches, where one decides.
pub fn table_view(
    name: impl Into<String>,
    bracket: &Stage,
    entrants: &[EntrantText],
) -> Option<BracketView> {
    let layout = Layout {
        columns: Vec::new(),
        cards: Vec::new(),
        links: Vec::new(),
        hints: Vec::new(),
        notes: Vec::new(),
        lanes: Vec::new(),
        width: 0,
        height: 0,
    };
    Some(BracketView {
        name: name.into(),
        stage: 0,
        notes: Vec::new(),
        rounds: Vec::new(),
        layout,
        matches: Vec::new(),
        table: Some(table::of(bracket, entrants)?),
        folded: false,
        theme: None,
        match_width: 100,
        links: None,
    })
}

/// The same for a page: of a large stage the picture shows the end only.
pub fn page_view(
    name: impl Into<String>,
    bracket: &Stage,
    entrants: &[EntrantText],
    underway: &BTreeSet<MatchKey>,
) -> BracketView {
    let mut view = view(name, bracket, entrants, underway);
    let most = if view.table.is_some() { TABLE_FOLDED_ABOVE } else { FOLDED_ABOVE };
    if view.matches.len() > most {
        view.layout = layout_window(bracket, &Window::of_last(bracket, FOLDED_TO));
        view.folded = true;
    }
    view
}

/// The same for the card that other sites show for a link: of anything but a small stage the end.
pub fn card_view(
    name: impl Into<String>,
    bracket: &Stage,
    entrants: &[EntrantText],
    underway: &BTreeSet<MatchKey>,
) -> BracketView {
    let mut view = view(name, bracket, entrants, underway);
    if view.matches.len() > ON_CARD {
        view.layout = layout_window(bracket, &Window::of_last(bracket, CARD_FROM));
    }
    view
}

fn rounds(bracket: &Stage, layout: &Layout, entrants: &[EntrantText]) -> Vec<Round> {
    let mut rounds: Vec<Round> = layout
        .columns
        .iter()
        .map(|column| Round {
            title: column.name.to_string(),
            number: column.round,
            matches: Vec::new(),
            notes: Vec::new(),
        })
        .collect();
    let mut cards: Vec<_> = layout.cards.iter().collect();
    // Matches of many stand in the picture where their lines are shortest; a list has them as they are played.
    let played = matches!(bracket.settings().format, Format::FreeForAll { .. });
    cards.sort_by_key(|card| (if played { 0 } else { card.y }, card.key));
    for card in cards {
        if let Some(round) = rounds.get_mut(card.column as usize) {
            round.matches.push(card.key);
        }
    }
    for note in &layout.notes {
        if let Some(round) = rounds.get_mut(note.column as usize) {
            round.notes.push(note_text(bracket, note, entrants));
        }
    }
    rounds.retain(|round| !round.matches.is_empty() || !round.notes.is_empty());
    rounds
}

/// Who has no opponent, and why.
fn note_text(bracket: &Stage, note: &Note, entrants: &[EntrantText]) -> String {
    let name = match bracket.on_seed(note.seed).entrant() {
        Some(entrant) => text(entrant, entrants).0,
        None => format!("Seed {}", note.seed),
    };
    let why = match note.why {
        Some(Unpaired::Bye | Unpaired::FullPoint) => "Bye",
        Some(Unpaired::HalfPoint) => "Half-point bye",
        Some(Unpaired::ZeroPoint) => "Absent",
        None => "Free",
    };
    format!("{why}: {name}")
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
    let (winner_to, loser_to) = (bracket.winner_goes_to(m.key), bracket.loser_goes_to(m.key));
    let drop = loser_to.filter(|_| m.slots.len() == 2).and_then(|(to, _)| match winner_to {
        // Both meet again, unless it is decided.
        Some((again, _)) if again == to => {
            (state != MatchState::Complete).then(|| "may be played again".to_owned())
        }
        _ => Some(format!("loser to {}", letters(bracket, to))),
    });
    MatchCard {
        key: m.key,
        identifier: m.identifier.to_string(),
        state,
        round: bracket.round_name(m.key).map(|name| name.to_string()).unwrap_or_default(),
        number: m.round,
        sides: (0..m.slots.len()).map(|index| side(bracket, m, index, entrants)).collect(),
        winner_to: winner_to.map(|(key, _)| key),
        loser_to: loser_to.map(|(key, _)| key),
        drop,
    }
}

fn side(bracket: &Stage, m: &Match, index: usize, entrants: &[EntrantText]) -> Side {
    let Some(slot) = m.slots.get(index) else { return Side::default() };
    let place = m.places.get(index).copied();
    let goes_on = place.is_some_and(|place| bracket.goes_to(m.key, place.into()).is_some());
    let winner = m.outcome.and_then(Outcome::winner_slot) == Some(index) || goes_on;
    match slot.content.entrant() {
        Some(entrant) => {
            let (name, seed) = text(entrant, entrants);
            Side {
                entrant: Some(entrant.0),
                name: Some(name),
                seed,
                score: score(m, index),
                winner,
                place,
                hint: None,
            }
        }
        None => Side { hint: Some(hint(bracket, *slot)), winner, ..Side::default() },
    }
}

/// Name and seed of an entrant.
pub(super) fn text(entrant: Entrant, entrants: &[EntrantText]) -> (String, Option<u32>) {
    match entrants.get(entrant.index()) {
        Some(text) => (text.name.clone(), text.seed),
        None => (format!("Seed {entrant}"), Some(entrant.0)),
    }
}

fn letters(bracket: &Stage, key: MatchKey) -> String {
    bracket.get(key).map_or_else(|| "?".to_owned(), |m| m.identifier.to_string())
}

fn hint(bracket: &Stage, slot: Slot) -> String {
    match (slot.content, slot.source) {
        (Content::Bye, _) => "Bye".to_owned(),
        (_, Source::Seed(seed)) => format!("Seed {seed}"),
        (_, Source::Winner(key)) => format!("Winner of {}", letters(bracket, key)),
        (_, Source::Loser(key)) => format!("Loser of {}", letters(bracket, key)),
        (_, Source::Place { of, place }) => format!("Place {place} of {}", letters(bracket, of)),
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
pub(super) fn won(set: &[i64], index: usize) -> bool {
    set.get(index).is_some_and(|own| {
        set.iter().enumerate().all(|(other, points)| other == index || own > points)
    })
}

#[cfg(test)]
mod tests {
    use super::{EntrantText, card_view, view};
    use crate::bracket::{BracketView, MatchState};
    use rstest::rstest;
    use std::collections::BTreeSet;
    use tiltyard_bracket::{
        Entrant, Format, GrandFinal, MatchKey, Operation, Outcome, SeedingOrder, Settings, Stage,
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
    fn the_grand_final_may_be_played_again() {
        let settings = Settings {
            format: Format::DoubleElimination { grand_final: GrandFinal::Reset, split: false },
            seeding: SeedingOrder::Standard,
            ranking: None,
        };
        let view = view("Cup", &Stage::start(settings, 4).unwrap(), &[], &BTreeSet::new());
        let said: Vec<_> = view.matches.iter().filter_map(|card| card.drop.as_deref()).collect();
        assert!(said.contains(&"may be played again"), "{said:?}");
        assert!(view.matches.iter().all(|card| card.winner_to != card.loser_to
            || card.winner_to.is_none()
            || card.drop.as_deref() == Some("may be played again")));
    }

    #[test]
    fn the_card_shows_the_end() {
        let settings = Settings {
            format: Format::SingleElimination { placement_to: None },
            seeding: SeedingOrder::Standard,
            ranking: None,
        };
        let bracket = Stage::start(settings, 128).unwrap();
        let view = card_view("Cup", &bracket, &[], &BTreeSet::new());
        assert_eq!(view.matches.len(), 127);
        assert_eq!(view.layout.cards.len(), 7);
    }

    #[test]
    fn marks_who_withdrew() {
        let view = four(&[Operation::Drop { entrant: Entrant(2) }]);
        assert_eq!(view.matches[1].sides[0].score.as_deref(), Some("forfeit"));
        assert!(view.matches[1].sides[1].winner);
    }
}
