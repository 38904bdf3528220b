//! Configuration: one TOML file, environment variables over it, flags over those.
//!
//! [`keys`] is the single table of keys: the typed [`Config`], the checks of names, the output of
//! `tiltyard config` and `docs/configuration.md` all come from it. Loading collects every problem
//! instead of stopping at the first; each names the key, the place, what was wrong and the fix.
//!
//! Relative paths are taken from the working directory, as the shell that starts Tiltyard does.

mod check;
pub(crate) mod keys;
mod problem;
pub(crate) mod show;
mod source;
pub(crate) mod types;
mod value;

#[cfg(test)]
mod tests;

use std::{
    ffi::OsString,
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use self::types::Origin;
pub(crate) use self::{
    keys::Config,
    problem::{ConfigErrors, Place},
};

/// The file that is read from the working directory when none is named.
pub(crate) const DEFAULT_FILE: &str = "tiltyard.toml";

/// Reads a whole file; a parameter so that tests need no disk.
pub(crate) type ReadFile<'a> = &'a dyn Fn(&Path) -> io::Result<Vec<u8>>;

/// Everything a configuration is made from.
pub(crate) struct Sources<'a> {
    /// A file named by the caller, which must exist. `None`: `./tiltyard.toml` where there is one.
    pub(crate) file: Option<PathBuf>,
    /// The environment; only names that start with `TILTYARD_` are looked at.
    pub(crate) env: Vec<(OsString, OsString)>,
    /// Values of flags as (key, value), for example `("server.listen", "127.0.0.1:8080")`.
    /// Messages call the flag by the name in the table of keys.
    pub(crate) flags: Vec<(String, String)>,
    /// How files are read: the configuration itself and the `*_file` variants of secrets.
    pub(crate) read_file: ReadFile<'a>,
}

impl Sources<'static> {
    /// The sources of this process: its environment, its disk, and what the command line gave.
    pub(crate) fn of_process(file: Option<PathBuf>, flags: Vec<(String, String)>) -> Self {
        Self {
            file,
            env: std::env::vars_os().collect(),
            flags,
            read_file: &|path| std::fs::read(path),
        }
    }
}

impl Config {
    /// Reads, merges and checks all sources.
    ///
    /// # Errors
    /// Every problem found, in the order file, environment, flags, values, rules between keys.
    pub(crate) fn load(sources: &Sources<'_>) -> Result<Self, ConfigErrors> {
        let mut given = source::gather(sources);
        match Self::take(&mut given) {
            Some(mut config) => {
                config.report = given.report;
                let mut problems = given.problems;
                // Rules between keys are judged only when each key is right by itself: otherwise
                // they would speak of defaults nobody chose.
                if problems.is_empty() {
                    problems = check::problems(&config);
                }
                if problems.is_empty() { Ok(config) } else { Err(ConfigErrors(problems)) }
            }
            None => Err(ConfigErrors(given.problems)),
        }
    }

    /// Whether the public address is https: Tiltyard ends TLS itself or a trusted proxy does.
    pub(crate) fn is_https(&self) -> bool {
        self.tls().is_some() || !self.server.trusted_proxies.is_empty()
    }

    /// Certificate chain and key (PEM files), when Tiltyard ends TLS itself.
    pub(crate) fn tls(&self) -> Option<(&Path, &Path)> {
        Some((self.tls.cert.as_deref()?, self.tls.key.as_deref()?))
    }

    /// The origin that links are made from: `server.public_url`, else plain http on `bound`, the
    /// address that was really bound (`server.listen` may ask for port 0).
    pub(crate) fn origin(&self, bound: SocketAddr) -> Origin {
        self.server.public_url.clone().unwrap_or_else(|| Origin::of_address(bound))
    }

    /// The file in the data directory that holds the sealing key when `secrets.key` is not set.
    pub(crate) fn default_key_file(&self) -> PathBuf {
        self.data.join("secret.key")
    }

    /// The folder of attached files, unless they are in a bucket.
    pub(crate) fn attachments_folder(&self) -> Option<PathBuf> {
        let given = &self.attachments;
        let folder = given.folder.clone().unwrap_or_else(|| self.data.join("attachments"));
        given.s3_bucket.is_none().then_some(folder)
    }

    /// Where a key's value came from.
    pub(crate) fn place(&self, key: &str) -> Place {
        let entry = self.report.iter().find(|entry| entry.key.name == key);
        entry.map_or(Place::Default, |entry| entry.place.clone())
    }
}
