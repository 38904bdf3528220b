//! What can be wrong with a configuration, said so that it can be mended without a manual.

use std::{fmt, path::PathBuf};

use super::keys::{KEYS, Key, SECTIONS};

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Nobody gave it.
    Default,
    /// A line (counted from 1) of the configuration file.
    File {
        /// The file as it was named.
        path: PathBuf,
        /// Line, counted from 1; 0 stands for the file as a whole.
        line: usize,
    },
    /// An environment variable, by name.
    Env(String),
    /// A flag of the command line, with its dashes.
    Flag(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line: 0 } => write!(f, "{}", path.display()),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Env(name) => write!(f, "environment variable {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

impl Place {
    /// How one would write `key` at this place, with its example as the value.
    pub(super) fn example(&self, key: &Key) -> String {
        match self {
            Self::Env(_) => format!("{}={}", key.env(), shell_word(key.example)),
            Self::Flag(name) => format!("{name} {}", shell_word(key.example)),
            Self::Default | Self::File { .. } => key.assignment(),
        }
    }
}

/// One problem: place, key, what was wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {key}: {what}\n    {fix}")]
pub(crate) struct Problem {
    pub(super) place: Place,
    /// The key's dotted name, or whatever stood in its stead.
    pub(super) key: String,
    pub(super) what: String,
    pub(super) fix: String,
}

impl Problem {
    pub(super) fn new(
        place: &Place,
        key: impl Into<String>,
        what: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self { place: place.clone(), key: key.into(), what: what.into(), fix: fix.into() }
    }

    /// A value that `key` does not take.
    pub(super) fn bad_value(place: &Place, key: &Key, what: String) -> Self {
        let fix = format!("It takes {}, for example: {}", (key.shape)(), place.example(key));
        Self::new(place, key.name, what, fix)
    }

    /// A name that no key has; `shown` is the name as it was written.
    pub(super) fn unknown(place: &Place, shown: &str, dotted: &str) -> Self {
        let fix = match nearest(dotted) {
            Some(name) => match place {
                Place::Env(_) => format!("Did you mean {}?", env_name(&name)),
                _ => format!("Did you mean {name}?"),
            },
            None => {
                "Remove it, or look it up in docs/configuration.md, which lists every key.".into()
            }
        };
        Self::new(place, shown, "there is no such key", fix)
    }
}

/// All problems of a configuration; never empty.
#[derive(Debug)]
pub(crate) struct ConfigErrors(pub(super) Vec<Problem>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => write!(f, "the configuration has a problem:")?,
            count => write!(f, "the configuration has {count} problems:")?,
        }
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for ConfigErrors {}

/// `server.listen` as `TILTYARD_SERVER_LISTEN`.
pub(super) fn env_name(key: &str) -> String {
    format!("TILTYARD_{}", key.replace('.', "_").to_ascii_uppercase())
}

/// Quotes for a shell where the text needs it.
fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,=@%+[]".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text.to_owned() } else { format!("'{text}'") }
}

/// The key somebody probably meant: the least edits, else the same word outside its section.
fn nearest(name: &str) -> Option<String> {
    let names = || {
        KEYS.iter().flat_map(|key| {
            let file = key.secret.then(|| key.file_name());
            std::iter::once(key.name.to_owned()).chain(file)
        })
    };
    let allowed = 2.max(name.chars().count() / 4);
    let closest = names().map(|known| (strsim::osa_distance(&known, name), known)).min();
    if let Some((_, known)) = closest.filter(|(distance, _)| *distance <= allowed) {
        return Some(known);
    }
    let (section, word) = name.split_once('.').unwrap_or(("", name));
    if !section.is_empty() && SECTIONS.iter().any(|known| known.name == section) {
        return None;
    }
    let mut same = names().filter(|known| known.rsplit('.').next() == Some(word));
    // Two of them would be a guess.
    same.next().filter(|_| same.next().is_none())
}
