//! A match as a sentence.

use super::{MatchCard, MatchState, Side};
use crate::tournament::ordinal;

pub(super) fn of(card: &MatchCard) -> String {
    let round = if card.round.is_empty() { String::new() } else { format!(", {}", card.round) };
    format!("Match {}{round}: {}, {}", card.identifier, sides(card), outcome(card))
}

fn sides(card: &MatchCard) -> String {
    match card.sides.as_slice() {
        [top, bottom] => match (&top.score, &bottom.score) {
            (Some(first), Some(second)) => {
                format!("{} {first} – {second} {}", top.shown(), bottom.shown())
            }
            _ => format!("{} against {}", top.shown(), bottom.shown()),
        },
        many => many.iter().map(one_of_many).collect::<Vec<_>>().join(", "),
    }
}

fn one_of_many(side: &Side) -> String {
    let place = side.place.map(|place| format!("{} ", ordinal(place.into()))).unwrap_or_default();
    let score = side.score.as_ref().map(|score| format!(" {score}")).unwrap_or_default();
    format!("{place}{}{score}", side.shown())
}

fn outcome(card: &MatchCard) -> String {
    match card.state {
        MatchState::Complete => {
            let winners: Vec<_> =
                card.sides.iter().filter(|side| side.winner).map(Side::shown).collect();
            match winners.as_slice() {
                [] => "no winner".to_owned(),
                [winner] => format!("{winner} won"),
                [most @ .., last] => format!("{} and {last} go on", most.join(", ")),
            }
        }
        MatchState::Underway => "being played".to_owned(),
        MatchState::Open => "ready to play".to_owned(),
        MatchState::Pending => "not ready".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MatchCard, MatchState, Side};
    use rstest::rstest;
    use tiltyard_bracket::MatchKey;

    fn side(name: &str, score: &str, winner: bool) -> Side {
        Side {
            name: Some(name.to_owned()),
            score: (!score.is_empty()).then(|| score.to_owned()),
            winner,
            ..Side::default()
        }
    }

    fn card(state: MatchState, sides: Vec<Side>) -> MatchCard {
        MatchCard {
            key: MatchKey(0),
            identifier: "A".to_owned(),
            state,
            round: "Winners round 1".to_owned(),
            number: 1,
            sides,
            winner_to: None,
            loser_to: None,
            drop: None,
        }
    }

    #[rstest]
    #[case(
        MatchState::Complete,
        side("Alice", "3", true),
        side("Bob", "1", false),
        "Match A, Winners round 1: Alice 3 – 1 Bob, Alice won"
    )]
    #[case(
        MatchState::Complete,
        side("Alice", "2", false),
        side("Bob", "2", false),
        "Match A, Winners round 1: Alice 2 – 2 Bob, no winner"
    )]
    #[case(
        MatchState::Open,
        side("Alice", "", false),
        side("Bob", "", false),
        "Match A, Winners round 1: Alice against Bob, ready to play"
    )]
    #[case(MatchState::Pending, side("Alice", "", false),
        Side { hint: Some("Loser of H".to_owned()), ..Side::default() },
        "Match A, Winners round 1: Alice against Loser of H, not ready")]
    #[case(
        MatchState::Pending,
        Side::default(),
        Side::default(),
        "Match A, Winners round 1: To be decided against To be decided, not ready"
    )]
    fn says_what_the_card_shows(
        #[case] state: MatchState,
        #[case] top: Side,
        #[case] bottom: Side,
        #[case] sentence: &str,
    ) {
        assert_eq!(card(state, vec![top, bottom]).label(), sentence);
    }

    #[test]
    fn names_all_of_many() {
        let mut sides =
            vec![side("Ann", "12", true), side("Bea", "", false), side("Cleo", "9", true)];
        for (side, place) in sides.iter_mut().zip([1, 3, 2]) {
            side.place = Some(place);
        }
        assert_eq!(
            card(MatchState::Complete, sides).label(),
            "Match A, Winners round 1: 1st Ann 12, 3rd Bea, 2nd Cleo 9, Ann and Cleo go on"
        );
        let open = vec![side("Ann", "", false), side("Bea", "", false), Side::default()];
        assert_eq!(
            card(MatchState::Open, open).label(),
            "Match A, Winners round 1: Ann, Bea, To be decided, ready to play"
        );
    }
}
