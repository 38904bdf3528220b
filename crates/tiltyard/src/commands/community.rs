//! `tiltyard community`.

use clap::Subcommand;
use serde_json::json;
use tiltyard_core::{Actor, accounts::Origin, communities::NewCommunity};

use super::{Common, Output, person};
use crate::installation;

/// Commands about communities.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a community: people who organize tournaments together
    Create {
        /// User name or e-mail address of the owner
        #[arg(long)]
        owner: String,
        /// Its name, as people see it
        #[arg(long)]
        name: String,
        /// Its name in addresses: letters, numbers, hyphens and underscores
        #[arg(long)]
        permalink: String,
        /// Another name in addresses; the permalink where there is none
        #[arg(long)]
        subdomain: Option<String>,
        /// What it is about
        #[arg(long, default_value = "")]
        description: String,
        #[command(flatten)]
        output: Output,
    },
}

/// Runs the command.
pub(super) async fn run(common: &Common, command: Command) -> anyhow::Result<()> {
    let Command::Create { owner, name, permalink, subdomain, description, output } = command;
    let config = common.load(Vec::new())?;
    let core = installation::open_for_command(&config).await?;
    let owner = person(&core, &config, &owner).await?;
    let new = NewCommunity { owner: owner.id, name, permalink, subdomain, description };
    let community = core.create_community(&Actor::Operator, new, Origin::default()).await?;
    let object = json!({
        "id": community.id,
        "name": community.name,
        "permalink": community.permalink,
        "subdomain": community.subdomain,
        "description": community.description,
        "owner": community.owner_id,
    });
    output.print(&object, || {
        format!("{} ({}), owned by {}", community.name, community.permalink, owner.username)
    })
}
