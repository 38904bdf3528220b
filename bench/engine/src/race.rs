//! Large races.

use std::time::{Duration, Instant};

use tiltyard_bracket::Entrant;
use tiltyard_bracket::race::{MAX_RACE_ENTRANTS, Race, RaceOperation, RaceResult, RaceSettings};

use crate::report::Report;

/// Plays a grand prix; the times of each round are in another order.
fn play(entrants: u32, mut each: impl FnMut(Duration)) -> Option<Race> {
    let mut race = Race::start(RaceSettings::grand_prix(), entrants).ok()?;
    for round in 1..=race.rounds() {
        race.apply(&RaceOperation::StartRound { round }).ok()?;
        for number in 1..=entrants {
            let time = i64::from(number.wrapping_mul(2_654_435_761).rotate_left(round) % 600_000);
            let mark = Some(RaceResult::Time(time).into());
            let mark = RaceOperation::Mark { round, entrant: Entrant(number), mark };
            let begin = Instant::now();
            let changes = race.apply(&mark).ok()?;
            each(begin.elapsed());
            drop(changes);
        }
        // The last round stays underway, so that places are still to be guaranteed.
        if round < race.rounds() {
            race.apply(&RaceOperation::FinishRound { round }).ok()?;
        }
    }
    Some(race)
}

pub(crate) fn measure(report: &mut Report) {
    let name = "one mark in a grand prix of 10000";
    if report.wants(name) {
        let mut times = Vec::new();
        if play(10_000, |took| times.push(took)).is_some() {
            report.push(name, Some(Duration::from_micros(20)), times);
        }
    }
    let most = MAX_RACE_ENTRANTS;
    for (entrants, aim) in [(10_000, 20), (most, 500)] {
        let aim = Some(Duration::from_millis(aim));
        let name = format!("standings of a grand prix of {entrants} over 4 rounds");
        report.measure(&name, aim, (0..5).map(|_| play(entrants, drop)), |race| {
            Some(race.as_ref()?.standings())
        });
        let name = format!("guaranteed ranks in a grand prix of {entrants} over 4 rounds");
        report.measure(&name, aim, (0..5).map(|_| play(entrants, drop)), |race| {
            Some(race.as_ref()?.guaranteed_ranks())
        });
    }
    let name = format!("restoring a grand prix of {most} over 4 rounds");
    let stored = || play(most, drop).map(|race| (race.header(), race.marks().collect::<Vec<_>>()));
    report.measure(&name, Some(Duration::from_secs(1)), (0..3).map(|_| stored()), |stored| {
        let (header, marks) = stored.take()?;
        Race::restore(header, marks).ok()
    });
}
