//! Gathers what the file, the environment and the flags give, by key.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use toml::de::{DeTable, DeValue};

use super::{
    DEFAULT_FILE, ReadFile, Sources,
    keys::{KEYS, Key, SECTIONS},
    problem::{Place, Problem, env_name},
    show::Shown,
    value::{Raw, Setting},
};

/// Names in the environment that start like ours and are none: the file's path, what our own tests
/// use, and what Kubernetes sets in every container beside a service named `tiltyard`.
const NOT_KEYS: [&str; 3] = ["TILTYARD_CONFIG", "TILTYARD_BIN", "TILTYARD_PORT"];
const NOT_KEY_PREFIXES: [&str; 3] = ["TILTYARD_TEST_", "TILTYARD_PORT_", "TILTYARD_SERVICE_"];

/// A value or the file that holds it, and where it stands.
struct Found {
    raw: Raw,
    place: Place,
    /// Given by the `*_file` variant: `raw` is a path.
    in_file: bool,
}

/// What was given, while it is being read.
pub(super) struct Given {
    values: BTreeMap<&'static str, Found>,
    pub(super) problems: Vec<Problem>,
    pub(super) report: Vec<Shown>,
}

/// One source's values; a key may stand in it once.
#[derive(Default)]
struct Layer(BTreeMap<&'static str, Found>);

pub(super) fn gather(sources: &Sources<'_>) -> Given {
    let mut problems = Vec::new();
    let mut values = file_layer(sources, &mut problems).0;
    values.extend(env_layer(&sources.env, &mut problems).0);
    values.extend(flag_layer(&sources.flags, &mut problems).0);
    for (name, found) in values.iter_mut().filter(|(_, found)| found.in_file) {
        match read_secret(&found.raw, sources.read_file) {
            Ok(text) => found.raw = Raw::Text(text),
            Err((what, fix)) => {
                problems.push(Problem::new(&found.place, format!("{name}_file"), what, fix));
                // Reported; reads as not set, so that nothing is said twice.
                found.raw = Raw::Text(String::new());
            }
        }
    }
    Given { values, problems, report: Vec::new() }
}

impl Given {
    /// The value of a key, or its default; `None` after noting a problem.
    pub(super) fn take<T: Setting>(&mut self, name: &str) -> Option<T> {
        let key = KEYS.iter().find(|key| key.name == name)?;
        let found = self.values.remove(name);
        let (raw, place) = match found {
            Some(found) => (found.raw, found.place),
            None => (Raw::Text(key.default.to_owned()), Place::Default),
        };
        match T::read(&raw) {
            Ok(value) => {
                self.report.push(Shown { key, toml: value.toml(), place });
                Some(value)
            }
            Err(what) => {
                self.problems.push(Problem::bad_value(&place, key, what));
                None
            }
        }
    }
}

impl Layer {
    fn add(
        &mut self,
        name: &str,
        shown: &str,
        raw: Raw,
        place: Place,
        problems: &mut Vec<Problem>,
    ) {
        let Some((key, in_file)) = find(name) else {
            problems.push(Problem::unknown(&place, shown, name));
            return;
        };
        if let Some(other) = self.0.get(key.name) {
            let (what, fix) = if other.in_file == in_file {
                (
                    format!("given a second time; first: {}", other.place),
                    "Keep one of the two.".into(),
                )
            } else {
                let both = format!("{} and {} are both given", key.name, key.file_name());
                (both, "Keep the secret in one place: remove one of the two.".to_owned())
            };
            problems.push(Problem::new(&place, shown, what, fix));
            return;
        }
        self.0.insert(key.name, Found { raw, place, in_file });
    }
}

/// The key of a name; and whether the name is its `*_file` variant.
fn find(name: &str) -> Option<(&'static Key, bool)> {
    let by_name = |name: &str| KEYS.iter().find(|key| key.name == name);
    by_name(name).map(|key| (key, false)).or_else(|| {
        let key = by_name(name.strip_suffix("_file")?)?;
        key.secret.then_some((key, true))
    })
}

fn file_layer(sources: &Sources<'_>, problems: &mut Vec<Problem>) -> Layer {
    let (path, must_exist) = match &sources.file {
        Some(path) => (path.clone(), true),
        None => (PathBuf::from(DEFAULT_FILE), false),
    };
    let place = |line| Place::File { path: path.clone(), line };
    let bytes = match (sources.read_file)(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !must_exist => {
            return Layer::default();
        }
        Err(error) => {
            let fix = "Check the path given by --config or TILTYARD_CONFIG, and who may read it.";
            let what = format!("the file cannot be read: {error}");
            problems.push(Problem::new(&place(0), "configuration file", what, fix));
            return Layer::default();
        }
    };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let line = line_at(error.as_bytes(), error.utf8_error().valid_up_to());
            let fix = "Save the file as UTF-8.";
            let problem = Problem::new(&place(line), "configuration file", "not UTF-8 text", fix);
            problems.push(problem);
            return Layer::default();
        }
    };
    toml_layer(&text, &path, problems)
}

fn toml_layer(text: &str, path: &Path, problems: &mut Vec<Problem>) -> Layer {
    let place = |offset: usize| Place::File {
        path: path.to_owned(),
        line: line_at(text.as_bytes(), offset),
    };
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        // What a broken file meant to say is guesswork: only its syntax is judged.
        problems.extend(errors.iter().map(|error| {
            let place = place(error.span().map_or(0, |span| span.start));
            let fix = if error.message().contains("duplicate") {
                "Keep one of the two."
            } else {
                "Write it as TOML: [section] lines, then name = value, text in quotes."
            };
            Problem::new(&place, "configuration file", error.message(), fix)
        }));
        return Layer::default();
    }
    let mut layer = Layer::default();
    let mut add = |name: &str, value: &DeValue<'_>, at: usize, problems: &mut Vec<Problem>| {
        layer.add(name, name, Raw::of_toml(value), place(at), problems);
    };
    // In the order of the file: the parser sorts by name.
    let mut entries: Vec<_> = document.get_ref().iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    for (name, value) in entries {
        let section = SECTIONS.iter().any(|section| section.name == name.get_ref().as_ref());
        match value.get_ref() {
            DeValue::Table(table) if section || !table.is_empty() => {
                let mut entries: Vec<_> = table.iter().collect();
                entries.sort_by_key(|(field, _)| field.span().start);
                for (field, value) in entries {
                    let dotted = format!("{}.{}", name.get_ref(), field.get_ref());
                    add(&dotted, value.get_ref(), field.span().start, problems);
                }
            }
            _ if section => {
                let fix =
                    format!("Write [{}] on a line of its own, its keys below.", name.get_ref());
                let at = place(name.span().start);
                problems.push(Problem::new(&at, name.get_ref().as_ref(), "this is a section", fix));
            }
            value => add(name.get_ref(), value, name.span().start, problems),
        }
    }
    layer
}

fn env_layer(env: &[(OsString, OsString)], problems: &mut Vec<Problem>) -> Layer {
    let mut layer = Layer::default();
    for (name, value) in env {
        let Some(name) = name.to_str().filter(|name| name.starts_with("TILTYARD_")) else {
            continue;
        };
        if NOT_KEYS.contains(&name) || NOT_KEY_PREFIXES.iter().any(|start| name.starts_with(start))
        {
            continue;
        }
        let place = Place::Env(name.to_owned());
        // Section and name are both separated by `_`: look the whole name up.
        let dotted = KEYS
            .iter()
            .flat_map(|key| [key.name.to_owned(), key.file_name()])
            .find(|dotted| env_name(dotted) == name)
            .unwrap_or_else(|| {
                let rest = name.trim_start_matches("TILTYARD_").to_ascii_lowercase();
                rest.replacen('_', ".", 1)
            });
        match value.to_str() {
            Some(text) => layer.add(&dotted, name, Raw::Text(text.to_owned()), place, problems),
            None => problems.push(Problem::new(
                &place,
                dotted,
                "not UTF-8 text",
                "Set it to UTF-8 text.",
            )),
        }
    }
    layer
}

fn flag_layer(flags: &[(String, String)], problems: &mut Vec<Problem>) -> Layer {
    let mut layer = Layer::default();
    for (name, value) in flags {
        let flag = find(name).and_then(|(key, _)| key.flag);
        let place = Place::Flag(flag.map_or_else(|| format!("--set {name}"), str::to_owned));
        layer.add(name, name, Raw::Text(value.clone()), place, problems);
    }
    layer
}

/// The line, counted from 1, in which the byte at `offset` stands.
fn line_at(text: &[u8], offset: usize) -> usize {
    text.get(..offset).unwrap_or(text).split(|byte| *byte == b'\n').count()
}

/// The content of a secret's file without the line end that editors leave; else what is wrong and
/// the fix.
fn read_secret(path: &Raw, read_file: ReadFile<'_>) -> Result<String, (String, String)> {
    let wrong_path = |what| (what, "Give the path of the file that holds the secret.".to_owned());
    let path = PathBuf::read(path).map_err(wrong_path)?;
    let bytes = read_file(&path).map_err(|error| {
        let what = format!("{} cannot be read: {error}", path.display());
        (what, "Check the path, and that the account of the server may read it.".to_owned())
    })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        (format!("{} is not UTF-8 text", path.display()), "Write the secret as text.".to_owned())
    })?;
    match text.trim() {
        "" => Err((format!("{} is empty", path.display()), "Write the secret into it.".to_owned())),
        text => Ok(text.to_owned()),
    }
}
