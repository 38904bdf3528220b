//! What was played, round by round: the one input of pairings and standings.
//!
//! A history is facts without judgement. How many points a bye is worth, or whether a forfeit
//! counts as met, is said by the rules that read it.

use serde::{Deserialize, Serialize};

use crate::model::{Entrant, Outcome};

/// Two entrants who were paired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pairing {
    /// First side (white, home, player 1), second side.
    pub sides: [Entrant; 2],
    /// How it ended; `None` while it is not decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Score per set, in the order of `sides`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sets: Vec<[i64; 2]>,
}

impl Pairing {
    /// A pairing nobody has played yet.
    pub fn new(first: Entrant, second: Entrant) -> Self {
        Self { sides: [first, second], outcome: None, sets: Vec::new() }
    }

    /// Both sides sat down and played: neither open nor forfeited. Only such opponents have met.
    pub fn is_played(&self) -> bool {
        match self.outcome {
            Some(Outcome::Winner { forfeit, .. }) => !forfeit,
            Some(Outcome::Draw) => true,
            Some(Outcome::DoubleForfeit) | None => false,
        }
    }

    /// The side an entrant is on: 0 or 1.
    pub fn side_of(&self, entrant: Entrant) -> Option<usize> {
        self.sides.iter().position(|side| *side == entrant)
    }

    /// Who sits opposite.
    pub fn opponent_of(&self, entrant: Entrant) -> Option<Entrant> {
        let side = self.side_of(entrant)?;
        self.sides.get(1 - side).copied()
    }

    /// Who won.
    pub fn winner(&self) -> Option<Entrant> {
        self.sides.get(self.outcome?.winner_slot()?).copied()
    }
}

/// Why somebody has no opponent in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unpaired {
    /// The pairing left them over: a win's worth, at most one in an event.
    Bye,
    /// Given by the organiser: a win's worth, and it blocks the pairing's bye.
    FullPoint,
    /// Asked for: a draw's worth.
    HalfPoint,
    /// Absent, or not entered yet: nothing.
    ZeroPoint,
}

/// One round of everybody in it. Who stands in neither list was absent (as [`Unpaired::ZeroPoint`]).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Round {
    /// In board order.
    pub pairings: Vec<Pairing>,
    /// Those without an opponent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unpaired: Vec<(Entrant, Unpaired)>,
}

/// The rounds so far of entrants 1 to `entrants`, first round first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct History {
    /// How many there are, those who dropped included: numbers are never given twice.
    pub entrants: u32,
    /// Finished rounds, and at the end perhaps one that is being played.
    pub rounds: Vec<Round>,
}

impl History {
    /// Nothing played yet.
    pub fn new(entrants: u32) -> Self {
        Self { entrants, rounds: Vec::new() }
    }

    /// All entrants in seed order.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = Entrant> + use<> {
        (1..=self.entrants).map(Entrant)
    }

    /// The first entrant who stands twice in a round, against themselves, or outside the field,
    /// with the round's number from 1. Pairings and standings count on there being none.
    pub fn misplaced(&self) -> Option<(usize, Entrant)> {
        let mut seen = vec![0; self.entrants as usize];
        for (number, round) in (1..).zip(&self.rounds) {
            let paired = round.pairings.iter().flat_map(|pairing| pairing.sides);
            for entrant in paired.chain(round.unpaired.iter().map(|(entrant, _)| *entrant)) {
                match seen.get_mut(entrant.index()) {
                    Some(last) if *last < number => *last = number,
                    Some(_) | None => return Some((number, entrant)),
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn pairing(first: u32, second: u32, outcome: Option<Outcome>) -> Pairing {
        Pairing { outcome, ..Pairing::new(Entrant(first), Entrant(second)) }
    }

    #[rstest]
    #[case(None, false)]
    #[case(Some(Outcome::win(0)), true)]
    #[case(Some(Outcome::Draw), true)]
    #[case(Some(Outcome::Winner { slot: 1, forfeit: true }), false)]
    #[case(Some(Outcome::DoubleForfeit), false)]
    fn only_who_played_has_met(#[case] outcome: Option<Outcome>, #[case] played: bool) {
        assert_eq!(pairing(1, 2, outcome).is_played(), played);
    }

    #[test]
    fn sides_opponents_and_winner() {
        let game = pairing(4, 2, Some(Outcome::win(1)));
        assert_eq!(game.side_of(Entrant(2)), Some(1));
        assert_eq!(game.opponent_of(Entrant(2)), Some(Entrant(4)));
        assert_eq!(game.opponent_of(Entrant(3)), None);
        assert_eq!(game.winner(), Some(Entrant(2)));
    }

    #[rstest]
    #[case(&[(1, 2)], &[3], None)]
    #[case(&[(1, 1)], &[], Some(1))]
    #[case(&[(1, 2)], &[2], Some(2))]
    #[case(&[(1, 4)], &[], Some(4))]
    #[case(&[(0, 1)], &[], Some(0))]
    fn nobody_stands_twice(
        #[case] pairs: &[(u32, u32)],
        #[case] byes: &[u32],
        #[case] expected: Option<u32>,
    ) {
        let round = Round {
            pairings: pairs.iter().map(|&(first, second)| pairing(first, second, None)).collect(),
            unpaired: byes.iter().map(|&bye| (Entrant(bye), Unpaired::Bye)).collect(),
        };
        let history = History { entrants: 3, rounds: vec![round] };
        assert_eq!(history.misplaced(), expected.map(|entrant| (1, Entrant(entrant))));
    }
}
