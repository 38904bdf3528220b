//! `tiltyard demo`.

use super::Common;
use crate::installation;

/// Fills an empty installation and says what to look at.
pub(super) async fn run(common: &Common) -> anyhow::Result<()> {
    let config = common.load(Vec::new())?;
    let core = installation::open_for_command(&config).await?;
    let demo = core.demo().await?;
    let base = core.public_url();
    let client = &demo.application.application.client;
    let secret = demo.application.client_secret.as_deref().unwrap_or_default();
    let data = config.data.display();
    println!("The lists are open. Start the server on this data and have a look:\n");
    let database = if config.database.url.is_some() { " --database URL" } else { "" };
    println!("  tiltyard --data {data}{database}\n");
    println!("Tournaments");
    println!("  {base}/lists_open     fourteen riders, double elimination, under way");
    println!("  {base}/heralds_cup    eight teams, single elimination, finished\n");
    println!("People (user name, password)");
    println!("  {:<10} {}     organizer and operator", demo.organizer.0, demo.organizer.1);
    println!("  {:<10} {}     a player\n", demo.player.0, demo.player.1);
    println!("Application \"{}\" (Challonge preset)", client.name);
    println!("  client id      {}", client.client_id);
    println!("  client secret  {secret}\n");
    println!("A token for it, and what it opens:");
    println!("  curl {base}/oauth/token -d grant_type=client_credentials \\");
    println!("    -d client_id={} \\", client.client_id);
    println!("    -d client_secret={secret} \\");
    println!("    -d 'scope=tournaments:read matches:read participants:read'");
    println!("  curl {base}/v2.1/tournaments.json -H \"Authorization: Bearer $TOKEN\"");
    Ok(())
}
