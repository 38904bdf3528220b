//! Times on the wire.

use jiff::{Timestamp, civil, tz::TimeZone};
use tiltyard_core::clock::Millis;

/// The first moment of the year 10000.
const FIVE_DIGITS: u64 = 253_402_300_800_000;

/// ISO 8601 in UTC with milliseconds (`2027-03-01T18:00:00.000Z`).
pub(crate) fn iso(at: Millis) -> String {
    // Documents hold tens of thousands of them, so what comes up is written digit by digit.
    match u64::try_from(at) {
        Ok(at) if at < FIVE_DIGITS => digits(at),
        _ => Timestamp::from_millisecond(at)
            .map_or_else(|_| String::new(), |time| format!("{time:.3}")),
    }
}

fn digits(at: u64) -> String {
    let (days, rest) = (at / 86_400_000, at % 86_400_000);
    // Years that begin in March, in eras of 400: Howard Hinnant, "chrono-compatible low-level date
    // algorithms", civil_from_days.
    let (era, of_era) = ((days + 719_468) / 146_097, (days + 719_468) % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    let mut text = *b"0000-00-00T00:00:00.000Z";
    let parts = [
        (0..4, year),
        (5..7, month),
        (8..10, day),
        (11..13, rest / 3_600_000),
        (14..16, rest / 60_000 % 60),
        (17..19, rest / 1_000 % 60),
        (20..23, rest % 1_000),
    ];
    for (range, mut number) in parts {
        for digit in text[range].iter_mut().rev() {
            *digit += u8::try_from(number % 10).unwrap_or_default();
            number /= 10;
        }
    }
    std::str::from_utf8(&text).unwrap_or_default().to_owned()
}

/// A point in time as clients write it: ISO 8601 with an offset, or without (UTC then), or a date.
pub(crate) fn parse(text: &str) -> Option<Millis> {
    let text = text.trim();
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.as_millisecond());
    }
    let civil = text
        .parse::<civil::DateTime>()
        .or_else(|_| text.parse::<civil::Date>().map(|date| date.at(0, 0, 0, 0)))
        .ok()
        .or_else(|| american(text))?;
    civil.to_zoned(TimeZone::UTC).ok().map(|time| time.timestamp().as_millisecond())
}

/// A moment as lists are asked for what changed since: Unix seconds, perhaps with a fraction, or what
/// [`parse`] reads. A `+` that was sent bare in an address arrives as a space.
pub(crate) fn since(text: &str) -> Option<Millis> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !whole.is_empty() && digits(whole) && digits(fraction) {
        let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
        return whole.parse::<i64>().ok()?.checked_mul(1_000)?.checked_add(millis);
    }
    parse(text).or_else(|| {
        let (time, offset) = text.rsplit_once(' ')?;
        parse(&format!("{time}+{offset}"))
    })
}

/// `mm/dd/yyyy`, as the v2.1 list filters are documented.
fn american(text: &str) -> Option<civil::DateTime> {
    let mut parts = text.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let date = civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    Some(date.at(0, 0, 0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("2027-03-01T18:00:00.000Z", Some("2027-03-01T18:00:00.000Z"))]
    #[case("2027-03-01T18:00:00-05:00", Some("2027-03-01T23:00:00.000Z"))]
    #[case("2027-03-01T18:00", Some("2027-03-01T18:00:00.000Z"))]
    #[case("2027-03-01", Some("2027-03-01T00:00:00.000Z"))]
    #[case("03/01/2027", Some("2027-03-01T00:00:00.000Z"))]
    #[case("13/01/2027", None)]
    #[case("soon", None)]
    fn times_are_read_leniently_and_written_strictly(
        #[case] text: &str,
        #[case] written: Option<&str>,
    ) {
        assert_eq!(parse(text).map(iso).as_deref(), written);
    }

    #[test]
    fn every_time_is_written_as_the_library_does() {
        // The library ends two days before the year does.
        let last = i64::try_from(FIVE_DIGITS).unwrap() - 2 * 86_400_000;
        let steps = (0..last).step_by(86_399_999 * 7);
        let leap = parse("2000-02-28").unwrap()..parse("2000-03-02").unwrap();
        let edges = [-1, 0, 999, last - 1, i64::MIN, i64::MAX];
        for at in steps.chain(leap.step_by(3_599_999)).chain(edges) {
            let library = Timestamp::from_millisecond(at).map(|time| format!("{time:.3}"));
            assert_eq!(iso(at), library.unwrap_or_default(), "{at}");
        }
    }

    #[rstest::rstest]
    #[case("1798912800", Some("2027-01-02T18:00:00.000Z"))]
    #[case("1798912800.5", Some("2027-01-02T18:00:00.500Z"))]
    #[case("1798912800.1239", Some("2027-01-02T18:00:00.123Z"))]
    #[case("2027-01-02T18:00:00Z", Some("2027-01-02T18:00:00.000Z"))]
    #[case("2027-01-02T19:00:00 01:00", Some("2027-01-02T18:00:00.000Z"))]
    #[case("99999999999999999999", None)]
    #[case("-5", None)]
    #[case("", None)]
    fn moments_are_also_counted_in_seconds(#[case] text: &str, #[case] written: Option<&str>) {
        assert_eq!(since(text).map(iso).as_deref(), written);
    }
}
