//! Tables with full tie-breaks, of a large Swiss.

use std::time::Duration;

use tiltyard_bracket::history::{History, Pairing, Round};
use tiltyard_bracket::standings::{Criterion, Extra, Ranking, guaranteed, standings};
use tiltyard_bracket::{Entrant, Outcome};

use crate::report::Report;

const ENTRANTS: u32 = 10_000;
const ROUNDS: usize = 15;

/// A sequence of numbers without a pattern that matters here.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

/// Neighbours of the table of points meet; matches are best of three, or of five, and a tenth are
/// drawn.
fn swiss(five: bool) -> History {
    let mut state = 7;
    let mut history = History::new(ENTRANTS);
    let mut points = vec![0u32; ENTRANTS as usize];
    for _ in 0..ROUNDS {
        let mut order: Vec<_> = history.all().map(|entrant| (next(&mut state), entrant)).collect();
        let of = |entrant: Entrant| points.get(entrant.index()).copied().unwrap_or(0);
        order.sort_by_key(|(draw, entrant)| (std::cmp::Reverse(of(*entrant)), *draw));
        let mut round = Round::default();
        for pair in order.chunks_exact(2) {
            let [(draw, first), (_, second)] = pair else { continue };
            let (outcome, sets): (_, &[[i64; 2]]) = match draw % 10 {
                0 => (Outcome::Draw, &[[1, 0], [0, 1], [0, 0]]),
                1..=4 => (Outcome::win(0), &[[1, 0], [1, 0]]),
                5 | 6 => (Outcome::win(0), &[[1, 0], [0, 1], [1, 0]]),
                7 => (Outcome::win(1), &[[0, 1], [1, 0], [0, 1]]),
                _ => (Outcome::win(1), &[[0, 1], [0, 1]]),
            };
            let mut sets = sets.to_vec();
            if five {
                let more = usize::try_from(draw / 16 % 3).unwrap_or(0);
                sets.extend([[1, 0], [0, 1]].into_iter().cycle().take(more));
            }
            let outcome = Some(outcome);
            round.pairings.push(Pairing { outcome, sets, ..Pairing::new(*first, *second) });
            for (side, entrant) in [first, second].into_iter().enumerate() {
                let gained = match outcome.and_then(Outcome::winner_slot) {
                    Some(winner) => 3 * u32::from(winner == side),
                    None => 1,
                };
                if let Some(points) = points.get_mut(entrant.index()) {
                    *points += gained;
                }
            }
        }
        history.rounds.push(round);
    }
    history
}

pub(crate) fn measure(report: &mut Report) {
    let aim = Some(Duration::from_millis(50));
    let size = format!("{ENTRANTS} entrants in {ROUNDS} rounds");
    let criteria = vec![
        Criterion::Points,
        Criterion::Buchholz,
        Criterion::SonnebornBerger,
        Criterion::HeadToHead,
    ];
    let chess = Ranking { criteria, ..Ranking::fide_swiss() };
    let every = Ranking { criteria: Criterion::ALL.to_vec(), ..Ranking::magic() };
    let rankings = [
        ("points, OMW%, GW%, OGW%", Ranking::magic(), aim),
        ("points, Buchholz, Sonneborn-Berger, head to head", chess, aim),
        ("every criterion there is", every, None),
    ];
    let extra = Extra::default();
    let names = rankings.map(|(name, ranking, aim)| (format!("{name}: {size}"), ranking, aim));
    let bound = format!("guaranteed places, a round to go: {size}");
    let long = format!("points, OMW%, GW%, OGW%, best of five: {size}");
    let mut all = names.iter().map(|(name, ..)| name).chain([&bound, &long]);
    if !all.any(|name| report.wants(name)) {
        return;
    }
    let history = swiss(false);
    for (name, ranking, aim) in &names {
        report.measure(name, *aim, [(); 9], |()| standings(&history, ranking, &extra).ok());
    }
    if report.wants(&long) {
        let history = swiss(true);
        report
            .measure(&long, aim, [(); 9], |()| standings(&history, &Ranking::magic(), &extra).ok());
    }
    let left = vec![1; ENTRANTS as usize];
    report.measure(&bound, None, [(); 9], |()| {
        guaranteed(&history, &Ranking::magic(), &extra, &left).ok()
    });
}
