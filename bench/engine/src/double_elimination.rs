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
}
