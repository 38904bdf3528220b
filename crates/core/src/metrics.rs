//! What operators watch: counters and histograms, in Prometheus' text form. Handles are made once, so
//! that counting costs no look-up and no memory. Labels come from fixed lists, never from requests.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric, text},
    metrics::{
        MetricType,
        counter::{ConstCounter, Counter},
        family::Family,
        gauge::ConstGauge,
    },
    registry::Registry,
};
use tiltyard_store::Store;

/// One label whose value comes from a fixed list.
pub type Label = [(&'static str, &'static str); 1];

/// The counters of the use cases, and the list of all metrics.
pub struct Metrics {
    registry: Mutex<Registry>,
    /// Sessions begun.
    pub sign_ins_ok: Counter,
    /// Wrong passwords, unknown names and locked accounts.
    pub sign_ins_failed: Counter,
    /// Access tokens given, by `grant`.
    pub tokens: Family<Label, Counter>,
    /// Token requests refused, by `error`.
    pub refusals: Family<Label, Counter>,
    /// Used codes and refresh tokens that came back.
    pub reuse: Counter,
    /// Ends of grants, tokens and accounts that reached the list of revocations.
    pub revocations: Counter,
    /// Limits that were hit, by `limit`.
    pub limits: Family<Label, Counter>,
}

impl Metrics {
    /// Counters at zero.
    pub(crate) fn new() -> Self {
        let metrics = Self {
            registry: Mutex::new(Registry::with_prefix("tiltyard")),
            sign_ins_ok: Counter::default(),
            sign_ins_failed: Counter::default(),
            tokens: Family::default(),
            refusals: Family::default(),
            reuse: Counter::default(),
            revocations: Counter::default(),
            limits: Family::default(),
        };
        metrics.register(|registry| {
            registry.register("sign_ins", "Sessions begun", metrics.sign_ins_ok.clone());
            registry.register(
                "sign_in_failures",
                "Wrong passwords, unknown names, locked accounts",
                metrics.sign_ins_failed.clone(),
            );
            registry.register("tokens", "Access tokens given", metrics.tokens.clone());
            registry.register("token_refusals", "Token requests refused", metrics.refusals.clone());
            registry.register(
                "reuse_detected",
                "Used codes and refresh tokens that came back",
                metrics.reuse.clone(),
            );
            registry.register("revocations", "Revocations made here", metrics.revocations.clone());
            registry.register("limits_hit", "Requests that met a limit", metrics.limits.clone());
        });
        metrics
    }

    /// Adds metrics to the list.
    pub fn register(&self, add: impl FnOnce(&mut Registry)) {
        add(&mut self.registry.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// All of them in the text form (`application/openmetrics-text; version=1.0.0`).
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut all = String::with_capacity(8_192);
        text::encode(&mut all, &self.registry.lock().unwrap_or_else(PoisonError::into_inner))?;
        Ok(all)
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

/// What the store counts, and the memory of the process.
pub(crate) struct StoreMetrics(pub(crate) Store);

impl fmt::Debug for StoreMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreMetrics")
    }
}

impl Collector for StoreMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let stats = self.0.stats();
        for (name, help, value) in [
            ("store_reads", "Reading transactions begun", stats.reads),
            ("store_commits", "Commits to the database", stats.commits),
            ("store_transactions", "Writing transactions committed", stats.transactions),
            ("store_failures", "Commits that failed by the database's fault", stats.failures),
            ("store_commit_microseconds", "Time spent in commits, from their begin", stats.micros),
        ] {
            let metric = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            ConstCounter::new(value).encode(metric)?;
        }
        if let Some(bytes) = resident_bytes() {
            let help = "Memory of the process that is in use";
            let name = "process_resident_memory_bytes";
            let metric = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            ConstGauge::new(bytes).encode(metric)?;
        }
        Ok(())
    }
}

/// The resident memory, where the system tells it.
fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1_024)
}
