//! What places are still possible.

use super::column::{Column, column};
use super::scoring::Scale;
use super::table::{Kind, Table, kinds};
use super::{Criterion, Extra, NoStandings, Ranking, of_table};
use crate::history::{History, Unpaired};
use crate::model::{MAX_SETS, Outcome};

/// The worst final place that each entrant can still end in, by entrant: never better than what
/// happens.
///
/// `left` says, by entrant, how many rounds each may still play beyond those of the history (a
/// missing one is 0); pairings without an outcome are played besides. The bound gives this entrant
/// the least and everybody else the most that these can bring. Who meets whom counts where a
/// pairing is the last match of both, of whom only one can win it; otherwise it is left aside, so
/// the true worst place can be better. As long as a criterion that has no such bound (Buchholz and
/// its kin) has to decide, the others are taken to win by it. Results that are in are taken to
/// stay, and matches to have at most [`MAX_SETS`] sets.
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
    let field = match Outlook::new(history, ranking, extra, left)? {
        Outlook::Over(ranks) => return Ok(ranks),
        Outlook::Open(field) => field,
    };
    let highs = sorted(field.highs.iter());
    let single = sorted(field.duels.iter().map(|duel| field.lesser_high(duel)));
    let both = sorted(field.duels.iter().map(|duel| &duel.both));
    let places = field.lows.iter().enumerate().map(|(entrant, low)| {
        // Those who would at least be level stand above, unless nothing else can decide.
        let below = |value: &&Values| *value < low || (field.complete && *value == low);
        let threats = |values: &[&Values]| values.len() - values.partition_point(below);
        let is_threat = |value: Option<&Values>| usize::from(value.is_some_and(|v| !below(&v)));
        let own = is_threat(field.highs.get(entrant));
        // In a duel only one of two may be a threat; the duel of the entrant is none of those.
        let mut spared = threats(&single) - threats(&both);
        if let Some(duel) = field.duel_of(entrant) {
            spared -= is_threat(Some(field.lesser_high(duel))) - is_threat(Some(&duel.both));
        }
        place(threats(&highs) - own - spared)
    });
    Ok(places.collect())
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
    let field = match Outlook::new(history, ranking, extra, left)? {
        Outlook::Over(ranks) => return Ok(ranks),
        Outlook::Open(field) => field,
    };
    let lows = sorted(field.lows.iter());
    let single = sorted(field.duels.iter().map(|duel| field.greater_low(duel)));
    let either = sorted(field.duels.iter().map(|duel| &duel.either));
    let places = field.highs.iter().enumerate().map(|(entrant, high)| {
        let above = |values: &[&Values]| values.len() - values.partition_point(|v| *v <= high);
        let is_above = |value: &Values| usize::from(value > high);
        // In a duel somebody wins; the duel of the entrant is none of those.
        let mut more = above(&either) - above(&single);
        if let Some(duel) = field.duel_of(entrant) {
            more -= is_above(&duel.either) - is_above(field.greater_low(duel));
        }
        place(above(&lows) + more)
    });
    Ok(places.collect())
}

fn place(better: usize) -> u32 {
    u32::try_from(better).unwrap_or(u32::MAX).saturating_add(1)
}

fn sorted<'a>(values: impl Iterator<Item = &'a Values>) -> Vec<&'a Values> {
    let mut values: Vec<_> = values.collect();
    values.sort_unstable();
    values
}

/// What somebody has by the first criteria, those that have bounds: higher is better in all.
type Values = Vec<i128>;

/// A pairing that is the last match of both sides.
struct Duel {
    sides: [usize; 2],
    /// The most that both have at least, after the same result.
    both: Values,
    /// The least that the better one has at least, whatever the result.
    either: Values,
}

struct Field {
    lows: Vec<Values>,
    highs: Vec<Values>,
    /// No criterion is left out.
    complete: bool,
    duels: Vec<Duel>,
    /// The duel of each entrant that has one.
    duel_of: Vec<Option<usize>>,
}

impl Field {
    fn duel_of(&self, entrant: usize) -> Option<&Duel> {
        self.duels.get((*self.duel_of.get(entrant)?)?)
    }

    fn lesser_high<'a>(&'a self, duel: &'a Duel) -> &'a Values {
        let [one, two] = duel.sides.map(|side| self.highs.get(side).unwrap_or(&duel.both));
        one.min(two)
    }

    fn greater_low<'a>(&'a self, duel: &'a Duel) -> &'a Values {
        let [one, two] = duel.sides.map(|side| self.lows.get(side).unwrap_or(&duel.either));
        one.max(two)
    }
}

enum Outlook {
    /// Nothing is left to play: the ranks.
    Over(Vec<u32>),
    Open(Field),
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
        let left = table.totals.iter().zip(left);
        let left: Vec<u32> = left.map(|(totals, left)| left.saturating_add(totals.open)).collect();
        if left.iter().all(|left| *left == 0) {
            return Ok(Self::Over(of_table(&table, ranking, extra).ranks()));
        }
        let mut now = vec![Values::new(); left.len()];
        let mut bounded = Vec::new();
        for criterion in &ranking.criteria {
            let column = has_bounds(*criterion).then(|| column(*criterion, &table, ranking, extra));
            let Some(Some(Column::Common { numerators, .. })) = column else { break };
            for (values, value) in now.iter_mut().zip(numerators) {
                values.push(if criterion.lower_is_better() { -value } else { value });
            }
            bounded.push(*criterion);
        }
        let scale = &table.scale;
        let rounds: Vec<[i128; 2]> =
            bounded.iter().map(|criterion| of_a_round(*criterion, scale)).collect();
        let after = |now: &Values, left: u32, side: usize| -> Values {
            let gains = rounds.iter().map(|bounds| bounds.get(side).copied().unwrap_or(0));
            now.iter().zip(gains).map(|(now, gain)| now + i128::from(left) * gain).collect()
        };
        let all = || now.iter().zip(&left);
        let mut field = Field {
            lows: all().map(|(now, left)| after(now, *left, 0)).collect(),
            highs: all().map(|(now, left)| after(now, *left, 1)).collect(),
            complete: bounded.len() == ranking.criteria.len(),
            duels: Vec::new(),
            duel_of: vec![None; left.len()],
        };
        let pairings = history.rounds.iter().flat_map(|round| &round.pairings);
        for pairing in pairings.filter(|pairing| pairing.outcome.is_none()) {
            let sides = pairing.sides.map(crate::model::Entrant::index);
            if sides.iter().any(|side| left.get(*side) != Some(&1)) {
                continue;
            }
            for side in sides {
                if let Some(place) = field.duel_of.get_mut(side) {
                    *place = Some(field.duels.len());
                }
            }
            field.duels.extend(duel(sides, &now, &bounded, scale));
        }
        Ok(Self::Open(field))
    }
}

fn duel(sides: [usize; 2], now: &[Values], criteria: &[Criterion], scale: &Scale) -> Option<Duel> {
    let [one, two] = sides;
    let (one, two) = (now.get(one)?, now.get(two)?);
    let after = |now: &Values, kind: Kind| -> [Values; 2] {
        let gains = criteria.iter().map(|criterion| of_a_kind(*criterion, kind, scale));
        let bounds = now.iter().zip(gains).map(|(now, [least, most])| (now + least, now + most));
        let (low, high) = bounds.unzip();
        [low, high]
    };
    let forfeit = true;
    let outcomes = [
        Outcome::win(0),
        Outcome::win(1),
        Outcome::Draw,
        Outcome::DoubleForfeit,
        Outcome::Winner { slot: 0, forfeit },
        Outcome::Winner { slot: 1, forfeit },
    ];
    let ends = outcomes.map(|outcome| {
        let [ours, theirs] = kinds(outcome);
        let ([low, high], [other_low, other_high]) = (after(one, ours), after(two, theirs));
        (high.min(other_high), low.max(other_low))
    });
    let both = ends.iter().map(|(both, _)| both).max()?.clone();
    let either = ends.iter().map(|(_, either)| either).min()?.clone();
    Some(Duel { sides, both, either })
}

fn has_bounds(criterion: Criterion) -> bool {
    matches!(
        criterion,
        Criterion::Points
            | Criterion::MatchWins
            | Criterion::MatchDraws
            | Criterion::MatchLosses
            | Criterion::Wins
            | Criterion::WinsPlayed
            | Criterion::GameWins
            | Criterion::GameDifference
            | Criterion::Seed
            | Criterion::Lots
    )
}

/// The least and the most that a round adds which ends so, in the units of the criterion's column;
/// higher is better.
fn of_a_kind(criterion: Criterion, kind: Kind, scale: &Scale) -> [i128; 2] {
    let sets = i128::try_from(MAX_SETS).unwrap_or(0);
    let exactly = |value: bool| [i128::from(value); 2];
    match criterion {
        Criterion::Points => {
            let sets = if kind.is_paired() { sets } else { 0 };
            let base = scale.base(kind);
            [
                base + sets * scale.game_win.min(scale.game_tie).min(0),
                base + sets * scale.game_win.max(scale.game_tie).max(0),
            ]
        }
        Criterion::MatchWins => exactly(kind.is_match_win()),
        Criterion::MatchDraws => exactly(kind == Kind::Drawn),
        Criterion::MatchLosses => [-i128::from(matches!(kind, Kind::Lost | Kind::ForfeitLost)); 2],
        Criterion::Wins => exactly(kind.halves() == 2),
        Criterion::WinsPlayed => exactly(kind == Kind::Won),
        Criterion::GameWins => [0, sets.max(scale.walkover_games.into())],
        Criterion::GameDifference => {
            let most = sets.max(scale.walkover_games.into());
            [-most, most]
        }
        _ => [0, 0],
    }
}

/// The same of a round, whatever happens in it.
fn of_a_round(criterion: Criterion, scale: &Scale) -> [i128; 2] {
    let kinds = [
        Kind::Won,
        Kind::Drawn,
        Kind::Lost,
        Kind::ForfeitWon,
        Kind::ForfeitLost,
        Kind::Unpaired(Unpaired::Bye),
        Kind::Unpaired(Unpaired::FullPoint),
        Kind::Unpaired(Unpaired::HalfPoint),
        Kind::Unpaired(Unpaired::ZeroPoint),
    ];
    let bounds = kinds.map(|kind| of_a_kind(criterion, kind, scale));
    let least = bounds.iter().map(|[least, _]| *least).min().unwrap_or(0);
    let most = bounds.iter().map(|[_, most]| *most).max().unwrap_or(0);
    [least, most]
}
