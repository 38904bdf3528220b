//! The next round of a Swiss event that is half over.

use std::time::Duration;

use tiltyard_bracket::history::{History, Round};
use tiltyard_bracket::swiss::{Avoid, Mode, NoRound, Order, Rules, pair};
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

impl Event {
    fn next(&self) -> Result<Round, NoRound> {
        pair(&self.history, &self.rules, &self.present, &[])
    }
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
        }
        history.rounds.push(round);
        present.retain(|_| dice.roll(200) != 0);
    }
    Some(Event { history, rules: Rules { mode: Mode::Optimal, ..rules }, present })
}

const SEEDS: [u64; 5] = [0x9e37_79b9, 0x7f4a_7c15, 0xbf58_476d, 0x94d0_49bb, 0x1331_11eb];

/// Measures the next round of five events that `rules` may change; none is counted that has no round.
fn line(
    report: &mut Report,
    name: &str,
    aim: Option<Duration>,
    (entrants, rounds, draws): (u32, usize, bool),
    change: impl Fn(&mut Rules),
) {
    if !report.wants(name) {
        return;
    }
    let events = SEEDS.into_iter().filter_map(|seed| {
        let mut event = event(entrants, rounds, draws, seed)?;
        change(&mut event.rules);
        event.next().is_ok().then_some(event)
    });
    report.measure(name, aim, events.collect::<Vec<_>>(), |event| event.next());
}

/// Everybody is in one of three clubs, or most are in one.
fn clubs(entrants: u32, most_in_one: bool) -> Avoid {
    let club = |entrant: u32| {
        let spread = entrant.wrapping_mul(0x9e37_79b1) >> 16;
        if most_in_one && !entrant.is_multiple_of(3) { 3 } else { spread % 3 }
    };
    let groups = (1..=entrants).map(|entrant| (Entrant(entrant), club(entrant))).collect();
    Avoid { groups, rounds: 99 }
}

/// Two halves that must not meet, both of an odd size: there is no legal round, which takes a search.
fn apart(report: &mut Report, entrants: u32) {
    let name = format!("no legal Swiss round of {entrants} entrants");
    if !report.wants(&name) {
        return;
    }
    let half = entrants / 2 + (entrants / 2 + 1) % 2;
    let pairs = (1..=half).flat_map(|one| (half + 1..=entrants).map(move |other| (one, other)));
    let forbidden = pairs.map(|(one, other)| [Entrant(one), Entrant(other)]).collect();
    let history = History::new(entrants);
    let present = history.all().collect();
    let event = Event { history, rules: Rules { forbidden, ..Rules::default() }, present };
    if matches!(event.next(), Err(NoRound::NoLegalPairing { .. })) {
        report.measure(&name, None, [event], |event| event.next());
    }
}

pub(crate) fn measure(report: &mut Report) {
    let millis = Duration::from_millis;
    for (entrants, rounds, aim) in [(10_000, 6, millis(10)), (100_000, 14, millis(100))] {
        let name = format!("casual Swiss, {entrants} entrants, round {} of 15", rounds + 1);
        line(report, &name, Some(aim), (entrants, rounds, false), |rules| {
            rules.mode = Mode::Casual;
        });
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
        (16_384, None),
    ];
    for draws in [false, true] {
        let with = if draws { ", with draws" } else { "" };
        for (entrants, aim) in curve {
            let name = format!("optimal Swiss, {entrants} entrants{with}, round 6 of 12");
            line(report, &name, aim, (entrants, 5, draws), |_| {});
        }
    }
    for (entrants, aim) in [(1_000, millis(1_000)), (10_000, millis(10_000))] {
        let name = format!("optimal Swiss, {entrants} entrants, with draws, round 15 of 15");
        line(report, &name, Some(aim), (entrants, 14, true), |_| {});
        let name = format!("optimal Swiss, {entrants} entrants of three clubs, Monrad, round 6");
        line(report, &name, Some(aim), (entrants, 5, true), |rules| {
            rules.order = Order::Monrad;
            rules.avoid.push(clubs(entrants, false));
        });
        let name = format!("optimal Swiss, {entrants} entrants, two thirds of one club, round 6");
        line(report, &name, Some(aim), (entrants, 5, true), |rules| {
            rules.avoid.push(clubs(entrants, true));
        });
    }
    apart(report, 2_000);
}
