//! Swiss rounds: vectors, an exhaustive oracle, whole events, and why.

mod events;
mod oracle;
mod vectors;
mod why;

use std::collections::HashSet;

use tiltyard_bracket::history::{History, Pairing, Round, Unpaired};
use tiltyard_bracket::swiss::{NoRound, Rules, pair};
use tiltyard_bracket::{Entrant, Outcome};

pub(crate) fn round(pairs: &[(u32, u32)], byes: &[u32], outcome: Option<Outcome>) -> Round {
    let pairing =
        |&(a, b): &(u32, u32)| Pairing { outcome, ..Pairing::new(Entrant(a), Entrant(b)) };
    Round {
        pairings: pairs.iter().map(pairing).collect(),
        unpaired: byes.iter().map(|&bye| (Entrant(bye), Unpaired::Bye)).collect(),
    }
}

pub(crate) fn won(pairs: &[(u32, u32)], byes: &[u32]) -> Round {
    round(pairs, byes, Some(Outcome::win(0)))
}

pub(crate) fn next(history: &History, rules: &Rules) -> Result<Round, NoRound> {
    pair(history, rules, &history.all().collect::<Vec<_>>(), &[])
}

pub(crate) fn numbers(round: &Round) -> Vec<(u32, u32)> {
    round.pairings.iter().map(|p| (p.sides[0].0, p.sides[1].0)).collect()
}

pub(crate) fn byes(round: &Round) -> Vec<u32> {
    let byes = round.unpaired.iter().filter(|(_, kind)| *kind == Unpaired::Bye);
    byes.map(|(entrant, _)| entrant.0).collect()
}

pub(crate) fn outcome(die: u8) -> Outcome {
    match die % 8 {
        0..=2 => Outcome::win(0),
        3..=4 => Outcome::win(1),
        5 => Outcome::Draw,
        6 => Outcome::Winner { slot: 0, forfeit: true },
        _ => Outcome::DoubleForfeit,
    }
}

/// Hard rules, judged from the history alone.
pub(crate) fn assert_legal(history: &History, rules: &Rules, present: &[Entrant], round: &Round) {
    let played = history.rounds.iter().flat_map(|r| &r.pairings).filter(|p| p.is_played());
    let met: HashSet<_> = played.flat_map(|p| [p.sides, [p.sides[1], p.sides[0]]]).collect();
    let mut seen = Vec::new();
    for pairing in &round.pairings {
        assert!(rules.allow_rematches || !met.contains(&pairing.sides), "rematch: {pairing:?}");
        let [a, b] = pairing.sides;
        assert!(!rules.forbidden.contains(&[a, b]) && !rules.forbidden.contains(&[b, a]));
        seen.extend(pairing.sides);
    }
    assert_eq!(byes(round).len(), present.len() % 2);
    for bye in byes(round) {
        let bye = Entrant(bye);
        for earlier in &history.rounds {
            assert!(!earlier.unpaired.contains(&(bye, Unpaired::Bye)), "second bye: {bye}");
            let given = earlier.pairings.iter().any(|p| !p.is_played() && p.winner() == Some(bye));
            assert!(!given, "bye after a forfeit win: {bye}");
        }
        seen.push(bye);
    }
    seen.sort();
    let mut present = present.to_vec();
    present.sort();
    assert_eq!(seen, present);
}
