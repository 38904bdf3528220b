//! A rate and its bucket (GCRA: one number a bucket, which is the time at which it is empty again).

use std::{fmt, str::FromStr};

use crate::clock::{DAY, HOUR, MINUTE, Millis};

/// How much is let through: so many at once, and then so many in a period. Written `20 + 6/minute`,
/// or `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So many at once; 0: there is no limit.
    burst: u32,
    /// So many in a period after that.
    count: u32,
    /// The period in milliseconds.
    period: Millis,
}

const UNITS: [(&str, Millis); 4] =
    [("second", 1_000), ("minute", MINUTE), ("hour", HOUR), ("day", DAY)];

impl Rate {
    /// No limit at all.
    pub const OFF: Self = Self { burst: 0, count: 0, period: 0 };

    /// `burst` at once, then `count` a second.
    pub const fn a_second(burst: u32, count: u32) -> Self {
        Self { burst, count, period: 1_000 }
    }

    /// `burst` at once, then `count` a minute.
    pub const fn a_minute(burst: u32, count: u32) -> Self {
        Self { burst, count, period: MINUTE }
    }

    /// `burst` at once, then `count` an hour.
    pub const fn an_hour(burst: u32, count: u32) -> Self {
        Self { burst, count, period: HOUR }
    }

    /// Whether nothing is limited.
    pub const fn is_off(self) -> bool {
        self.burst == 0
    }

    /// So many at once.
    pub const fn burst(self) -> u32 {
        self.burst
    }

    /// Microseconds after which one more is let through.
    fn each(self) -> i64 {
        (self.period * 1_000 / i64::from(self.count.max(1))).max(1)
    }

    /// The time in which the whole burst comes back, in milliseconds.
    pub fn window(self) -> Millis {
        self.each().saturating_mul(i64::from(self.burst)) / 1_000
    }

    /// How many milliseconds to wait for room in a bucket that is empty at `empty` (microseconds);
    /// 0 where there is room.
    pub(super) fn wait(self, empty: i64, now: Millis) -> Millis {
        let room = self.each().saturating_mul(i64::from(self.burst).saturating_sub(1));
        let early = empty.saturating_sub(room).saturating_sub(now.saturating_mul(1_000));
        if early <= 0 { 0 } else { early / 1_000 + i64::from(early % 1_000 != 0) }
    }

    /// When the bucket is empty after one more.
    pub(super) fn filled(self, empty: i64, now: Millis) -> i64 {
        empty.max(now.saturating_mul(1_000)).saturating_add(self.each())
    }

    /// When the bucket is empty after one was taken out again.
    pub(super) fn drained(self, empty: i64) -> i64 {
        empty.saturating_sub(self.each())
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_off() {
            return f.write_str("off");
        }
        let unit = UNITS.iter().find(|(_, period)| *period == self.period);
        let unit = unit.map_or("minute", |(name, _)| name);
        write!(f, "{} + {}/{unit}", self.burst, self.count)
    }
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no rate such as `20 + 6/minute`, and not `off`");
        let text = text.trim();
        if text == "off" {
            return Ok(Self::OFF);
        }
        let (burst, rest) = text.split_once('+').ok_or_else(wrong)?;
        let (count, unit) = rest.split_once('/').ok_or_else(wrong)?;
        let number = |text: &str| {
            let number = text.trim().parse::<u32>().ok();
            number.filter(|number| (1..=1_000_000).contains(number)).ok_or_else(wrong)
        };
        let unit = unit.trim();
        let (_, period) = UNITS.into_iter().find(|(name, _)| *name == unit).ok_or_else(wrong)?;
        Ok(Self { burst: number(burst)?, count: number(count)?, period })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("20 + 6/minute", Some(Rate::a_minute(20, 6)))]
    #[case(" 1+1/second ", Some(Rate::a_second(1, 1)))]
    #[case("5 + 30/hour", Some(Rate::an_hour(5, 30)))]
    #[case("off", Some(Rate::OFF))]
    #[case("", None)]
    #[case("0 + 1/minute", None)]
    #[case("5 + 0/minute", None)]
    #[case("5 + 1/fortnight", None)]
    #[case("-5 + 1/minute", None)]
    #[case("5 + 1", None)]
    #[case("9999999 + 1/day", None)]
    fn rates_are_written_as_people_say_them(#[case] text: &str, #[case] rate: Option<Rate>) {
        assert_eq!(text.parse().ok(), rate);
        if let Some(rate) = rate {
            assert_eq!(rate.to_string().parse(), Ok(rate));
        }
    }

    #[test]
    fn a_bucket_lets_the_burst_through_and_then_the_rate() {
        let rate = Rate::a_minute(3, 6);
        let start = 1_767_225_600_000;
        let mut empty = 0;
        for _ in 0..3 {
            assert_eq!(rate.wait(empty, start), 0);
            empty = rate.filled(empty, start);
        }
        assert_eq!(rate.wait(empty, start), 10_000);
        assert_eq!(rate.wait(empty, start + 9_999), 1);
        assert_eq!(rate.wait(empty, start + 10_000), 0);
        // What is counted above the limit is owed.
        for _ in 0..4 {
            empty = rate.filled(empty, start);
        }
        assert_eq!(rate.wait(empty, start), 50_000);
        for _ in 0..5 {
            empty = rate.drained(empty);
        }
        assert_eq!(rate.wait(empty, start), 0);
        assert_eq!(rate.window(), 30_000);
    }

    #[test]
    fn a_long_rest_gives_no_more_than_the_burst() {
        let rate = Rate::a_second(2, 1);
        let mut empty = rate.filled(0, 1_000);
        let later = 1_000 + DAY;
        for _ in 0..2 {
            assert_eq!(rate.wait(empty, later), 0);
            empty = rate.filled(empty, later);
        }
        assert_eq!(rate.wait(empty, later), 1_000);
    }
}
