//! `deny.toml`: licences, banned crates, duplicates, sources. The fields are those of cargo-deny
//! that we use; another field is an error, so that both tools judge by the same rules.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail};
use semver::{Version, VersionReq};
use serde::Deserialize;
use spdx::{Expression, Licensee, ParseMode};

use super::graph::{Graph, Package};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policy {
    pub(crate) graph: Targets,
    licenses: Licenses,
    bans: Bans,
    sources: Sources,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Targets {
    /// Only crates used on these are judged.
    pub(crate) targets: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Licenses {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Bans {
    multiple_versions: Level,
    wildcards: Level,
    /// Our crates name each other by path, without a version.
    #[serde(rename = "allow-wildcard-paths")]
    _allow_wildcard_paths: bool,
    deny: Vec<Ban>,
    skip: Vec<Skip>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    /// Crates that may use it all the same.
    #[serde(default)]
    wrappers: BTreeSet<String>,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Skip {
    /// `name@requirement`.
    #[serde(rename = "crate")]
    spec: String,
    #[serde(rename = "reason")]
    _reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Sources {
    unknown_registry: Level,
    unknown_git: Level,
}

/// We have no warnings: what is not refused is allowed.
#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Level {
    Allow,
    Deny,
}

impl Policy {
    /// Every breach of the policy.
    ///
    /// # Errors
    /// When the policy itself cannot be read.
    pub(super) fn problems(&self, graph: &Graph) -> Result<Vec<String>> {
        let mut problems = self.license_problems(graph)?;
        problems.extend(self.ban_problems(graph));
        problems.extend(self.duplicate_problems(graph)?);
        problems.extend(self.wildcard_problems(graph));
        problems.extend(self.source_problems(graph));
        Ok(problems)
    }

    fn license_problems(&self, graph: &Graph) -> Result<Vec<String>> {
        let licensees = |names: &[String]| -> Result<Vec<Licensee>> {
            names.iter().map(|name| Licensee::parse(name).with_context(|| name.clone())).collect()
        };
        let everywhere = licensees(&self.licenses.allow)?;
        let mut problems = Vec::new();
        for package in graph.foreign() {
            let mut allowed = everywhere.clone();
            for exception in self.licenses.exceptions.iter().filter(|it| it.name == package.name) {
                allowed.extend(licensees(&exception.allow)?);
            }
            let Some(license) = &package.license else {
                problems.push(format!("{} names no licence", shown(package)));
                continue;
            };
            // Old crates write `/` for OR.
            let fits = Expression::parse_mode(license, ParseMode::LAX).map(|expression| {
                expression.evaluate(|asked| allowed.iter().any(|one| one.satisfies(asked)))
            });
            match fits {
                Ok(true) => {}
                Ok(false) => problems.push(format!("{}: licence {license}", shown(package))),
                Err(error) => problems.push(format!("{}: {license}: {error}", shown(package))),
            }
        }
        for exception in &self.licenses.exceptions {
            if !graph.foreign().any(|package| package.name == exception.name) {
                problems.push(format!(
                    "deny.toml: exception for {}, which is not used",
                    exception.name
                ));
            }
        }
        Ok(problems)
    }

    fn ban_problems(&self, graph: &Graph) -> Vec<String> {
        let mut problems = Vec::new();
        for ban in &self.bans.deny {
            for package in graph.foreign().filter(|package| package.name == ban.name) {
                let users = graph.dependants(package);
                let users: Vec<_> =
                    users.iter().filter(|user| !ban.wrappers.contains(**user)).collect();
                if !users.is_empty() {
                    let users = users.iter().map(|user| **user).collect::<Vec<_>>().join(", ");
                    problems.push(format!(
                        "{}: banned ({}); used by {users}",
                        shown(package),
                        ban.reason
                    ));
                }
            }
        }
        problems
    }

    /// Of each name one version may stand unlisted; a listed version must exist beside another.
    fn duplicate_problems(&self, graph: &Graph) -> Result<Vec<String>> {
        if self.bans.multiple_versions == Level::Allow {
            return Ok(Vec::new());
        }
        let skips: Vec<_> = self.bans.skip.iter().map(Skip::parse).collect::<Result<_>>()?;
        let mut versions: BTreeMap<&str, Vec<&Version>> = BTreeMap::new();
        for package in graph.foreign() {
            versions.entry(&package.name).or_default().push(&package.version);
        }
        let mut problems = Vec::new();
        for (name, versions) in versions.iter().filter(|(_, versions)| versions.len() > 1) {
            let skipped = |version: &&&Version| {
                skips.iter().any(|(skip, wanted)| skip == name && wanted.matches(version))
            };
            let open: Vec<_> = versions.iter().filter(|version| !skipped(version)).collect();
            if open.len() > 1 {
                let list = open.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
                problems.push(format!(
                    "{name}: versions {list}; list the older one in deny.toml [bans] skip"
                ));
            }
        }
        for (name, wanted) in &skips {
            let versions = versions.get(name.as_str()).map_or(&[][..], Vec::as_slice);
            if versions.len() < 2 || !versions.iter().any(|version| wanted.matches(version)) {
                problems.push(format!("deny.toml: skip of {name}@{wanted} is not needed any more"));
            }
        }
        Ok(problems)
    }

    fn wildcard_problems(&self, graph: &Graph) -> Vec<String> {
        let denied = self.bans.wildcards == Level::Deny;
        let asked = graph.members().flat_map(|package| {
            package.dependencies.iter().map(move |dependency| (package, dependency))
        });
        asked
            .filter(|(_, dependency)| denied && dependency.req == "*" && dependency.path.is_none())
            .map(|(package, dependency)| {
                format!("{} asks for any {}", package.name, dependency.name)
            })
            .collect()
    }

    /// One registry, the usual one: an alternative would stand beside it under another name.
    fn source_problems(&self, graph: &Graph) -> Vec<String> {
        let mut registries: BTreeMap<&str, Vec<&Package>> = BTreeMap::new();
        let mut problems = Vec::new();
        for package in graph.foreign() {
            match package.source.as_deref() {
                Some(source) if source.starts_with("registry+") => {
                    registries.entry(source).or_default().push(package);
                }
                Some(source)
                    if source.starts_with("git+") && self.sources.unknown_git == Level::Allow => {}
                source => problems.push(format!("{}: comes from {source:?}", shown(package))),
            }
        }
        if self.sources.unknown_registry == Level::Deny && registries.len() > 1 {
            let names = registries.keys().copied().collect::<Vec<_>>().join(", ");
            problems.push(format!("more than one registry: {names}"));
        }
        problems
    }
}

impl Skip {
    fn parse(&self) -> Result<(String, VersionReq)> {
        let Some((name, version)) = self.spec.split_once('@') else {
            bail!("deny.toml: skip {} names no version", self.spec);
        };
        Ok((name.to_owned(), version.parse().with_context(|| self.spec.clone())?))
    }
}

fn shown(package: &Package) -> String {
    format!("{} {}", package.name, package.version)
}

#[cfg(test)]
mod tests {
    use super::{super::graph::tests::graph, *};

    const POLICY: &str = "
        graph.targets = []
        licenses.allow = ['MIT', 'Apache-2.0']
        licenses.exceptions = [{ crate = 'excepted', allow = ['MPL-2.0'] }]
        sources = { unknown-registry = 'deny', unknown-git = 'deny' }
        [bans]
        multiple-versions = 'deny'
        wildcards = 'deny'
        allow-wildcard-paths = true
        deny = [
            { crate = 'bad', reason = 'a reason' },
            { crate = 'wrapped', wrappers = ['ours'], reason = 'a reason' },
        ]
        skip = [{ crate = 'twice@1', reason = 'a reason' }]
    ";

    /// What every graph needs so that no entry of the policy is idle.
    const BASE: [(&str, &str, &str); 3] =
        [("excepted", "1.0.0", "MPL-2.0"), ("twice", "1.2.0", "MIT"), ("twice", "2.0.0", "MIT")];

    fn problems(more: &[(&str, &str, &str)]) -> Vec<String> {
        let policy: Policy = toml::from_str(POLICY).unwrap();
        policy.problems(&graph(&[&BASE[..], more].concat())).unwrap()
    }

    #[test]
    fn what_the_policy_allows_passes() {
        let fine = [
            ("either", "1.0.0", "GPL-3.0-only OR MIT"),
            ("old", "1.0.0", "GPL-3.0-only/Apache-2.0"),
            ("wrapped", "1.0.0", "MIT AND Apache-2.0"),
        ];
        assert_eq!(problems(&fine), Vec::<String>::new());
    }

    #[test]
    fn each_breach_is_told() {
        assert_eq!(
            problems(&[("a", "1.0.0", "MIT AND MPL-2.0")]),
            ["a 1.0.0: licence MIT AND MPL-2.0"]
        );
        assert_eq!(
            problems(&[("bad", "1.0.0", "MIT")]),
            ["bad 1.0.0: banned (a reason); used by ours"]
        );
        let third = problems(&[("twice", "3.0.0", "MIT")]);
        assert_eq!(
            third,
            ["twice: versions 2.0.0 and 3.0.0; list the older one in deny.toml [bans] skip"]
        );
        let unreadable = problems(&[("a", "1.0.0", "whatever you like")]);
        assert!(unreadable[0].starts_with("a 1.0.0: whatever you like: "), "{unreadable:?}");
    }

    #[test]
    fn idle_entries_of_the_policy_are_told() {
        let policy: Policy = toml::from_str(POLICY).unwrap();
        let problems = policy.problems(&graph(&[("twice", "2.0.0", "MIT")])).unwrap();
        let expected = [
            "deny.toml: exception for excepted, which is not used",
            "deny.toml: skip of twice@^1 is not needed any more",
        ];
        assert_eq!(problems, expected);
    }
}
