//! A grand prix of four races, of which the best three count: points by place, somebody who does not
//! finish, a penalty, and who is safe before the last race.
//!
//! `cargo run -p tiltyard-bracket --example grand_prix`

use std::error::Error;
use std::fmt::Write as _;

use tiltyard_bracket::Entrant;
use tiltyard_bracket::race::{Race, RaceMark, RaceOperation, RaceResult, RaceSettings};

const DRIVERS: [&str; 5] = ["Alba", "Brno", "Cruz", "Dunn", "Ekko"];

/// Milliseconds by race and driver; 0 for who did not finish.
const TIMES: [[i64; 5]; 4] = [
    [61_250, 61_180, 63_402, 62_900, 0],
    [60_870, 61_455, 60_990, 63_100, 62_222],
    [0, 62_001, 61_750, 61_990, 62_640],
    [61_020, 61_020, 61_508, 60_930, 61_777],
];

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", play()?);
    Ok(())
}

/// Drives the races and tells of them.
pub(crate) fn play() -> Result<String, Box<dyn Error>> {
    let mut out = String::new();
    let points = vec![10, 7, 5, 3, 1];
    let mut race = Race::start(RaceSettings::GrandPrix { rounds: 4, points, best_of: Some(3) }, 5)?;
    for (round, times) in (1..).zip(TIMES) {
        if round == 4 {
            let safe = (1..).map(Entrant).zip(race.guaranteed_ranks());
            let safe = safe.map(|(who, worst)| format!("{} {worst}", name(who)));
            writeln!(out, "Worst places still possible: {}", safe.collect::<Vec<_>>().join(", "))?;
        }
        race.apply(&RaceOperation::StartRound { round })?;
        for (entrant, time) in (1..).map(Entrant).zip(times) {
            let result = if time > 0 { RaceResult::Time(time) } else { RaceResult::DidNotFinish };
            let mark = Some(RaceMark::from(result));
            race.apply(&RaceOperation::Mark { round, entrant, mark })?;
        }
        race.apply(&RaceOperation::FinishRound { round })?;
        let results = race.results(round).unwrap_or_default();
        let results = results.iter().map(|row| {
            let result = row.mark.map(|mark| mark.result.to_string()).unwrap_or_default();
            format!("{} {result} ({})", name(row.entrant), row.points.unwrap_or_default())
        });
        writeln!(out, "Race {round}: {}", results.collect::<Vec<_>>().join("  "))?;
    }

    // The stewards take two points from whoever won the second race. Rounds can be reopened.
    race.apply(&RaceOperation::ReopenRound { round: 2 })?;
    let before = race.mark(2, Entrant(1)).ok_or("no mark")?;
    let mark = Some(RaceMark { points: Some(8), ..before });
    race.apply(&RaceOperation::Mark { round: 2, entrant: Entrant(1), mark })?;
    race.apply(&RaceOperation::FinishRound { round: 2 })?;

    writeln!(out, "\nAfter a penalty of two points for {} in race 2", name(Entrant(1)))?;
    for row in race.standings() {
        let rounds = row.rounds.iter().map(|round| {
            let value = round.value.unwrap_or_default().to_string();
            if round.counts {
                format!("{value:>4} ")
            } else {
                format!("{:>5}", format!("({value})"))
            }
        });
        let rounds: String = rounds.collect();
        let (rank, who, total) = (row.rank, name(row.entrant), row.total.unwrap_or_default());
        writeln!(out, "  {rank}. {who} {total:>3} {}", rounds.trim_end())?;
    }
    Ok(out)
}

fn name(entrant: Entrant) -> &'static str {
    DRIVERS.get(entrant.index()).copied().unwrap_or("?")
}
