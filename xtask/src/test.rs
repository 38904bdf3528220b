//! The test command and its parts.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use crate::{
    clients, deps, lint,
    postgres::{self, Cluster},
    python,
    run::{Repo, on_path, run, succeeds},
    system,
};

/// Tests in Python, against the running binary.
#[derive(Clone, Copy)]
pub(crate) enum Suite {
    /// Real third-party clients.
    Interop,
    /// Pages in a real browser.
    Browser,
}

impl Suite {
    fn folder(self) -> &'static str {
        match self {
            Self::Interop => "interop",
            Self::Browser => "browser",
        }
    }

    /// Whether the repository has tests of this kind.
    fn exists(self, repo: &Repo) -> Result<bool> {
        let files = repo.files()?;
        let is_test = |name: &str| name.starts_with("test_");
        Ok(files.iter().any(|file| {
            file.starts_with(self.folder())
                && file.file_stem().and_then(|stem| stem.to_str()).is_some_and(is_test)
                && file.extension().is_some_and(|extension| extension == "py")
        }))
    }
}

/// The parts of a whole run, with what each took.
struct Parts {
    keep_going: bool,
    done: Vec<(&'static str, Duration, bool)>,
}

impl Parts {
    /// Runs a part; an error only when the run is to stop here.
    fn part(&mut self, name: &'static str, part: impl FnOnce() -> Result<()>) -> Result<()> {
        eprintln!("\n==> {name}");
        let start = Instant::now();
        let result = part();
        self.done.push((name, start.elapsed(), result.is_ok()));
        match result {
            Ok(()) => eprintln!("<== {name}: {:.1} s", start.elapsed().as_secs_f64()),
            Err(error) if self.keep_going => eprintln!("<== {name} FAILED: {error:#}"),
            Err(error) => return Err(error.context(name)),
        }
        Ok(())
    }

    fn summary(&self) {
        eprintln!();
        for (name, took, passed) in &self.done {
            let verdict = if *passed { "ok" } else { "FAILED" };
            eprintln!("{name:<28} {:>7.1} s  {verdict}", took.as_secs_f64());
        }
    }
}

/// Everything.
pub(crate) fn all(repo: &Repo, keep_going: bool) -> Result<()> {
    let before = repo.changes();
    let mut parts = Parts { keep_going, done: Vec::new() };
    let result = every_part(repo, &mut parts, before.as_deref());
    parts.summary();
    result?;
    let failed: Vec<_> = parts.done.iter().filter(|part| !part.2).map(|part| part.0).collect();
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    eprintln!("every part passed");
    Ok(())
}

fn every_part(repo: &Repo, parts: &mut Parts, before: Option<&str>) -> Result<()> {
    parts.part("format", || lint::format(repo))?;
    parts.part("rules for files", || lint::files(repo))?;
    parts.part("dependencies", || deps::check(repo))?;
    parts.part("clippy", || lint::clippy(repo))?;
    let mut cluster = None;
    parts.part("PostgreSQL", || {
        cluster = Some(Cluster::start(repo)?);
        Ok(())
    })?;
    if let Some(cluster) = &cluster {
        parts.part("Rust tests", || unit(repo, cluster))?;
        for (name, suite) in [("interop tests", Suite::Interop), ("browser tests", Suite::Browser)]
        {
            if suite.exists(repo)? {
                parts.part(name, || python_tests(repo, suite, cluster))?;
            } else {
                eprintln!("\n==> {name}: there are none");
            }
        }
    }
    drop(cluster);
    parts.part("API documentation", || docs(repo))?;
    parts.part("nothing was left behind", || unchanged(repo, before))
}

/// The Rust tests: nextest where it is installed, else plain cargo; then the examples in the
/// documentation.
pub(crate) fn unit(repo: &Repo, cluster: &Cluster) -> Result<()> {
    let mut tests = if succeeds(&mut repo.cargo(["nextest", "--version"])) {
        repo.cargo([
            "nextest",
            "run",
            "--workspace",
            "--locked",
            "--no-fail-fast",
            "--test-threads=6",
        ])
    } else {
        repo.cargo(["test", "--workspace", "--locked", "--no-fail-fast", "--tests"])
    };
    let mut examples = repo.cargo(["test", "--workspace", "--locked", "--no-fail-fast", "--doc"]);
    for command in [&mut tests, &mut examples] {
        // A stale snapshot fails; it does not write files into the work tree.
        command.env(postgres::VARIABLE, cluster.url()).env("INSTA_UPDATE", "no");
        run(command)?;
    }
    Ok(())
}

/// One suite by itself.
pub(crate) fn suite(repo: &Repo, suite: Suite) -> Result<()> {
    if !suite.exists(repo)? {
        bail!("there are no tests in {}/", suite.folder());
    }
    python_tests(repo, suite, &Cluster::start(repo)?)
}

fn python_tests(repo: &Repo, suite: Suite, cluster: &Cluster) -> Result<()> {
    if matches!(suite, Suite::Browser) {
        // Chromium without any font draws no text.
        let packages: &[&str] =
            if on_path("chromium").is_none() { &["chromium", "fonts-dejavu-core"] } else { &[] };
        system::install(packages)?;
    } else {
        // What the README's first flow is typed with.
        let programs = ["curl", "jq", "openssl"];
        let missing: Vec<_> =
            programs.into_iter().filter(|program| on_path(program).is_none()).collect();
        system::install(&missing)?;
    }
    let binary = binary(repo)?;
    let python = python::interpreter(repo)?;
    let mut pytest = std::process::Command::new(&python);
    // Both drive them: people with forms alone, and people with a browser.
    pytest.env("INTEROP_NODE", clients::node(repo, &python)?);
    pytest.env("INTEROP_NODE_PROGRAM", python.with_file_name("node"));
    pytest.env("INTEROP_CLIENTS", clients::python(repo, &python)?);
    let [oauth2, challonge] = clients::rust(repo)?;
    pytest.env("INTEROP_OAUTH2_CLIENT", oauth2).env("INTEROP_CHALLONGE_CLIENT", challonge);
    pytest.current_dir(&repo.root).args(["-m", "pytest", "-p", "no:cacheprovider"]);
    // They wait more than they compute. Who is done takes from the others' lists from the end, so that
    // a server is made for many tests.
    pytest.args(["--numprocesses=3", "--dist=worksteal"]);
    pytest.arg(suite.folder()).env("PYTHONDONTWRITEBYTECODE", "1");
    run(pytest.env("TILTYARD_BIN", binary).env(postgres::VARIABLE, cluster.url()))
}

/// Builds the binary with the very features and profile of the Rust tests, so that nothing is
/// compiled a second time: features are unified over what one command builds.
fn binary(repo: &Repo) -> Result<PathBuf> {
    run(&mut repo.cargo(["build", "--workspace", "--locked", "--bins", "--tests"]))?;
    let binary = repo.target.join("debug/tiltyard");
    binary.canonicalize().with_context(|| binary.display().to_string())
}

/// The API documentation, private items included, without warnings.
pub(crate) fn docs(repo: &Repo) -> Result<()> {
    let arguments =
        ["doc", "--workspace", "--locked", "--no-deps", "--document-private-items", "--quiet"];
    run(repo.cargo(arguments).env("RUSTDOCFLAGS", "-D warnings"))
}

/// Writes generated documents anew: each has a test named `generated_…` that compares it, and
/// writes it when `UPDATE` is set.
pub(crate) fn generate(repo: &Repo) -> Result<()> {
    run(repo.cargo(["test", "--workspace", "--tests", "generated_"]).env("UPDATE", "1"))
}

/// The tests left the work tree as it was: generated files are current, nothing was dropped.
fn unchanged(repo: &Repo, before: Option<&str>) -> Result<()> {
    let after = repo.changes();
    if after.as_deref() == before {
        return Ok(());
    }
    let before = before.unwrap_or_default();
    let after = after.unwrap_or_default();
    let new: Vec<_> =
        after.lines().filter(|line| !before.lines().any(|old| old == *line)).collect();
    bail!("the tests changed the work tree:\n{}", new.join("\n"));
}
