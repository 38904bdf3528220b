//! Five rounds of Swiss and a cut to the top eight: rounds paired one by one, somebody who leaves,
//! somebody who comes late, and a table that says what decided.
//!
//! `cargo run -p tiltyard-bracket --example swiss_cut`

use std::error::Error;
use std::fmt::Write as _;

use tiltyard_bracket::event::{Design, Event, EventOperation, StageKey};
use tiltyard_bracket::standings::{Criterion, Ranking};
use tiltyard_bracket::{Entrant, Format, Match, Operation, Outcome, Settings};

const SWISS: StageKey = StageKey(0);
const TOP: StageKey = StageKey(1);

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", play()?);
    Ok(())
}

/// Plays the event and tells of it.
pub(crate) fn play() -> Result<String, Box<dyn Error>> {
    let mut out = String::new();
    // Swiss ordered by Magic's tie-breaks, then a single elimination of the best eight.
    let swiss = Settings::from(Format::swiss(5)).ranked_by(Ranking::magic());
    let design = Design::single(swiss, 20).then_top("Top 8", 8, Format::single_elimination());
    let mut event = Event::new(design, 20)?;
    event.apply(&EventOperation::Start { stage: SWISS })?;

    for round in 1..=5 {
        if round == 2 {
            event.apply(&EventOperation::AddLate { stage: SWISS })?;
            writeln!(out, "Player {} comes late.", event.entrants())?;
        }
        if round == 4 {
            event.apply(&EventOperation::Drop { entrant: Entrant(20) })?;
            writeln!(out, "Player 20 leaves.")?;
        }
        let pairs = event.stage(SWISS).ok_or("not started")?.pair(&[])?;
        let bye = pairs.unpaired.first().map(|(seed, _)| format!(", a bye for {seed}"));
        let first = pairs.pairs.iter().take(4).map(|[one, two]| format!("{one}\u{2013}{two}"));
        let first = first.collect::<Vec<_>>().join(" ");
        writeln!(out, "Round {round}: {first} \u{2026}{}", bye.unwrap_or_default())?;
        play_in(&mut event, SWISS, Operation::AddRound(pairs))?;
        play_all(&mut event, SWISS)?;
    }

    let table = event.stage(SWISS).ok_or("not started")?.standings()?;
    writeln!(out, "\n    player  points  opponents  games  decided by")?;
    for row in table.rows.iter().take(10) {
        let share = |criterion| {
            table.value(row.entrant, criterion).map(|value| value.decimal(4)).unwrap_or_default()
        };
        let opponents = share(Criterion::OpponentsMatchWinRate);
        let games = share(Criterion::GameWinRate);
        let decided = row.decided_by.map(|criterion| criterion.to_string()).unwrap_or_default();
        let (rank, who, points) = (row.rank, row.entrant.0, row.points.to_string());
        let line = format!("{rank:>3} {who:>7} {points:>7} {opponents:>10} {games:>6}  {decided}");
        writeln!(out, "{}", line.trim_end())?;
        if row.rank == 8 {
            writeln!(out, "    {}", "-".repeat(46))?;
        }
    }

    // The seats of the final follow from the table; had a tie at the cut been left, `ties` says so.
    assert!(event.ties(SWISS).is_empty());
    event.apply(&EventOperation::Start { stage: TOP })?;
    play_all(&mut event, TOP)?;
    writeln!(out, "\nTop 8")?;
    for m in event.stage(TOP).ok_or("not started")?.matches() {
        if let (Some(winner), Some(loser)) = (m.winner(), m.loser()) {
            writeln!(out, "  {}: {winner} beat {loser}", m.identifier)?;
        }
    }
    assert!(event.is_over());
    writeln!(out, "\nFinal places")?;
    for (rank, entrant) in event.ranked().into_iter().take(10) {
        writeln!(out, "{rank:>3}. player {entrant}")?;
    }
    Ok(out)
}

fn play_in(event: &mut Event, stage: StageKey, operation: Operation) -> Result<(), Box<dyn Error>> {
    event.apply(&EventOperation::Play { stage, operation })?;
    Ok(())
}

fn play_all(event: &mut Event, stage: StageKey) -> Result<(), Box<dyn Error>> {
    loop {
        let open = event.stage(stage).and_then(|stage| stage.open_matches().next());
        let Some(m) = open else { return Ok(()) };
        let operation = result(m);
        play_in(event, stage, operation)?;
    }
}

/// The better seed wins, but for an upset now and then, and some drop a game.
fn result(m: &Match) -> Operation {
    let [upper, lower] = m.pair().unwrap_or([Entrant(1), Entrant(2)]);
    let upset = (upper.0 * 7 + lower.0 * 3).is_multiple_of(5);
    let winner = u8::from((lower < upper) != upset);
    let other = i64::from((upper.0 + lower.0).is_multiple_of(3));
    let games = if winner == 0 { [2, other] } else { [other, 2] };
    let sets = (0..games[0]).map(|_| [1, 0]).chain((0..games[1]).map(|_| [0, 1]));
    Operation::report(m.key, &sets.collect::<Vec<_>>(), Outcome::win(winner))
}
