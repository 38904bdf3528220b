//! The next round of a Swiss event that is half over.

use std::time::Duration;

use tiltyard_bracket::history::History;
use tiltyard_bracket::swiss::{Mode, Rules, pair};
use tiltyard_bracket::{Entrant, Outcome};

use crate::report::Report;

/// Numbers without end, the same in every run (an xorshift generator).
struct Dice(u64);

impl Dice {
    /// Below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// An event after so many rounds, and who plays on.
struct Event {
    history: History,
    rules: Rules,
    present: Vec<Entrant>,
}

/// The better seed wins more often, one game in five is drawn if the rules have draws, one in a
/// hundred is forfeited, and one entrant in two hundred leaves after each round.
fn event(entrants: u32, rounds: usize, draws: bool, seed: u64) -> Option<Event> {
    let mut dice = Dice(seed);
    let rules = Rules { mode: Mode::Casual, win: 3, draw: 1, ..Rules::default() };
    let mut history = History::new(entrants);
    let mut present: Vec<_> = history.all().collect();
    for _ in 0..rounds {
        let mut round = pair(&history, &rules, &present, &[]).ok()?;
        for pairing in &mut round.pairings {
            let [first, second] = pairing.sides;
            let better = u8::from(first > second);
            pairing.outcome = Some(match dice.roll(100) {
                0 => Outcome::Winner { slot: better, forfeit: true },
                1..=20 if draws => Outcome::Draw,
                1..=65 => Outcome::win(better),
                _ => Outcome::win(1 - better),
            });
            debug_assert_ne!(first, second);
        }
        history.rounds.push(round);
        present.retain(|_| dice.roll(200) != 0);
    }
    Some(Event { history, rules: Rules { mode: Mode::Optimal, ..rules }, present })
}

const SEEDS: [u64; 5] = [0x9e37_79b9, 0x7f4a_7c15, 0xbf58_476d, 0x94d0_49bb, 0x1331_11eb];

fn line(
    report: &mut Report,
    name: &str,
    aim: Option<Duration>,
    (entrants, rounds, draws): (u32, usize, bool),
    mode: Mode,
) {
    if !report.wants(name) {
        return;
    }
    let events = SEEDS.into_iter().filter_map(|seed| event(entrants, rounds, draws, seed));
    report.measure(name, aim, events.collect::<Vec<_>>(), |event| {
        event.rules.mode = mode;
        pair(&event.history, &event.rules, &event.present, &[])
    });
}

pub(crate) fn measure(report: &mut Report) {
    let millis = Duration::from_millis;
    for (entrants, rounds, aim) in [(10_000, 6, millis(10)), (100_000, 14, millis(100))] {
        let name = format!("casual Swiss, {entrants} entrants, round {} of 15", rounds + 1);
        line(report, &name, Some(aim), (entrants, rounds, false), Mode::Casual);
    }
    let curve = [
        (64, None),
        (128, None),
        (256, Some(millis(50))),
        (512, None),
        (1_000, Some(millis(1_000))),
        (2_000, None),
        (4_096, None),
        (10_000, Some(millis(10_000))),
    ];
    for draws in [false, true] {
        let with = if draws { ", with draws" } else { "" };
        for (entrants, aim) in curve {
            let name = format!("optimal Swiss, {entrants} entrants{with}, round 6 of 12");
            line(report, &name, aim, (entrants, 5, draws), Mode::Optimal);
        }
    }
    for entrants in [1_000, 10_000] {
        let aim = (entrants == 1_000).then(|| millis(1_000));
        let name = format!("optimal Swiss, {entrants} entrants, with draws, round 15 of 15");
        line(report, &name, aim, (entrants, 14, true), Mode::Optimal);
    }
}
