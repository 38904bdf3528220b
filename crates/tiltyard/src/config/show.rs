//! What is shown: the effective values, and the reference of all keys.

use std::fmt::Write as _;

use super::{
    keys::{Config, KEYS, Key, SECTIONS},
    problem::Place,
    value::quoted,
};

/// One line of `tiltyard config`.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) key: &'static Key,
    /// TOML text; `None`: not set.
    pub(super) toml: Option<String>,
    pub(super) place: Place,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Config {
    /// The effective values as TOML, each with the place it came from; secrets only say that they
    /// are set.
    pub(crate) fn effective(&self) -> String {
        let mut out = String::from("# Effective configuration. Secrets are not shown.\n");
        let mut section = "";
        for Shown { key, toml, place } in &self.report {
            let (its_section, name) = key.parts();
            if its_section != section {
                section = its_section;
                push(&mut out, format_args!("\n[{section}]\n"));
            }
            match toml {
                Some(value) => {
                    let line = format!("{name} = {value}");
                    push(&mut out, format_args!("{line:<40} # {place}\n"));
                }
                None => push(&mut out, format_args!("# {name} is not set\n")),
            }
        }
        out
    }
}

/// `docs/configuration.md`.
pub(crate) fn reference_markdown() -> String {
    let mut out = String::from(HEAD);
    for section in SECTIONS {
        if !section.name.is_empty() {
            push(&mut out, format_args!("\n## [{}]\n\n{}\n", section.name, prose(section.about)));
        }
        for key in KEYS.iter().filter(|key| key.parts().0 == section.name) {
            entry(&mut out, key);
        }
    }
    out
}

const HEAD: &str = "\
# Configuration

<!-- Generated from crates/tiltyard/src/config/keys.rs by `cargo xtask generate`. -->

Every key has a default, so Tiltyard starts without any configuration, on loopback. Values come
from, each over the one before:

1. the file `tiltyard.toml` in the working directory, or the one named by `--config` or
   `TILTYARD_CONFIG` (TOML);
2. environment variables, named after the key: `server.listen` is `TILTYARD_SERVER_LISTEN`;
3. flags: those named below, and `--set KEY=VALUE` for any key.

In variables and flags the entries of a list are separated by commas, and empty text means not set
where a key may be unset. A secret can be kept in a file of its own: the key with `_file` at its end
names that file. Relative paths are taken from the working directory.

An unknown key or a bad value stops the start; the message names the key, the place and the fix.
`tiltyard config` prints the effective values, and where each came from, without secrets.
";

fn entry(out: &mut String, key: &Key) {
    let (_, name) = key.parts();
    let heading = "#".repeat(if key.parts().0.is_empty() { 2 } else { 3 });
    push(out, format_args!("\n{heading} {}\n\n{}\n\n", key.name, prose(key.about)));
    let secret = if key.secret { " Secret: never shown." } else { "" };
    push(out, format_args!("- takes {}.{secret}\n", (key.shape)()));
    match (key.toml)(key.default) {
        Some(value) => push(out, format_args!("- default: `{value}`\n")),
        None => push(out, format_args!("- default: not set\n")),
    }
    if key.secret {
        let file = key.file_name();
        let env = super::problem::env_name(&file);
        push(out, format_args!("- variable: `{}`; in a file: `{file}` or `{env}`\n", key.env()));
    } else {
        push(out, format_args!("- variable: `{}`\n", key.env()));
    }
    if let Some(flag) = key.flag {
        push(out, format_args!("- flag: `{flag}`\n"));
    }
    let example = if key.secret { Some(quoted(key.example)) } else { (key.toml)(key.example) };
    push(out, format_args!("- example: `{name} = {}`\n", example.unwrap_or_default()));
}

/// Lines of a doc comment as one paragraph.
fn prose(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n")
}

/// Appends; writing into a string cannot fail.
fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}
