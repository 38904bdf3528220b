//! Eighteen players at tables of six, of which three go on, until one table is left.
//!
//! `cargo run -p tiltyard-bracket --example free_for_all`

use std::error::Error;
use std::fmt::Write as _;

use tiltyard_bracket::layout::path;
use tiltyard_bracket::{Entrant, Format, Match, MatchKey, Operation, Stage};

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", play()?);
    Ok(())
}

/// Plays the tournament and tells of it.
pub(crate) fn play() -> Result<String, Box<dyn Error>> {
    let mut out = String::new();
    let mut stage = Stage::start(Format::FreeForAll { sides: 6, advance: 3 }, 18)?;
    let mut round = 0;
    while let Some(key) = next(&stage) {
        let Some(m) = stage.get(key) else { break };
        if m.round != round {
            round = m.round;
            let name = stage.round_name(key).map(|name| name.to_string());
            writeln!(out, "{}", name.unwrap_or_default())?;
        }
        let scores: Vec<i64> =
            m.slots.iter().map(|slot| score(slot.content.entrant(), key)).collect();
        // One more than the number of those who scored more.
        let place = |own: &i64| scores.iter().filter(|other| *other > own).count() + 1;
        let places = scores.iter().map(|own| u8::try_from(place(own)));
        let places = places.collect::<Result<Vec<u8>, _>>()?;
        stage.apply(&Operation::Rank { key, sets: vec![scores], places })?;
        if let Some(m) = stage.get(key) {
            writeln!(out, "  {:>2}  {}", m.identifier.to_string(), in_order(m))?;
        }
    }
    assert!(stage.is_over());
    writeln!(out, "\nPlaces")?;
    for (rank, entrant) in stage.ranked().into_iter().take(6) {
        let tables = path(&stage, entrant).played.len();
        writeln!(out, "{rank:>3}. player {entrant:>2} after {tables} tables")?;
    }
    Ok(out)
}

fn next(stage: &Stage) -> Option<MatchKey> {
    stage.open_matches().next().map(|m| m.key)
}

/// Something between 0 and 100 on which nothing depends but this example.
fn score(entrant: Option<Entrant>, key: MatchKey) -> i64 {
    let Some(entrant) = entrant else { return 0 };
    i64::from((entrant.0 * 37 + key.0 * 11) % 101)
}

/// The sides from the first place to the last, with their scores.
fn in_order(m: &Match) -> String {
    let scores = m.sets.first().map(Vec::as_slice).unwrap_or_default();
    let mut sides: Vec<_> = m.entrants().zip(&m.places).zip(scores).collect();
    sides.sort_by_key(|((_, place), _)| **place);
    let sides = sides.iter().map(|((who, _), score)| format!("{who} ({score})"));
    sides.collect::<Vec<_>>().join("  ")
}
