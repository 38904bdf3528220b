//! A point in time as a page shows it.

use jiff::{Timestamp, tz::TimeZone};

/// A point in time: machine form for `<time datetime>` and words for people. Always UTC, because
/// a page without script does not know the reader's zone; the script rewrites it to local time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// RFC 3339, seconds, `Z`.
    pub iso: String,
    /// Words, such as `23 Nov 2026, 14:30 UTC` or `3 hours ago`.
    pub text: String,
}

impl Moment {
    /// From milliseconds since the Unix epoch, written as date and time of day.
    /// Out-of-range values are clamped to what the calendar can hold.
    pub fn from_millis(millis: i64) -> Self {
        let at = timestamp(millis);
        let civil = at.to_zoned(TimeZone::UTC);
        Self { iso: iso(at), text: civil.strftime("%-d %b %Y, %H:%M UTC").to_string() }
    }

    /// Like [`Moment::from_millis`] with words relative to `now_millis` (`just now`,
    /// `5 minutes ago`, `in 2 hours`); beyond 30 days the date alone.
    pub fn relative(millis: i64, now_millis: i64) -> Self {
        let at = timestamp(millis);
        let gap = now_millis.saturating_sub(millis);
        let (number, unit) = match gap.unsigned_abs() / 1000 {
            0..45 => return Self { iso: iso(at), text: "just now".to_owned() },
            seconds @ 45..3_570 => ((seconds + 30) / 60, "minute"),
            seconds @ 3_570..84_600 => ((seconds + 1_800) / 3_600, "hour"),
            seconds @ 84_600..2_592_000 => ((seconds + 43_200) / 86_400, "day"),
            _ => {
                let civil = at.to_zoned(TimeZone::UTC);
                return Self { iso: iso(at), text: civil.strftime("%-d %b %Y").to_string() };
            }
        };
        let plural = if number == 1 { "" } else { "s" };
        let text = if gap >= 0 {
            format!("{number} {unit}{plural} ago")
        } else {
            format!("in {number} {unit}{plural}")
        };
        Self { iso: iso(at), text }
    }
}

fn timestamp(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(if millis < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

fn iso(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::Moment;
    use rstest::rstest;

    const NOW: i64 = 1_795_000_000_000;

    #[rstest]
    #[case(0, "just now")]
    #[case(-44_000, "just now")]
    #[case(60_000, "1 minute ago")]
    #[case(3_599_000, "1 hour ago")]
    #[case(7_200_000, "2 hours ago")]
    #[case(86_400_000, "1 day ago")]
    #[case(-3_600_000, "in 1 hour")]
    fn says_how_long_ago(#[case] gap: i64, #[case] words: &str) {
        assert_eq!(Moment::relative(NOW - gap, NOW).text, words);
    }

    #[test]
    fn writes_dates_in_utc() {
        let moment = Moment::from_millis(1_795_444_200_000);
        assert_eq!(moment.iso, "2026-11-23T14:30:00Z");
        assert_eq!(moment.text, "23 Nov 2026, 14:30 UTC");
        assert_eq!(Moment::relative(1_700_000_000_000, NOW).text, "14 Nov 2023");
    }

    #[rstest]
    #[case(i64::MIN)]
    #[case(i64::MAX)]
    fn survives_any_number(#[case] millis: i64) {
        assert!(!Moment::from_millis(millis).iso.is_empty());
        assert!(!Moment::relative(millis, 0).text.is_empty());
        assert!(!Moment::relative(0, millis).text.is_empty());
    }
}
