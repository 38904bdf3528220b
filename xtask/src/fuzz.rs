//! Fuzzing guided by coverage, on the stable toolchain.

use std::{fs, path::Path, process::Command};

use anyhow::{Context as _, Result, bail};

use crate::{
    run::{Repo, on_path, output, run},
    system,
};

/// What makes the compiler count the edges that an input takes, and watch what it compares.
const FLAGS: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Ccodegen-units=1 --cfg fuzzing";

/// Longest input that is tried, in bytes.
const LONGEST: u32 = 4096;

/// Runs each target for so long; an error at the first finding.
pub(crate) fn run_targets(repo: &Repo, targets: &[String], seconds: u32) -> Result<()> {
    let corpora = repo.root.join("fuzz/corpus");
    let targets = if targets.is_empty() { names(&corpora)? } else { targets.to_vec() };
    let program = build(repo)?;
    for target in &targets {
        let seeds = corpora.join(target);
        if !seeds.is_dir() {
            bail!("there is no target {target}; see fuzz/corpus");
        }
        let found = repo.target.join("fuzz/corpus").join(target);
        let artifacts = repo.target.join("fuzz/artifacts").join(target);
        for folder in [&found, &artifacts] {
            fs::create_dir_all(folder)?;
        }
        // The first folder is where new inputs go; the second is only read.
        let mut command = Command::new(&program);
        command.env("FUZZ_TARGET", target).args([&found, &seeds]);
        command.arg(format!("-artifact_prefix={}/", artifacts.display()));
        command.arg(format!("-max_total_time={seconds}")).arg(format!("-max_len={LONGEST}"));
        // Seconds, and megabytes.
        command.args(["-timeout=5", "-report_slow_units=1", "-rss_limit_mb=2048"]);
        command.args(["-use_value_profile=1", "-print_final_stats=1", "-verbosity=0"]);
        run(&mut command).with_context(|| format!("a finding of {target}"))?;
    }
    Ok(())
}

fn names(corpora: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(corpora)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Builds the instrumented program. An explicit target keeps build scripts free of the flags.
fn build(repo: &Repo) -> Result<std::path::PathBuf> {
    if on_path("c++").is_none() {
        system::install(&["g++"])?;
    }
    let version = output(Command::new("rustc").arg("-vV"))?;
    let triple = version.lines().find_map(|line| line.strip_prefix("host: "));
    let triple = triple.context("rustc does not say what it compiles for")?;
    let folder = repo.root.join("fuzz/guided");
    // The same versions as in the program.
    fs::copy(repo.root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let target = repo.target.join("fuzz/build");
    let mut cargo = repo.cargo(["build", "--release", "--target", triple]);
    cargo.current_dir(&folder).env("CARGO_TARGET_DIR", &target).env("RUSTFLAGS", FLAGS);
    run(&mut cargo)?;
    Ok(target.join(triple).join("release/guided"))
}
