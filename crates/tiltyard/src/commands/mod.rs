//! The command line (docs/architecture.md, "Command line"): stable, because scripts rely on it.

mod api_key;
mod app;
mod backup;
mod community;
mod demo;
mod doctor;
mod keys;
mod serve;
mod show_config;
mod tournament;
mod user;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use serde::Serialize;

use tiltyard_core::{Actor, Core, Error, accounts::Person};
use tiltyard_oauth::scope_registry::{self, SCOPES};

use crate::{
    config::{Config, Sources},
    installation,
};

/// The open tournament platform that people run themselves: an OAuth 2.1 authorization server, and
/// the tournament API and web pages that its tokens open.
///
/// Without a command, Tiltyard serves: it makes ./tiltyard-data on the first start, prints the
/// address it listens on, and a one-time link with which the first person becomes the operator.
#[derive(Debug, Parser)]
#[command(
    name = "tiltyard",
    version,
    after_help = "First steps:\n  \
        tiltyard                              serve on http://127.0.0.1:7110\n  \
        tiltyard demo --data ./demo           fill an empty directory with samples\n  \
        tiltyard app create --owner NAME --name \"My bot\" --preset machine\n  \
        tiltyard config                       what is in force, and where it comes from\n\n\
        Every key of the configuration is described in docs/configuration.md."
)]
pub(crate) struct Line {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    serve: serve::Flags,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Under which heading of the help the flags stand that every command takes.
const INSTALLATION: &str = "Which installation";

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// Configuration file [default: ./tiltyard.toml, if there is one]
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "TILTYARD_CONFIG",
        help_heading = INSTALLATION
    )]
    config: Option<PathBuf>,
    /// Data directory: embedded database and secret key [default: ./tiltyard-data]
    #[arg(long, global = true, value_name = "DIR", help_heading = INSTALLATION)]
    data: Option<String>,
    /// postgres://… instead of the embedded database
    #[arg(long, global = true, value_name = "URL", help_heading = INSTALLATION)]
    database: Option<String>,
    /// Set any key of the configuration (repeatable)
    #[arg(long, global = true, value_name = "KEY=VALUE", help_heading = INSTALLATION)]
    set: Vec<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve pages and API (also what happens without a command)
    Serve(serve::Flags),
    /// Fill an empty data directory with sample people, an application and two tournaments
    Demo,
    /// Print the effective configuration, without secrets
    Config(show_config::Flags),
    /// Make accounts, and look after them
    #[command(subcommand)]
    User(user::Command),
    /// Register and manage applications (OAuth clients)
    #[command(subcommand)]
    App(app::Command),
    /// Make personal API keys
    #[command(subcommand)]
    ApiKey(api_key::Command),
    /// Make communities
    #[command(subcommand)]
    Community(community::Command),
    /// Look after tournaments
    #[command(subcommand)]
    Tournament(tournament::Command),
    /// List and rotate the signing keys
    #[command(subcommand)]
    Keys(keys::Command),
    /// Write a copy of the embedded database while the server runs
    Backup(backup::BackupFlags),
    /// Put a backup in place of the embedded database (the server must not run)
    Restore(backup::RestoreFlags),
    /// Check the installation and say what to mend
    Doctor(doctor::Flags),
}

/// `--json` for scripts.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Output {
    /// One JSON object on standard output, for scripts
    #[arg(long)]
    json: bool,
}

impl Output {
    /// Prints the object, or the text for people.
    fn print(self, object: &impl Serialize, text: impl FnOnce() -> String) -> anyhow::Result<()> {
        if self.json {
            println!("{}", serde_json::to_string(object)?);
        } else {
            println!("{}", text());
        }
        Ok(())
    }
}

/// An error about something that the command line names: where there is no such thing, it says what
/// was looked for, where, and how to see what there is.
fn about(error: Error, config: &Config, what: &str, name: &str, list: &str) -> anyhow::Error {
    match error {
        Error::NotFound(_) => anyhow::anyhow!(
            "there is no {what} {name:?} in {}; `tiltyard {list}` lists those there are (with the \
             same --data, --database or --config)",
            installation::place(config)
        ),
        error => error.into(),
    }
}

/// The person of this user name or e-mail address.
async fn person(core: &Core, config: &Config, login: &str) -> anyhow::Result<Person> {
    let found = core.person_by_login(&Actor::Operator, login).await;
    found.map_err(|error| about(error, config, "account", login, "user list"))
}

/// Scopes that nobody knows are most often spelled wrong; then the closest is named.
fn check_scopes(scopes: &str) -> anyhow::Result<()> {
    for scope in scopes.split(' ').filter(|scope| !scope.is_empty()) {
        if scope_registry::lookup(scope).is_some() {
            continue;
        }
        let distance = |known: &str| strsim::osa_distance(known, scope);
        let closest = SCOPES.iter().map(|known| known.name).min_by_key(|known| distance(known));
        let hint = closest
            .filter(|known| distance(known) <= 3)
            .map(|known| format!("did you mean {known}? "))
            .unwrap_or_default();
        anyhow::bail!("there is no scope {scope:?}; {hint}docs/scopes.md lists those there are");
    }
    Ok(())
}

impl Common {
    /// The configuration in force, with these flags over it.
    fn load(&self, mut flags: Vec<(String, String)>) -> anyhow::Result<Config> {
        let named = [("data", &self.data), ("database.url", &self.database)];
        for (key, value) in named {
            flags.extend(value.clone().map(|value| (key.to_owned(), value)));
        }
        for pair in &self.set {
            let Some((key, value)) = pair.split_once('=') else {
                anyhow::bail!("--set takes KEY=VALUE, such as --set site.name=Arena; got {pair:?}");
            };
            flags.push((key.trim().to_owned(), value.to_owned()));
        }
        Ok(Config::load(&Sources::of_process(self.config.clone(), flags))?)
    }
}

/// Runs the command.
pub(crate) async fn run(line: Line) -> anyhow::Result<()> {
    let Line { common, serve: flags, command } = line;
    match command {
        None => serve::run(&common, flags).await,
        Some(Command::Serve(own)) => serve::run(&common, own.over(flags)).await,
        Some(Command::Demo) => demo::run(&common).await,
        Some(Command::Config(flags)) => show_config::run(&common, &flags),
        Some(Command::User(command)) => user::run(&common, command).await,
        Some(Command::App(command)) => app::run(&common, command).await,
        Some(Command::ApiKey(command)) => api_key::run(&common, command).await,
        Some(Command::Community(command)) => community::run(&common, command).await,
        Some(Command::Tournament(command)) => tournament::run(&common, command).await,
        Some(Command::Keys(command)) => keys::run(&common, command).await,
        Some(Command::Backup(flags)) => backup::backup(&common, &flags),
        Some(Command::Restore(flags)) => backup::restore(&common, &flags).await,
        Some(Command::Doctor(flags)) => doctor::run(&common, &flags).await,
    }
}
