//! The graph of crates as cargo resolved it for our targets.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use anyhow::Result;
use serde::Deserialize;

use crate::run::{Repo, output};

/// A crate.
#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: semver::Version,
    /// SPDX expression.
    pub(crate) license: Option<String>,
    /// Where it comes from; none for our own.
    pub(crate) source: Option<String>,
    pub(crate) manifest_path: PathBuf,
    pub(crate) dependencies: Vec<Dependency>,
    /// `[package.metadata]`.
    pub(crate) metadata: Option<serde_json::Value>,
}

/// What a crate asks for.
#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// Version requirement.
    pub(crate) req: String,
    /// `dev` or `build`; none for normal ones.
    pub(crate) kind: Option<String>,
    pub(crate) rename: Option<String>,
    pub(crate) path: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    dependencies: Vec<String>,
}

/// Our crates and all that is built for them.
pub(crate) struct Graph {
    /// By id.
    packages: BTreeMap<String, Package>,
    members: BTreeSet<String>,
    /// Ids of the crates that depend on an id.
    dependants: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    /// Asks cargo: `metadata` for what crates say of themselves, `tree` for which of them are
    /// really built. The first alone unites features over all platforms and kinds of build, and so
    /// tells of crates that nobody compiles.
    pub(crate) fn read(repo: &Repo, targets: &[String]) -> Result<Self> {
        let mut command = repo.cargo(["metadata", "--locked", "--format-version", "1"]);
        for target in targets {
            command.args(["--filter-platform", target]);
        }
        let metadata = serde_json::from_str(&output(&mut command)?)?;
        let mut built = BTreeSet::new();
        for target in targets {
            let mut command = repo.cargo(["tree", "--locked", "--workspace", "--prefix", "none"]);
            let listed = output(command.args(["--format", "{p}", "--target", target]))?;
            // Lines such as `serde v1.0.229 (proc-macro)`.
            built.extend(listed.lines().filter_map(|line| {
                let mut words = line.split(' ');
                Some((words.next()?.to_owned(), words.next()?.strip_prefix('v')?.parse().ok()?))
            }));
        }
        Ok(Self::of(metadata, &built))
    }

    fn of(metadata: Metadata, built: &BTreeSet<(String, semver::Version)>) -> Self {
        let is_built =
            |package: &Package| built.contains(&(package.name.clone(), package.version.clone()));
        let mut dependants: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in metadata.resolve.nodes {
            for dependency in node.dependencies {
                dependants.entry(dependency).or_default().insert(node.id.clone());
            }
        }
        let packages = metadata.packages.into_iter().filter(is_built);
        Self {
            packages: packages.map(|package| (package.id.clone(), package)).collect(),
            members: metadata.workspace_members,
            dependants,
        }
    }

    /// Our own crates.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.values().filter(|package| self.members.contains(&package.id))
    }

    /// All other crates.
    pub(crate) fn foreign(&self) -> impl Iterator<Item = &Package> {
        self.packages.values().filter(|package| !self.members.contains(&package.id))
    }

    /// Names of the crates that depend on `package`.
    pub(crate) fn dependants(&self, package: &Package) -> BTreeSet<&str> {
        let ids = self.dependants.get(&package.id).into_iter().flatten();
        ids.filter_map(|id| self.packages.get(id)).map(|package| package.name.as_str()).collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    /// A graph of one crate of our own, `ours`, that uses each foreign crate directly.
    pub(crate) fn graph(foreign: &[(&str, &str, &str)]) -> Graph {
        let id = |name: &str, version: &str| format!("{name}@{version}");
        let ids: Vec<_> = foreign.iter().map(|(name, version, _)| id(name, version)).collect();
        let package = |name: &str, version: &str, license: &str, source: Option<&str>| {
            json!({
                "id": id(name, version), "name": name, "version": version, "license": license,
                "source": source, "manifest_path": "/none", "dependencies": [], "metadata": null,
            })
        };
        let mut packages = vec![package("ours", "0.1.0", "Apache-2.0", None)];
        let mut nodes = vec![json!({ "id": "ours@0.1.0", "dependencies": ids })];
        for (name, version, license) in foreign {
            packages.push(package(name, version, license, Some("registry+usual")));
            nodes.push(json!({ "id": id(name, version), "dependencies": [] }));
        }
        // In the lock file, but used by nobody on our targets.
        packages.push(package("elsewhere", "1.0.0", "GPL-3.0-only", Some("git+x")));
        let metadata = json!({
            "packages": packages, "workspace_members": ["ours@0.1.0"], "resolve": { "nodes": nodes },
        });
        let used = foreign.iter().map(|(name, version, _)| (*name, *version));
        let built = used.chain([("ours", "0.1.0")]);
        let built = built.map(|(name, version)| (name.to_owned(), version.parse().unwrap()));
        Graph::of(serde_json::from_value(metadata).unwrap(), &built.collect())
    }

    #[test]
    fn only_what_is_used_is_judged() {
        let graph = graph(&[("a", "1.0.0", "MIT")]);
        let names: Vec<_> = graph.foreign().map(|package| package.name.as_str()).collect();
        assert_eq!(names, ["a"]);
        assert_eq!(graph.members().count(), 1);
        let used_by = graph.foreign().flat_map(|package| graph.dependants(package));
        assert_eq!(used_by.collect::<Vec<_>>(), ["ours"]);
    }
}
