//! A league of six: fixtures, a cross table, the table with what decided, and who is champion before
//! the last round.
//!
//! `cargo run -p tiltyard-bracket --example round_robin`

use std::error::Error;
use std::fmt::Write as _;

use tiltyard_bracket::layout::CrossTable;
use tiltyard_bracket::standings::{Criterion, Ranking};
use tiltyard_bracket::{Entrant, Format, Match, Operation, Outcome, Seed, Settings, Stage};

const CLUBS: [&str; 6] = ["Arrow", "Boars", "Crows", "Drake", "Eagle", "Foxes"];

/// Goals of the home side (by row) against each other club.
const GOALS: [[i64; 6]; 6] = [
    [0, 2, 1, 3, 1, 2],
    [1, 0, 2, 2, 2, 0],
    [1, 2, 0, 1, 0, 4],
    [0, 1, 2, 0, 1, 1],
    [2, 1, 0, 2, 0, 3],
    [0, 1, 1, 0, 2, 0],
];

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", play()?);
    Ok(())
}

/// Plays the league and tells of it.
pub(crate) fn play() -> Result<String, Box<dyn Error>> {
    let mut out = String::new();
    let settings = Settings::from(Format::round_robin()).ranked_by(Ranking::league());
    let mut stage = Stage::start(settings, 6)?;

    for round in 1..=5 {
        let open: Vec<Match> = stage.open_matches().filter(|m| m.round == round).cloned().collect();
        let results = open.iter().map(|m| {
            let [home, away] = m.pair().unwrap_or([Entrant(1), Entrant(2)]);
            let goals = [goals(home, away), goals(away, home)];
            (
                m.key,
                goals,
                format!("{} {}\u{2013}{} {}", name(home), goals[0], goals[1], name(away)),
            )
        });
        let results: Vec<_> = results.collect();
        let line: Vec<&str> = results.iter().map(|(_, _, text)| text.as_str()).collect();
        writeln!(out, "Round {round}: {}", line.join(" \u{b7} "))?;
        for (key, goals, _) in results {
            let outcome = match goals[0].cmp(&goals[1]) {
                std::cmp::Ordering::Greater => Outcome::win(0),
                std::cmp::Ordering::Equal => Outcome::Draw,
                std::cmp::Ordering::Less => Outcome::win(1),
            };
            stage.apply(&Operation::report(key, &[goals], outcome))?;
        }
        if round == 4 {
            // What nobody can take away any more, whatever the last round brings.
            let safe = (1..).map(Entrant).zip(stage.guaranteed_ranks());
            let safe = safe.filter(|(_, worst)| *worst <= 3);
            let safe = safe.map(|(who, worst)| format!("{} is {worst} at worst", name(who)));
            writeln!(out, "Before the last round: {}", safe.collect::<Vec<_>>().join(", "))?;
        }
    }

    writeln!(out, "\n          {}", CLUBS.join("  "))?;
    let cross = CrossTable::of(&stage);
    for row in (1..=cross.size).map(Seed) {
        let cells = (1..=cross.size).map(Seed).map(|column| {
            let met = cross.between(row, column).first();
            let text = met.and_then(|met| {
                let set = stage.get(met.key)?.sets.first()?;
                let own = usize::from(met.slot);
                Some(format!("{}\u{2013}{}", set.get(own)?, set.get(1 - own)?))
            });
            format!("{:^5}", text.unwrap_or_else(|| "\u{b7}".to_owned()))
        });
        let cells = cells.collect::<Vec<_>>().join("  ");
        writeln!(out, "  {}   {}", name(Entrant(row.0)), cells.trim_end())?;
    }

    let table = stage.standings()?;
    writeln!(out, "\n            w  d  l  diff  points  decided by")?;
    for row in &table.rows {
        let diff = table.value(row.entrant, Criterion::PointsDifference);
        let diff = diff.map(ToString::to_string).unwrap_or_default();
        let decided = row.decided_by.map(|criterion| criterion.to_string()).unwrap_or_default();
        let (won, drawn, lost) = (row.won, row.drawn, row.lost);
        let (rank, who, points) = (row.rank, name(row.entrant), row.points.to_string());
        let line = format!(
            "  {rank}. {who}  {won:>2} {drawn:>2} {lost:>2} {diff:>5} {points:>7}  {decided}"
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    assert!(stage.is_over());
    Ok(out)
}

fn name(entrant: Entrant) -> &'static str {
    CLUBS.get(entrant.index()).copied().unwrap_or("?")
}

fn goals(of: Entrant, against: Entrant) -> i64 {
    GOALS.get(of.index()).and_then(|row| row.get(against.index())).copied().unwrap_or_default()
}
