//! A report in v1's words, which some clients of v2.1 send as well (reference/challonge §3.3):
//! `scores_csv` with the first player's score first, `winner_id` a participant's id or `tie`.

use tiltyard_core::{
    Error, Problems,
    tournaments::{
        Tournament,
        matches::{Report, Side},
    },
};

use super::update::SCORES;
use crate::api::challonge_v2::input::Attributes;

/// Who won, as it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Winner {
    Participant(i64),
    Nobody,
}

/// A report as it was sent.
#[derive(Debug)]
pub(in crate::api) struct Sent {
    sets: Option<Vec<[i64; 2]>>,
    winner: Option<Winner>,
    /// Votes that the organizer adds for each player.
    pub(in crate::api) votes: [Option<u32>; 2],
}

/// Reads the attributes of a match, and notes what is wrong.
pub(in crate::api) fn read(sent: &mut Attributes) -> Sent {
    let sets = sent.text("scores_csv").map(|text| scores(&text));
    if sets == Some(None) {
        sent.refuse(
            "scores_csv",
            "must be sets such as 3-1,2-3,3-0, the first player's score first",
        );
    }
    let winner = match sent.text("winner_id").as_deref().map(str::trim) {
        None | Some("") => None,
        Some(tie) if tie.eq_ignore_ascii_case("tie") => Some(Winner::Nobody),
        Some(text) => {
            let id = text.parse().ok().map(Winner::Participant);
            if id.is_none() {
                sent.refuse("winner_id", "must be a participant's id, or tie");
            }
            id
        }
    };
    let unreadable = sets == Some(None);
    let sets = sets.flatten();
    let votes = ["player1_votes", "player2_votes"].map(|name| sent.count(name));
    if winner.is_some() && !unreadable && sets.as_ref().is_none_or(Vec::is_empty) {
        sent.refuse("scores_csv", "is required with winner_id, such as 3-1");
    }
    Sent { sets, winner, votes }
}

/// `3-1, 2-3` as numbers; negative ones are written with their sign. Empty for no set. Sets may stand
/// without commas, and commas without sets (reference/challonge §8.6).
fn scores(text: &str) -> Option<Vec<[i64; 2]>> {
    let mut sets = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        match set(part) {
            Some(one) => sets.push(one),
            None => {
                for word in part.split_whitespace() {
                    sets.push(set(word)?);
                }
            }
        }
    }
    Some(sets)
}

/// `3-1` as numbers: the dash after the first digit is the one between the scores.
fn set(text: &str) -> Option<[i64; 2]> {
    let number = |text: &str| text.trim().parse().ok().filter(|score| SCORES.contains(score));
    let digit = text.find(|c: char| c.is_ascii_digit())?;
    let dash = digit + text.get(digit..)?.find('-')?;
    Some([number(text.get(..dash)?)?, number(text.get(dash + 1..)?)?])
}

impl Sent {
    /// Whether it says anything about the result or the score.
    pub(in crate::api) const fn is_report(&self) -> bool {
        self.sets.is_some() || self.winner.is_some()
    }

    /// The report on this match of the tournament.
    pub(in crate::api) fn report(&self, tournament: &Tournament, id: i64) -> Result<Report, Error> {
        let (_, of) = tournament.match_by_id(id).ok_or(Error::NotFound("match"))?;
        let players: Vec<Option<i64>> = of
            .slots
            .iter()
            .map(|slot| slot.content.entrant())
            .map(|entrant| Some(tournament.participant(entrant?)?.id))
            .collect();
        let mut problems = Problems::default();
        if let Some(Winner::Participant(winner)) = self.winner
            && !players.contains(&Some(winner))
        {
            problems.add("winner_id", "must be one of the match's players, or tie");
        }
        if players.len() > 2 {
            problems.add("", "a match of more than two players is reported by API v2.1");
        } else if players.iter().any(Option::is_none) {
            problems.add("", "both players must be known before a score is reported");
        }
        problems.check()?;
        let sets = self.sets.as_deref().unwrap_or_default();
        let sides = players.into_iter().flatten().enumerate().map(|(slot, participant)| Side {
            participant,
            scores: sets.iter().map(|set| set.get(slot).copied().unwrap_or(0)).collect(),
            advancing: self.winner == Some(Winner::Participant(participant)),
            rank: None,
        });
        Ok(Report { sides: sides.collect(), tie: self.winner == Some(Winner::Nobody) })
    }
}

#[cfg(test)]
mod tests {
    #[rstest::rstest]
    #[case("3-1", Some(vec![[3, 1]]))]
    #[case(" 3 - 1 , 2-3 ", Some(vec![[3, 1], [2, 3]]))]
    #[case("-1-0", Some(vec![[-1, 0]]))]
    #[case("0--1", Some(vec![[0, -1]]))]
    #[case("-2--1", Some(vec![[-2, -1]]))]
    #[case("", Some(vec![]))]
    #[case("3-1,", Some(vec![[3, 1]]))]
    #[case("3-1 2-0", Some(vec![[3, 1], [2, 0]]))]
    #[case("3-1,, -1-0 0-2", Some(vec![[3, 1], [-1, 0], [0, 2]]))]
    #[case("3-1 2", None)]
    #[case("-9223372036854775808-1", None)]
    #[case("3:1", None)]
    #[case("3", None)]
    #[case("-", None)]
    #[case("9999999999999-0", None)]
    fn score_lists(#[case] text: &str, #[case] sets: Option<Vec<[i64; 2]>>) {
        assert_eq!(super::scores(text), sets);
    }
}
