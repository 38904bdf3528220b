//! Rules for our manifests: one table of versions with a reason at each line, nothing unused, a
//! row in `docs/dependencies.md`, and arrows between our crates that go down only.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context as _, Result};

use super::graph::{Graph, Package};
use crate::run::Repo;

/// Which of our crates each may use, tests apart. docs/architecture.md draws it.
const LAYERS: [(&str, &[&str]); 8] = [
    ("tiltyard-bracket", &[]),
    ("tiltyard-oauth", &[]),
    ("tiltyard-jose", &[]),
    ("tiltyard-store", &[]),
    ("tiltyard-pages", &["tiltyard-bracket"]),
    ("tiltyard-core", &["tiltyard-bracket", "tiltyard-oauth", "tiltyard-jose", "tiltyard-store"]),
    ("tiltyard-server", &["tiltyard-bracket", "tiltyard-oauth", "tiltyard-pages", "tiltyard-core"]),
    ("tiltyard", &["tiltyard-oauth", "tiltyard-store", "tiltyard-core", "tiltyard-server"]),
];

/// Crates that know no clock, no network, no disk; and what would bring those in.
const PURE: [&str; 4] = ["tiltyard-bracket", "tiltyard-oauth", "tiltyard-jose", "tiltyard-pages"];
const IMPURE: [&str; 9] = [
    "axum",
    "http",
    "postgres",
    "reqwest",
    "rusqlite",
    "tempfile",
    "tokio",
    "tokio-postgres",
    "tracing",
];

/// Every breach.
pub(super) fn problems(repo: &Repo, graph: &Graph) -> Result<Vec<String>> {
    let read =
        |name: &str| fs::read_to_string(repo.root.join(name)).with_context(|| name.to_owned());
    let manifest = read("Cargo.toml")?;
    let mut problems = uncommented(&manifest);
    problems.extend(unused_versions(&manifest, graph)?);
    problems.extend(undocumented(&read("docs/dependencies.md")?, graph));
    for package in graph.members() {
        problems.extend(layer_problems(package));
        let manifest = fs::read_to_string(&package.manifest_path)?.parse::<toml::Table>()?;
        problems.extend(own_versions(package, &manifest));
        problems.extend(unused(package)?);
    }
    Ok(problems)
}

/// Lines of `[workspace.dependencies]` on foreign crates without a comment above.
fn uncommented(manifest: &str) -> Vec<String> {
    let lines = manifest.lines().skip_while(|line| *line != "[workspace.dependencies]").skip(1);
    let mut problems = Vec::new();
    let mut before = "";
    for line in lines.take_while(|line| !line.starts_with('[')) {
        let entry = line.split_once('=').filter(|_| !line.starts_with([' ', '#', ']']));
        if let Some((name, value)) = entry
            && !value.contains("path =")
            && !before.starts_with('#')
        {
            problems.push(format!("Cargo.toml: {} has no comment that says its job", name.trim()));
        }
        before = line;
    }
    problems
}

/// Entries of `[workspace.dependencies]` that no crate uses.
fn unused_versions(manifest: &str, graph: &Graph) -> Result<Vec<String>> {
    let manifest: toml::Table = manifest.parse()?;
    let entries = manifest.get("workspace").and_then(|it| it.get("dependencies"));
    let entries = entries.and_then(toml::Value::as_table).context("no [workspace.dependencies]")?;
    let used: BTreeSet<_> = graph
        .members()
        .flat_map(|package| &package.dependencies)
        .map(|it| it.name.as_str())
        .collect();
    let unused = entries.keys().filter(|name| !used.contains(name.as_str()));
    Ok(unused.map(|name| format!("Cargo.toml: no crate uses {name}")).collect())
}

/// Direct dependencies without a row, and rows of what is not used. The first cell of a row names
/// its crates in backticks.
fn undocumented(document: &str, graph: &Graph) -> Vec<String> {
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `"));
    let cells = rows.filter_map(|row| row.split('|').next());
    let documented: BTreeSet<_> = cells
        .flat_map(|cell| cell.split('`'))
        .map(str::trim)
        .filter(|name| !name.is_empty() && *name != ",")
        .collect();
    let direct: BTreeSet<_> = graph
        .members()
        .flat_map(|package| &package.dependencies)
        .filter(|dependency| dependency.path.is_none())
        .map(|dependency| dependency.name.as_str())
        .collect();
    let missing = direct.difference(&documented).map(|name| format!("has no row for {name}"));
    let idle = documented.difference(&direct).map(|name| format!("has a row for {name}, unused"));
    missing.chain(idle).map(|what| format!("docs/dependencies.md {what}")).collect()
}

/// Arrows that do not go down.
fn layer_problems(package: &Package) -> Vec<String> {
    let used = package.dependencies.iter().filter(|it| it.kind.as_deref() != Some("dev"));
    let ours: BTreeSet<_> = LAYERS.iter().map(|(name, _)| *name).collect();
    let allowed = LAYERS.iter().find(|(name, _)| *name == package.name).map(|(_, below)| *below);
    let mut problems = Vec::new();
    for name in used.map(|dependency| dependency.name.as_str()) {
        if allowed.is_some_and(|below| ours.contains(name) && !below.contains(&name)) {
            problems.push(format!("{} may not use {name}: arrows go down only", package.name));
        }
        if PURE.contains(&package.name.as_str()) && IMPURE.contains(&name) {
            problems.push(format!("{} is pure and may not use {name}", package.name));
        }
    }
    problems
}

/// Dependencies with a version of their own, and crates without the common lints.
fn own_versions(package: &Package, manifest: &toml::Table) -> Vec<String> {
    let common = |value: &toml::Value| {
        value.get("workspace").and_then(toml::Value::as_bool).unwrap_or_default()
    };
    // A crate names itself by path, to switch on a feature of its own in its tests.
    let itself = |name: &String| *name == package.name;
    let mut problems = Vec::new();
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let entries = manifest.get(section).and_then(toml::Value::as_table).into_iter().flatten();
        for (name, _) in entries.filter(|(name, value)| !common(value) && !itself(name)) {
            problems.push(format!("{}: write {name}.workspace = true", package.name));
        }
    }
    if !manifest.get("lints").is_some_and(common) {
        problems.push(format!("{}: write workspace = true under [lints]", package.name));
    }
    problems
}

/// Dependencies whose name stands nowhere in the crate's code. What is there for its features
/// only is listed in `[package.metadata.cargo-machete] ignored`.
fn unused(package: &Package) -> Result<Vec<String>> {
    let folder = package.manifest_path.parent().context("a manifest without a folder")?;
    let mut code = String::new();
    read_code(folder, &mut code)?;
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let words: BTreeSet<_> = code.split(|c| !word(c)).collect();
    let ignored = package.metadata.as_ref().map(|metadata| &metadata["cargo-machete"]["ignored"]);
    let ignored: BTreeSet<_> = ignored
        .and_then(serde_json::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(serde_json::Value::as_str)
        .collect();
    let names: BTreeMap<_, _> = package
        .dependencies
        .iter()
        .filter(|it| it.name != package.name)
        .map(|it| (it.rename.as_ref().unwrap_or(&it.name).replace('-', "_"), it.name.as_str()))
        .collect();
    let idle = names
        .iter()
        .filter(|(ident, name)| !words.contains(ident.as_str()) && !ignored.contains(**name));
    Ok(idle.map(|(_, name)| format!("{} does not use {name}", package.name)).collect())
}

/// The text of all Rust files below a folder.
fn read_code(folder: &Path, code: &mut String) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read_code(&path, code)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            code.push_str(&fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{super::graph::tests::graph, *};

    #[test]
    fn each_line_of_versions_needs_its_comment() {
        let manifest = "[workspace.dependencies]\nours = { path = \"x\" }\n\n# Job\na = \"1\"\n\
                        b = \"1\"\n# Job\nc = { version = \"1\", features = [\n  \"x=1\",\n] }\n\
                        [other]\nd = 1\n";
        assert_eq!(uncommented(manifest), ["Cargo.toml: b has no comment that says its job"]);
    }

    #[test]
    fn versions_without_a_user_are_found() {
        let manifest = "[workspace.dependencies]\na = \"1\"\n";
        let problems = unused_versions(manifest, &graph(&[])).unwrap();
        assert_eq!(problems, ["Cargo.toml: no crate uses a"]);
    }

    #[test]
    fn rows_without_a_dependency_are_found() {
        let document = "| crate | job |\n|---|---|\n| `a`, `b` | x |\n";
        let expected = [
            "docs/dependencies.md has a row for a, unused",
            "docs/dependencies.md has a row for b, unused",
        ];
        assert_eq!(undocumented(document, &graph(&[])), expected);
    }

    #[test]
    fn versions_of_their_own_are_found() {
        let graph = graph(&[]);
        let package = graph.members().next().unwrap();
        let manifest = "[dependencies]\na = \"1\"\nb.workspace = true\n".parse().unwrap();
        let expected =
            ["ours: write a.workspace = true", "ours: write workspace = true under [lints]"];
        assert_eq!(own_versions(package, &manifest), expected);
    }
}
