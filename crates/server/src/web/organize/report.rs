//! What a form of the results desk says.

use tiltyard_bracket::Match;
use tiltyard_core::{
    Error, Problems,
    tournaments::{
        Tournament,
        matches::{Report, Side},
    },
};

use super::Form;

/// Most sets that a form is read for.
pub(super) const SETS: usize = 15;
/// Largest score.
const SCORE_MAX: i64 = 1_000_000_000;

/// What a button of the form asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// A result or a score.
    Report(Report),
    /// The mark that it is being played.
    Underway(bool),
    /// That these participants did not play it.
    Absent(Vec<i64>),
}

/// A side that is there: its slot and participant.
#[derive(Debug, Clone, Copy)]
struct Present {
    slot: usize,
    participant: i64,
}

fn present(tournament: &Tournament, of: &Match) -> Vec<Present> {
    let slots = of.slots.iter().enumerate();
    let found = slots.filter_map(|(slot, side)| {
        let participant = tournament.participant(side.content.entrant()?)?.id;
        Some(Present { slot, participant })
    });
    found.collect()
}

/// The name of a score's field.
pub(super) fn score_field(slot: usize, set: usize) -> String {
    format!("s{slot}_{set}")
}

/// The name of a place's field.
pub(super) fn place_field(slot: usize) -> String {
    format!("p{slot}")
}

fn score(text: &str) -> Option<i64> {
    text.trim().parse().ok().filter(|score: &i64| score.abs() <= SCORE_MAX)
}

/// `3-1, 1-3` as sets, the upper side first.
fn whole(text: &str) -> Option<Vec<[i64; 2]>> {
    let text = text.replace(['–', ':'], "-").replace(';', ",");
    text.split(',')
        .map(|set| {
            let set = set.trim();
            // The dash after the first digit is the one between the scores.
            let digit = set.find(|c: char| c.is_ascii_digit())?;
            let dash = digit + set.get(digit..)?.find('-')?;
            Some([score(&set[..dash])?, score(&set[dash + 1..])?])
        })
        .collect()
}

/// The scores of each side, in the order of `sides`.
fn scores(form: &Form, sides: &[Present], problems: &mut Problems) -> Vec<Vec<i64>> {
    let none = vec![Vec::new(); sides.len()];
    let Some(first) = sides.first() else { return none };
    let field = score_field(first.slot, 0);
    let text = form.text(&field).trim();
    let is_whole =
        text.contains([',', '–', ':', ';']) || text.trim_start_matches('-').contains('-');
    if is_whole && sides.len() == 2 {
        let Some(sets) = whole(text) else {
            problems.add(field, "must be a number, or a whole result such as 3-1, 1-3");
            return none;
        };
        return (0..2).map(|side| sets.iter().map(|set| set[side]).collect()).collect();
    }
    let typed = |side: &Present, set: usize| form.text(&score_field(side.slot, set)).trim();
    let last = (0..SETS).rev().find(|set| sides.iter().any(|side| !typed(side, *set).is_empty()));
    let Some(last) = last else { return none };
    let mut all = none;
    for set in 0..=last {
        for (side, scores) in sides.iter().zip(&mut all) {
            let text = typed(side, set);
            if let Some(score) = score(text) {
                scores.push(score);
                continue;
            }
            let wrong = if text.is_empty() {
                "is missing: every side needs one"
            } else {
                "must be a whole number, such as 3"
            };
            problems.add(score_field(side.slot, set), wrong);
        }
    }
    all
}

/// Which of two sides has won by their scores: more sets or, of one set, the higher score.
fn leader(scores: &[Vec<i64>]) -> Option<usize> {
    let [upper, lower] = scores else { return None };
    let won = |own: &[i64], other: &[i64]| own.iter().zip(other).filter(|(a, b)| a > b).count();
    match won(upper, lower).cmp(&won(lower, upper)) {
        std::cmp::Ordering::Greater => Some(0),
        std::cmp::Ordering::Less => Some(1),
        std::cmp::Ordering::Equal => None,
    }
}

/// Places in the order of the sides: as they were typed or, where none was, by the sums of scores.
fn places(
    form: &Form,
    sides: &[Present],
    scores: &[Vec<i64>],
    problems: &mut Problems,
) -> Vec<Option<u32>> {
    let typed: Vec<&str> =
        sides.iter().map(|side| form.text(&place_field(side.slot)).trim()).collect();
    if typed.iter().all(|text| text.is_empty()) {
        let sum = |scores: &Vec<i64>| scores.iter().sum::<i64>();
        let place = |own: i64| scores.iter().filter(|other| sum(other) > own).count() + 1;
        return scores.iter().map(|own| u32::try_from(place(sum(own))).ok()).collect();
    }
    let count = u32::try_from(sides.len()).unwrap_or(u32::MAX);
    let mut places = Vec::with_capacity(sides.len());
    for (side, text) in sides.iter().zip(typed) {
        let place = text.parse().ok().filter(|place| (1..=count).contains(place));
        if place.is_none() {
            let message = format!("must be from 1 to {count}; who shares a place has the same");
            problems.add(place_field(side.slot), message);
        }
        places.push(place);
    }
    places
}

/// Those who did not play: of one side, or of all.
fn missing(sides: &[Present], button: &str) -> Result<Vec<i64>, Error> {
    let of = |side: &&Present| button == "all" || button.parse() == Ok(side.slot);
    let absent: Vec<i64> = sides.iter().filter(of).map(|side| side.participant).collect();
    if absent.is_empty() {
        return Err(Error::invalid("", "nobody of this match was named"));
    }
    Ok(absent)
}

/// What the form says about the match.
pub(super) fn read(form: &Form, tournament: &Tournament, of: &Match) -> Result<Asked, Error> {
    let button = form.text("do");
    if let Some(underway) = [("underway", true), ("idle", false)]
        .into_iter()
        .find_map(|(name, underway)| (name == button).then_some(underway))
    {
        return Ok(Asked::Underway(underway));
    }
    let sides = present(tournament, of);
    if let Some(absent) = button.strip_prefix("absent-") {
        return Ok(Asked::Absent(missing(&sides, absent)?));
    }
    let many = of.slots.len() > 2;
    let mut problems = Problems::default();
    let mut scores = scores(form, &sides, &mut problems);
    let readable = problems.list().is_empty();
    let nothing = readable && scores.iter().all(Vec::is_empty);
    let mut tie = false;
    let mut winner = None;
    let mut ranks = vec![None; sides.len()];
    let first = sides.first().map_or_else(String::new, |side| score_field(side.slot, 0));
    match button {
        "tie" => tie = true,
        "live" if nothing => problems.add(first, "is missing, and it is what is to be saved"),
        "live" => {}
        _ if many => {
            let typed = sides.iter().any(|side| !form.text(&place_field(side.slot)).is_empty());
            if nothing && !typed {
                problems.add(first, "is missing: type it, or the places");
            }
            ranks = places(form, &sides, &scores, &mut problems);
            tie = ranks.iter().all(|rank| *rank == Some(1));
        }
        "report" | "" => {
            winner = leader(&scores);
            if nothing {
                problems.add(first, "is missing: type it, or press who won");
            } else if readable && winner.is_none() {
                problems.add(first, "is level with the other: press who won, or correct the score");
            }
        }
        other => {
            let slot = other.strip_prefix("win-").and_then(|slot| slot.parse::<usize>().ok());
            winner = slot.and_then(|slot| sides.iter().position(|side| side.slot == slot));
            if winner.is_none() {
                problems.add("", "nothing of this form was asked for");
            }
            if nothing {
                let point = |index: usize| vec![i64::from(Some(index) == winner)];
                scores = (0..sides.len()).map(point).collect();
            }
        }
    }
    problems.check()?;
    let mut told = Vec::with_capacity(sides.len());
    for (index, (side, (scores, rank))) in
        sides.iter().zip(scores.into_iter().zip(ranks)).enumerate()
    {
        let advancing = winner == Some(index);
        told.push(Side { participant: side.participant, scores, advancing, rank });
    }
    Ok(Asked::Report(Report { sides: told, tie }))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("3-1", Some(vec![[3, 1]]))]
    #[case("3-1, 1-3,3–0", Some(vec![[3, 1], [1, 3], [3, 0]]))]
    #[case("3:1; 1:3", Some(vec![[3, 1], [1, 3]]))]
    #[case("-3--1", Some(vec![[-3, -1]]))]
    #[case("3-", None)]
    #[case("a-b", None)]
    #[case("3-1,", None)]
    fn whole_results(#[case] text: &str, #[case] sets: Option<Vec<[i64; 2]>>) {
        assert_eq!(whole(text), sets);
    }

    #[rstest]
    #[case(vec![3], vec![1], Some(0))]
    #[case(vec![3], vec![3], None)]
    #[case(vec![1, 3, 1], vec![3, 1, 3], Some(1))]
    #[case(vec![9, 1], vec![0, 2], None)]
    #[case(vec![], vec![], None)]
    fn who_leads(#[case] upper: Vec<i64>, #[case] lower: Vec<i64>, #[case] slot: Option<usize>) {
        assert_eq!(leader(&[upper, lower]), slot);
    }
}
