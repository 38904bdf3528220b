//! `tiltyard user`.

use std::io::Read as _;

use anyhow::{Context as _, bail};
use clap::Subcommand;
use serde_json::{Value, json};
use tiltyard_core::{
    Actor, Core,
    accounts::{Account, Ended, NewPerson, Origin, Person},
};

use super::{Common, Output, about};
use crate::{config::Config, installation};

/// Commands about people. A person is named by user name, e-mail address or id.
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
    /// List the accounts
    List {
        #[command(flatten)]
        output: Output,
    },
    /// Show an account
    Show {
        /// User name, e-mail address or id
        person: String,
        #[command(flatten)]
        output: Output,
    },
    /// Lock an account: its sessions and tokens end at once, its keys rest
    Lock {
        /// User name, e-mail address or id
        person: String,
        #[command(flatten)]
        output: Output,
    },
    /// Unlock an account
    Unlock {
        /// User name, e-mail address or id
        person: String,
        #[command(flatten)]
        output: Output,
    },
    /// Give an account another password: its sessions, tokens and keys end at once
    SetPassword {
        /// User name, e-mail address or id
        person: String,
        /// Read the password from standard input (all of it but a final line break)
        #[arg(long, required = true)]
        password_stdin: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Delete an account with everything personal; this cannot be undone
    Delete {
        /// User name, e-mail address or id
        person: String,
        /// Yes, delete it
        #[arg(long, required = true)]
        yes: bool,
        #[command(flatten)]
        output: Output,
    },
}

/// The password on standard input.
fn password() -> anyhow::Result<String> {
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password).context("cannot read the password")?;
    if password.ends_with('\n') {
        password.pop();
        if password.ends_with('\r') {
            password.pop();
        }
    }
    if password.is_empty() {
        bail!(
            "standard input holds no password: pipe it in, as in `echo 'a long phrase' | tiltyard …`"
        );
    }
    Ok(password)
}

fn object(person: &Person) -> Value {
    json!({"id": person.id, "uuid": person.uuid, "username": person.username})
}

fn listed(person: &Person, locked_at: Option<i64>) -> Value {
    let (email, operator) = (&person.email, person.operator);
    json!({
        "id": person.id, "uuid": person.uuid, "username": person.username, "email": email,
        "operator": operator, "locked_at": locked_at,
    })
}

fn line(person: &Person, locked_at: Option<i64>) -> String {
    let operator = if person.operator { "  operator" } else { "" };
    let locked = if locked_at.is_some() { "  locked" } else { "" };
    format!("{}  {}  {}{operator}{locked}", person.id, person.username, person.email)
}

fn ended(person: &Person, ended: Ended) -> Value {
    let Ended { sessions, grants, keys } = ended;
    json!({"id": person.id, "sessions_ended": sessions, "grants_ended": grants, "keys_ended": keys})
}

async fn everybody(core: &Core) -> anyhow::Result<Vec<(Person, Option<i64>)>> {
    let mut all = Vec::new();
    loop {
        let after = all.last().map_or(0, |(person, _): &(Person, _)| person.id);
        let more = core.people(&Actor::Operator, after).await?;
        if more.is_empty() {
            return Ok(all);
        }
        all.extend(more);
    }
}

/// The account of this user name, e-mail address or id.
async fn account(core: &Core, config: &Config, login: &str) -> anyhow::Result<Account> {
    let found = core.account(&Actor::Operator, login).await;
    found.map_err(|error| about(error, config, "account", login, "user list"))
}

/// Runs the command.
pub(super) async fn run(common: &Common, command: Command) -> anyhow::Result<()> {
    let config = common.load(Vec::new())?;
    // Whoever forgot to pipe the password in must not wait for the database first.
    let typed = match &command {
        Command::Create { .. } | Command::SetPassword { .. } => password()?,
        _ => String::new(),
    };
    let core = installation::open_for_command(&config).await?;
    let actor = Actor::Operator;
    let named = async |login: &str| -> anyhow::Result<Person> {
        Ok(account(&core, &config, login).await?.person)
    };
    match command {
        Command::Create { username, email, password_stdin: _, operator, output } => {
            let new = NewPerson { username, email, password: typed, operator };
            let person = core.create_person_as_operator(new).await?;
            output.print(&object(&person), || {
                format!("made the account {} (id {})", person.username, person.id)
            })
        }
        Command::List { output } => {
            let all = everybody(&core).await?;
            let objects: Vec<_> = all.iter().map(|(person, at)| listed(person, *at)).collect();
            output.print(&json!({"people": objects}), || {
                let lines: Vec<_> = all.iter().map(|(person, at)| line(person, *at)).collect();
                lines.join("\n")
            })
        }
        Command::Show { person, output } => {
            let account = account(&core, &config, &person).await?;
            let counts = [
                ("sessions", account.sessions),
                ("keys", account.keys),
                ("consents", account.consents),
                ("applications", account.applications),
            ];
            let mut object = listed(&account.person, account.locked_at);
            for (name, count) in counts {
                object[name] = json!(count);
            }
            output.print(&object, || {
                let counts: Vec<_> =
                    counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
                let first = line(&account.person, account.locked_at);
                format!("{first}\n{}\n{}", account.person.uuid, counts.join(", "))
            })
        }
        Command::Lock { person, output } => {
            let person = named(&person).await?;
            let gone = core.lock_account(&actor, person.id, Origin::default()).await?;
            output.print(&ended(&person, gone), || {
                let Ended { sessions, grants, .. } = gone;
                format!("locked {}: {sessions} sessions and {grants} grants ended", person.username)
            })
        }
        Command::Unlock { person, output } => {
            let person = named(&person).await?;
            core.unlock_account(&actor, person.id, Origin::default()).await?;
            output.print(&object(&person), || format!("unlocked {}", person.username))
        }
        Command::SetPassword { person, password_stdin: _, output } => {
            let person = named(&person).await?;
            let gone = core.reset_password(&actor, person.id, typed, Origin::default()).await?;
            output.print(&ended(&person, gone), || {
                let Ended { sessions, grants, keys } = gone;
                let name = &person.username;
                format!(
                    "{name} has a new password: {sessions} sessions, {grants} grants and {keys} \
                     keys ended"
                )
            })
        }
        Command::Delete { person, yes: _, output } => {
            let person = named(&person).await?;
            core.delete_account(&actor, person.id, Origin::default()).await?;
            output.print(&object(&person), || format!("deleted {}", person.username))
        }
    }
}
