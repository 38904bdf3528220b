//! `tiltyard api-key`.

use clap::Subcommand;
use serde_json::json;
use tiltyard_core::{
    Actor,
    accounts::{NewApiKey, Origin},
};

use super::{Common, Output, check_scopes, person};
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
        /// What it may do, space-separated (docs/scopes.md) [default: all that its owner may]
        #[arg(long, value_name = "SCOPES")]
        scope: Option<String>,
        /// Days after which it stops working [default: never]
        #[arg(long, value_name = "DAYS")]
        expires_days: Option<u32>,
        #[command(flatten)]
        output: Output,
    },
}

/// Runs the command.
pub(super) async fn run(common: &Common, command: Command) -> anyhow::Result<()> {
    let Command::Create { owner, name, scope, expires_days, output } = command;
    check_scopes(scope.as_deref().unwrap_or_default())?;
    let config = common.load(Vec::new())?;
    let core = installation::open_for_command(&config).await?;
    let owner = person(&core, &config, &owner).await?;
    let new = NewApiKey { name, scopes: scope, days: expires_days };
    let (key, text) =
        core.create_api_key(&Actor::Operator, owner.id, new, Origin::default()).await?;
    let object = json!({"id": key.id, "name": key.name, "api_key": text});
    output.print(&object, || format!("{text}\n(shown only now; it acts for {})", owner.username))
}
