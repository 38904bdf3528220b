//! The criteria that do not depend on who is tied: one column of values each.

use std::cmp::{Ordering, Reverse};

use super::opposition::Opposition;
use super::table::{Kind, Table};
use super::value::{Value, common_divisor, divisor};
use super::{Criterion, Extra, Ranking, UnplayedRounds};

/// Numerator and denominator; the latter above 0.
type Fraction = (i128, i128);

/// Values of all entrants by one criterion.
pub(super) enum Column {
    /// Over one denominator, so that they are compared and summed as whole numbers.
    Common { numerators: Vec<i128>, denominator: i128 },
    /// Each by itself: no denominator of 128 bits holds them all.
    Each(Vec<Value>),
    /// Over one denominator, for those who were tied.
    Tied { numerators: Vec<Option<i128>>, denominator: i128 },
}

impl Column {
    fn whole(numerators: impl Iterator<Item = i128>) -> Self {
        Self::Common { numerators: numerators.collect(), denominator: 1 }
    }

    pub(super) fn value(&self, entrant: usize) -> Option<Value> {
        match self {
            Self::Common { numerators, denominator } => {
                Some(Value::over(*numerators.get(entrant)?, *denominator))
            }
            Self::Each(values) => values.get(entrant).cloned(),
            Self::Tied { numerators, denominator } => {
                Some(Value::over((*numerators.get(entrant)?)?, *denominator))
            }
        }
    }

    /// Puts the highest first, keeps the order of equals, and says after how many a lower one
    /// begins.
    pub(super) fn sort(&self, entrants: &mut [usize], lowest_first: bool) -> Vec<usize> {
        match self {
            Self::Each(values) => {
                let value = |entrant: usize| values.get(entrant);
                sort(entrants, |one, two| directed(value(two).cmp(&value(one)), lowest_first))
            }
            Self::Common { numerators, .. } => {
                let mut keyed: Vec<(Reverse<i128>, usize)> = entrants
                    .iter()
                    .map(|&entrant| {
                        let value = numerators.get(entrant).copied().unwrap_or(0);
                        (Reverse(if lowest_first { -value } else { value }), entrant)
                    })
                    .collect();
                keyed.sort_by_key(|(key, _)| *key);
                for (place, (_, entrant)) in entrants.iter_mut().zip(&keyed) {
                    *place = *entrant;
                }
                let steps = (1..).zip(keyed.windows(2));
                let new = steps.filter(|(_, pair)| matches!(pair, [(a, _), (b, _)] if a != b));
                new.map(|(place, _)| place).collect()
            }
            Self::Tied { .. } => Vec::new(),
        }
    }
}

fn directed(ordering: Ordering, reverse: bool) -> Ordering {
    if reverse { ordering.reverse() } else { ordering }
}

fn sort(entrants: &mut [usize], compare: impl Fn(usize, usize) -> Ordering) -> Vec<usize> {
    entrants.sort_by(|one, two| compare(*one, *two));
    let steps = (1..).zip(entrants.windows(2));
    let new = steps.filter(|(_, pair)| matches!(pair, [a, b] if compare(*a, *b).is_ne()));
    new.map(|(place, _)| place).collect()
}

/// Values over the least denominator that all share, if 128 bits hold them.
fn common(fractions: &[Fraction]) -> Option<Column> {
    let mut denominators: Vec<i128> =
        fractions.iter().map(|(_, denominator)| *denominator).collect();
    denominators.sort_unstable();
    denominators.dedup();
    let mut shared = 1i128;
    for denominator in denominators {
        shared = shared.checked_mul(denominator / divisor(shared, denominator))?;
    }
    let mut numerators = Vec::with_capacity(fractions.len());
    for (numerator, denominator) in fractions {
        numerators.push(numerator.checked_mul(shared / denominator)?);
    }
    Some(Column::Common { numerators, denominator: shared })
}

fn fractions(list: &[Fraction]) -> Column {
    common(list).unwrap_or_else(|| {
        Column::Each(list.iter().map(|(above, below)| Value::over(*above, *below)).collect())
    })
}

fn lowest_terms((above, below): Fraction) -> Fraction {
    match (u64::try_from(above), u64::try_from(below)) {
        (Ok(one), Ok(two)) => {
            let divisor = i128::from(common_divisor(one, two));
            (above / divisor, below / divisor)
        }
        _ => (above, below),
    }
}

/// The column of a criterion; nothing for one that is made among those who are tied.
pub(super) fn column(
    criterion: Criterion,
    table: &Table,
    ranking: &Ranking,
    extra: &Extra,
) -> Option<Column> {
    let totals = table.totals.iter();
    let scale = table.scale.denominator;
    let opposition = || Opposition::new(table, ranking.unplayed);
    let buchholz = |low, high| {
        let (opposition, mut parts) = (opposition(), Vec::new());
        Some(sums(table, 1, |entrant| opposition.buchholz(entrant, [low, high], &mut parts)))
    };
    Some(match criterion {
        Criterion::Points => {
            Column::Common { numerators: totals.map(|t| t.points).collect(), denominator: scale }
        }
        Criterion::MatchWins => Column::whole(totals.map(|t| t.won.into())),
        Criterion::MatchDraws => Column::whole(totals.map(|t| t.drawn.into())),
        Criterion::MatchLosses => Column::whole(totals.map(|t| t.lost.into())),
        Criterion::Wins => Column::whole(totals.map(|t| t.wins.into())),
        Criterion::WinsPlayed => Column::whole(totals.map(|t| t.wins_played.into())),
        Criterion::GameWins => Column::whole(totals.map(|t| {
            let [won, _, _] = t.games;
            won
        })),
        Criterion::GameDifference => Column::whole(totals.map(|t| {
            let [won, _, lost] = t.games;
            won - lost
        })),
        Criterion::GameWinPercentage => {
            let shares = totals.map(|t| {
                let [won, drawn, lost] = t.games;
                lowest_terms((won, (won + drawn + lost).max(1)))
            });
            fractions(&shares.collect::<Vec<_>>())
        }
        Criterion::PointsScored => Column::whole(totals.map(|t| t.scored)),
        Criterion::PointsDifference => Column::whole(totals.map(|t| t.scored - t.conceded)),
        Criterion::WinsVersusTied
        | Criterion::HeadToHead
        | Criterion::HeadToHeadDifference
        | Criterion::DirectEncounter => return None,
        Criterion::Buchholz => return buchholz(0, 0),
        Criterion::BuchholzCut1 => return buchholz(1, 0),
        Criterion::BuchholzCut2 => return buchholz(2, 0),
        Criterion::BuchholzMedian => return buchholz(1, 1),
        Criterion::BuchholzMedian2 => return buchholz(2, 2),
        Criterion::AverageBuchholz => {
            let (opposition, mut parts) = (opposition(), Vec::new());
            let entrants = 0..table.totals.len();
            let full =
                entrants.map(|entrant| (opposition.buchholz(entrant, [0, 0], &mut parts), scale));
            means(table, &full.collect::<Vec<_>>(), (0, 1), Kind::is_played)
        }
        Criterion::SonnebornBerger => {
            let opposition = opposition();
            sums(table, 2, |entrant| opposition.sonneborn_berger(entrant))
        }
        Criterion::Koya => koya(table, ranking.unplayed),
        Criterion::Progressive => progressive(table, 0),
        Criterion::ProgressiveCut1 => progressive(table, 1),
        Criterion::AverageRating => average_rating(table, extra),
        Criterion::MatchWinRate => fractions(&match_rates(table, ranking)),
        Criterion::OpponentsMatchWinRate => {
            of_opponents(table, ranking, &match_rates(table, ranking))
        }
        Criterion::GameWinRate => fractions(&game_rates(table, ranking)),
        Criterion::OpponentsGameWinRate => {
            of_opponents(table, ranking, &game_rates(table, ranking))
        }
        Criterion::TieBreakWins => {
            let wins = |entrant| extra.tie_break_wins.get(&entrant).copied().unwrap_or(0).into();
            let entrants = (1..).map(crate::model::Entrant).take(table.totals.len());
            Column::whole(entrants.map(wins).collect::<Vec<i128>>().into_iter())
        }
        Criterion::Seed => Column::whole((1..).take(table.totals.len())),
        Criterion::Lots => lots(table, extra),
    })
}

fn sums(table: &Table, units: i128, sum: impl FnMut(usize) -> i128) -> Column {
    let numerators = (0..table.totals.len()).map(sum).collect();
    Column::Common { numerators, denominator: units * table.scale.denominator }
}

/// Half of what winning every round gives is enough to count.
fn koya(table: &Table, unplayed: UnplayedRounds) -> Column {
    let most = table.scale.match_win * i128::from(table.rounds);
    sums(table, 1, |entrant| {
        let games = table.games(entrant).iter().filter(|game| unplayed.counts(game.kind));
        let strong = games.filter(|game| 2 * table.points(game.rival) >= most);
        strong.map(|game| game.points.first().copied().unwrap_or(0)).sum()
    })
}

/// Each round's points count in the sums after it and after all later rounds.
fn progressive(table: &Table, cut: u32) -> Column {
    let sums = (0..table.totals.len()).map(|entrant| {
        let parts = table.games(entrant).iter().map(|game| {
            let [points, _] = game.points;
            points * i128::from(table.rounds.saturating_sub(game.round.max(cut)))
        });
        parts.sum()
    });
    Column::Common { numerators: sums.collect(), denominator: table.scale.denominator }
}

fn average_rating(table: &Table, extra: &Extra) -> Column {
    let mut ratings = vec![None; table.totals.len()];
    for (entrant, rating) in &extra.ratings {
        if let Some(place) = ratings.get_mut(entrant.index()) {
            *place = Some(i128::from(*rating));
        }
    }
    let means = (0..table.totals.len()).map(|entrant| {
        let games = table.games(entrant).iter().filter(|game| game.kind.is_played());
        let rated = games.filter_map(|game| ratings.get(game.rival).copied().flatten());
        let (sum, count) = rated.fold((0, 0), |(sum, count), rating| (sum + rating, count + 1));
        lowest_terms((sum, count.max(1)))
    });
    fractions(&means.collect::<Vec<_>>())
}

/// A place in an order: from 1, and the same after the last for all who are not in it.
fn lots(table: &Table, extra: &Extra) -> Column {
    let last = i128::try_from(extra.lots.len()).unwrap_or(i128::MAX - 1) + 1;
    let mut places = vec![last; table.totals.len()];
    for (place, entrant) in (1..).zip(&extra.lots) {
        if let Some(drawn) = places.get_mut(entrant.index())
            && *drawn == last
        {
            *drawn = place;
        }
    }
    Column::whole(places.into_iter())
}

/// A share of the most that could be had, or the floor. Nothing at all is the floor, too.
fn floored((above, below): Fraction, ranking: &Ranking) -> Fraction {
    let floor = ranking.rate_floor;
    let (numerator, denominator) = (floor.numerator().into(), floor.denominator().into());
    let share = lowest_terms((above, below));
    let (above, below) = share;
    // Lowest terms of points below 2^100 and of a floor below 2^40 multiply within 128 bits, but
    // scores need not come from here.
    let higher = match (above.checked_mul(denominator), below.checked_mul(numerator)) {
        (Some(above), Some(below)) => above > below,
        _ => Value::over(above, below) > Value::over(numerator, denominator),
    };
    if below > 0 && higher { share } else { (numerator, denominator) }
}

fn match_rates(table: &Table, ranking: &Ranking) -> Vec<Fraction> {
    let win = table.scale.match_win;
    let shares = table
        .totals
        .iter()
        .map(|totals| floored((totals.match_points, win * i128::from(totals.rounds)), ranking));
    shares.collect()
}

fn game_rates(table: &Table, ranking: &Ranking) -> Vec<Fraction> {
    let (win, tie) = (table.scale.match_win, table.scale.match_tie);
    let shares = table.totals.iter().map(|totals| {
        let [won, drawn, lost] = totals.games;
        floored((won * win + drawn * tie, (won + drawn + lost) * win), ranking)
    });
    shares.collect()
}

/// The mean of rates over the opponents of each entrant, those who forfeited included.
fn of_opponents(table: &Table, ranking: &Ranking, rates: &[Fraction]) -> Column {
    let floor = ranking.rate_floor;
    let alone = (i128::from(floor.numerator()), i128::from(floor.denominator()));
    means(table, rates, alone, Kind::is_paired)
}

/// The mean over the opponents of each entrant; `alone` without any.
fn means(table: &Table, of: &[Fraction], alone: Fraction, counts: fn(Kind) -> bool) -> Column {
    let rivals = |entrant: usize| {
        let games = table.games(entrant).iter().filter(move |game| counts(game.kind));
        games.filter_map(|game| of.get(game.rival).copied())
    };
    common_means(table, of, alone, counts).unwrap_or_else(|| {
        let mut parts = Vec::new();
        let means = (0..table.totals.len()).map(|entrant| {
            parts.clear();
            parts.extend(rivals(entrant));
            match parts.as_slice() {
                [] => Value::over(alone.0, alone.1),
                parts => mean(parts).unwrap_or_else(|| Value::mean(parts)),
            }
        });
        Column::Each(means.collect())
    })
}

/// The mean of a few fractions, if 128 bits hold their common denominator.
fn mean(parts: &[Fraction]) -> Option<Value> {
    let mut shared = 1i128;
    for (_, denominator) in parts {
        shared = shared.checked_mul(denominator / divisor(shared, *denominator))?;
    }
    let mut sum = 0i128;
    for (numerator, denominator) in parts {
        sum = sum.checked_add(numerator.checked_mul(shared / denominator)?)?;
    }
    Some(Value::over(sum, shared.checked_mul(i128::try_from(parts.len()).ok()?)?))
}

/// All means in whole numbers, where 128 bits hold them over one denominator.
fn common_means(
    table: &Table,
    of: &[Fraction],
    alone: Fraction,
    counts: fn(Kind) -> bool,
) -> Option<Column> {
    let Column::Common { numerators, denominator } = common(of)? else { return None };
    let mut sums = Vec::with_capacity(table.totals.len());
    for entrant in 0..table.totals.len() {
        let (mut sum, mut count) = (0i128, 0i128);
        for game in table.games(entrant).iter().filter(|game| counts(game.kind)) {
            sum = sum.checked_add(*numerators.get(game.rival)?)?;
            count += 1;
        }
        if count == 0 {
            // The floor is one of the fractions over this denominator only if somebody is at it.
            let sum = alone.0.checked_mul(denominator)?;
            (sum % alone.1 == 0).then_some(())?;
            sums.push((sum / alone.1, 1));
        } else {
            sums.push((sum, count));
        }
    }
    match common(&sums)? {
        Column::Common { numerators, denominator: shared } => {
            Some(Column::Common { numerators, denominator: shared.checked_mul(denominator)? })
        }
        Column::Each(_) | Column::Tied { .. } => None,
    }
}
