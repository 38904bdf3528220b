//! Matches and what happened, in words.

use tiltyard_bracket::{Match, Outcome};
use tiltyard_core::tournaments::{Forecast, MatchRow, Tournament};

/// The name of whoever stands on a side.
pub(super) fn name(tournament: &Tournament, of: &Match, slot: usize) -> Option<String> {
    let entrant = of.slots.get(slot)?.content.entrant()?;
    tournament.participant(entrant).map(|participant| participant.name.clone())
}

/// Round of a match.
pub(super) fn round_alone(tournament: &Tournament, row: &MatchRow, of: &Match) -> String {
    tournament
        .stage_of(row)
        .and_then(|(_, stage)| stage.round_name(of.key))
        .map_or_else(|| format!("Round {}", of.round), |name| name.to_string())
}

/// Group and round of a match.
pub(in crate::web) fn round(tournament: &Tournament, row: &MatchRow, of: &Match) -> String {
    let round = round_alone(tournament, row, of);
    match tournament.group_of(row) {
        Some(group) => format!("{}, {round}", group.name),
        None => round,
    }
}

/// The group or stage of a match, where each has letters of its own.
pub(super) fn stage(tournament: &Tournament, row: &MatchRow) -> Option<String> {
    match tournament.group_of(row) {
        Some(group) => Some(group.name.to_owned()),
        None => tournament.row.first_group.map(|_| "Final stage".to_owned()),
    }
}

/// What a match is called, so that no other is: `match A`, `Group B · match A`.
pub(in crate::web) fn called(tournament: &Tournament, row: &MatchRow, of: &Match) -> String {
    match stage(tournament, row) {
        Some(stage) => format!("{stage} · match {}", of.identifier),
        None => format!("match {}", of.identifier),
    }
}

/// The sets as this side sees them: `3–1, 1–3`.
fn sets(of: &Match, own: usize) -> String {
    let other = 1_usize.saturating_sub(own);
    let set = |set: &Vec<i64>| {
        format!(
            "{}–{}",
            set.get(own).copied().unwrap_or_default(),
            set.get(other).copied().unwrap_or_default()
        )
    };
    of.sets.iter().map(set).collect::<Vec<_>>().join(", ")
}

/// How the match stands: `Anna beat Bert 3–1`.
pub(in crate::web) fn stands(tournament: &Tournament, of: &Match) -> String {
    let name = |slot| name(tournament, of, slot).unwrap_or_else(|| "nobody".to_owned());
    if of.slots.len() > 2 {
        return many(tournament, of);
    }
    let line = match of.outcome {
        Some(Outcome::Winner { slot, forfeit }) => {
            let (won, lost) = (usize::from(slot), 1_usize.saturating_sub(usize::from(slot)));
            if forfeit && of.slots.get(lost).is_some_and(|slot| slot.content.entrant().is_some()) {
                let score = sets(of, won);
                let score = if score.is_empty() { score } else { format!(" {score}") };
                format!("{} wins{score}, {} did not play", name(won), name(lost))
            } else {
                format!("{} beat {} {}", name(won), name(lost), sets(of, won))
            }
        }
        Some(Outcome::Draw) => format!("{} and {} tied {}", name(0), name(1), sets(of, 0)),
        Some(Outcome::DoubleForfeit) => {
            format!("neither {} nor {} played", name(0), name(1))
        }
        None if of.sets.is_empty() => format!("{} against {}", name(0), name(1)),
        None => format!("{} against {}: {} so far", name(0), name(1), sets(of, 0)),
    };
    line.trim_end().to_owned()
}

fn many(tournament: &Tournament, of: &Match) -> String {
    let mut sides: Vec<(u8, String)> = (0..of.slots.len())
        .filter_map(|slot| {
            let name = name(tournament, of, slot)?;
            let total: i64 = of.sets.iter().filter_map(|set| set.get(slot)).sum();
            let scored = if of.sets.is_empty() { String::new() } else { format!(" ({total})") };
            let place = of.places.get(slot).copied().unwrap_or_default();
            Some((place, format!("{name}{scored}")))
        })
        .collect();
    sides.sort();
    let side = |(place, text): (u8, String)| {
        if place == 0 { text } else { format!("{place}. {text}") }
    };
    sides.into_iter().map(side).collect::<Vec<_>>().join(", ")
}

/// The same with what the match is called in front.
pub(super) fn of_match(tournament: &Tournament, row: &MatchRow, of: &Match) -> String {
    let stands = stands(tournament, of);
    match stage(tournament, row) {
        Some(stage) => format!("{stage} · {}: {stands}", of.identifier),
        None => format!("{}: {stands}", of.identifier),
    }
}

/// What the matches with these ids are.
pub(super) fn of_matches(tournament: &Tournament, ids: &[i64]) -> Vec<String> {
    let found = ids.iter().filter_map(|id| tournament.match_by_id(*id));
    found.map(|(row, of)| of_match(tournament, row, of)).collect()
}

fn counted(number: u32, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// `15 matches in 4 rounds`.
pub(super) fn matches_in_rounds(matches: u32, rounds: u32) -> String {
    let matches = counted(matches, "match", "matches");
    format!("{matches} in {}", counted(rounds, "round", "rounds"))
}

/// What would be played, a sentence a stage.
pub(super) fn forecast(forecast: &Forecast) -> Vec<String> {
    let several = forecast.stages.len() > 1;
    let mut lines: Vec<String> = Vec::new();
    for stage in &forecast.stages {
        let what = matches_in_rounds(stage.matches, stage.rounds);
        let more = match (stage.optional, stage.groups) {
            (0, _) => String::new(),
            (optional, 0) => {
                format!(", and {optional} more if the grand final has to be played twice")
            }
            (optional, _) => {
                format!(", and up to {optional} more where a grand final has to be played twice")
            }
        };
        lines.push(if stage.groups > 0 {
            format!("{}: {what}{more}.", counted(stage.groups, "group", "groups"))
        } else if several {
            format!("Final stage: {what}{more}.")
        } else {
            format!("{what}{more}.")
        });
    }
    if several {
        lines.push(format!("{} in all.", counted(forecast.matches(), "match", "matches")));
    }
    lines
}
