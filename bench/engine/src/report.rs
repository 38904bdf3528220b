//! The table of results.

use std::fmt;
use std::time::{Duration, Instant};

/// Times of one thing.
struct Line {
    what: String,
    aim: Option<Duration>,
    times: Vec<Duration>,
}

/// How much memory one thing takes.
struct Memory {
    what: String,
    aim: u64,
    bytes: u64,
}

/// What was measured, in order.
pub(crate) struct Report {
    filter: Option<String>,
    lines: Vec<Line>,
    memory: Vec<Memory>,
}

impl Report {
    /// Only what contains the filter is measured.
    pub(crate) fn new(filter: Option<String>) -> Self {
        Self { filter, lines: Vec::new(), memory: Vec::new() }
    }

    /// Whether a line of this name is to be measured: asked before costly preparations.
    pub(crate) fn wants(&self, what: &str) -> bool {
        self.filter.as_deref().is_none_or(|filter| what.contains(filter))
    }

    /// Measures `run` as often as `inputs` gives something to run it on; making and dropping those
    /// is not timed.
    pub(crate) fn measure<I, O>(
        &mut self,
        what: &str,
        aim: Option<Duration>,
        inputs: impl IntoIterator<Item = I>,
        mut run: impl FnMut(&mut I) -> O,
    ) {
        if !self.wants(what) {
            return;
        }
        let times = inputs
            .into_iter()
            .map(|mut input| {
                let begin = Instant::now();
                let output = std::hint::black_box(run(&mut input));
                let took = begin.elapsed();
                drop(output);
                took
            })
            .collect();
        self.push(what, aim, times);
    }

    /// Adds a number of bytes that was measured elsewhere.
    pub(crate) fn push_bytes(&mut self, what: &str, aim: u64, bytes: u64) {
        if self.wants(what) {
            self.memory.push(Memory { what: what.to_owned(), aim, bytes });
        }
    }

    /// Adds times that were taken elsewhere.
    pub(crate) fn push(&mut self, what: &str, aim: Option<Duration>, times: Vec<Duration>) {
        if self.wants(what) {
            self.lines.push(Line { what: what.to_owned(), aim, times });
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| | aim | median | of 100 the 99th | worst | times |")?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        for Line { what, aim, times } in &self.lines {
            let mut times = times.clone();
            times.sort_unstable();
            let most = times.get(times.len().saturating_sub(1) * 99 / 100);
            let (Some(median), Some(most), Some(worst)) =
                (times.get(times.len() / 2), most, times.last())
            else {
                continue;
            };
            let aim = aim.map_or_else(String::new, |aim| format!("{aim:?}"));
            writeln!(
                f,
                "| {what} | {aim} | {median:.1?} | {most:.1?} | {worst:.1?} | {} |",
                times.len()
            )?;
        }
        if !self.memory.is_empty() {
            writeln!(f, "\n| | aim | bytes |\n|---|---|---|")?;
        }
        for Memory { what, aim, bytes } in &self.memory {
            writeln!(f, "| {what} | {aim} | {bytes} |")?;
        }
        Ok(())
    }
}
