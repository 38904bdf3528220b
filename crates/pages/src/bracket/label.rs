//! A match as a sentence.

use super::{MatchCard, MatchState, Side};

pub(super) fn of(card: &MatchCard) -> String {
    let (top, bottom) = (card.top.shown(), card.bottom.shown());
    let middle = match (&card.top.score, &card.bottom.score) {
        (Some(first), Some(second)) => format!("{top} {first} – {second} {bottom}"),
        _ => format!("{top} against {bottom}"),
    };
    let round = if card.round.is_empty() { String::new() } else { format!(", {}", card.round) };
    format!("Match {}{round}: {middle}, {}", card.identifier, outcome(card))
}

fn outcome(card: &MatchCard) -> String {
    let winner = |side: &Side| format!("{} won", side.shown());
    match card.state {
        MatchState::Complete if card.top.winner => winner(&card.top),
        MatchState::Complete if card.bottom.winner => winner(&card.bottom),
        MatchState::Complete => "no winner".to_owned(),
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
        let card = MatchCard {
            key: MatchKey(0),
            identifier: "A".to_owned(),
            state,
            round: "Winners round 1".to_owned(),
            top,
            bottom,
        };
        assert_eq!(card.label(), sentence);
    }
}
