//! Exact numbers of a table, and how they are written.

use std::cmp::Ordering;
use std::fmt;

use num_bigint::{BigInt, Sign};
use num_rational::{BigRational, Ratio};
use serde::{Serialize, Serializer};

/// Most places behind the point that [`Value`]'s `Display` writes before it turns to a fraction.
const PLACES: u32 = 6;

/// What an entrant has by one criterion: an exact rational number of any size.
///
/// Written as a decimal where it ends within six places (`9.5`), as a fraction otherwise
/// (`299/600`); [`Value::decimal`] rounds for people. The JSON form is that text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Value(Form);

/// Lowest terms; wide only where narrow does not hold it, so that equal values have equal forms.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Form {
    Narrow(Ratio<i128>),
    Wide(Box<BigRational>),
}

impl Value {
    /// `numerator / denominator`; a denominator of 0 or below is taken as 1, which no caller gives.
    pub(super) fn over(numerator: i128, denominator: i128) -> Self {
        let denominator = denominator.max(1);
        let sizes = (u64::try_from(numerator.unsigned_abs()), u64::try_from(denominator));
        Self(Form::Narrow(match sizes {
            _ if denominator == 1 => Ratio::new_raw(numerator, 1),
            (Ok(size), Ok(narrow)) => {
                let divisor = i128::from(common_divisor(size, narrow));
                Ratio::new_raw(numerator / divisor, denominator / divisor)
            }
            _ => Ratio::new(numerator, denominator),
        }))
    }

    /// The number as a ratio; `None` if 128 bits do not hold it.
    pub fn ratio(&self) -> Option<Ratio<i128>> {
        match &self.0 {
            Form::Narrow(ratio) => Some(*ratio),
            Form::Wide(_) => None,
        }
    }

    /// The number as a ratio of any size.
    pub fn big_ratio(&self) -> BigRational {
        match &self.0 {
            Form::Narrow(ratio) => {
                BigRational::new_raw((*ratio.numer()).into(), (*ratio.denom()).into())
            }
            Form::Wide(ratio) => (**ratio).clone(),
        }
    }

    /// The number with so many places behind the point, halves rounded away from zero.
    ///
    /// ```
    /// use tiltyard_bracket::standings::Value;
    ///
    /// assert_eq!(Value::from(2).decimal(3), "2.000");
    /// ```
    pub fn decimal(&self, places: u32) -> String {
        let ratio = self.big_ratio();
        let scaled = ratio.numer().magnitude() * BigInt::from(10).pow(places).magnitude();
        let denominator = ratio.denom().magnitude();
        let rounded = (scaled * 2u8 + denominator) / (denominator * 2u8);
        let negative = ratio.numer().sign() == Sign::Minus && rounded.bits() > 0;
        let places = places as usize;
        let digits = format!("{:0>width$}", rounded.to_string(), width = places + 1);
        let (whole, rest) = digits.split_at(digits.len() - places);
        let (sign, point) = (if negative { "-" } else { "" }, if places > 0 { "." } else { "" });
        format!("{sign}{whole}{point}{rest}")
    }

    /// The mean of fractions with denominators above 0.
    pub(super) fn mean(fractions: &[(i128, i128)]) -> Self {
        let mut shared = BigInt::from(1);
        for (_, denominator) in fractions {
            // The remainder is below the denominator, so it is a narrow number.
            let rest = i128::try_from(&shared % denominator).unwrap_or(0);
            shared *= denominator / divisor(rest, *denominator);
        }
        let sum: BigInt = fractions.iter().map(|(above, below)| &shared / below * above).sum();
        Self::from_wide(BigRational::new(sum, shared * fractions.len().max(1)))
    }

    /// A share: the value divided by how many there are (at least 1).
    pub(super) fn divided(&self, by: u64) -> Self {
        if let Form::Narrow(ratio) = &self.0
            && let Some(denominator) = ratio.denom().checked_mul(i128::from(by.max(1)))
        {
            return Self::over(*ratio.numer(), denominator);
        }
        Self::from_wide(self.big_ratio() / BigInt::from(by.max(1)))
    }

    fn from_wide(ratio: BigRational) -> Self {
        match (i128::try_from(ratio.numer()), i128::try_from(ratio.denom())) {
            (Ok(numerator), Ok(denominator)) => {
                Self(Form::Narrow(Ratio::new_raw(numerator, denominator)))
            }
            _ => Self(Form::Wide(Box::new(ratio))),
        }
    }
}

/// Greatest common divisor of two numbers, of which the second is above 0.
pub(super) fn divisor(one: i128, two: i128) -> i128 {
    let (mut one, mut two) = (one, two);
    loop {
        if let (Ok(one), Ok(two)) = (u64::try_from(one), u64::try_from(two)) {
            return common_divisor(one, two).into();
        }
        if two == 0 {
            return one;
        }
        (one, two) = (two, one % two);
    }
}

/// By halving and subtracting: several times faster than by division.
pub(super) fn common_divisor(mut one: u64, mut two: u64) -> u64 {
    if one == 0 || two == 0 {
        return (one | two).max(1);
    }
    let twos = (one | two).trailing_zeros();
    one >>= one.trailing_zeros();
    while two != 0 {
        two >>= two.trailing_zeros();
        (one, two) = (one.min(two), one.abs_diff(two));
    }
    one << twos
}

impl From<i64> for Value {
    fn from(whole: i64) -> Self {
        Self::over(whole.into(), 1)
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Form::Narrow(one), Form::Narrow(two)) if one.denom() == two.denom() => {
                one.numer().cmp(two.numer())
            }
            (Form::Narrow(one), Form::Narrow(two)) => one.cmp(two),
            _ => self.big_ratio().cmp(&other.big_ratio()),
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Wide(ratio) => write!(f, "{ratio}"),
            Form::Narrow(ratio) if *ratio.denom() == 1 => write!(f, "{}", ratio.numer()),
            Form::Narrow(ratio) if 10i128.pow(PLACES) % ratio.denom() == 0 => {
                f.write_str(self.decimal(PLACES).trim_end_matches('0'))
            }
            Form::Narrow(ratio) => write!(f, "{ratio}"),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(19, 2, "9.5", "9.50")]
    #[case(-19, 2, "-9.5", "-9.50")]
    #[case(299, 600, "299/600", "0.50")]
    #[case(2, 3, "2/3", "0.67")]
    #[case(-1, 300, "-1/300", "0.00")]
    #[case(1, 8, "0.125", "0.13")]
    #[case(6, 3, "2", "2.00")]
    fn text(#[case] n: i128, #[case] d: i128, #[case] exact: &str, #[case] rounded: &str) {
        assert_eq!(Value::over(n, d).to_string(), exact);
        assert_eq!(Value::over(n, d).decimal(2), rounded);
    }

    #[test]
    fn means_grow_wide_and_narrow_again() {
        const BIG: i128 = i128::MAX;
        let wide = Value::mean(&[(1, BIG), (1, BIG - 1)]);
        assert!(wide.ratio().is_none());
        assert!(wide < Value::over(1, BIG - 1) && wide > Value::over(1, BIG));
        assert_eq!(Value::mean(&[(BIG, 2), (BIG, 2), (-BIG, 2)]), Value::over(BIG, 6));
        assert_eq!(Value::mean(&[(1, 6), (1, 10), (2, 15)]), Value::over(2, 15));
        assert_eq!(Value::over(1, BIG).divided(2).ratio(), None);
        assert_eq!(Value::over(2, 3).divided(4), Value::over(1, 6));
    }

    #[rstest]
    #[case(0, 5, 5)]
    #[case(12, 18, 6)]
    #[case(u64::MAX, 5, 5)]
    #[case(7, 1, 1)]
    fn divisors(#[case] one: u64, #[case] two: u64, #[case] divisor: u64) {
        assert_eq!(common_divisor(one, two), divisor);
    }
}
