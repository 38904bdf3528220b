//! Limits on guessing and on what is begun and never finished.
//!
//! Two ways to count. Failures: [`Limits::check`] before the attempt, [`Limits::note_failure`] after
//! it, if it failed; a success costs nothing. Unfinished requests: [`Limits::begin`] takes room or
//! refuses, [`Limits::finish`] gives it back. What authenticates itself is not limited, unless the
//! operator sets a quota.
//!
//! ```ignore
//! let pair = [Kind::ClientPair.at(limits.named(client_id), network)];
//! limits.check(&pair, now)?;
//! if wrong {
//!     limits.note_failure(&pair, now);
//! }
//! ```
//!
//! Buckets live in the node's memory, in bounded number; each node counts for itself. Attempts that
//! run side by side all pass the check, but each failure is counted: what is above the limit is owed,
//! so that the rate holds in the long run.

mod rate;
mod settings;

use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher as _,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use prometheus_client::metrics::{counter::Counter, family::Family};
use quick_cache::sync::Cache;

pub use rate::Rate;
pub use settings::{Kind, LimitSettings};

use crate::{Error, clock::Millis, error::Result, metrics::Label};

/// Buckets kept of each kind; those unused longest make room. No kind takes room from another: names
/// that cost nothing to invent must not wash away whose passwords were guessed.
const BUCKETS: usize = 16_384;

/// Where somebody comes from, as far as limits tell: an IPv4 address, or the /64 of an IPv6 address,
/// within which everybody can have as many as they like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Network(u128);

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(u128::from(address.to_bits())),
            IpAddr::V6(address) => Self(address.to_bits() >> 64 << 64),
        }
    }
}

impl Network {
    /// In the place of an address: a browser by its random name.
    pub(crate) const fn of_browser(name: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(name))
    }

    /// The network of an address as text; one network for all that is no address.
    pub fn of(address: &str) -> Self {
        address.parse::<IpAddr>().map(Self::from).unwrap_or_default()
    }
}

/// What stands for whom a bucket counts: an id, or the hash of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subject(u64);

impl Subject {
    /// Nobody in particular.
    pub const ANY: Self = Self(0);

    /// By an id.
    pub const fn id(id: i64) -> Self {
        Self(id.cast_unsigned())
    }
}

/// Names one bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    kind: Kind,
    subject: Subject,
    network: Network,
}

impl Kind {
    /// The bucket of a subject, wherever they come from.
    pub const fn of(self, subject: Subject) -> Key {
        Key { kind: self, subject, network: Network(0) }
    }

    /// The bucket of a subject at an address.
    pub const fn at(self, subject: Subject, network: Network) -> Key {
        Key { kind: self, subject, network }
    }
}

/// A limit was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany {
    /// The name of which.
    pub name: &'static str,
    /// Whether requests are counted, and not attempts that failed.
    pub requests: bool,
    /// Seconds to wait, at least 1.
    pub seconds: u64,
    /// How many are let through at once.
    pub quota: u32,
    /// The time in which the whole quota comes back, in seconds.
    pub window: u64,
}

impl std::fmt::Display for TooMany {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, requests, seconds, quota, .. } = self;
        if *requests {
            write!(
                f,
                "the quota of {quota} requests of this {name} is used up; it begins anew in {seconds} seconds"
            )
        } else {
            write!(f, "too many attempts; try again in {seconds} seconds")
        }
    }
}

type Buckets = Cache<Key, Arc<AtomicI64>>;

/// The buckets of a node. Cheap to look at; nothing is allocated for whoever never fails.
pub struct Limits {
    settings: LimitSettings,
    /// By kind.
    buckets: Box<[Buckets]>,
    hasher: RandomState,
    hits: Box<[Counter]>,
}

impl Limits {
    /// Empty buckets.
    pub fn new(settings: LimitSettings, hits: &Family<Label, Counter>) -> Self {
        let count = |kind: &Kind| hits.get_or_create_owned(&[("limit", kind.name())]);
        let hits = Kind::ALL.iter().map(count).collect();
        let buckets = Kind::ALL.iter().map(|_| Cache::new(BUCKETS)).collect();
        Self { settings, buckets, hasher: RandomState::new(), hits }
    }

    /// The settings.
    pub const fn settings(&self) -> &LimitSettings {
        &self.settings
    }

    /// By a name that somebody sent, known or not.
    pub fn named(&self, name: impl AsRef<[u8]>) -> Subject {
        Subject(self.hasher.hash_one(name.as_ref()))
    }

    /// Whether all of the buckets have room; takes none.
    pub fn check(&self, keys: &[Key], now: Millis) -> Result<()> {
        for key in keys {
            let rate = self.settings.rate(key.kind);
            if rate.is_off() {
                continue;
            }
            let Some(bucket) = self.known(key) else { continue };
            let wait = rate.wait(bucket.load(Ordering::Relaxed), now);
            if wait > 0 {
                return Err(self.refuse(key.kind, rate, wait));
            }
        }
        Ok(())
    }

    /// Counts a failure in each of the buckets, also where there is no room.
    pub fn note_failure(&self, keys: &[Key], now: Millis) {
        for key in keys {
            let rate = self.settings.rate(key.kind);
            if !rate.is_off() {
                self.update(*key, |empty| rate.filled(empty, now));
            }
        }
    }

    /// Takes room in each of the buckets, or in none where one has none.
    pub fn begin(&self, keys: &[Key], now: Millis) -> Result<()> {
        for (done, key) in keys.iter().enumerate() {
            let rate = self.settings.rate(key.kind);
            if rate.is_off() {
                continue;
            }
            let bucket = self.bucket(*key);
            let taken = bucket.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |empty| {
                (rate.wait(empty, now) == 0).then(|| rate.filled(empty, now))
            });
            if let Err(empty) = taken {
                self.finish(&keys[..done]);
                return Err(self.refuse(key.kind, rate, rate.wait(empty, now)));
            }
        }
        Ok(())
    }

    /// Gives room back that [`Self::begin`] took: what was begun came to its end.
    pub fn finish(&self, keys: &[Key]) {
        for key in keys {
            let rate = self.settings.rate(key.kind);
            if !rate.is_off() && self.known(key).is_some() {
                self.update(*key, |empty| rate.drained(empty));
            }
        }
    }

    fn known(&self, key: &Key) -> Option<Arc<AtomicI64>> {
        self.buckets.get(key.kind as usize)?.get(key)
    }

    fn bucket(&self, key: Key) -> Arc<AtomicI64> {
        // There is one for each kind.
        let Some(buckets) = self.buckets.get(key.kind as usize) else { return Arc::default() };
        let made =
            buckets.get_or_insert_with(&key, || Ok::<_, std::convert::Infallible>(Arc::default()));
        match made {
            Ok(bucket) => bucket,
            Err(never) => match never {},
        }
    }

    /// How many buckets there are.
    fn count(&self) -> usize {
        self.buckets.iter().map(Cache::len).sum()
    }

    fn update(&self, key: Key, change: impl Fn(i64) -> i64) {
        let bucket = self.bucket(key);
        // The closure always gives a value, so this cannot fail.
        let _ =
            bucket.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |empty| Some(change(empty)));
    }

    fn refuse(&self, kind: Kind, rate: Rate, wait: Millis) -> Error {
        if let Some(count) = self.hits.get(kind as usize) {
            count.inc();
        }
        let seconds = |millis: Millis| u64::try_from(millis.div_euclid(1_000)).unwrap_or_default();
        Error::TooMany(TooMany {
            name: kind.name(),
            requests: false,
            seconds: seconds(wait + 999).max(1),
            quota: rate.burst(),
            window: seconds(rate.window() + 999).max(1),
        })
    }
}

impl std::fmt::Debug for Limits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limits").field("buckets", &self.count()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const NOW: Millis = 1_767_225_600_000;

    fn limits() -> Limits {
        Limits::new(LimitSettings::default(), &Family::default())
    }

    fn seconds(result: Result<()>) -> Option<u64> {
        match result {
            Ok(()) => None,
            Err(Error::TooMany(too_many)) => Some(too_many.seconds),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn only_failures_count() {
        let limits = limits();
        let pair = [Kind::ClientPair.at(limits.named("c"), Network::of("203.0.113.9"))];
        for _ in 0..1_000 {
            limits.check(&pair, NOW).unwrap();
        }
        for _ in 0..20 {
            limits.check(&pair, NOW).unwrap();
            limits.note_failure(&pair, NOW);
        }
        assert_eq!(seconds(limits.check(&pair, NOW)), Some(10));
        assert_eq!(seconds(limits.check(&pair, NOW + 10_000)), None);
        // Another address, another client: buckets of their own.
        let other = [Kind::ClientPair.at(limits.named("c"), Network::of("203.0.113.10"))];
        limits.check(&other, NOW).unwrap();
        let other = [Kind::ClientPair.at(limits.named("d"), Network::of("203.0.113.9"))];
        limits.check(&other, NOW).unwrap();
        assert_eq!(limits.hits[Kind::ClientPair as usize].get(), 1);
    }

    #[test]
    fn what_is_finished_gives_its_room_back() {
        let limits = limits();
        let keys = [
            Kind::DeviceRequest.at(Subject::id(1), Network::of("::1")),
            Kind::UserCode.of(Subject::id(1)),
        ];
        for _ in 0..10 {
            limits.begin(&keys, NOW).unwrap();
        }
        // The second has no room; the first gets back what it had taken.
        assert_eq!(seconds(limits.begin(&keys, NOW)), Some(10));
        for _ in 0..50 {
            limits.begin(&keys[..1], NOW).unwrap();
        }
        assert_eq!(seconds(limits.begin(&keys[..1], NOW)), Some(2));
        limits.finish(&keys);
        limits.begin(&keys, NOW).unwrap();
    }

    #[test]
    fn nothing_is_limited_where_it_is_off() {
        let limits = Limits::new(LimitSettings::off(), &Family::default());
        let key = [Kind::SignInPair.of(Subject::ANY)];
        for _ in 0..1_000 {
            limits.note_failure(&key, NOW);
            limits.begin(&key, NOW).unwrap();
        }
        limits.check(&key, NOW).unwrap();
    }

    #[rstest]
    #[case("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    #[case("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    #[case("203.0.113.9", "203.0.113.8", false)]
    #[case("::ffff:203.0.113.9", "203.0.113.9", true)]
    fn whoever_has_a_network_of_addresses_is_one(
        #[case] one: &str,
        #[case] other: &str,
        #[case] same: bool,
    ) {
        assert_eq!(Network::of(one) == Network::of(other), same);
    }

    #[test]
    fn memory_is_bounded() {
        let limits = limits();
        for number in 0..200_000 {
            limits.note_failure(&[Kind::SignInPair.of(Subject::id(number))], NOW);
        }
        assert!(limits.count() <= BUCKETS, "{limits:?}");
    }

    /// Case R03. Who fills one kind of bucket makes no failures of another kind forgotten.
    #[test]
    fn a_flood_of_names_washes_no_failures_away() {
        let limits = limits();
        let key = [Kind::SignInPair.at(Subject::id(1), Network::of("203.0.113.9"))];
        for _ in 0..10 {
            limits.note_failure(&key, NOW);
        }
        assert!(limits.check(&key, NOW).is_err());
        // Each twice and more, as whoever wants to be remembered would do it.
        for number in 0..100_000_u32 {
            let client = limits.named(number.to_be_bytes());
            for _ in 0..4 {
                limits
                    .note_failure(&[Kind::ClientPair.at(client, Network::of("203.0.113.9"))], NOW);
            }
        }
        assert!(limits.check(&key, NOW).is_err());
    }

    #[test]
    fn parallel_failures_are_all_counted() {
        let limits = limits();
        let key = [Kind::UserCode.of(Subject::ANY)];
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..10).for_each(|_| limits.note_failure(&key, NOW)));
            }
        });
        assert_eq!(seconds(limits.check(&key, NOW)), Some(310));
    }
}
