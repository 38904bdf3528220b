//! How tables are ranked: the statistics and points of round robin and Swiss (reference/challonge
//! §4.3 and §4.4).

use serde::{Deserialize, Serialize};
use tiltyard_bracket::standings::{Criterion, Points, Ranking, Scoring};

/// The tie-breaks where nothing is said.
pub(super) const TIE_BREAKS: [TieBreak; 3] =
    [TieBreak::MatchWinsVersusTied, TieBreak::GameWins, TieBreak::PointsScored];

/// About round robins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoundRobinOptions {
    /// How often everybody meets everybody.
    pub iterations: u32,
    /// What the table is ranked by.
    pub ranking: RankedBy,
    /// What results are worth where it is ranked by points of one's own.
    #[serde(flatten)]
    pub worth: Worth,
}

impl Default for RoundRobinOptions {
    fn default() -> Self {
        Self { iterations: 1, ranking: RankedBy::default(), worth: Worth::default() }
    }
}

impl RoundRobinOptions {
    /// The engine's ranking.
    pub(super) fn ranking(&self, tie_breaks: [TieBreak; 3]) -> Ranking {
        let tie_breaks = tie_breaks.map(TieBreak::criterion);
        Ranking {
            scoring: self.worth.scoring(),
            criteria: std::iter::once(self.ranking.criterion()).chain(tie_breaks).collect(),
            ..Ranking::default()
        }
    }
}

/// About Swiss. The table is ranked by points, then by median Buchholz, wins among those who are level
/// and the seed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SwissOptions {
    /// How many rounds; if nothing is said, as many as leave one entrant without a loss.
    pub rounds: Option<u32>,
    /// What results are worth.
    #[serde(flatten)]
    pub worth: Worth,
    /// A round without an opponent.
    pub pts_for_bye: Points,
}

impl Default for SwissOptions {
    fn default() -> Self {
        Self { rounds: None, worth: Worth::default(), pts_for_bye: Points::ONE }
    }
}

impl SwissOptions {
    /// The engine's ranking.
    pub(super) fn ranking(&self) -> Ranking {
        let scoring = Scoring { bye: self.pts_for_bye, ..self.worth.scoring() };
        Ranking { scoring, ..Ranking::challonge_swiss() }
    }
}

/// What results are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Worth {
    /// A match won, by forfeit too.
    pub pts_for_match_win: Points,
    /// A match drawn.
    pub pts_for_match_tie: Points,
    /// Each set won, on top.
    pub pts_for_game_win: Points,
    /// Each set drawn, on top.
    pub pts_for_game_tie: Points,
}

impl Default for Worth {
    fn default() -> Self {
        Self {
            pts_for_match_win: Points::ONE,
            pts_for_match_tie: Points::HALF,
            pts_for_game_win: Points::ZERO,
            pts_for_game_tie: Points::ZERO,
        }
    }
}

impl Worth {
    /// The engine's scoring.
    pub(super) fn scoring(&self) -> Scoring {
        Scoring {
            match_win: self.pts_for_match_win,
            forfeit_win: self.pts_for_match_win,
            match_tie: self.pts_for_match_tie,
            game_win: self.pts_for_game_win,
            game_tie: self.pts_for_game_tie,
            ..Scoring::default()
        }
    }
}

/// What a table is ranked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum RankedBy {
    /// Nothing was chosen: match wins.
    #[default]
    #[serde(rename = "")]
    Unset,
    /// Matches won.
    #[serde(rename = "match wins")]
    MatchWins,
    /// Sets won.
    #[serde(rename = "game wins")]
    GameWins,
    /// Share of sets won.
    #[serde(rename = "game win percentage")]
    GameWinPercentage,
    /// Sets won less sets lost.
    #[serde(rename = "game w/l difference")]
    GameDifference,
    /// Sum of one's own scores.
    #[serde(rename = "points scored")]
    PointsScored,
    /// Sum of one's own scores less those of the opponents.
    #[serde(rename = "points difference")]
    PointsDifference,
    /// The points of [`Worth`].
    #[serde(rename = "custom")]
    Custom,
}

impl RankedBy {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Unset,
        Self::MatchWins,
        Self::GameWins,
        Self::GameWinPercentage,
        Self::GameDifference,
        Self::PointsScored,
        Self::PointsDifference,
        Self::Custom,
    ];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unset => "",
            Self::MatchWins => "match wins",
            Self::GameWins => "game wins",
            Self::GameWinPercentage => "game win percentage",
            Self::GameDifference => "game w/l difference",
            Self::PointsScored => "points scored",
            Self::PointsDifference => "points difference",
            Self::Custom => "custom",
        }
    }

    /// The statistic with this wire name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ranked_by| ranked_by.name() == text)
    }

    const fn criterion(self) -> Criterion {
        match self {
            Self::Unset | Self::MatchWins => Criterion::MatchWins,
            Self::GameWins => Criterion::GameWins,
            Self::GameWinPercentage => Criterion::GameWinPercentage,
            Self::GameDifference => Criterion::GameDifference,
            Self::PointsScored => Criterion::PointsScored,
            Self::PointsDifference => Criterion::PointsDifference,
            Self::Custom => Criterion::Points,
        }
    }
}

/// What parts those who are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TieBreak {
    /// Matches won.
    #[serde(rename = "match wins")]
    MatchWins,
    /// Sets won.
    #[serde(rename = "game wins")]
    GameWins,
    /// Share of sets won.
    #[serde(rename = "game win percentage")]
    GameWinPercentage,
    /// Sets won less sets lost.
    #[serde(rename = "game w/l difference")]
    GameDifference,
    /// Sum of one's own scores.
    #[serde(rename = "points scored")]
    PointsScored,
    /// Sum of one's own scores less those of the opponents.
    #[serde(rename = "points difference")]
    PointsDifference,
    /// Matches won against those who are equal.
    #[serde(rename = "match wins vs tied")]
    MatchWinsVersusTied,
    /// Points of the opponents, the best and the worst left out.
    #[serde(rename = "median buchholz")]
    MedianBuchholz,
}

impl TieBreak {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::MatchWins,
        Self::GameWins,
        Self::GameWinPercentage,
        Self::GameDifference,
        Self::PointsScored,
        Self::PointsDifference,
        Self::MatchWinsVersusTied,
        Self::MedianBuchholz,
    ];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MatchWins => "match wins",
            Self::GameWins => "game wins",
            Self::GameWinPercentage => "game win percentage",
            Self::GameDifference => "game w/l difference",
            Self::PointsScored => "points scored",
            Self::PointsDifference => "points difference",
            Self::MatchWinsVersusTied => "match wins vs tied",
            Self::MedianBuchholz => "median buchholz",
        }
    }

    /// The tie-break with this wire name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tie_break| tie_break.name() == text)
    }

    const fn criterion(self) -> Criterion {
        match self {
            Self::MatchWins => Criterion::MatchWins,
            Self::GameWins => Criterion::GameWins,
            Self::GameWinPercentage => Criterion::GameWinPercentage,
            Self::GameDifference => Criterion::GameDifference,
            Self::PointsScored => Criterion::PointsScored,
            Self::PointsDifference => Criterion::PointsDifference,
            Self::MatchWinsVersusTied => Criterion::WinsVersusTied,
            Self::MedianBuchholz => Criterion::BuchholzMedian,
        }
    }
}

#[cfg(test)]
mod tests {
    use tiltyard_bracket::standings::Points;

    use super::{RankedBy, TIE_BREAKS, TieBreak};
    use crate::tournaments::Options;

    #[test]
    fn stored_names_are_those_of_the_wire() {
        for ranked_by in RankedBy::ALL {
            assert_eq!(serde_json::to_value(ranked_by).unwrap(), ranked_by.name());
            assert_eq!(RankedBy::parse(ranked_by.name()), Some(ranked_by));
        }
        for tie_break in TieBreak::ALL {
            assert_eq!(serde_json::to_value(tie_break).unwrap(), tie_break.name());
            assert_eq!(TieBreak::parse(tie_break.name()), Some(tie_break));
        }
    }

    #[test]
    fn options_stored_before_there_were_tables_have_the_defaults() {
        let options: Options = serde_json::from_str("{}").unwrap();
        assert_eq!(options, Options::default());
        assert_eq!(options.tie_breaks, TIE_BREAKS);
        let text = r#"{"round_robin_options":{"iterations":2,"pts_for_match_win":"3"}}"#;
        let options: Options = serde_json::from_str(text).unwrap();
        let round_robin = &options.round_robin_options;
        assert_eq!(round_robin.iterations, 2);
        assert_eq!(round_robin.worth.pts_for_match_win, Points::whole(3));
        assert_eq!(round_robin.worth.pts_for_match_tie, Points::HALF);
        let again = serde_json::to_string(&options).unwrap();
        assert_eq!(serde_json::from_str::<Options>(&again).unwrap(), options);
    }
}
