//! An event of thousands of groups and a final.

use std::time::{Duration, Instant};

use tiltyard_bracket::event::{Design, Event, EventOperation, StageKey};
use tiltyard_bracket::spread::Spread;
use tiltyard_bracket::{Entrant, Format, MatchKey, MatchState, Operation, Outcome};

use crate::report::Report;

const GROUPS: u32 = 4_096;
const FINAL: StageKey = StageKey(GROUPS);

fn event() -> Option<Event> {
    let design = Design::groups(Format::round_robin(), 4 * GROUPS, GROUPS, Spread::Snake).then_top(
        "Final",
        2,
        Format::single_elimination(),
    );
    Event::new(design, 4 * GROUPS).ok()
}

fn report(stage: StageKey, key: MatchKey, slot: u8) -> EventOperation {
    let outcome = Some(Outcome::win(slot));
    EventOperation::Play { stage, operation: Operation::Report { key, sets: Vec::new(), outcome } }
}

/// The better seed wins everything.
fn play(event: &mut Event, stage: StageKey, mut each: impl FnMut(Duration)) -> Option<()> {
    let keys: Vec<MatchKey> = event.stage(stage)?.all_matches().map(|m| m.key).collect();
    for key in keys {
        let m = event.stage(stage)?.get(key)?;
        if m.state != MatchState::Open {
            continue;
        }
        let [first, second] = m.pair()?;
        let operation = report(stage, key, u8::from(second < first));
        let begin = Instant::now();
        let changes = event.apply(&operation).ok()?;
        each(begin.elapsed());
        drop(changes);
    }
    Some(())
}

fn play_groups(event: &mut Event, mut each: impl FnMut(Duration)) -> Option<()> {
    for group in (0..GROUPS).map(StageKey) {
        event.apply(&EventOperation::Start { stage: group }).ok()?;
        play(event, group, &mut each)?;
    }
    Some(())
}

/// All groups played and the final started.
fn final_started() -> Option<Event> {
    let mut event = event()?;
    play_groups(&mut event, drop)?;
    event.apply(&EventOperation::Start { stage: FINAL }).ok()?;
    Some(event)
}

fn whole() -> Option<Event> {
    let mut event = final_started()?;
    play(&mut event, FINAL, drop)?;
    event.is_over().then_some(event)
}

pub(crate) fn measure(report: &mut Report) {
    let millis = |millis| Some(Duration::from_millis(millis));
    let name = format!("event of {GROUPS} groups and a final, created and played to the end");
    report.measure(&name, Some(Duration::from_secs(3)), [(); 3], |()| whole());
    let name = format!("one report in one of {GROUPS} groups");
    if report.wants(&name)
        && let Some(mut event) = event()
    {
        let mut times = Vec::new();
        play_groups(&mut event, |took| times.push(took));
        report.push(&name, Some(Duration::from_micros(100)), times);
    }
    measure_amid(report);
    let name = format!("ranks of an event of {GROUPS} groups and a final");
    report.measure(&name, millis(500), (0..3).map(|_| whole()), |event| {
        Some(event.as_ref()?.ranks())
    });
    let name = format!("writing and reading an event of {GROUPS} groups and a final");
    report.measure(&name, Some(Duration::from_secs(2)), (0..3).map(|_| whole()), |event| {
        Event::from_json(&event.as_ref()?.to_json()).ok()
    });
}

fn measure_amid(report: &mut Report) {
    let millis = |millis| Some(Duration::from_millis(millis));
    let changed = format!("a group result changed amid the final of {GROUPS} groups");
    let undone = format!("an undo amid the final of {GROUPS} groups");
    let dropped = format!("a withdrawal amid the final of {GROUPS} groups");
    if ![&changed, &undone, &dropped].into_iter().any(|name| report.wants(name)) {
        return;
    }
    let Some(mut event) = final_started() else { return };
    let groups = || (0..GROUPS).step_by(16).map(StageKey);
    let mut undo = None;
    report.measure(&changed, millis(10), groups(), |group| {
        let m = event.stage(*group)?.matches().last()?;
        let other = m.outcome?.winner_slot()? == 0;
        let changes = event.apply(&self::report(*group, m.key, u8::from(other))).ok()?;
        undo = Some(changes.undo);
        Some(())
    });
    if let Some(undo) = undo {
        let copies = (0..3).map(|_| event.clone());
        report.measure(&undone, millis(500), copies, |event| event.undo(&undo));
    }
    report.measure(&dropped, millis(10), (1..=200).map(Entrant), |entrant| {
        event.apply(&EventOperation::Drop { entrant: *entrant }).is_ok()
    });
}
