//! `tiltyard api-key`.

use clap::Subcommand;
use serde_json::json;
use tiltyard_core::{Actor, accounts::Origin};

use super::{Common, Output};
use crate::installation;

/// Commands about personal keys.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a personal key: it acts for its owner
    Create {
        /// User name or e-mail address of the owner
        #[arg(long)]
        owner: String,
        /// What to call it
        #[arg(long, default_value = "API key")]
        name: String,
        #[command(flatten)]
        output: Output,
    },
}

/// Runs the command.
pub(super) async fn run(common: &Common, command: Command) -> anyhow::Result<()> {
    let Command::Create { owner, name, output } = command;
    let config = common.load(Vec::new())?;
    let core = installation::open_for_command(&config).await?;
    let owner = core.person_by_login(&Actor::Operator, &owner).await?;
    let (key, text) =
        core.create_api_key(&Actor::Operator, owner.id, &name, Origin::default()).await?;
    let object = json!({"id": key.id, "name": key.name, "api_key": text});
    output.print(&object, || format!("{text}\n(shown only now; it acts for {})", owner.username))
}
