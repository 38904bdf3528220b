//! The operator's quota of API requests, of a person's account and of an application: off unless set.
//!
//! Requests are counted in memory and written every few seconds. What is written comes back as the sum of
//! all nodes, so that they know of each other's requests with that delay; a crash loses as much. It is a
//! fair measure for plans and against programs gone wild, and no shield: several nodes together may let
//! through what arrives within those seconds.

use std::{
    collections::HashMap,
    fmt,
    str::FromStr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use tiltyard_store::repo::api_requests;

use crate::{
    Actor, Core, Error,
    clock::{DAY, HOUR, Millis},
    error::Result,
    limits::TooMany,
};

/// How often the counts are written.
const INTERVAL: Duration = Duration::from_secs(5);

/// Counts of periods that are over are kept this long.
pub(crate) const KEPT: Millis = 70 * DAY;

/// From so many counts on, those with nothing to write are forgotten and read again when needed.
const MOST: usize = 50_000;

/// The period for which a quota holds; it begins with the hour, the day or the month (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A month of the calendar.
    Month,
}

impl Period {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Hour, "hour"), (Self::Day, "day"), (Self::Month, "month")];

    /// When the period began that holds this moment, and when the next one begins.
    fn around(self, now: Millis) -> (Millis, Millis) {
        let whole = |length: Millis| {
            let start = now - now.rem_euclid(length);
            (start, start + length)
        };
        match self {
            Self::Hour => whole(HOUR),
            Self::Day => whole(DAY),
            Self::Month => month(now).unwrap_or_else(|| whole(30 * DAY)),
        }
    }
}

fn month(now: Millis) -> Option<(Millis, Millis)> {
    let at = Timestamp::from_millisecond(now).ok()?.to_zoned(TimeZone::UTC);
    let first = at.first_of_month().ok()?.start_of_day().ok()?;
    let next = first.checked_add(1.month()).ok()?;
    Some((first.timestamp().as_millisecond(), next.timestamp().as_millisecond()))
}

/// So many requests in a period. Written `5000/month`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// How many.
    pub requests: u32,
    /// In which period.
    pub period: Period,
}

impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Period::ALL.into_iter().find(|(period, _)| *period == self.period);
        write!(f, "{}/{}", self.requests, name.map_or("", |(_, name)| name))
    }
}

impl FromStr for Quota {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no quota such as `5000/month`, and not `off`");
        let (requests, period) = text.split_once('/').ok_or_else(wrong)?;
        let requests =
            requests.trim().parse::<u32>().ok().filter(|it| *it > 0).ok_or_else(wrong)?;
        let period = period.trim();
        let (period, _) =
            Period::ALL.into_iter().find(|(_, it)| *it == period).ok_or_else(wrong)?;
        Ok(Self { requests, period })
    }
}

/// The quotas of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QuotaSettings {
    /// Of a person's account: all requests for which it is answerable, by whatever credential.
    pub account: Option<Quota>,
    /// Of an application: all requests with its tokens and its key.
    pub application: Option<Quota>,
}

/// What is left of a quota, as answers tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Which quota: `account` or `application`.
    pub name: &'static str,
    /// How many requests in all.
    pub quota: u32,
    /// The length of the period in seconds.
    pub window: u64,
    /// How many are left.
    pub remaining: u32,
    /// Seconds until it begins anew.
    pub reset: u64,
}

/// Whose requests are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Holder {
    name: &'static str,
    id: i64,
    /// When the period began.
    start: Millis,
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    /// As it stands in the database, as far as is known here.
    stored: u64,
    /// What is not written yet.
    fresh: u64,
}

/// The counts of this node.
#[derive(Debug, Default)]
pub(crate) struct Requests(Mutex<HashMap<Holder, Count>>);

impl Requests {
    fn counts(&self) -> MutexGuard<'_, HashMap<Holder, Count>> {
        // The map is left whole by every holder of the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request of these, or says which of them has none left. `None` where one is not known yet.
    fn take(&self, holders: &[(Holder, Quota, Millis)], now: Millis) -> Option<Result<Vec<Left>>> {
        let mut counts = self.counts();
        if holders.iter().any(|(holder, ..)| !counts.contains_key(holder)) {
            return None;
        }
        let left = |used: u64, (holder, quota, end): &(Holder, Quota, Millis)| Left {
            name: holder.name,
            quota: quota.requests,
            window: seconds(end - holder.start),
            remaining: u32::try_from(u64::from(quota.requests).saturating_sub(used)).unwrap_or(0),
            reset: seconds(end - now).max(1),
        };
        for it in holders {
            let count = counts.get(&it.0).copied().unwrap_or_default();
            let left = left(count.stored + count.fresh, it);
            if left.remaining == 0 {
                return Some(Err(Error::TooMany(TooMany {
                    name: left.name,
                    requests: true,
                    seconds: left.reset,
                    quota: left.quota,
                    window: left.window,
                })));
            }
        }
        let counted = holders.iter().map(|it| {
            let count = counts.entry(it.0).or_default();
            count.fresh += 1;
            left(count.stored + count.fresh, it)
        });
        Some(Ok(counted.collect()))
    }
}

fn seconds(millis: Millis) -> u64 {
    u64::try_from((millis + 999).div_euclid(1_000)).unwrap_or_default()
}

impl Core {
    /// Counts a request of the actor's, and tells what is left of each quota that holds for them;
    /// nothing where there is none.
    ///
    /// # Errors
    /// [`Error::TooMany`] where one is used up; the request is not counted then.
    pub async fn count_request(&self, actor: &Actor) -> Result<Vec<Left>> {
        let settings = self.settings().quotas;
        let now = self.now();
        let of = |name, id: Option<i64>, quota: Option<Quota>| {
            let (id, quota) = (id?, quota?);
            let (start, end) = quota.period.around(now);
            Some((Holder { name, id, start }, quota, end))
        };
        let holders: Vec<_> = [
            of("account", actor.person_id(), settings.account),
            of("application", actor.application_id(), settings.application),
        ]
        .into_iter()
        .flatten()
        .collect();
        if holders.is_empty() {
            return Ok(Vec::new());
        }
        let taken = if let Some(taken) = self.0.requests.take(&holders, now) {
            taken
        } else {
            self.read_requests(holders.iter().map(|(holder, ..)| *holder).collect()).await?;
            self.0.requests.take(&holders, now).unwrap_or_else(|| Ok(Vec::new()))
        };
        if let Err(Error::TooMany(wait)) = &taken {
            self.0.metrics.limits.get_or_create(&[("limit", wait.name)]).inc();
        }
        taken
    }

    /// Reads what other nodes, or this one before it was started anew, counted.
    async fn read_requests(&self, holders: Vec<Holder>) -> Result<()> {
        let read = self
            .0
            .store
            .read(move |rx| -> Result<Vec<(Holder, i64)>> {
                let of = |holder: Holder| {
                    let found = api_requests::get(rx, holder.name, holder.id, holder.start)?;
                    Ok((holder, found))
                };
                holders.into_iter().map(of).collect()
            })
            .await?;
        let mut counts = self.0.requests.counts();
        if counts.len() > MOST {
            counts.retain(|_, count| count.fresh > 0);
        }
        for (holder, stored) in read {
            let stored = u64::try_from(stored).unwrap_or_default();
            counts.entry(holder).or_insert(Count { stored, fresh: 0 });
        }
        Ok(())
    }

    /// Writes what was counted, and takes over what other nodes did. What cannot be written is kept for
    /// the next time.
    pub async fn write_requests(&self) -> Result<()> {
        let now = self.now();
        let fresh = |(holder, count): (&Holder, &Count)| {
            (count.fresh > 0).then_some((*holder, count.fresh))
        };
        let mut taken: Vec<(Holder, u64)> =
            self.0.requests.counts().iter().filter_map(fresh).collect();
        // In one order on every node, so that none waits for the other in a circle.
        taken.sort_unstable();
        let written = taken.clone();
        let totals = if taken.is_empty() {
            Vec::new()
        } else {
            self.0
                .store
                .write(move |tx| -> Result<Vec<i64>> {
                    let add = |(holder, fresh): &(Holder, u64)| {
                        let fresh = i64::try_from(*fresh).unwrap_or(i64::MAX);
                        Ok(api_requests::add(
                            tx,
                            holder.name,
                            holder.id,
                            holder.start,
                            (fresh, now),
                        )?)
                    };
                    written.iter().map(add).collect()
                })
                .await?
        };
        let mut counts = self.0.requests.counts();
        for ((holder, fresh), total) in taken.into_iter().zip(totals) {
            if let Some(count) = counts.get_mut(&holder) {
                count.fresh = count.fresh.saturating_sub(fresh);
                count.stored = u64::try_from(total).unwrap_or_default();
            }
        }
        // No period is longer than a month.
        counts.retain(|holder, count| count.fresh > 0 || holder.start > now - 32 * DAY);
        Ok(())
    }

    /// Writes in the background for as long as the platform lives, if there is a quota.
    pub fn write_requests_in_background(&self) {
        if self.settings().quotas == QuotaSettings::default() {
            return;
        }
        let weak = std::sync::Arc::downgrade(&self.0);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(INTERVAL).await;
                let Some(core) = weak.upgrade().map(Core) else { return };
                if let Err(error) = core.write_requests().await {
                    tracing::warn!(
                        ?error,
                        "counts of requests cannot be written and will be tried again"
                    );
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("5000/month", Some((5_000, Period::Month)))]
    #[case(" 10 / day ", Some((10, Period::Day)))]
    #[case("1/hour", Some((1, Period::Hour)))]
    #[case("0/day", None)]
    #[case("5/minute", None)]
    #[case("many/day", None)]
    #[case("5", None)]
    fn quotas_are_written_as_people_say_them(
        #[case] text: &str,
        #[case] read: Option<(u32, Period)>,
    ) {
        let quota = text.parse::<Quota>().ok();
        assert_eq!(quota.map(|it| (it.requests, it.period)), read);
        if let Some(quota) = quota {
            assert_eq!(quota.to_string().parse(), Ok(quota));
        }
    }

    #[rstest]
    #[case(Period::Month, "2027-02-28T23:59:59Z", "2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z")]
    #[case(Period::Month, "2027-12-01T00:00:00Z", "2027-12-01T00:00:00Z", "2028-01-01T00:00:00Z")]
    #[case(Period::Day, "2027-02-28T23:59:59Z", "2027-02-28T00:00:00Z", "2027-03-01T00:00:00Z")]
    #[case(Period::Hour, "2027-02-28T23:59:59Z", "2027-02-28T23:00:00Z", "2027-03-01T00:00:00Z")]
    fn periods_begin_with_the_calendar(
        #[case] period: Period,
        #[case] now: &str,
        #[case] start: &str,
        #[case] end: &str,
    ) {
        let millis = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        assert_eq!(period.around(millis(now)), (millis(start), millis(end)));
    }
}
