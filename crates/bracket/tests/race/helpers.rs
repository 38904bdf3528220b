//! Short words for tests.

use tiltyard_bracket::Entrant;
use tiltyard_bracket::race::RaceOperation::{FinishRound, StartRound};
use tiltyard_bracket::race::RaceResult::{Score, Time};
use tiltyard_bracket::race::{Race, RaceMark, RaceOperation, RaceResult, RaceSettings};

pub(crate) fn mark(round: u32, entrant: u32, mark: impl Into<RaceMark>) -> RaceOperation {
    RaceOperation::Mark { round, entrant: Entrant(entrant), mark: Some(mark.into()) }
}

pub(crate) fn unmark(round: u32, entrant: u32) -> RaceOperation {
    RaceOperation::Mark { round, entrant: Entrant(entrant), mark: None }
}

pub(crate) fn withdraw(entrant: u32) -> RaceOperation {
    RaceOperation::Withdraw { entrant: Entrant(entrant) }
}

pub(crate) fn placed(result: RaceResult, rank: u32) -> RaceMark {
    RaceMark { rank: Some(rank), ..result.into() }
}

pub(crate) fn apply(race: &mut Race, operations: &[RaceOperation]) {
    for operation in operations {
        race.apply(operation).unwrap_or_else(|refusal| panic!("{operation:?}: {refusal}"));
    }
}

/// A whole round: one result each, in order of entrants, `None` for no mark.
pub(crate) fn run(race: &mut Race, results: &[Option<RaceResult>]) {
    let round = race.next_round().unwrap();
    apply(race, &[StartRound { round }]);
    for (entrant, result) in (1..).zip(results) {
        if let Some(result) = result {
            apply(race, &[mark(round, entrant, *result)]);
        }
    }
    apply(race, &[FinishRound { round }]);
}

pub(crate) fn times(race: &mut Race, times: &[i64]) {
    run(race, &times.iter().map(|time| Some(Time(*time))).collect::<Vec<_>>());
}

pub(crate) fn scores(race: &mut Race, scores: &[i64]) {
    run(race, &scores.iter().map(|score| Some(Score(*score))).collect::<Vec<_>>());
}

pub(crate) fn grand_prix(rounds: u32, points: &[i64], best_of: Option<u32>) -> RaceSettings {
    RaceSettings::GrandPrix { rounds, points: points.to_vec(), best_of }
}

/// Rank, entrant, total, gap.
pub(crate) fn table(race: &Race) -> Vec<(u32, u32, Option<i64>, Option<i64>)> {
    let rows = race.standings().into_iter();
    rows.map(|row| (row.rank, row.entrant.0, row.total, row.gap)).collect()
}

/// Rank, entrant, points.
pub(crate) fn places(race: &Race, round: u32) -> Vec<(Option<u32>, u32, Option<i64>)> {
    let rows = race.results(round).unwrap().into_iter();
    rows.map(|row| (row.rank, row.entrant.0, row.points)).collect()
}

pub(crate) fn json<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}

/// Round 1 completed with all marks, round 2 underway with one of entrant 1; entrant 3 withdrew.
pub(crate) fn underway(settings: RaceSettings) -> Race {
    let mut race = Race::start(settings, 3).unwrap();
    let result = |number| match race.settings() {
        RaceSettings::Leaderboard { .. } => Score(number),
        _ => Time(number),
    };
    let results = [10, 20, 30].map(result);
    run(&mut race, &results.map(Some));
    apply(&mut race, &[StartRound { round: 2 }, mark(2, 1, results[0]), withdraw(3)]);
    race
}
