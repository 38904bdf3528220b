//! `tiltyard app`.

use std::str::FromStr;

use anyhow::{anyhow, bail};
use clap::Subcommand;
use serde_json::{Value, json};
use tiltyard_core::{
    Actor, Core,
    accounts::{Origin, Person},
    applications::{Application, ApplicationChanges, NewApplication},
};
use tiltyard_oauth::{
    client::{GrantKind, IdTokenAlgorithm, TokenForm},
    preset::Preset,
    redirect_uri,
    switch::Switch,
};

use super::{Common, Output, about, check_scopes, person};
use crate::installation;

/// Commands about applications.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Register an application
    #[command(after_help = PRESETS)]
    Create {
        /// User name or e-mail address of the owner
        #[arg(long)]
        owner: String,
        /// Its name, as people see it
        #[arg(long)]
        name: String,
        /// Where its settings start from: one of those below
        #[arg(long)]
        preset: String,
        /// Where people return to (repeatable)
        #[arg(long, value_name = "URI")]
        redirect_uri: Vec<String>,
        /// Its scopes, space-separated (docs/scopes.md) [default: all of the preset's]
        #[arg(long, value_name = "SCOPES")]
        scope: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Change an application
    #[command(after_help = switches())]
    Set {
        /// The client identifier
        client_id: String,
        /// Turn a compatibility switch on or off (repeatable)
        #[arg(long, value_name = "NAME=on|off")]
        switch: Vec<String>,
        /// Turn a grant on or off (repeatable)
        #[arg(long, value_name = "NAME=on|off")]
        grant: Vec<String>,
        /// Replace its scopes, space-separated (docs/scopes.md)
        #[arg(long, value_name = "SCOPES")]
        scope: Option<String>,
        /// Replace its redirect URIs (repeatable)
        #[arg(long, value_name = "URI")]
        redirect_uri: Vec<String>,
        /// What its access tokens look like: jwt or opaque
        #[arg(long, value_name = "FORM")]
        token_form: Option<TokenForm>,
        /// What its ID tokens are signed with.
        #[arg(
            long,
            value_name = "ALGORITHM",
            help = "What its ID tokens are signed with: RS256, ES256 or EdDSA"
        )]
        id_token_alg: Option<IdTokenAlgorithm>,
        #[command(flatten)]
        output: Output,
    },
    /// List all applications
    List {
        #[command(flatten)]
        output: Output,
    },
    /// Show an application
    Show {
        /// The client identifier
        client_id: String,
        #[command(flatten)]
        output: Output,
    },
    /// Give an application a new secret; the old one works for another day
    RotateSecret {
        /// The client identifier
        client_id: String,
        /// The old secret leaked: it stops at once, and all tokens with it
        #[arg(long)]
        leaked: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Give an application a new API key (X-Api-Key); the old one stops at once
    RotateKey {
        /// The client identifier
        client_id: String,
        #[command(flatten)]
        output: Output,
    },
    /// Remove an application and end all its tokens
    Delete {
        /// The client identifier
        client_id: String,
        #[command(flatten)]
        output: Output,
    },
}

/// The presets, as the help lists them.
const PRESETS: &str = "\
Presets:
  standard     a site with a server: code with PKCE, refresh
  browser      a program where people can read it (a page, a desktop, a phone): no secret
  device       a console or television: device code, refresh; no secret
  machine      a bot that acts for itself: client credentials
  challonge, toornament, trackmania, mtgbracket
               a client that was written for that platform (docs/moving.md)

Example:
  tiltyard app create --owner ada --name \"My bot\" --preset standard \\
    --redirect-uri https://bot.example/callback --scope \"me tournaments:read\"";

/// The switches and grants, as the help lists them.
fn switches() -> String {
    let mut text = "Switches (each off unless its preset turned it on):".to_owned();
    for switch in Switch::ALL {
        text.push_str("\n  ");
        text.push_str(switch.name());
        let mut length = usize::MAX;
        for word in switch.explanation().split(' ') {
            if length.saturating_add(word.len()) > 84 {
                text.push_str("\n     ");
                length = 5;
            }
            text.push(' ');
            text.push_str(word);
            length += word.len() + 1;
        }
    }
    text.push_str("\n\nGrants:\n  ");
    text.push_str(&names(&GrantKind::ALL, |grant| grant.name()));
    text
}

fn object(application: &Application) -> Value {
    let client = &application.client;
    json!({
        "client_id": client.client_id,
        "name": client.name,
        "owner": client.owner,
        "preset": client.preset.name(),
        "kind": client.kind,
        "grants": client.grants.iter().map(|grant| grant.name()).collect::<Vec<_>>(),
        "switches": client.switches.iter().map(|switch| switch.name()).collect::<Vec<_>>(),
        "redirect_uris": client.redirect_uris,
        "scope": client.scopes.to_string(),
        "access_token_seconds": client.access_token_seconds,
        "token_form": client.token_form.name(),
        "id_token_alg": client.id_token_algorithm.name(),
    })
}

fn text(application: &Application) -> String {
    let client = &application.client;
    let grants: Vec<_> = client.grants.iter().map(|grant| grant.name()).collect();
    let switches: Vec<_> = client.switches.iter().map(|switch| switch.name()).collect();
    format!(
        "{} ({})\n  client id      {}\n  grants         {}\n  switches       {}\n  redirect URIs  \
         {}\n  scopes         {}\n  access tokens  {}, {} seconds",
        client.name,
        client.preset.name(),
        client.client_id,
        grants.join(", "),
        if switches.is_empty() { "none".to_owned() } else { switches.join(", ") },
        if client.redirect_uris.is_empty() {
            "none".to_owned()
        } else {
            client.redirect_uris.join(", ")
        },
        if client.scopes.is_empty() { "none".to_owned() } else { client.scopes.to_string() },
        client.token_form.name(),
        client.access_token_seconds,
    )
}

/// What the owner should know about its redirect URIs, a line each.
fn notes(application: &Application) -> String {
    let client = &application.client;
    let advice = client
        .redirect_uris
        .iter()
        .filter_map(|uri| redirect_uri::check_registration(uri, client.kind).ok()?.sentence());
    let unreachable = (client.redirect_uris.is_empty() && client.may(GrantKind::AuthorizationCode))
        .then(|| {
            format!(
                "Nobody can sign in yet: say where people return to, by `tiltyard app set {} \
                 --redirect-uri URI`.",
                client.client_id
            )
        });
    let notes = advice.map(str::to_owned).chain(unreachable);
    notes.fold(String::new(), |text, note| format!("{text}\n  note: {note}"))
}

/// `NAME=on` or `NAME=off`.
fn toggle<T: FromStr>(pair: &str, what: &str, known: &str) -> anyhow::Result<(T, bool)> {
    let Some((name, state)) = pair.split_once('=') else {
        bail!("--{what} takes NAME=on or NAME=off; got {pair:?}");
    };
    let on = match state {
        "on" => true,
        "off" => false,
        _ => bail!("--{what} takes NAME=on or NAME=off; got {pair:?}"),
    };
    let value = name.parse().map_err(|_| {
        // The one is easily taken for the other.
        let other = match what {
            "grant" if name.parse::<Switch>().is_ok() => "; it is a switch: use --switch",
            "switch" if name.parse::<GrantKind>().is_ok() => "; it is a grant: use --grant",
            _ => "",
        };
        anyhow!("there is no {what} {name:?}{other}; there are {known}")
    })?;
    Ok((value, on))
}

fn names<T>(all: &[T], name: impl Fn(&T) -> &'static str) -> String {
    all.iter().map(name).collect::<Vec<_>>().join(", ")
}

async fn create(
    core: &Core,
    owner: Person,
    name: String,
    preset: &str,
    redirect_uris: Vec<String>,
    scopes: Option<String>,
    output: Output,
) -> anyhow::Result<()> {
    let preset: Preset = preset.parse().map_err(|_| {
        anyhow!("there is no preset {preset:?}; there are {}", names(&Preset::ALL, |p| p.name()))
    })?;
    let new = NewApplication { owner: owner.id, name, preset, redirect_uris, scopes };
    let created = core.create_application(&Actor::Operator, new, Origin::default()).await?;
    let mut object = object(&created.application);
    object["client_secret"] = json!(created.client_secret);
    object["api_key"] = json!(created.api_key);
    output.print(&object, || {
        let secret = created.client_secret.as_deref().map_or_else(
            || "it is public: it has no secret".to_owned(),
            |secret| format!("client secret  {secret}   (shown only now)"),
        );
        let key = created
            .api_key
            .as_deref()
            .map_or_else(String::new, |key| format!("\n  API key        {key}   (shown only now)"));
        let (text, notes) = (text(&created.application), notes(&created.application));
        format!("{text}\n  {secret}{key}{notes}")
    })
}

/// Runs the command.
pub(super) async fn run(common: &Common, command: Command) -> anyhow::Result<()> {
    let config = common.load(Vec::new())?;
    let core = installation::open_for_command(&config).await?;
    let operator = Actor::Operator;
    let missing = |error, id: &str| about(error, &config, "application", id, "app list");
    match command {
        Command::Create { owner, name, preset, redirect_uri, scope, output } => {
            check_scopes(scope.as_deref().unwrap_or_default())?;
            let owner = person(&core, &config, &owner).await?;
            create(&core, owner, name, &preset, redirect_uri, scope, output).await
        }
        Command::Set {
            client_id,
            switch,
            grant,
            scope,
            redirect_uri,
            token_form,
            id_token_alg,
            output,
        } => {
            check_scopes(scope.as_deref().unwrap_or_default())?;
            let switches = switch
                .iter()
                .map(|pair| toggle(pair, "switch", &names(&Switch::ALL, |s| s.name())))
                .collect::<anyhow::Result<Vec<(Switch, bool)>>>()?;
            let grants = grant
                .iter()
                .map(|pair| toggle(pair, "grant", &names(&GrantKind::ALL, |g| g.name())))
                .collect::<anyhow::Result<Vec<(GrantKind, bool)>>>()?;
            let changes = move |application: &Application| {
                let mut changes = ApplicationChanges {
                    scopes: scope.clone(),
                    redirect_uris: (!redirect_uri.is_empty()).then(|| redirect_uri.clone()),
                    token_form,
                    id_token_algorithm: id_token_alg,
                    ..ApplicationChanges::default()
                };
                let mut wanted = application.client.switches.clone();
                for (switch, on) in &switches {
                    let _ = if *on { wanted.insert(*switch) } else { wanted.remove(switch) };
                }
                changes.switches = Some(wanted);
                let mut wanted = application.client.grants.clone();
                for (grant, on) in &grants {
                    let _ = if *on { wanted.insert(*grant) } else { wanted.remove(grant) };
                }
                changes.grants = Some(wanted);
                changes
            };
            let changed =
                core.update_application(&operator, &client_id, changes, Origin::default()).await;
            let application = changed.map_err(|error| missing(error, &client_id))?;
            output.print(&object(&application), || text(&application) + &notes(&application))
        }
        Command::List { output } => {
            let applications = core.applications(&operator).await?;
            let objects: Vec<_> = applications.iter().map(object).collect();
            output.print(&json!({"applications": objects}), || {
                if applications.is_empty() {
                    return "there are no applications yet".to_owned();
                }
                let line = |application: &Application| {
                    let client = &application.client;
                    format!("{}  {:<12}  {}", client.client_id, client.preset.name(), client.name)
                };
                applications.iter().map(line).collect::<Vec<_>>().join("\n")
            })
        }
        Command::Show { client_id, output } => {
            let found = core.application(&operator, &client_id).await;
            let application = found.map_err(|error| missing(error, &client_id))?;
            output.print(&object(&application), || text(&application) + &notes(&application))
        }
        Command::RotateSecret { client_id, leaked, output } => {
            let rotated =
                core.rotate_secret(&operator, &client_id, leaked, Origin::default()).await;
            let rotated = rotated.map_err(|error| missing(error, &client_id))?;
            let object = json!({
                "client_id": client_id,
                "client_secret": rotated.client_secret,
                "old_until": rotated.old_until,
            });
            output.print(&object, || format!("{}   (shown only now)", rotated.client_secret))
        }
        Command::RotateKey { client_id, output } => {
            let rotated =
                core.rotate_application_key(&operator, &client_id, Origin::default()).await;
            let (_, key) = rotated.map_err(|error| missing(error, &client_id))?;
            let object = json!({"client_id": client_id, "api_key": key});
            output.print(&object, || format!("{key}   (shown only now)"))
        }
        Command::Delete { client_id, output } => {
            let deleted = core.delete_application(&operator, &client_id, Origin::default()).await;
            let deleted = deleted.map_err(|error| missing(error, &client_id))?;
            let object = json!({"client_id": client_id, "grants_ended": deleted.grants});
            output.print(&object, || format!("removed; {} grants ended", deleted.grants))
        }
    }
}
