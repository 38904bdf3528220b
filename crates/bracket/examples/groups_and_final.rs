//! Eight GSL groups of four, of which two each go on to a final of sixteen, and a result of a group
//! that is changed while the final is being played.
//!
//! `cargo run -p tiltyard-bracket --example groups_and_final`

use std::error::Error;
use std::fmt::Write as _;

use tiltyard_bracket::event::{Design, Event, EventOperation, StageKey};
use tiltyard_bracket::spread::Spread;
use tiltyard_bracket::{Content, Entrant, Format, Match, MatchKey, Operation, Outcome};

const FINAL: StageKey = StageKey(8);

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", play()?);
    Ok(())
}

/// Plays the event and tells of it.
pub(crate) fn play() -> Result<String, Box<dyn Error>> {
    let mut out = String::new();
    let design = Design::groups(Format::Gsl, 32, 8, Spread::Snake).then_top(
        "Final",
        2,
        Format::single_elimination(),
    );
    let groups: Vec<StageKey> = design.phase(1).collect();
    let mut event = Event::new(design, 32)?;

    for group in &groups {
        event.apply(&EventOperation::Start { stage: *group })?;
        play_all(&mut event, *group, usize::MAX)?;
        let name = &event.design().stages.get(group.index()).ok_or("no such stage")?.name;
        let stage = event.stage(*group).ok_or("not started")?;
        let places: Vec<String> = stage.ranked().iter().map(|(_, who)| who.to_string()).collect();
        writeln!(out, "{name}: {}", places.join(", "))?;
    }

    event.apply(&EventOperation::Start { stage: FINAL })?;
    writeln!(out, "\nThe final, seeded so that group-mates meet as late as can be")?;
    show_pairs(&mut out, &event)?;
    play_all(&mut event, FINAL, 12)?;
    let progress = event.stage(FINAL).ok_or("not started")?.progress();
    writeln!(
        out,
        "\n{} of {} matches of the final are played.",
        progress.complete, progress.total
    )?;

    // The last match of group A, which decided its second, was won by the other side.
    let decider = event.stage(StageKey(0)).and_then(|stage| stage.matches().last());
    let decider = decider.ok_or("no match")?;
    let lost = u8::from(decider.outcome.and_then(Outcome::winner_slot) == Some(0));
    let operation = Operation::report(decider.key, &[], Outcome::win(lost));
    let correction = EventOperation::Play { stage: StageKey(0), operation };

    // What would that come to? Nothing is done yet.
    let preview = event.preview(&correction)?;
    writeln!(out, "The decider of group A was read the wrong way round. Putting it right")?;
    for (stage, change) in &preview.stages {
        let name = &event.design().stages.get(stage.index()).ok_or("no such stage")?.name;
        let reset = letters(&event, *stage, &change.matches.reset);
        if change.field {
            writeln!(out, "  puts somebody else into {name}, where {reset} are played anew")?;
        } else {
            writeln!(out, "  changes {name}")?;
        }
    }
    let changes = event.apply(&correction)?;
    writeln!(out, "\nAfterwards")?;
    show_pairs(&mut out, &event)?;

    // It can be taken back as a whole, over all stages.
    event.undo(&changes.undo)?;
    event.apply(&correction)?;
    play_all(&mut event, FINAL, usize::MAX)?;
    assert!(event.is_over());
    writeln!(out, "\nPlaces")?;
    for (rank, entrant) in event.ranked().into_iter().take(8) {
        writeln!(out, "{rank:>3}. {entrant}")?;
    }
    Ok(out)
}

/// Plays up to so many matches that are open: the lower number wins, but 11 beats everybody.
fn play_all(event: &mut Event, stage: StageKey, most: usize) -> Result<(), Box<dyn Error>> {
    for _ in 0..most {
        let open = event.stage(stage).and_then(|stage| stage.open_matches().next());
        let Some(m) = open else { break };
        let strength = |entrant: Entrant| if entrant.0 == 11 { 0 } else { entrant.0 };
        let lower = m.pair().is_some_and(|[one, two]| strength(two) < strength(one));
        let operation = Operation::report(m.key, &[], Outcome::win(u8::from(lower)));
        event.apply(&EventOperation::Play { stage, operation })?;
    }
    Ok(())
}

/// The matches of the first round.
fn show_pairs(out: &mut String, event: &Event) -> Result<(), Box<dyn Error>> {
    let stage = event.stage(FINAL).ok_or("not started")?;
    for m in stage.matches().filter(|m| m.round == 1) {
        let sides: Vec<String> = m.slots.iter().map(|slot| side(slot.content)).collect();
        let winner = m.winner().map(|winner| format!("  won by {winner}"));
        let letters = m.identifier.to_string();
        writeln!(out, "  {letters:>2}  {}{}", sides.join(" v "), winner.unwrap_or_default())?;
    }
    Ok(())
}

fn side(content: Content) -> String {
    match content {
        Content::Entrant(entrant) => format!("{:>2}", entrant.0),
        Content::Undecided => "?".to_owned(),
        Content::Bye => "nobody".to_owned(),
    }
}

fn letters(event: &Event, stage: StageKey, keys: &[MatchKey]) -> String {
    let Some(stage) = event.stage(stage) else { return String::new() };
    let matches = keys.iter().filter_map(|key| stage.get(*key));
    let letters = matches.map(|m: &Match| m.identifier.to_string());
    letters.collect::<Vec<_>>().join(", ")
}
