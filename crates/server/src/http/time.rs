//! Times on the wire.

use jiff::{Timestamp, civil, tz::TimeZone};
use tiltyard_core::clock::Millis;

/// ISO 8601 in UTC with milliseconds (`2027-03-01T18:00:00.000Z`).
pub(crate) fn iso(at: Millis) -> String {
    Timestamp::from_millisecond(at).map_or_else(|_| String::new(), |time| format!("{time:.3}"))
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
}
