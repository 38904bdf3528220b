//! Developer commands: `cargo xtask …`.
//!
//! `cargo xtask test` is the one command of the README that passes every test; it installs and
//! starts what a bare Debian machine with a Rust toolchain lacks. The others are its parts.

#[cfg(test)]
mod cases;
mod clients;
mod deps;
mod fuzz;
mod lint;
mod postgres;
mod python;
mod run;
mod system;
mod test;

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Parser, Subcommand};

use crate::{postgres::Cluster, run::Repo};

/// Developer commands of Tiltyard.
#[derive(Parser)]
#[command(name = "cargo xtask", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Every check and every test; installs and starts what it needs.
    Test {
        /// Go on after a failed part, and fail at the end.
        #[arg(long)]
        keep_going: bool,
    },
    /// Format, clippy and the rules for files.
    Lint,
    /// Licences, sources, banned and duplicate crates, the dependency documents.
    Deps,
    /// The Rust tests, on SQLite and PostgreSQL.
    Unit,
    /// Real third-party clients against a running server.
    Interop,
    /// Pages in a real browser.
    Browser,
    /// Fuzzing guided by coverage; the tests already try each target for some seconds.
    Fuzz {
        /// The targets; all of them if none is named.
        targets: Vec<String>,
        /// How long each runs.
        #[arg(long, default_value_t = 60)]
        seconds: u32,
    },
    /// The API documentation, without warnings.
    Docs,
    /// Writes the generated documents anew.
    Generate,
    /// Runs a command while a private PostgreSQL is up (`TILTYARD_TEST_POSTGRES`).
    Postgres {
        /// The command and its arguments, after `--`.
        #[arg(last = true, required = true)]
        command: Vec<String>,
    },
}

fn main() -> ExitCode {
    match command(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn command(command: Command) -> Result<()> {
    let repo = Repo::find()?;
    match command {
        Command::Test { keep_going } => test::all(&repo, keep_going),
        Command::Lint => lint::all(&repo),
        Command::Deps => deps::check(&repo),
        Command::Unit => test::unit(&repo, &Cluster::start(&repo)?),
        Command::Interop => test::suite(&repo, test::Suite::Interop),
        Command::Browser => test::suite(&repo, test::Suite::Browser),
        Command::Fuzz { targets, seconds } => fuzz::run_targets(&repo, &targets, seconds),
        Command::Docs => test::docs(&repo),
        Command::Generate => test::generate(&repo),
        Command::Postgres { command } => {
            let Some((program, arguments)) = command.split_first() else { bail!("no command") };
            let cluster = Cluster::start(&repo)?;
            let mut child = std::process::Command::new(program);
            child.args(arguments).env(postgres::VARIABLE, cluster.url());
            run::run(&mut child).with_context(|| format!("with PostgreSQL at {}", cluster.url()))
        }
    }
}
