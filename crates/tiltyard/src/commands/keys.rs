//! `tiltyard keys`.

use clap::Subcommand;
use serde_json::json;
use tiltyard_core::{Actor, keys::KeySummary};

use super::{Common, Output};
use crate::installation;

/// Commands about signing keys.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the signing keys
    List {
        #[command(flatten)]
        output: Output,
    },
    /// Make a new signing key: it is published first and signs after ten minutes
    Rotate {
        /// Sign with the new key at once, and refuse everything the old ones signed
        #[arg(long)]
        emergency: bool,
        #[command(flatten)]
        output: Output,
    },
}

/// What it signs.
const fn signs(key: &KeySummary) -> &'static str {
    if key.for_id_tokens { "ID tokens" } else { "access tokens" }
}

fn object(key: &KeySummary) -> serde_json::Value {
    json!({
        "kid": key.kid,
        "algorithm": key.algorithm,
        "signs": signs(key),
        "created_at": key.created_at,
        "signs_from": key.signs_from,
        "accepted_until": key.accepted_until,
    })
}

/// Runs the command.
pub(super) async fn run(common: &Common, command: Command) -> anyhow::Result<()> {
    let config = common.load(Vec::new())?;
    let core = installation::open_for_command(&config).await?;
    match command {
        Command::List { output } => {
            let keys = core.signing_keys(&Actor::Operator).await?;
            let now = core.now();
            let objects: Vec<_> = keys.iter().map(object).collect();
            output.print(&json!({"keys": objects}), || {
                let line = |key: &KeySummary| {
                    let state = match key.accepted_until {
                        Some(until) if until <= now => "dropped",
                        Some(_) => "retiring",
                        None if key.signs_from > now => "published",
                        None => "signing",
                    };
                    format!("{}  {}  {:<13}  {state}", key.kid, key.algorithm, signs(key))
                };
                keys.iter().map(line).collect::<Vec<_>>().join("\n")
            })
        }
        Command::Rotate { emergency, output } => {
            let key = core.rotate_keys(&Actor::Operator, emergency).await?;
            output.print(&object(&key), || {
                if emergency {
                    format!(
                        "{} signs from now on; what older keys signed is refused. Opaque access \
                         tokens and refresh tokens are not signed: see docs/operations.md",
                        key.kid
                    )
                } else {
                    format!("{} is published and signs in a few minutes", key.kid)
                }
            })
        }
    }
}
