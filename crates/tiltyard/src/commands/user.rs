//! `tiltyard user`.

use std::io::Read as _;

use anyhow::{Context as _, bail};
use clap::Subcommand;
use serde_json::json;
use tiltyard_core::accounts::NewPerson;

use super::{Common, Output};
use crate::installation;

/// Commands about people.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make an account
    Create {
        /// User name
        #[arg(long)]
        username: String,
        /// E-mail address
        #[arg(long)]
        email: String,
        /// Read the password from standard input (all of it but a final line break)
        #[arg(long, required = true)]
        password_stdin: bool,
        /// The person may do what operators may
        #[arg(long)]
        operator: bool,
        #[command(flatten)]
        output: Output,
    },
}

/// Runs the command.
pub(super) async fn run(common: &Common, command: Command) -> anyhow::Result<()> {
    let Command::Create { username, email, password_stdin: _, operator, output } = command;
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password).context("cannot read the password")?;
    if password.ends_with('\n') {
        password.pop();
        if password.ends_with('\r') {
            password.pop();
        }
    }
    if password.is_empty() {
        bail!("standard input holds no password");
    }
    let config = common.load(Vec::new())?;
    let core = installation::open_for_command(&config).await?;
    let new = NewPerson { username, email, password, operator };
    let person = core.create_person_as_operator(new).await?;
    let object = json!({"id": person.id, "uuid": person.uuid, "username": person.username});
    output.print(&object, || format!("made the account {} (id {})", person.username, person.id))
}
