//! A large double elimination.

use std::time::{Duration, Instant};

use tiltyard_bracket::{
    Format, GrandFinal, MAX_ENTRANTS, MatchKey, Operation, Outcome, SeedingOrder, Settings, Stage,
};

use crate::report::Report;

const SETTINGS: Settings = Settings {
    format: Format::DoubleElimination { grand_final: GrandFinal::Reset, split: false },
    seeding: SeedingOrder::Standard,
    ranking: None,
};

fn start() -> Option<Stage> {
    Stage::start(SETTINGS, MAX_ENTRANTS).ok()
}

/// Upper and lower sides win in turn; keys ascend from feeder to fed, so one pass plays everything.
fn play(bracket: &mut Stage, mut each: impl FnMut(Duration)) {
    let keys: Vec<MatchKey> = bracket.all_matches().map(|m| m.key).collect();
    for key in keys {
        let outcome = Outcome::win(u8::from(key.0 % 3 == 0));
        let sets = vec![vec![2, 1]];
        let report = Operation::Report { key, sets, outcome: Some(outcome) };
        let begin = Instant::now();
        // The reset of the grand final may not be needed.
        let changes = bracket.apply(&report);
        each(begin.elapsed());
        drop(changes);
    }
}

/// Memory of the process in use, in bytes; Linux tells.
fn resident() -> Option<u64> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    pages.split_whitespace().nth(1)?.parse::<u64>().ok()?.checked_mul(4096)
}

/// What a match takes of memory, with its share of the structure, on average. To be measured before
/// anything else, so that no memory is there to be used again.
pub(crate) fn measure_memory(report: &mut Report) {
    let name = |when| format!("bytes a match in a double elimination of {MAX_ENTRANTS}, {when}");
    let (fresh, played) = (name("fresh"), name("played with a set each"));
    if !report.wants(&fresh) && !report.wants(&played) {
        return;
    }
    let mut measured = || {
        let before = resident()?;
        let mut bracket = start()?;
        let matches = bracket.all_matches().count() as u64;
        report.push_bytes(&fresh, 200, resident()?.saturating_sub(before) / matches);
        play(&mut bracket, |_| {});
        report.push_bytes(&played, 200, resident()?.saturating_sub(before) / matches);
        Some(())
    };
    if measured().is_none() {
        eprintln!("this system does not say how much memory is in use");
    }
}

pub(crate) fn measure(report: &mut Report) {
    let second = Duration::from_secs(1);
    let name = format!("double elimination of {MAX_ENTRANTS}, created and played to the end");
    report.measure(&name, Some(second), [(); 5], |()| {
        let mut bracket = start()?;
        play(&mut bracket, |_| {});
        Some(bracket)
    });
    let name = format!("one report in a double elimination of {MAX_ENTRANTS}");
    if report.wants(&name)
        && let Some(mut bracket) = start()
    {
        let mut times = Vec::new();
        play(&mut bracket, |took| times.push(took));
        report.push(&name, Some(Duration::from_micros(20)), times);
    }
    let name = format!("a preview in a double elimination of {MAX_ENTRANTS}");
    if report.wants(&name)
        && let Some(mut bracket) = start()
    {
        play(&mut bracket, |_| {});
        let aim = Some(Duration::from_micros(200));
        let keys = (0..200).map(|number| MatchKey(number * 300));
        report.measure(&name, aim, keys, |key| {
            let other = Outcome::win(u8::from(key.0 % 3 == 0));
            let sets = vec![vec![3, 1]];
            bracket.preview(&Operation::Report { key: *key, sets, outcome: Some(other) })
        });
    }
    let name = format!("an undo in a double elimination of {MAX_ENTRANTS}");
    if report.wants(&name)
        && let Some(mut bracket) = start()
    {
        play(&mut bracket, |_| {});
        let reopened = bracket.apply(&Operation::Reopen { key: MatchKey(131_000) });
        if let Ok(changes) = reopened {
            let inputs = (0..100).map(|_| bracket.clone());
            let aim = Some(Duration::from_micros(200));
            report.measure(&name, aim, inputs, |bracket| bracket.undo(&changes.undo));
        }
    }
}
