//! `tiltyard tournament`.

use anyhow::bail;
use clap::Subcommand;
use serde_json::json;
use tiltyard_core::{Actor, tournaments::By};

use super::{Common, Output, about};
use crate::installation;

/// Commands about tournaments.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Play a tournament's journal again, and compare what comes out with what is stored
    Verify {
        /// The last part of its page's address, or its id
        tournament: String,
        #[command(flatten)]
        output: Output,
    },
}

/// Runs the command.
pub(super) async fn run(common: &Common, command: Command) -> anyhow::Result<()> {
    let Command::Verify { tournament, output } = command;
    let config = common.load(Vec::new())?;
    let core = installation::open_for_command(&config).await?;
    let found = core.verify_tournament(&Actor::Operator, By::parse(&tournament)).await;
    let found = found.map_err(|error| match error {
        tiltyard_core::Error::NotFound(_) => {
            about(error, &config, "tournament", &tournament, "config")
        }
        error => anyhow::anyhow!(error.for_operator()),
    })?;
    let object = json!({
        "tournament": found.tournament,
        "entries": found.entries,
        "replayed": found.replayed,
        "differences": found.differences,
    });
    if !found.differences.is_empty() {
        if output.json {
            println!("{object}");
        }
        bail!("tournament {}: {}", found.tournament, found.differences.join("; "));
    }
    output.print(&object, || {
        if found.replayed {
            format!("{tournament}: the journal's {} entries lead to what is stored", found.entries)
        } else {
            format!("{tournament}: started by an earlier version, so its journal cannot be played")
        }
    })
}
