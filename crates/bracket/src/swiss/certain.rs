//! How many more rounds can be paired whatever happens.

use super::table::Table;
use super::{NoRound, Rules, casual};
use crate::history::History;
use crate::model::Entrant;

/// How long an event can go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certain {
    /// At least so many more rounds can be paired; with 0 not even the next.
    Rounds(usize),
    /// Every round: enough pairs may meet again.
    Always,
}

/// Says how many more rounds of those who are `present` can be paired legally, whatever the results
/// and however each of them is paired.
///
/// By Dirac's theorem there is a legal round as long as everybody (and the bye, if they are an odd
/// number) has at least half of all others left, and a round takes at most one from each. So a fresh
/// field of `2n` can play `n` rounds. Where that promises nothing, the next round itself is searched.
///
/// The promise counts on nobody leaving or coming, and in an odd field on no wins without playing,
/// which take the bye from more than one. With [`Rules::first_to`] it reaches no further than the next
/// round, since entrants leave by the results.
///
/// # Errors
/// Those of [`super::pair`] about its arguments; that no legal round is left is no error here.
pub fn rounds_certain(
    history: &History,
    rules: &Rules,
    present: &[Entrant],
) -> Result<Certain, NoRound> {
    let table = Table::new(history, rules, present, &[])?;
    let half = table.len() / 2;
    let bye = table.entrant(table.len() - 1).is_none();
    let rounds_of = |seat| match table.choices(seat).checked_sub(half) {
        None => Certain::Rounds(0),
        Some(spare) if !rules.allow_rematches || table.entrant(seat).is_none() => {
            Certain::Rounds(spare + 1)
        }
        // All that can still be taken is the bye.
        Some(0) if bye => Certain::Rounds(1),
        Some(_) => Certain::Always,
    };
    let certain = (0..table.len()).map(rounds_of).min().unwrap_or(Certain::Rounds(0));
    match certain {
        Certain::Rounds(0) => match casual::pair(&table) {
            Ok(_) => Ok(Certain::Rounds(1)),
            Err(NoRound::NoLegalPairing { .. }) => Ok(Certain::Rounds(0)),
            Err(refusal) => Err(refusal),
        },
        _ if rules.first_to.is_some() => Ok(Certain::Rounds(1)),
        certain => Ok(certain),
    }
}
