//! What results are worth.

use std::fmt;
use std::str::FromStr;

use num_rational::Ratio;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::NoStandings;
use crate::model::MAX_SETS;

/// Bound of the size of [`Points`], and of their denominator.
pub const MAX_POINTS: i64 = 1_000_000;

/// Bound of the common denominator of one [`Scoring`]: sums of an event then fit into 128 bits.
const MAX_COMMON: i64 = 1_000_000_000_000;

/// Points for one result: exact, from −1,000,000 to 1,000,000.
///
/// The JSON form is a decimal as text (`"0.5"`), or numerator and denominator (`[1, 3]`) where no
/// decimal of six places is exact; whole numbers and fractions as text (`"1/3"`) are read too.
/// Numbers with a point are refused: they have passed through a float.
///
/// ```
/// use tiltyard_bracket::standings::Points;
///
/// assert_eq!("0.5".parse(), Ok(Points::HALF));
/// assert_eq!(serde_json::from_str::<Points>("[1, 2]")?, Points::HALF);
/// assert_eq!(serde_json::to_string(&Points::HALF)?, r#""0.5""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(Ratio<i64>);

/// Not a number of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "points are a number from -1000000 to 1000000, such as \"0.5\", \"1/3\" or [1, 3]; \
     at most six places behind the point, and a denominator up to 1000000"
)]
pub struct NotPoints;

impl Points {
    /// Nothing.
    pub const ZERO: Self = Self::whole(0);
    /// One.
    pub const ONE: Self = Self::whole(1);
    /// One half.
    pub const HALF: Self = Self(Ratio::new_raw(1, 2));

    /// A whole number of points.
    pub const fn whole(points: i16) -> Self {
        Self(Ratio::new_raw(points as i64, 1))
    }

    /// `numerator / denominator`.
    ///
    /// # Errors
    ///
    /// The denominator is not from 1 to [`MAX_POINTS`], or the points are out of bounds.
    pub fn new(numerator: i64, denominator: i64) -> Result<Self, NotPoints> {
        let denominators = 1..=MAX_POINTS;
        let bound = denominator.saturating_mul(MAX_POINTS).unsigned_abs();
        if !denominators.contains(&denominator) || numerator.unsigned_abs() > bound {
            return Err(NotPoints);
        }
        Ok(Self(Ratio::new(numerator, denominator)))
    }

    /// Numerator in lowest terms.
    pub fn numerator(self) -> i64 {
        *self.0.numer()
    }

    /// Denominator in lowest terms, from 1.
    pub fn denominator(self) -> i64 {
        *self.0.denom()
    }
}

impl From<i16> for Points {
    fn from(points: i16) -> Self {
        Self::whole(points)
    }
}

impl FromStr for Points {
    type Err = NotPoints;

    fn from_str(text: &str) -> Result<Self, NotPoints> {
        let number = |text: &str| text.parse::<i64>().map_err(|_| NotPoints);
        if let Some((numerator, denominator)) = text.split_once('/') {
            return Self::new(number(numerator)?, number(denominator)?);
        }
        let Some((whole, places)) = text.split_once('.') else {
            return Self::new(number(text)?, 1);
        };
        let digits = places.bytes().all(|digit| digit.is_ascii_digit());
        let length = u32::try_from(places.len()).map_err(|_| NotPoints)?;
        if !digits || !(1..=6).contains(&length) || !whole.ends_with(|c: char| c.is_ascii_digit()) {
            return Err(NotPoints);
        }
        let digits = format!("{whole}{places}");
        Self::new(number(&digits)?, 10i64.pow(length))
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::Value::over(self.numerator().into(), self.denominator().into()).fmt(f)
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if MAX_POINTS % self.denominator() == 0 {
            return serializer.collect_str(self);
        }
        [self.numerator(), self.denominator()].serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Wire {
            Whole(i64),
            Pair([i64; 2]),
            Text(String),
        }
        let points = match Wire::deserialize(deserializer) {
            Ok(Wire::Whole(whole)) => Self::new(whole, 1),
            Ok(Wire::Pair([numerator, denominator])) => Self::new(numerator, denominator),
            Ok(Wire::Text(text)) => text.parse(),
            Err(_) => Err(NotPoints),
        };
        points.map_err(serde::de::Error::custom)
    }
}

/// What each result is worth. Missing fields are those of [`Scoring::default`], Challonge's.
///
/// - A match won by forfeit is worth [`Scoring::forfeit_win`], and the other side, as both sides of
///   a double forfeit, gets [`Scoring::forfeit_loss`]. Sets that were recorded count as any others.
/// - [`Unpaired::FullPoint`](crate::history::Unpaired) is worth a win that was played, whatever a
///   bye is worth; a zero-point bye and an absence are worth nothing.
/// - A pairing without an outcome is worth nothing yet, and its sets do not count yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scoring {
    /// A match won.
    pub match_win: Points,
    /// A match drawn, for each side.
    pub match_tie: Points,
    /// A match lost.
    pub match_loss: Points,
    /// A match won because the other side did not play.
    pub forfeit_win: Points,
    /// A match forfeited.
    pub forfeit_loss: Points,
    /// The bye that a pairing gives.
    pub bye: Points,
    /// A bye that was asked for.
    pub half_point_bye: Points,
    /// Each set won, on top.
    pub game_win: Points,
    /// Each set with an equal score, on top.
    pub game_tie: Points,
    /// How many sets a bye counts as won, and a forfeit without recorded sets as won and lost; they
    /// give no points on top. 2 in Magic, 0 by default.
    pub walkover_games: u8,
}

impl Default for Scoring {
    fn default() -> Self {
        Self {
            match_win: Points::ONE,
            match_tie: Points::HALF,
            match_loss: Points::ZERO,
            forfeit_win: Points::ONE,
            forfeit_loss: Points::ZERO,
            bye: Points::ONE,
            half_point_bye: Points::HALF,
            game_win: Points::ZERO,
            game_tie: Points::ZERO,
            walkover_games: 0,
        }
    }
}

impl Scoring {
    /// So many points for wins (by forfeit and byes too) and draws, nothing else: 3 and 1 in
    /// football and Magic.
    pub fn of(win: impl Into<Points>, tie: impl Into<Points>) -> Self {
        let (win, tie) = (win.into(), tie.into());
        Self {
            match_win: win,
            forfeit_win: win,
            bye: win,
            match_tie: tie,
            half_point_bye: tie,
            ..Self::default()
        }
    }
}

/// A scoring in whole numbers, all over one denominator.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    pub(super) denominator: i128,
    pub(super) match_win: i128,
    pub(super) match_tie: i128,
    pub(super) match_loss: i128,
    pub(super) forfeit_win: i128,
    pub(super) forfeit_loss: i128,
    pub(super) bye: i128,
    pub(super) half_point_bye: i128,
    pub(super) game_win: i128,
    pub(super) game_tie: i128,
    pub(super) walkover_games: u8,
}

impl Scale {
    pub(super) fn new(scoring: &Scoring) -> Result<Self, NoStandings> {
        let Scoring {
            match_win,
            match_tie,
            match_loss,
            forfeit_win,
            forfeit_loss,
            bye,
            half_point_bye,
            game_win,
            game_tie,
            walkover_games,
        } = *scoring;
        let all = [
            match_win,
            match_tie,
            match_loss,
            forfeit_win,
            forfeit_loss,
            bye,
            half_point_bye,
            game_win,
            game_tie,
        ];
        let mut common = 1i64;
        for points in all {
            let denominator = points.denominator();
            let shared =
                super::value::common_divisor(common.unsigned_abs(), denominator.unsigned_abs());
            let more = denominator / i64::try_from(shared).unwrap_or(1);
            common = common
                .checked_mul(more)
                .filter(|common| *common <= MAX_COMMON)
                .ok_or(NoStandings::Scoring)?;
        }
        let whole = |points: Points| {
            i128::from(points.numerator()) * i128::from(common / points.denominator())
        };
        Ok(Self {
            denominator: common.into(),
            match_win: whole(match_win),
            match_tie: whole(match_tie),
            match_loss: whole(match_loss),
            forfeit_win: whole(forfeit_win),
            forfeit_loss: whole(forfeit_loss),
            bye: whole(bye),
            half_point_bye: whole(half_point_bye),
            game_win: whole(game_win),
            game_tie: whole(game_tie),
            walkover_games,
        })
    }

    /// The least and the most that one match brings that is played.
    pub(super) fn of_a_match(&self) -> [i128; 2] {
        let results = [self.match_win, self.match_tie, self.match_loss];
        let sets = i128::try_from(MAX_SETS).unwrap_or(0);
        let lowest = results.into_iter().min().unwrap_or(0);
        let highest = results.into_iter().max().unwrap_or(0);
        [
            lowest + sets * self.game_win.min(self.game_tie).min(0),
            highest + sets * self.game_win.max(self.game_tie).max(0),
        ]
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("0.5", 1, 2)]
    #[case("-0.5", -1, 2)]
    #[case("3", 3, 1)]
    #[case("1/3", 1, 3)]
    #[case("0.000001", 1, 1_000_000)]
    #[case("1000000", 1_000_000, 1)]
    fn read(#[case] text: &str, #[case] numerator: i64, #[case] denominator: i64) {
        let points: Points = text.parse().unwrap();
        assert_eq!((points.numerator(), points.denominator()), (numerator, denominator));
        let json = serde_json::to_string(&points).unwrap();
        assert_eq!(serde_json::from_str::<Points>(&json).unwrap(), points);
    }

    #[rstest]
    fn refused(
        #[values(
            "0.5",
            r#""""#,
            r#"".5""#,
            r#""1.""#,
            r#""1.+5""#,
            r#""1e3""#,
            r#""0.0000001""#,
            r#""1/0""#,
            r#""1/-2""#,
            r#""1000001""#,
            "[1, 0]",
            "[1, 1000001]",
            "[-9223372036854775808, 1]",
            "[1]",
            "null"
        )]
        json: &str,
    ) {
        let error = serde_json::from_str::<Points>(json).unwrap_err();
        assert!(error.to_string().starts_with("points are a number"), "{error}");
    }

    #[test]
    fn fractions_without_a_decimal_are_a_pair() {
        let third = Points::new(2, 6).unwrap();
        assert_eq!(serde_json::to_string(&third).unwrap(), "[1,3]");
    }

    #[test]
    fn denominators_have_a_bound() {
        let of = |denominator| Points::new(1, denominator).unwrap();
        let mut scoring = Scoring {
            match_win: of(999_983),
            match_tie: of(999_979),
            half_point_bye: Points::ZERO,
            ..Scoring::default()
        };
        assert!(Scale::new(&scoring).is_ok_and(|scale| scale.match_win == 999_979));
        scoring.bye = of(999_961);
        assert!(matches!(Scale::new(&scoring), Err(NoStandings::Scoring)));
    }
}
