//! A double elimination from the draw to the last place: sets, a result that turns out to be wrong,
//! undo, and a grand final that has to be played twice.
//!
//! `cargo run -p tiltyard-bracket --example double_elimination`

use std::error::Error;
use std::fmt::Write as _;

use rand_xorshift::XorShiftRng;
use tiltyard_bracket::draw::{rand_core::SeedableRng as _, random};
use tiltyard_bracket::{
    Content, Entrant, Format, Match, MatchKey, Operation, Outcome, Section, Stage,
};

const NAMES: [&str; 8] = ["Ada", "Boris", "Chloe", "Dmitri", "Emre", "Freya", "Goran", "Hana"];

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", play()?);
    Ok(())
}

/// Plays the tournament and tells of it.
pub(crate) fn play() -> Result<String, Box<dyn Error>> {
    let mut out = String::new();
    let mut stage = Stage::start(Format::double_elimination(), 8)?;

    // The draw: the same seed of the generator gives the same draw everywhere, so it can be checked.
    let entrants: Vec<Entrant> = (1..=8).map(Entrant).collect();
    let order = random(&entrants, &mut XorShiftRng::seed_from_u64(1));
    let drawn: Vec<&str> = order.iter().map(|entrant| name(*entrant)).collect();
    writeln!(out, "Drawn: {}\n", drawn.join(", "))?;
    let order = order.into_iter().map(Content::Entrant).collect();
    stage.apply(&Operation::Seed { order })?;

    // Whoever comes first in the alphabet wins, until the grand final.
    while let Some(key) = next(&stage, |m| m.section != Section::GrandFinal) {
        let slot = first_in_alphabet(&stage, key);
        stage.apply(&win(key, slot))?;
    }
    show(&mut out, &stage)?;

    // Was the first match read the wrong way round? What would it take to put that right?
    let first = MatchKey(0);
    let other = win(first, 1 - first_in_alphabet(&stage, first));
    let preview = stage.preview(&other)?;
    writeln!(out, "\nIf match A had gone the other way, these would be played anew:")?;
    writeln!(out, "  {}", letters(&stage, &preview.reset))?;

    // It is done, and found to have been right after all: undo brings everything back.
    let before = stage.clone();
    let changes = stage.apply(&other)?;
    writeln!(out, "Done: {} of the list can be played now.", letters(&stage, &changes.opened))?;
    stage.undo(&changes.undo)?;
    assert_eq!(stage, before);
    writeln!(out, "Undone: as if nothing had happened.")?;

    // The finalist with a loss wins the first grand final, so a second one is played.
    if let Some(key) = next(&stage, |m| m.section == Section::GrandFinal) {
        stage.apply(&win(key, 1))?;
        writeln!(out, "\nThe grand final goes to the losers' side: both have one loss now.")?;
    }
    if let Some(key) = next(&stage, |m| m.section == Section::GrandFinal) {
        stage.apply(&win(key, 0))?;
        show_match(&mut out, &stage, key)?;
    }
    assert!(stage.is_over());
    writeln!(out, "\nPlaces")?;
    for (rank, entrant) in stage.ranked() {
        writeln!(out, "  {rank}. {}", name(entrant))?;
    }
    Ok(out)
}

fn name(entrant: Entrant) -> &'static str {
    NAMES.get(entrant.index()).copied().unwrap_or("?")
}

/// The open match that the schedule suggests next.
fn next(stage: &Stage, wanted: impl Fn(&Match) -> bool) -> Option<MatchKey> {
    let open = stage.open_matches().filter(|m| wanted(m));
    open.min_by_key(|m| m.play_order).map(|m| m.key)
}

fn first_in_alphabet(stage: &Stage, key: MatchKey) -> u8 {
    let pair = stage.get(key).and_then(Match::pair);
    pair.map_or(0, |[upper, lower]| u8::from(lower < upper))
}

/// Two sets to one.
fn win(key: MatchKey, slot: u8) -> Operation {
    let sets: &[[i64; 2]] =
        if slot == 0 { &[[11, 7], [9, 11], [11, 8]] } else { &[[11, 9], [6, 11], [8, 11]] };
    Operation::report(key, sets, Outcome::win(slot))
}

fn letters(stage: &Stage, keys: &[MatchKey]) -> String {
    let letters = keys.iter().filter_map(|key| stage.get(*key)).map(|m| m.identifier.to_string());
    letters.collect::<Vec<_>>().join(", ")
}

fn show(out: &mut String, stage: &Stage) -> Result<(), Box<dyn Error>> {
    let mut heading = None;
    for m in stage.matches().filter(|m| m.section != Section::GrandFinal) {
        if heading != Some((m.section, m.round)) {
            heading = Some((m.section, m.round));
            let round = stage.round_name(m.key).map(|round| round.to_string());
            writeln!(out, "{}", round.unwrap_or_default())?;
        }
        show_match(out, stage, m.key)?;
    }
    Ok(())
}

fn show_match(out: &mut String, stage: &Stage, key: MatchKey) -> Result<(), Box<dyn Error>> {
    let Some(m) = stage.get(key) else { return Ok(()) };
    let (Some(winner), Some(loser)) = (m.winner(), m.loser()) else { return Ok(()) };
    // Scores are in slot order; people read the winner's first.
    let won = m.outcome.and_then(Outcome::winner_slot).unwrap_or_default();
    let sets = m.sets.iter().filter_map(|set| Some((set.get(won)?, set.get(1 - won)?)));
    let sets: Vec<String> = sets.map(|(own, other)| format!("{own}\u{2013}{other}")).collect();
    let letters = m.identifier.to_string();
    let line = format!("  {letters:>2}  {:<7} beat {:<7}", name(winner), name(loser));
    writeln!(out, "{line} {}", sets.join(" "))?;
    Ok(())
}
