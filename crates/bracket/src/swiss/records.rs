//! What everybody has reached so far, as the rules count it.

use super::{NoRound, Rules};
use crate::history::{History, Unpaired};
use crate::model::Outcome;

/// What somebody has reached so far.
#[derive(Clone, Copy, Default)]
pub(super) struct Record {
    pub(super) score: u32,
    pub(super) wins: u32,
    pub(super) losses: u32,
    /// No bye any more.
    pub(super) blocked: bool,
    /// In how many rounds they sat down and played.
    pub(super) played: u32,
    /// The number of the seat, from 1.
    pub(super) seat: u32,
}

impl Record {
    fn won(&mut self, rules: &Rules, without_playing: bool) {
        self.score = self.score.saturating_add(rules.win);
        self.wins += 1;
        self.blocked |= without_playing;
    }

    fn drew(&mut self, rules: &Rules) {
        self.score = self.score.saturating_add(rules.draw);
    }
}

/// The record of each entrant, in the order of the entrants.
pub(super) fn records(history: &History, rules: &Rules) -> Result<Vec<Record>, NoRound> {
    let mut records = vec![Record::default(); history.entrants as usize];
    for (number, round) in (1..).zip(&history.rounds) {
        for pairing in &round.pairings {
            let Some(outcome) = pairing.outcome else {
                return Err(NoRound::Unfinished { round: number });
            };
            for (side, entrant) in pairing.sides.iter().enumerate() {
                let Some(record) = records.get_mut(entrant.index()) else { continue };
                record.played += u32::from(pairing.is_played());
                match outcome {
                    Outcome::Draw => record.drew(rules),
                    Outcome::Winner { slot, forfeit } if usize::from(slot) == side => {
                        record.won(rules, forfeit);
                    }
                    Outcome::Winner { .. } | Outcome::DoubleForfeit => record.losses += 1,
                }
            }
        }
        for &(entrant, kind) in &round.unpaired {
            let Some(record) = records.get_mut(entrant.index()) else { continue };
            match kind {
                Unpaired::Bye | Unpaired::FullPoint => record.won(rules, true),
                Unpaired::HalfPoint => record.drew(rules),
                Unpaired::ZeroPoint => {}
            }
        }
    }
    accelerate(&mut records, rules, history.rounds.len());
    Ok(records)
}

/// Baku: in the first half of the rounds the upper half of the field has points on loan.
fn accelerate(records: &mut [Record], rules: &Rules, played: usize) {
    let Some(rounds) = rules.accelerated else { return };
    let accelerated = rounds.div_ceil(2);
    let loan = match played {
        _ if played < accelerated.div_ceil(2) => rules.win,
        _ if played < accelerated => rules.draw,
        _ => 0,
    };
    let upper = 2 * records.len().div_ceil(4);
    for record in records.iter_mut().take(upper) {
        record.score = record.score.saturating_add(loan);
    }
}
