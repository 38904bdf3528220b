//! Standings: points, tie-breaks, ranks, and which criterion decided.
//!
//! A table is a pure function of what was played and of a [`Ranking`]: what results are worth and a
//! list of criteria, compared one after the other. All values are exact rational numbers; nothing
//! is rounded before it is shown.

mod bounds;
mod column;
mod criterion;
mod groups;
mod opposition;
mod scoring;
mod table;
mod tied;
mod value;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::history::History;
use crate::model::{Entrant, MAX_ENTRANTS};

pub use bounds::{attainable, guaranteed};
pub use criterion::Criterion;
pub use groups::{WildCard, wild_cards};
pub use scoring::{MAX_POINTS, NotPoints, Points, Scoring};
pub use value::Value;

use column::Column;
use table::{Kind, Table};
use tied::Tied;

/// Most rounds of a history that standings are made of.
pub const MAX_ROUNDS: u32 = 65_535;

/// What a round without a game contributes to Buchholz, Sonneborn-Berger and direct encounters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UnplayedRounds {
    /// Byes and absences contribute nothing; who forfeits is an opponent like any other. FIDE's rule
    /// for round robins, and the plain one.
    #[default]
    Skip,
    /// A virtual opponent: byes, absences and forfeits count as a game, won, drawn or lost as the
    /// round's result says, against somebody who ends with one's own points.
    OwnPoints,
    /// FIDE's Swiss by C.07 of 2023. One's own rounds without a game as in
    /// [`UnplayedRounds::OwnPoints`]; of an opponent, byes that were asked for (and absences) with
    /// nothing but such rounds and forfeits after them count as draws. Cuts at the low end take
    /// rounds that were missed by one's own will first: those, and forfeits.
    #[serde(rename = "fide_2023")]
    Fide2023,
    /// The same by C.07 of 2026: the virtual opponent has at most the points of who should have
    /// played, in a forfeit, and at most a draw for each round of the history otherwise.
    #[serde(rename = "fide_2026")]
    Fide2026,
}

impl UnplayedRounds {
    /// The opponent of such a round counts as one.
    fn counts(self, kind: Kind) -> bool {
        match self {
            Self::Skip => kind.is_paired(),
            Self::OwnPoints | Self::Fide2023 | Self::Fide2026 => kind.is_played(),
        }
    }
}

/// How a table is ordered.
///
/// ```
/// use tiltyard_bracket::standings::{Criterion, Ranking, Scoring};
///
/// let football = Ranking {
///     scoring: Scoring::of(3, 1),
///     criteria: vec![Criterion::Points, Criterion::HeadToHead, Criterion::PointsDifference],
///     ..Ranking::default()
/// };
/// let json = serde_json::to_string(&football)?;
/// assert_eq!(serde_json::from_str::<Ranking>(&json)?, football);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ranking {
    /// What results are worth.
    pub scoring: Scoring,
    /// What entrants are compared by, the weightiest first. Who is equal in all shares a rank.
    pub criteria: Vec<Criterion>,
    /// What a round without a game contributes.
    pub unplayed: UnplayedRounds,
    /// The least that [`Criterion::MatchWinRate`] and [`Criterion::GameWinRate`], and so the means
    /// of them, can be: 0.33 (not one third) in Magic, 0 by default.
    pub rate_floor: Points,
}

impl Default for Ranking {
    /// Points alone, 1 for a win and one half for a draw.
    fn default() -> Self {
        Self {
            scoring: Scoring::default(),
            criteria: vec![Criterion::Points],
            unplayed: UnplayedRounds::default(),
            rate_floor: Points::ZERO,
        }
    }
}

impl Ranking {
    /// Challonge's round robin, ranked by one of its statistics ([`Criterion::MatchWins`],
    /// [`Criterion::GameWins`], [`Criterion::GameWinPercentage`], [`Criterion::GameDifference`],
    /// [`Criterion::PointsScored`], [`Criterion::PointsDifference`]; [`Criterion::Points`] is its
    /// "custom"), with its default tie-breaks.
    pub fn challonge(ranked_by: Criterion) -> Self {
        let tie_breaks = [Criterion::WinsVersusTied, Criterion::GameWins, Criterion::PointsScored];
        let criteria = std::iter::once(ranked_by).chain(tie_breaks).collect();
        Self { criteria, ..Self::default() }
    }

    /// Challonge's Swiss: points, median Buchholz, mutual record, seed.
    pub fn challonge_swiss() -> Self {
        Self {
            criteria: vec![
                Criterion::Points,
                Criterion::BuchholzMedian,
                Criterion::WinsVersusTied,
                Criterion::Seed,
            ],
            ..Self::default()
        }
    }

    /// Magic: 3 points for a win and 1 for a draw, then opponents' match wins, own game wins,
    /// opponents' game wins; each rate is at least 0.33. A bye is won by two games to none.
    pub fn magic() -> Self {
        Self {
            scoring: Scoring { walkover_games: 2, ..Scoring::of(3, 1) },
            criteria: vec![
                Criterion::Points,
                Criterion::OpponentsMatchWinRate,
                Criterion::GameWinRate,
                Criterion::OpponentsGameWinRate,
            ],
            rate_floor: Points::new(33, 100).unwrap_or(Points::ZERO),
            ..Self::default()
        }
    }

    /// Swiss of chess: Buchholz cut 1, Buchholz, Sonneborn-Berger, direct encounter, wins; rounds
    /// without a game by FIDE's rules of 2026.
    pub fn fide_swiss() -> Self {
        Self {
            criteria: vec![
                Criterion::Points,
                Criterion::BuchholzCut1,
                Criterion::Buchholz,
                Criterion::SonnebornBerger,
                Criterion::DirectEncounter,
                Criterion::Wins,
            ],
            unplayed: UnplayedRounds::Fide2026,
            ..Self::default()
        }
    }

    /// Round robin of chess: direct encounter, wins, Sonneborn-Berger, Koya.
    pub fn fide_round_robin() -> Self {
        Self {
            criteria: vec![
                Criterion::Points,
                Criterion::DirectEncounter,
                Criterion::Wins,
                Criterion::SonnebornBerger,
                Criterion::Koya,
            ],
            ..Self::default()
        }
    }

    /// Leagues: 3 points for a win and 1 for a draw, then points and difference head to head,
    /// difference and score of all matches.
    pub fn league() -> Self {
        Self {
            scoring: Scoring::of(3, 1),
            criteria: vec![
                Criterion::Points,
                Criterion::HeadToHead,
                Criterion::HeadToHeadDifference,
                Criterion::PointsDifference,
                Criterion::PointsScored,
            ],
            ..Self::default()
        }
    }
}

/// What a history does not say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extra {
    /// Ratings, for [`Criterion::AverageRating`]; those without one are left out of the mean.
    pub ratings: BTreeMap<Entrant, i64>,
    /// Wins in tie-break matches, for [`Criterion::TieBreakWins`]; those missing have none.
    pub tie_break_wins: BTreeMap<Entrant, u32>,
    /// The order in which lots were drawn, for [`Criterion::Lots`]; those missing come last.
    pub lots: Vec<Entrant>,
}

/// Why there is no table.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NoStandings {
    /// Somebody stands twice in a round, or outside the field.
    #[error("entrant {entrant} stands twice in round {round}, or is not in the field")]
    Misplaced {
        /// The round's number, from 1.
        round: usize,
        /// Who.
        entrant: Entrant,
    },
    /// A pairing was won by a side that it does not have.
    #[error("the pairing of entrant {entrant} in round {round} is won by a third side")]
    NoSuchSide {
        /// The round's number, from 1.
        round: usize,
        /// The first side.
        entrant: Entrant,
    },
    /// More entrants than an event has.
    #[error("an event has at most {MAX_ENTRANTS} entrants, not {given}")]
    TooManyEntrants {
        /// How many there are.
        given: u32,
    },
    /// More rounds than a table is made of.
    #[error("standings are made of at most {MAX_ROUNDS} rounds, not {given}")]
    TooManyRounds {
        /// How many there are.
        given: usize,
    },
    /// The points do not go together.
    #[error("the points of a scoring need a common denominator of at most 1000000000000")]
    Scoring,
    /// The place that goes on is shared.
    #[error("place {place} of group {group} is shared: settle it first")]
    Shared {
        /// The group's number, from 1.
        group: usize,
        /// The place, from 1.
        place: u32,
        /// Those who share it.
        entrants: Vec<Entrant>,
    },
    /// Groups are ordered by different criteria.
    #[error("group {group} is ordered by other criteria than the first")]
    Unlike {
        /// The group's number, from 1.
        group: usize,
    },
}

/// One line of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Who.
    pub entrant: Entrant,
    /// The place, from 1: one more than the number of those who are strictly better.
    pub rank: u32,
    /// Matches decided, by forfeit too.
    pub played: u32,
    /// Matches won.
    pub won: u32,
    /// Matches drawn.
    pub drawn: u32,
    /// Matches lost.
    pub lost: u32,
    /// Byes that give points.
    pub byes: u32,
    /// Points by the scoring, whether they decide or not.
    pub points: Value,
    /// Values in the order of [`Standings::criteria`]; `None` where a criterion is made among
    /// those who are tied and this entrant was not.
    pub values: Vec<Option<Value>>,
    /// The criterion that puts this line below the one above; `None` in the first line and where
    /// both share a rank.
    pub decided_by: Option<Criterion>,
}

/// A table, best first. Those who share a rank stand in seed order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standings {
    /// What it is ordered by.
    pub criteria: Vec<Criterion>,
    /// All entrants, those who dropped included.
    pub rows: Vec<Row>,
}

/// Orders everybody by what was played so far.
///
/// Pairings without an outcome count nothing yet, so the table of a round that is being played is
/// a live one. Who dropped keeps their place in the table; as a later drop changes no earlier
/// round, it changes no earlier table.
///
/// # Errors
///
/// The history is none, or the scoring is too fine; see [`NoStandings`].
pub fn standings(
    history: &History,
    ranking: &Ranking,
    extra: &Extra,
) -> Result<Standings, NoStandings> {
    let table = Table::new(history, &ranking.scoring)?;
    Ok(of_table(&table, ranking, extra))
}

fn of_table(table: &Table, ranking: &Ranking, extra: &Extra) -> Standings {
    let field = table.totals.len();
    let mut order: Vec<usize> = (0..field).collect();
    let mut splits: Vec<Option<usize>> = vec![None; field];
    let mut columns = Vec::with_capacity(ranking.criteria.len());
    for (index, criterion) in (0..).zip(&ranking.criteria) {
        let sets = tied_sets(&splits);
        let column = if let Some(column) = column::column(*criterion, table, ranking, extra) {
            for (start, end) in sets {
                let members = order.get_mut(start..end).unwrap_or_default();
                for after in column.sort(members, criterion.lower_is_better()) {
                    if let Some(split) = splits.get_mut(start + after) {
                        *split = Some(index);
                    }
                }
            }
            column
        } else {
            let rules = (*criterion, ranking.unplayed);
            let mut tied = Tied::new(table, rules, &mut order, &mut splits, index);
            for (start, end) in sets {
                tied.separate(start, end);
            }
            tied.finish()
        };
        columns.push(column);
    }
    for (start, end) in tied_sets(&splits) {
        order.get_mut(start..end).unwrap_or_default().sort_unstable();
    }
    let rows = rows(table, ranking, &order, &splits, &columns);
    Standings { criteria: ranking.criteria.clone(), rows }
}

/// Where those stand who are still equal, two or more: first, and one past the last.
fn tied_sets(splits: &[Option<usize>]) -> Vec<(usize, usize)> {
    let places = (1..).zip(splits.iter().skip(1));
    let starts = places.filter(|(_, split)| split.is_some()).map(|(place, _)| place);
    let ends = starts.clone().chain([splits.len()]);
    let sets = std::iter::once(0).chain(starts).zip(ends);
    sets.filter(|(start, end)| end - start > 1).collect()
}

fn rows(
    table: &Table,
    ranking: &Ranking,
    order: &[usize],
    splits: &[Option<usize>],
    columns: &[Column],
) -> Vec<Row> {
    let mut rank = 1;
    let places = (1..).zip(order.iter().zip(splits));
    let rows = places.map(|(place, (&entrant, split))| {
        if split.is_some() {
            rank = place;
        }
        let totals = table.totals.get(entrant).copied().unwrap_or_default();
        Row {
            entrant: Entrant(u32::try_from(entrant + 1).unwrap_or(u32::MAX)),
            rank,
            played: totals.won + totals.drawn + totals.lost,
            won: totals.won,
            drawn: totals.drawn,
            lost: totals.lost,
            byes: totals.byes,
            points: Value::over(totals.points, table.scale.denominator),
            values: columns.iter().map(|column| column.value(entrant)).collect(),
            decided_by: split.and_then(|index| ranking.criteria.get(index).copied()),
        }
    });
    rows.collect()
}

impl Standings {
    /// The line of an entrant.
    pub fn row(&self, entrant: Entrant) -> Option<&Row> {
        self.rows.iter().find(|row| row.entrant == entrant)
    }

    /// Ranks by entrant: the first is that of entrant 1.
    pub fn ranks(&self) -> Vec<u32> {
        let mut ranks = vec![0; self.rows.len()];
        for row in &self.rows {
            if let Some(rank) = ranks.get_mut(row.entrant.index()) {
                *rank = row.rank;
            }
        }
        ranks
    }

    /// The value of an entrant by a criterion; `None` if the table is not ordered by it, or see
    /// [`Row::values`].
    pub fn value(&self, entrant: Entrant, criterion: Criterion) -> Option<&Value> {
        let index = self.criteria.iter().position(|other| *other == criterion)?;
        self.row(entrant)?.values.get(index)?.as_ref()
    }

    /// Those who share a rank across the line below place `cut`, so that the table does not say
    /// which of them go on. `None` if it does.
    pub fn ties_at(&self, cut: usize) -> Option<Vec<Entrant>> {
        let above = self.rows.get(cut.checked_sub(1)?)?;
        let below = self.rows.get(cut)?;
        (above.rank == below.rank).then(|| self.sharing(above.rank))
    }

    fn sharing(&self, rank: u32) -> Vec<Entrant> {
        self.rows.iter().filter(|row| row.rank == rank).map(|row| row.entrant).collect()
    }
}
