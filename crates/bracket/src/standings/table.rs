//! A history as the criteria read it: rounds by entrant, and their sums.
//!
//! Sums are whole numbers of 128 bits and never overflow. Points of a round are below 2^60 without
//! sets ([`Scale`]), an event has at most 2^16 rounds, sets are as many as memory holds (below
//! 2^40), scores of sets have 64 bits: the greatest sum, of opponents' points, stays below 2^120.

use super::scoring::Scale;
use super::{MAX_ROUNDS, NoStandings, Scoring};
use crate::history::{History, Pairing, Unpaired};
use crate::model::{Entrant, MAX_ENTRANTS, Outcome};

/// How a round ended for one entrant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Won,
    Drawn,
    Lost,
    ForfeitWon,
    ForfeitLost,
    Unpaired(Unpaired),
}

impl Kind {
    pub(super) fn is_played(self) -> bool {
        matches!(self, Self::Won | Self::Drawn | Self::Lost)
    }

    pub(super) fn is_paired(self) -> bool {
        !matches!(self, Self::Unpaired(_))
    }

    pub(super) fn is_match_win(self) -> bool {
        matches!(self, Self::Won | Self::ForfeitWon)
    }

    /// Missed by one's own will: a bye that was asked for, or a forfeit.
    pub(super) fn is_voluntary(self) -> bool {
        self == Self::ForfeitLost || self.is_requested()
    }

    /// A bye that was asked for.
    pub(super) fn is_requested(self) -> bool {
        matches!(self, Self::Unpaired(Unpaired::HalfPoint | Unpaired::ZeroPoint))
    }

    /// Worth a win, a draw or nothing, in halves.
    pub(super) fn halves(self) -> i128 {
        match self {
            Self::Won | Self::ForfeitWon | Self::Unpaired(Unpaired::Bye | Unpaired::FullPoint) => 2,
            Self::Drawn | Self::Unpaired(Unpaired::HalfPoint) => 1,
            Self::Lost | Self::ForfeitLost | Self::Unpaired(Unpaired::ZeroPoint) => 0,
        }
    }
}

/// A decided round of one entrant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Game {
    /// Index of the opponent; beyond the field without one.
    pub(super) rival: usize,
    /// Number of the round, from 0.
    pub(super) round: u32,
    pub(super) kind: Kind,
    /// Points of both, in units of the scale.
    pub(super) points: [i128; 2],
    /// Own scores in sets less the opponent's.
    pub(super) difference: i128,
}

/// Sums over the decided rounds of one entrant.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Totals {
    pub(super) points: i128,
    /// Points without those for games.
    pub(super) match_points: i128,
    /// Matches, and byes that give points.
    pub(super) rounds: u32,
    pub(super) won: u32,
    pub(super) drawn: u32,
    pub(super) lost: u32,
    pub(super) byes: u32,
    pub(super) wins: u32,
    pub(super) wins_played: u32,
    /// Pairings without an outcome.
    pub(super) open: u32,
    /// Rounds up to the last such one.
    pub(super) open_until: u32,
    /// Sets won, drawn, lost.
    pub(super) games: [i128; 3],
    pub(super) scored: i128,
    pub(super) conceded: i128,
}

pub(super) struct Table {
    pub(super) scale: Scale,
    pub(super) rounds: u32,
    pub(super) totals: Vec<Totals>,
    games: Vec<Game>,
    /// Where the games of each entrant begin, and the end of all.
    starts: Vec<usize>,
}

/// What the sets of a pairing say, seen from its first side.
#[derive(Clone, Copy, Default)]
struct Sets {
    games: [i128; 3],
    scores: [i128; 2],
}

impl Sets {
    fn new(pairing: &Pairing) -> Self {
        let mut sets = Self::default();
        for [first, second] in &pairing.sets {
            let [won, drawn, lost] = &mut sets.games;
            match first.cmp(second) {
                std::cmp::Ordering::Greater => *won += 1,
                std::cmp::Ordering::Equal => *drawn += 1,
                std::cmp::Ordering::Less => *lost += 1,
            }
            let [scored, conceded] = &mut sets.scores;
            *scored += i128::from(*first);
            *conceded += i128::from(*second);
        }
        sets
    }

    fn turned(self) -> Self {
        let ([won, drawn, lost], [scored, conceded]) = (self.games, self.scores);
        Self { games: [lost, drawn, won], scores: [conceded, scored] }
    }
}

impl Table {
    pub(super) fn new(history: &History, scoring: &Scoring) -> Result<Self, NoStandings> {
        let scale = Scale::new(scoring)?;
        if history.entrants > MAX_ENTRANTS {
            return Err(NoStandings::TooManyEntrants { given: history.entrants });
        }
        let rounds = u32::try_from(history.rounds.len()).unwrap_or(u32::MAX);
        if rounds > MAX_ROUNDS {
            return Err(NoStandings::TooManyRounds { given: history.rounds.len() });
        }
        if let Some((round, entrant)) = history.misplaced() {
            return Err(NoStandings::Misplaced { round, entrant });
        }
        let field = history.entrants as usize;
        let mut counts = vec![0usize; field];
        let mut count = |entrant: Entrant| {
            if let Some(count) = counts.get_mut(entrant.index()) {
                *count += 1;
            }
        };
        for (number, round) in (1..).zip(&history.rounds) {
            for pairing in &round.pairings {
                let [first, second] = pairing.sides;
                if pairing.outcome.and_then(Outcome::winner_slot).is_some_and(|slot| slot > 1) {
                    return Err(NoStandings::NoSuchSide { round: number, entrant: first });
                }
                if pairing.outcome.is_some() {
                    count(first);
                    count(second);
                }
            }
            round.unpaired.iter().for_each(|(entrant, _)| count(*entrant));
        }
        let mut starts = Vec::with_capacity(field + 1);
        let mut total = 0;
        for count in &counts {
            starts.push(total);
            total += count;
        }
        starts.push(total);
        let nothing = Game {
            rival: usize::MAX,
            round: 0,
            kind: Kind::Unpaired(Unpaired::ZeroPoint),
            points: [0; 2],
            difference: 0,
        };
        let mut table = Self {
            scale,
            rounds,
            totals: vec![Totals::default(); field],
            games: vec![nothing; total],
            starts,
        };
        table.fill(history);
        Ok(table)
    }

    fn fill(&mut self, history: &History) {
        let mut next = self.starts.clone();
        let mut put = |table: &mut Self, entrant: Entrant, game: Game, sets: Sets| {
            let index = entrant.index();
            let Some(next) = next.get_mut(index) else { return };
            if let (Some(place), Some(totals)) =
                (table.games.get_mut(*next), table.totals.get_mut(index))
            {
                *place = game;
                *next += 1;
                totals.add(&game, sets, &table.scale);
            }
        };
        for (number, round) in (0..).zip(&history.rounds) {
            for pairing in &round.pairings {
                let [first, second] = pairing.sides;
                let Some(kinds) = pairing.outcome.map(kinds) else {
                    for side in pairing.sides {
                        if let Some(totals) = self.totals.get_mut(side.index()) {
                            totals.open += 1;
                            totals.open_until = number + 1;
                        }
                    }
                    continue;
                };
                let sets = Sets::new(pairing);
                let turned = sets.turned();
                let [ours, theirs] = kinds;
                let points = [self.scale.worth(ours, sets), self.scale.worth(theirs, turned)];
                let [scored, conceded] = sets.scores;
                let game = Game {
                    rival: second.index(),
                    round: number,
                    kind: ours,
                    points,
                    difference: scored - conceded,
                };
                put(self, first, game, self.scale.walkover(ours, sets));
                let [own, other] = points;
                let game = Game {
                    rival: first.index(),
                    kind: theirs,
                    points: [other, own],
                    difference: conceded - scored,
                    ..game
                };
                put(self, second, game, self.scale.walkover(theirs, turned));
            }
            for &(entrant, unpaired) in &round.unpaired {
                let kind = Kind::Unpaired(unpaired);
                let points = [self.scale.worth(kind, Sets::default()), 0];
                let rival = usize::MAX;
                let game = Game { rival, round: number, kind, points, difference: 0 };
                put(self, entrant, game, self.scale.walkover(kind, Sets::default()));
            }
        }
    }

    /// The decided rounds of an entrant, by index, in order.
    pub(super) fn games(&self, entrant: usize) -> &[Game] {
        let start = self.starts.get(entrant).copied().unwrap_or(0);
        let end = self.starts.get(entrant + 1).copied().unwrap_or(start);
        self.games.get(start..end).unwrap_or(&[])
    }

    /// Points of an entrant, by index.
    pub(super) fn points(&self, entrant: usize) -> i128 {
        self.totals.get(entrant).map_or(0, |totals| totals.points)
    }

    /// Rounds from `start` on of which nothing is known of an entrant: they were absent.
    pub(super) fn absences(&self, entrant: usize, start: u32) -> u32 {
        let later = self.games(entrant).iter().rev().take_while(|game| game.round >= start);
        let known = u32::try_from(later.count()).unwrap_or(u32::MAX);
        let open = match self.totals.get(entrant) {
            // Asked for the whole event, or for what follows the last open pairing.
            Some(totals) if start < totals.open_until => totals.open,
            _ => 0,
        };
        self.rounds.saturating_sub(start).saturating_sub(known).saturating_sub(open)
    }
}

/// How a pairing ended for both sides.
pub(super) fn kinds(outcome: Outcome) -> [Kind; 2] {
    match outcome {
        Outcome::Winner { slot: 0, forfeit: false } => [Kind::Won, Kind::Lost],
        Outcome::Winner { slot: 0, forfeit: true } => [Kind::ForfeitWon, Kind::ForfeitLost],
        Outcome::Winner { forfeit: false, .. } => [Kind::Lost, Kind::Won],
        Outcome::Winner { forfeit: true, .. } => [Kind::ForfeitLost, Kind::ForfeitWon],
        Outcome::Draw => [Kind::Drawn; 2],
        Outcome::DoubleForfeit => [Kind::ForfeitLost; 2],
    }
}

impl Scale {
    /// Points of a match or a bye, without those for games.
    pub(super) fn base(&self, kind: Kind) -> i128 {
        match kind {
            Kind::Won | Kind::Unpaired(Unpaired::FullPoint) => self.match_win,
            Kind::Drawn => self.match_tie,
            Kind::Lost => self.match_loss,
            Kind::ForfeitWon => self.forfeit_win,
            Kind::ForfeitLost => self.forfeit_loss,
            Kind::Unpaired(Unpaired::Bye) => self.bye,
            Kind::Unpaired(Unpaired::HalfPoint) => self.half_point_bye,
            Kind::Unpaired(Unpaired::ZeroPoint) => 0,
        }
    }

    fn worth(&self, kind: Kind, sets: Sets) -> i128 {
        let [won, drawn, _] = sets.games;
        self.base(kind) + won * self.game_win + drawn * self.game_tie
    }

    /// The sets with those that nobody played but that count.
    fn walkover(&self, kind: Kind, mut sets: Sets) -> Sets {
        let games = i128::from(self.walkover_games);
        if sets.games == [0; 3] {
            match kind {
                Kind::ForfeitWon | Kind::Unpaired(Unpaired::Bye | Unpaired::FullPoint) => {
                    sets.games = [games, 0, 0];
                }
                Kind::ForfeitLost => sets.games = [0, 0, games],
                _ => {}
            }
        }
        sets
    }
}

impl Totals {
    fn add(&mut self, game: &Game, sets: Sets, scale: &Scale) {
        let [points, _] = game.points;
        self.points += points;
        self.match_points += scale.base(game.kind);
        match game.kind {
            Kind::Won | Kind::ForfeitWon => self.won += 1,
            Kind::Drawn => self.drawn += 1,
            Kind::Lost | Kind::ForfeitLost => self.lost += 1,
            Kind::Unpaired(Unpaired::ZeroPoint) => {}
            Kind::Unpaired(_) => self.byes += 1,
        }
        self.rounds = self.won + self.drawn + self.lost + self.byes;
        self.wins += u32::from(game.kind.halves() == 2);
        self.wins_played += u32::from(game.kind == Kind::Won);
        for (sum, games) in self.games.iter_mut().zip(sets.games) {
            *sum += games;
        }
        let [scored, conceded] = sets.scores;
        self.scored += scored;
        self.conceded += conceded;
    }
}
