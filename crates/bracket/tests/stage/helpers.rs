//! What the tests have in common.

use tiltyard_bracket::schedule::Table;
use tiltyard_bracket::swiss::Rules;
use tiltyard_bracket::{
    Changes, Content, Entrant, Format, GrandFinal, Match, MatchKey, MatchState, Operation, Outcome,
    Refusal, SeedingOrder, Settings, Slot, Source, Stage,
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

/// Every format with its variants, and every seeding where that matters.
pub(crate) fn all_settings() -> Vec<Settings> {
    let singles = [None, Some(3), Some(5), Some(u32::MAX)]
        .map(|placement_to| Format::SingleElimination { placement_to });
    let doubles =
        [GrandFinal::Reset, GrandFinal::Single, GrandFinal::None].into_iter().flat_map(|last| {
            [false, true].map(|split| Format::DoubleElimination { grand_final: last, split })
        });
    let seedings = [SeedingOrder::Standard, SeedingOrder::Sequential];
    let formats = singles.into_iter().chain(doubles).chain([Format::Gsl]);
    let seeded = formats.flat_map(|format| {
        seedings.map(move |seeding| Settings { format: format.clone(), seeding, ranking: None })
    });
    let many = [(2, 1), (3, 1), (3, 2), (4, 2), (5, 4), (8, 3), (8, 4), (128, 64)]
        .map(|(sides, advance)| Format::FreeForAll { sides, advance });
    let others = [Format::Stepladder, Format::PagePlayoff].into_iter().chain(many);
    seeded.chain(others.map(Settings::from)).collect()
}

/// Tables, in which rounds are planned or added.
pub(crate) fn tables() -> Vec<Settings> {
    let robins = [Table::Berger, Table::Circle]
        .into_iter()
        .flat_map(|table| [1, 2].map(|cycles| Format::RoundRobin { cycles, table }));
    let first_to = Rules { first_to: Some(2), ..Rules::default() };
    let first_to = Format::Swiss { rounds: 0, rules: Box::new(first_to) };
    let swiss = [Format::swiss(0), Format::swiss(3), first_to];
    robins.chain(swiss).map(Settings::from).collect()
}

/// The nearest size to `wanted` that the format allows.
pub(crate) fn size(settings: &Settings, wanted: u32) -> u32 {
    match settings.format {
        Format::PagePlayoff => 4,
        _ => wanted,
    }
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
    play_all(bracket, |m| result(m.key, Outcome::win(winner(m))));
}

/// The same with any report, also of matches of many.
pub(crate) fn play_all(bracket: &mut Stage, mut report: impl FnMut(&Match) -> Operation) {
    loop {
        let open = bracket.matches().find(|m| m.state == MatchState::Open);
        let Some(report) = open.map(&mut report) else { break };
        bracket.apply(&report).unwrap();
    }
    assert!(bracket.is_over());
}

/// The slot of the better seed.
pub(crate) fn favourite(m: &Match) -> u8 {
    u8::from(m.slots[1].content.entrant() < m.slots[0].content.entrant())
}

/// Everybody is placed by number, however many sides there are.
pub(crate) fn as_expected(m: &Match) -> Operation {
    if m.slots.len() == 2 {
        return result(m.key, Outcome::win(favourite(m)));
    }
    let better = |own: Entrant| m.entrants().filter(|other| *other < own).count();
    let place = |slot: &Slot| {
        slot.content.entrant().map_or(u8::MAX, |e| u8::try_from(better(e) + 1).unwrap())
    };
    rank(m.key, m.slots.iter().map(place).collect())
}

pub(crate) fn rank(key: MatchKey, places: Vec<u8>) -> Operation {
    Operation::Rank { key, sets: Vec::new(), places }
}

/// Equal, and if not, what differs in few words.
pub(crate) fn assert_same(found: &Stage, expected: &Stage, context: &str) {
    if found == expected {
        return;
    }
    assert_eq!(found.header(), expected.header(), "{context}");
    for (is, should) in found.all_matches().zip(expected.all_matches()) {
        assert_eq!(is, should, "{context}, {:?}", found.settings());
    }
    assert_eq!(found.progress(), expected.progress(), "{context}");
    panic!("{context}: {found:?} is not {expected:?}");
}
