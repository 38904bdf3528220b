//! The criteria that a table is ordered by.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that entrants are compared by.
///
/// "Match" is a pairing, "game" a set of one. A match that was forfeited is a match won and lost,
/// but it was not played. The JSON form is the name in `snake_case`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Criterion {
    /// Sum of what the [`Scoring`](super::Scoring) gives.
    Points,
    /// Matches won, by forfeit too; byes do not count.
    MatchWins,
    /// Matches drawn.
    MatchDraws,
    /// Matches lost, by forfeit too: fewer are better.
    MatchLosses,
    /// FIDE's number of wins: rounds that gave a win's worth, byes and forfeits included.
    Wins,
    /// FIDE's number of games won: matches won that were played.
    WinsPlayed,
    /// Sets won.
    GameWins,
    /// Sets won less sets lost.
    GameDifference,
    /// Challonge's share of sets won among those decided or drawn; 0 without any.
    GameWinPercentage,
    /// Sum of one's own scores in all sets.
    PointsScored,
    /// Sum of one's own scores less those of the opponents.
    PointsDifference,
    /// Challonge: matches won against those who are equal up to here.
    WinsVersusTied,
    /// Points in matches among those who are equal up to here. Who stays equal is compared again
    /// by the matches inside the smaller set, before the next criterion; the value shown is that of
    /// the first, whole set.
    HeadToHead,
    /// As [`Criterion::HeadToHead`], by own scores less those of the opponents.
    HeadToHeadDifference,
    /// FIDE's direct encounter: as [`Criterion::HeadToHead`], but only if those who are equal have
    /// all met. If they have not, whoever would be alone at the top whatever the missing games
    /// brought is first; then the same of the second, and so on. A forfeited game is missing, unless
    /// [`UnplayedRounds::Skip`](super::UnplayedRounds::Skip) has it count as any other.
    DirectEncounter,
    /// Sum of the opponents' points, each as often as they were met; what an unplayed round
    /// contributes is said by [`UnplayedRounds`](super::UnplayedRounds).
    Buchholz,
    /// Buchholz without the lowest contribution.
    BuchholzCut1,
    /// Buchholz without the two lowest contributions.
    BuchholzCut2,
    /// Buchholz without the lowest and the highest; Challonge's median Buchholz.
    #[serde(alias = "median_buchholz")]
    BuchholzMedian,
    /// Buchholz without the two lowest and the two highest.
    BuchholzMedian2,
    /// FIDE's average of opponents' Buchholz: the mean of the full Buchholz of those that were
    /// played; 0 without any.
    AverageBuchholz,
    /// Sum of the points of opponents beaten, and half of those of opponents drawn with.
    SonnebornBerger,
    /// Points against opponents with at least half of what winning every round gives.
    Koya,
    /// Sum of the points after each round, so that early wins count more.
    Progressive,
    /// Progressive points without those after the first round.
    ProgressiveCut1,
    /// Mean rating of the opponents that were played and have one; 0 without any.
    AverageRating,
    /// Magic's match-win percentage: points of matches and byes among the most that the rounds
    /// could give, at least [`Ranking::rate_floor`](super::Ranking::rate_floor). Absences and
    /// zero-point byes are no rounds here; points for games are left out.
    MatchWinRate,
    /// Mean of the opponents' [`Criterion::MatchWinRate`], each as often as they were met; one's
    /// own byes are left out. The floor without any opponent.
    OpponentsMatchWinRate,
    /// Magic's game-win percentage: the same share of games, a drawn or unfinished one counting as
    /// a drawn match does.
    GameWinRate,
    /// Mean of the opponents' [`Criterion::GameWinRate`].
    OpponentsGameWinRate,
    /// Tie-break matches won: those of [`Extra::tie_break_wins`](super::Extra::tie_break_wins).
    TieBreakWins,
    /// The seed: a lower number is better. Decides everything that is left.
    Seed,
    /// Drawing of lots: the order of [`Extra::lots`](super::Extra::lots).
    Lots,
}

/// How a value of one group is set beside that of a group of another size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Across {
    /// Divided by the matches played.
    PerMatch,
    /// A mean or a share already.
    AsIs,
    /// It says nothing outside the group.
    LeftOut,
}

impl Criterion {
    /// All of them.
    pub const ALL: [Self; 33] = [
        Self::Points,
        Self::MatchWins,
        Self::MatchDraws,
        Self::MatchLosses,
        Self::Wins,
        Self::WinsPlayed,
        Self::GameWins,
        Self::GameDifference,
        Self::GameWinPercentage,
        Self::PointsScored,
        Self::PointsDifference,
        Self::WinsVersusTied,
        Self::HeadToHead,
        Self::HeadToHeadDifference,
        Self::DirectEncounter,
        Self::Buchholz,
        Self::BuchholzCut1,
        Self::BuchholzCut2,
        Self::BuchholzMedian,
        Self::BuchholzMedian2,
        Self::AverageBuchholz,
        Self::SonnebornBerger,
        Self::Koya,
        Self::Progressive,
        Self::ProgressiveCut1,
        Self::AverageRating,
        Self::MatchWinRate,
        Self::OpponentsMatchWinRate,
        Self::GameWinRate,
        Self::OpponentsGameWinRate,
        Self::TieBreakWins,
        Self::Seed,
        Self::Lots,
    ];

    /// The smaller value stands higher in the table.
    pub fn lower_is_better(self) -> bool {
        matches!(self, Self::MatchLosses | Self::Seed | Self::Lots)
    }

    /// The value is made among those who are equal up to here; others have none.
    pub fn is_among_tied(self) -> bool {
        matches!(
            self,
            Self::WinsVersusTied
                | Self::HeadToHead
                | Self::HeadToHeadDifference
                | Self::DirectEncounter
        )
    }

    pub(super) fn across(self) -> Across {
        match self {
            Self::Points
            | Self::MatchWins
            | Self::MatchDraws
            | Self::MatchLosses
            | Self::Wins
            | Self::WinsPlayed
            | Self::GameWins
            | Self::GameDifference
            | Self::PointsScored
            | Self::PointsDifference => Across::PerMatch,
            Self::GameWinPercentage
            | Self::AverageRating
            | Self::MatchWinRate
            | Self::OpponentsMatchWinRate
            | Self::GameWinRate
            | Self::OpponentsGameWinRate => Across::AsIs,
            Self::WinsVersusTied
            | Self::HeadToHead
            | Self::HeadToHeadDifference
            | Self::DirectEncounter
            | Self::Buchholz
            | Self::BuchholzCut1
            | Self::BuchholzCut2
            | Self::BuchholzMedian
            | Self::BuchholzMedian2
            | Self::AverageBuchholz
            | Self::SonnebornBerger
            | Self::Koya
            | Self::Progressive
            | Self::ProgressiveCut1
            | Self::TieBreakWins
            | Self::Seed
            | Self::Lots => Across::LeftOut,
        }
    }
}

impl fmt::Display for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Points => "points",
            Self::MatchWins => "match wins",
            Self::MatchDraws => "match draws",
            Self::MatchLosses => "match losses",
            Self::Wins => "wins, with byes and forfeits",
            Self::WinsPlayed => "wins in matches played",
            Self::GameWins => "game wins",
            Self::GameDifference => "game difference",
            Self::GameWinPercentage => "share of games won",
            Self::PointsScored => "points scored",
            Self::PointsDifference => "points difference",
            Self::WinsVersusTied => "match wins versus tied",
            Self::HeadToHead => "head to head",
            Self::HeadToHeadDifference => "points difference head to head",
            Self::DirectEncounter => "direct encounter",
            Self::Buchholz => "Buchholz",
            Self::BuchholzCut1 => "Buchholz cut 1",
            Self::BuchholzCut2 => "Buchholz cut 2",
            Self::BuchholzMedian => "median Buchholz",
            Self::BuchholzMedian2 => "median Buchholz 2",
            Self::AverageBuchholz => "average Buchholz of opponents",
            Self::SonnebornBerger => "Sonneborn-Berger",
            Self::Koya => "Koya",
            Self::Progressive => "progressive points",
            Self::ProgressiveCut1 => "progressive points cut 1",
            Self::AverageRating => "average rating of opponents",
            Self::MatchWinRate => "match-win percentage",
            Self::OpponentsMatchWinRate => "opponents' match-win percentage",
            Self::GameWinRate => "game-win percentage",
            Self::OpponentsGameWinRate => "opponents' game-win percentage",
            Self::TieBreakWins => "tie-break matches",
            Self::Seed => "seed",
            Self::Lots => "drawing of lots",
        })
    }
}
