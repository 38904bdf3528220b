//! Somebody's own prediction, as the page of predictions shows it and takes it.

use std::collections::HashMap;

use tiltyard_core::tournaments::{
    ParticipantRow, State, Tournament,
    predictions::{Candidate, Fate, NewPick, Prediction, Question},
};
use tiltyard_pages::{
    Link,
    tournament::ballot::{self, Ballot},
};

use super::{match_path, words_of};
use crate::web::Form;

/// Matches that are picked on one page. A double elimination of 64 fits.
const PER_SHEET: usize = 128;

/// Matches that are no part of their own: the last rounds stay with the ones before.
const FEW: usize = 8;

/// The questions in parts that fit a page: as many rounds as do, and what is larger than a page cut up.
fn sheets<'a>(
    t: &Tournament,
    questions: Vec<Question<'a>>,
) -> Vec<Vec<(String, Vec<Question<'a>>)>> {
    let mut rounds: Vec<(String, Vec<Question<'a>>)> = Vec::new();
    for question in questions {
        let name = words_of::round(t, question.row, question.of);
        match rounds.last_mut() {
            Some((last, all)) if *last == name => all.push(question),
            _ => rounds.push((name, vec![question])),
        }
    }
    let mut sheets: Vec<Vec<(String, Vec<Question<'a>>)>> = Vec::new();
    let mut room = 0;
    for (name, all) in rounds {
        let several = all.len() > PER_SHEET;
        for (index, part) in all.chunks(PER_SHEET).enumerate() {
            let name = if several { format!("{name}, part {}", index + 1) } else { name.clone() };
            let round = (name, part.to_vec());
            if let Some(sheet) = sheets.last_mut().filter(|_| part.len() <= room) {
                sheet.push(round);
            } else {
                sheets.push(vec![round]);
                room = PER_SHEET;
            }
            room -= part.len();
        }
    }
    let count =
        |sheet: &Vec<(String, Vec<_>)>| sheet.iter().map(|(_, all)| all.len()).sum::<usize>();
    if let Some(last) = sheets.pop_if(|last| count(last) < FEW) {
        match sheets.last_mut() {
            Some(before) => before.extend(last),
            None => sheets.push(last),
        }
    }
    sheets
}

/// What a part is called: its first round, and its last.
fn label(sheet: &[(String, Vec<Question<'_>>)]) -> String {
    match sheet {
        [(first, _), .., (last, _)] => format!("{first} to {last}"),
        _ => sheet.first().map(|(name, _)| name.clone()).unwrap_or_default(),
    }
}

/// Makes the questions of one tournament.
struct Asking<'a> {
    t: &'a Tournament,
    people: HashMap<i64, &'a ParticipantRow>,
    /// Rows and letters of matches by id.
    matches: HashMap<i64, (Question<'a>, String)>,
    open: bool,
}

impl Asking<'_> {
    fn name(&self, id: i64) -> String {
        self.people.get(&id).map(|row| row.name.clone()).unwrap_or_default()
    }

    fn side(&self, question: &Question<'_>, slot: usize) -> ballot::Side {
        let candidate = question.sides.get(slot).copied().unwrap_or(Candidate::Unknown);
        let from = question.from.get(slot).copied().flatten();
        let id = match candidate {
            Candidate::Is(id) => Some(id),
            Candidate::Anybody | Candidate::Unknown => None,
        };
        let hint = match from.and_then(|(id, winner)| Some((self.matches.get(&id)?, winner))) {
            _ if question.of.optional => "Only after an upset in the grand final".to_owned(),
            Some(((_, letters), true)) => format!("Winner of {letters}"),
            Some(((_, letters), false)) => format!("Loser of {letters}"),
            None => "To be decided".to_owned(),
        };
        let seed = id.and_then(|id| u32::try_from(self.people.get(&id)?.seed).ok());
        ballot::Side {
            id,
            name: id.map(|id| self.name(id)).unwrap_or_default(),
            seed: seed.filter(|_| !self.t.options.seeding_options.hide_seeds),
            hint,
            from: from.map(|(id, winner)| came(id, winner)),
            chosen: id.is_some() && question.pick.map(|pick| pick.winner) == id,
        }
    }

    fn question(&self, question: &Question<'_>) -> ballot::Question {
        let chosen = question.pick.map(|pick| pick.winner);
        let anybody = if self.open && question.sides.contains(&Candidate::Anybody) {
            // Who waits for a place is in no bracket.
            let rows = self.t.participants.iter().filter(|row| !row.on_waiting_list);
            rows.map(|row| (row.id, row.name.clone(), Some(row.id) == chosen)).collect()
        } else {
            Vec::new()
        };
        let upper = question.of.optional.then(|| {
            let (before, _) = self.matches.get(&question.from[0]?.0)?;
            before.from[0].map(|(id, winner)| came(id, winner))
        });
        ballot::Question {
            id: question.row.id,
            identifier: question.of.identifier.to_string(),
            href: match_path(self.t, question.row, question.of),
            sides: [0, 1].map(|slot| self.side(question, slot)).into(),
            anybody,
            upper: upper.flatten(),
            pick: question.pick.map(|pick| ballot::Picked {
                name: self.name(pick.winner),
                class: match pick.fate {
                    Fate::Correct => "mark-right",
                    Fate::Wrong => "mark-wrong",
                    Fate::Open => "mark-open",
                },
                mark: match (pick.fate, pick.worth) {
                    (Fate::Correct, 1) => "✓ right, 1 point".to_owned(),
                    (Fate::Correct, points) => format!("✓ right, {points} points"),
                    (Fate::Wrong, _) => "✗ wrong".to_owned(),
                    (Fate::Open, _) => "still open".to_owned(),
                },
            }),
        }
    }
}

fn came(id: i64, winner: bool) -> String {
    format!("{}{id}", if winner { 'w' } else { 'l' })
}

/// One part of somebody's prediction, by its number from 1. `here` is the page's address.
pub(super) fn view(
    t: &Tournament,
    own: &Prediction,
    here: &str,
    number: usize,
    error: Option<String>,
) -> Ballot {
    let questions = t.ballot(own);
    let made = (own.picks.len(), questions.len());
    let open = t.state == State::AcceptingPredictions;
    let asking = Asking {
        t,
        people: t.participants.iter().map(|row| (row.id, row)).collect(),
        matches: questions
            .iter()
            .map(|it| (it.row.id, (*it, it.of.identifier.to_string())))
            .collect(),
        open,
    };
    let sheets = sheets(t, questions);
    let number = number.clamp(1, sheets.len().max(1));
    let ways = (1..).zip(&sheets).map(|(other, sheet)| {
        (Link::new(label(sheet), format!("{here}?sheet={other}")), other == number)
    });
    let ways = if sheets.len() > 1 { ways.collect() } else { Vec::new() };
    let rounds = sheets.get(number - 1).map(Vec::as_slice).unwrap_or_default();
    let rounds = rounds.iter().map(|(name, all)| ballot::Round {
        name: name.clone(),
        matches: all.iter().map(|question| asking.question(question)).collect(),
    });
    Ballot {
        action: if open { here.to_owned() } else { String::new() },
        error,
        made,
        rounds: rounds.collect(),
        sheets: ways,
        sheet: number,
    }
}

/// The picks that were sent with a part, and whether another part follows. A match of it that is not sent
/// has no pick.
pub(super) fn sent(t: &Tournament, form: &Form) -> (Vec<NewPick>, bool) {
    let number = form.text("sheet").parse::<usize>().unwrap_or(1);
    let sheets = sheets(t, t.ballot(&Prediction::default()));
    let on_it = sheets.get(number.saturating_sub(1)).into_iter().flatten();
    let picks = on_it.flat_map(|(_, all)| all).map(|question| NewPick {
        of: question.row.id,
        winner: form.text(&format!("m{}", question.row.id)).parse().ok(),
    });
    (picks.collect(), number < sheets.len())
}

/// How many picks went because they did not follow: of those there were and those that were sent.
pub(super) fn gone(before: &Prediction, sent: &[NewPick], after: &Prediction) -> usize {
    let mut wanted: HashMap<i64, Option<i64>> =
        before.picks.iter().map(|pick| (pick.of, Some(pick.winner))).collect();
    wanted.extend(sent.iter().map(|pick| (pick.of, pick.winner)));
    let wanted = wanted.values().filter(|winner| winner.is_some()).count();
    wanted.saturating_sub(after.picks.len())
}
