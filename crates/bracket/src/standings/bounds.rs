//! What places are still possible.

use std::cmp::Ordering;

use super::column::{Column, column};
use super::table::Table;
use super::{Criterion, Extra, NoStandings, Ranking, of_table};
use crate::history::History;
use crate::model::MAX_SETS;

/// The worst final place that each entrant can still end in, by entrant: never better than what
/// happens.
///
/// `left` says, by entrant, how many rounds each may still play beyond those of the history (a
/// missing one is 0); pairings without an outcome are counted besides. The bound gives everybody
/// else the most, and this entrant the least, that the rounds left can bring; who meets whom is
/// left aside, so the true worst place can be better. As long as a criterion that has no such bound
/// (Buchholz and its kin) has to decide, the others are taken to win by it. Results that are in are
/// taken to stay, and matches to have at most [`MAX_SETS`] sets.
///
/// # Errors
///
/// As [`standings`](super::standings).
pub fn guaranteed(
    history: &History,
    ranking: &Ranking,
    extra: &Extra,
    left: &[u32],
) -> Result<Vec<u32>, NoStandings> {
    let outlook = Outlook::new(history, ranking, extra, left)?;
    Ok(match outlook {
        Outlook::Over(ranks) => ranks,
        Outlook::Open { lows, mut highs, complete } => {
            let own = highs.clone();
            highs.sort_unstable();
            let worst = lows.iter().zip(&own).map(|(low, own)| {
                let safe = |high: &Vec<i128>| is_below(high, low, complete);
                let threats = highs.len() - highs.partition_point(safe);
                // The own best is among them, unless nothing is left to win.
                place(threats - usize::from(!safe(own)))
            });
            worst.collect()
        }
    })
}

/// The best final place that each entrant can still end in: the counterpart of [`guaranteed`],
/// with the same arguments, and never worse than what happens.
///
/// # Errors
///
/// As [`standings`](super::standings).
pub fn attainable(
    history: &History,
    ranking: &Ranking,
    extra: &Extra,
    left: &[u32],
) -> Result<Vec<u32>, NoStandings> {
    let outlook = Outlook::new(history, ranking, extra, left)?;
    Ok(match outlook {
        Outlook::Over(ranks) => ranks,
        Outlook::Open { mut lows, highs, .. } => {
            lows.sort_unstable();
            let better = |high: &Vec<i128>| lows.len() - lows.partition_point(|low| low <= high);
            highs.iter().map(|high| place(better(high))).collect()
        }
    })
}

/// Whoever has at most `high` stays out of the way of who has at least `low`.
fn is_below(high: &Vec<i128>, low: &Vec<i128>, complete: bool) -> bool {
    match high.cmp(low) {
        Ordering::Less => true,
        // Without a further criterion they share the place.
        Ordering::Equal => complete,
        Ordering::Greater => false,
    }
}

fn place(better: usize) -> u32 {
    u32::try_from(better).unwrap_or(u32::MAX).saturating_add(1)
}

/// The least and the most that each can still have by the first criteria, those that have bounds.
enum Outlook {
    /// Nothing is left to play: the ranks.
    Over(Vec<u32>),
    Open {
        lows: Vec<Vec<i128>>,
        highs: Vec<Vec<i128>>,
        /// No criterion is left out.
        complete: bool,
    },
}

impl Outlook {
    fn new(
        history: &History,
        ranking: &Ranking,
        extra: &Extra,
        left: &[u32],
    ) -> Result<Self, NoStandings> {
        let table = Table::new(history, &ranking.scoring)?;
        let left = left.iter().copied().chain(std::iter::repeat(0));
        let left: Vec<u32> = table
            .totals
            .iter()
            .zip(left)
            .map(|(totals, left)| left.saturating_add(totals.open))
            .collect();
        if left.iter().all(|left| *left == 0) {
            return Ok(Self::Over(of_table(&table, ranking, extra).ranks()));
        }
        let mut lows = vec![Vec::new(); left.len()];
        let mut highs = lows.clone();
        let mut complete = true;
        for criterion in &ranking.criteria {
            let Some([least, most]) = of_a_round(*criterion, &table) else {
                complete = false;
                break;
            };
            let Some(Column::Common { numerators, .. }) =
                column(*criterion, &table, ranking, extra)
            else {
                complete = false;
                break;
            };
            let sides = lows.iter_mut().zip(&mut highs);
            for ((low, high), (now, left)) in sides.zip(numerators.into_iter().zip(&left)) {
                let left = i128::from(*left);
                let (least, most) = (now + left * least, now + left * most);
                if criterion.lower_is_better() {
                    low.push(-most);
                    high.push(-least);
                } else {
                    low.push(least);
                    high.push(most);
                }
            }
        }
        Ok(Self::Open { lows, highs, complete })
    }
}

/// The least and the most that one round adds, in the units of the criterion's column.
fn of_a_round(criterion: Criterion, table: &Table) -> Option<[i128; 2]> {
    match criterion {
        Criterion::Points => Some(table.scale.of_a_round()),
        Criterion::MatchWins
        | Criterion::MatchDraws
        | Criterion::MatchLosses
        | Criterion::Wins
        | Criterion::WinsPlayed => Some([0, 1]),
        Criterion::GameWins | Criterion::GameDifference => {
            let walkover = i128::from(table.scale.walkover_games);
            let most = walkover.max(i128::try_from(MAX_SETS).unwrap_or(0));
            let least = if criterion == Criterion::GameWins { 0 } else { -most };
            Some([least, most])
        }
        Criterion::Seed | Criterion::Lots => Some([0, 0]),
        _ => None,
    }
}
