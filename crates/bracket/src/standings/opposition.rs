//! What opponents contribute to Buchholz and Sonneborn-Berger, and what stands in where a round had
//! none.

use super::UnplayedRounds;
use super::table::{Game, Kind, Table};

/// One round's part in a sum of opponents' points.
#[derive(Clone, Copy)]
pub(super) struct Part {
    points: i128,
    /// In how many rounds.
    times: u32,
    /// Missed by one's own will, under rules that cut such rounds first.
    voluntary: bool,
}

pub(super) struct Opposition<'a> {
    table: &'a Table,
    unplayed: UnplayedRounds,
    /// What each entrant is worth as an opponent.
    worth: Vec<i128>,
}

impl<'a> Opposition<'a> {
    pub(super) fn new(table: &'a Table, unplayed: UnplayedRounds) -> Self {
        let worth = (0..table.totals.len()).map(|entrant| match unplayed {
            UnplayedRounds::Skip | UnplayedRounds::OwnPoints => table.points(entrant),
            UnplayedRounds::Fide2023 | UnplayedRounds::Fide2026 => adjusted(table, entrant),
        });
        let worth = worth.collect();
        Self { table, unplayed, worth }
    }

    /// The sum without the `low` lowest and the `high` highest parts, which are listed in `parts`.
    pub(super) fn buchholz(
        &self,
        entrant: usize,
        [low, high]: [u32; 2],
        parts: &mut Vec<Part>,
    ) -> i128 {
        parts.clear();
        let games = self.table.games(entrant).iter();
        parts.extend(games.filter_map(|game| self.part(entrant, Some(game))));
        if let Some(part) = self.part(entrant, None) {
            parts.push(Part { times: self.table.absences(entrant, 0), ..part });
        }
        if low > 0 {
            parts.sort_unstable_by_key(|part| (!part.voluntary, part.points));
            cut(parts.iter_mut(), low);
        }
        if high > 0 {
            parts.sort_unstable_by_key(|part| part.points);
            cut(parts.iter_mut().rev(), high);
        }
        parts.iter().map(|part| part.points * i128::from(part.times)).sum()
    }

    /// In halves: the parts of rounds won twice, of those drawn once.
    pub(super) fn sonneborn_berger(&self, entrant: usize) -> i128 {
        let parts = self.table.games(entrant).iter().map(|game| {
            let points = self.part(entrant, Some(game)).map_or(0, |part| part.points);
            game.kind.halves() * points
        });
        parts.sum()
    }

    /// The part of a round, or of an absence.
    fn part(&self, entrant: usize, game: Option<&Game>) -> Option<Part> {
        let kind = game.map(|game| game.kind);
        let rival = game.and_then(|game| self.worth.get(game.rival).copied());
        if kind.is_some_and(|kind| self.unplayed.counts(kind)) {
            return Some(Part { points: rival?, times: 1, voluntary: false });
        }
        let own = self.table.points(entrant);
        let points = match self.unplayed {
            UnplayedRounds::Skip => return None,
            UnplayedRounds::OwnPoints | UnplayedRounds::Fide2023 => own,
            UnplayedRounds::Fide2026 => {
                let draws = self.table.scale.match_tie * i128::from(self.table.rounds);
                own.min(rival.unwrap_or(draws))
            }
        };
        let by_fide = self.unplayed != UnplayedRounds::OwnPoints;
        Some(Part { points, times: 1, voluntary: by_fide && kind.is_none_or(Kind::is_voluntary) })
    }
}

/// Points of an entrant as an opponent: byes that were asked for at the end count as draws.
fn adjusted(table: &Table, entrant: usize) -> i128 {
    let totals = table.totals.get(entrant).copied().unwrap_or_default();
    let games = table.games(entrant);
    let last = games.iter().rev().find(|game| !game.kind.is_voluntary());
    let start = last.map_or(0, |game| game.round + 1).max(totals.open_until);
    let draw = table.scale.match_tie;
    let end = games.iter().rev().take_while(|game| game.round >= start);
    let byes = end.filter(|game| game.kind.is_requested());
    let gained: i128 = byes.map(|game| draw - game.points.first().copied().unwrap_or(0)).sum();
    totals.points + gained + draw * i128::from(table.absences(entrant, start))
}

/// Takes so many rounds away, from the first on.
fn cut<'a>(parts: impl Iterator<Item = &'a mut Part>, mut number: u32) {
    for part in parts {
        let taken = number.min(part.times);
        part.times -= taken;
        number -= taken;
    }
}
