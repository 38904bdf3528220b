//! Rules for dependencies, checked from `cargo metadata`, the manifests and `deny.toml` alone: no
//! network, no further tool. cargo-deny understands the same `deny.toml`.

mod graph;
mod manifests;
mod policy;

use anyhow::{Context as _, Result, bail};

use crate::run::Repo;

/// Checks every rule and tells every breach.
pub(crate) fn check(repo: &Repo) -> Result<()> {
    let policy = std::fs::read_to_string(repo.root.join("deny.toml")).context("deny.toml")?;
    let policy: policy::Policy = toml::from_str(&policy).context("deny.toml")?;
    let graph = graph::Graph::read(repo, &policy.graph.targets)?;
    let mut problems = policy.problems(&graph)?;
    problems.extend(manifests::problems(repo, &graph)?);
    if !problems.is_empty() {
        bail!("rules for dependencies:\n  {}", problems.join("\n  "));
    }
    let foreign = graph.foreign().count();
    eprintln!("{foreign} foreign crates, {} of our own", graph.members().count());
    Ok(())
}
