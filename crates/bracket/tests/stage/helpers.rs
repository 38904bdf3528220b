//! What the tests have in common.

use tiltyard_bracket::{
    Changes, Content, Format, GrandFinal, Match, MatchKey, MatchState, Operation, Outcome, Refusal,
    SeedingOrder, Settings, Source, Stage,
};

pub(crate) fn single(entrants: u32, placement_to: Option<u32>) -> Stage {
    start(Format::SingleElimination { placement_to }, entrants)
}

pub(crate) fn double(entrants: u32, grand_final: GrandFinal) -> Stage {
    start(Format::DoubleElimination { grand_final, split: false }, entrants)
}

pub(crate) fn start(format: Format, entrants: u32) -> Stage {
    Stage::start(Settings { format, seeding: SeedingOrder::Standard, ranking: None }, entrants)
        .unwrap()
}

/// The formats and seedings that structure tests run through.
pub(crate) fn all_settings() -> Vec<Settings> {
    let singles = [None, Some(3), Some(5), Some(u32::MAX)]
        .map(|placement_to| Format::SingleElimination { placement_to });
    let doubles = [GrandFinal::Reset, GrandFinal::Single, GrandFinal::None]
        .map(|grand_final| Format::DoubleElimination { grand_final, split: false });
    let seedings = [SeedingOrder::Standard, SeedingOrder::Sequential];
    let formats = singles.into_iter().chain(doubles);
    formats
        .flat_map(|format| {
            seedings.map(move |seeding| Settings { format: format.clone(), seeding, ranking: None })
        })
        .collect()
}

/// The match with these letters.
pub(crate) fn find<'a>(bracket: &'a Stage, letters: &str) -> &'a Match {
    bracket.all_matches().find(|m| m.identifier.to_string() == letters).unwrap()
}

pub(crate) fn key(bracket: &Stage, letters: &str) -> MatchKey {
    find(bracket, letters).key
}

pub(crate) fn letters(bracket: &Stage, keys: &[MatchKey]) -> Vec<String> {
    keys.iter().map(|key| bracket.get(*key).unwrap().identifier.to_string()).collect()
}

/// A slot's source as text: `8`, `WA` or `LA`.
pub(crate) fn source(bracket: &Stage, source: Source) -> String {
    let of = |key| bracket.get(key).unwrap().identifier.to_string();
    match source {
        Source::Seed(seed) => seed.to_string(),
        Source::Winner(key) => format!("W{}", of(key)),
        Source::Loser(key) => format!("L{}", of(key)),
        Source::Place { of: key, place } => format!("{place}{}", of(key)),
    }
}

/// Both sources as text, `8 v 9`.
pub(crate) fn sources(bracket: &Stage, m: &Match) -> String {
    let sides: Vec<_> = m.slots.iter().map(|slot| source(bracket, slot.source)).collect();
    sides.join(" v ")
}

/// Both contents as text: an entrant's number, `?` or `bye`.
pub(crate) fn contents(m: &Match) -> String {
    let side = |content| match content {
        Content::Entrant(entrant) => entrant.to_string(),
        Content::Undecided => "?".to_owned(),
        Content::Bye => "bye".to_owned(),
    };
    m.slots.iter().map(|slot| side(slot.content)).collect::<Vec<_>>().join(" v ")
}

pub(crate) fn result(key: MatchKey, outcome: Outcome) -> Operation {
    Operation::Report { key, sets: Vec::new(), outcome: Some(outcome) }
}

/// Reports that a slot won the match with these letters.
pub(crate) fn win(bracket: &mut Stage, letters: &str, slot: u8) -> Result<Changes, Refusal> {
    bracket.apply(&result(key(bracket, letters), Outcome::win(slot)))
}

/// Plays everything open, again and again, until nothing is.
pub(crate) fn play_out(bracket: &mut Stage, mut winner: impl FnMut(&Match) -> u8) {
    loop {
        let open = bracket.matches().find(|m| m.state == MatchState::Open);
        let Some(report) = open.map(|m| result(m.key, Outcome::win(winner(m)))) else { break };
        bracket.apply(&report).unwrap();
    }
    assert!(bracket.is_over());
}

/// The slot of the better seed.
pub(crate) fn favourite(m: &Match) -> u8 {
    u8::from(m.slots[1].content.entrant() < m.slots[0].content.entrant())
}
